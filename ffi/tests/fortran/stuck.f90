!> Begins to read the array that another program exposes, and is never done: it waits to be killed.
module slow
  use, intrinsic :: iso_c_binding, only: c_int, c_long, c_ptr
  use, intrinsic :: iso_fortran_env, only: output_unit
  implicit none

contains

  !> The library calls this in place of the system's, where it is about to copy.
  function process_vm_readv(process, here, here_count, there, there_count, flags) result(copied) &
    bind(C, name='process_vm_readv')
    integer(c_int), value :: process
    type(c_ptr), value :: here, there
    integer(c_long), value :: here_count, there_count, flags
    integer(c_long) :: copied
    character(len=80) :: line

    print '(a)', 'reading'
    flush (output_unit)
    read (*, '(a)') line
    write (line, '(i0, 3(1x, i0))') process, here_count, there_count, flags
    copied = transfer(here, copied) - transfer(there, copied)
    error stop 'it was not killed'
  end function process_vm_readv

end module slow

program stuck
  use slow
  use wharf
  implicit none
  type(wharf_fabric) :: fabric
  type(wharf_ticket) :: ticket
  type(wharf_view) :: view
  character(len=1000) :: line

  read (*, '(a)') line
  call wharf_ticket_from_text(line, ticket)
  call fabric%open()
  call fabric%resolve(ticket, view)
end program stuck
