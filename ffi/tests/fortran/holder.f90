!> Exposes an array, says its ticket, and takes it back as soon as it can, within the times on the lines that it reads.
program holder
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: output_unit, real64
  use check, only: ok
  use wharf
  implicit none
  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  type(wharf_exposed) :: exposed
  type(wharf_ticket) :: ticket
  real(real64), allocatable, target :: field(:, :)
  real(real64) :: time
  integer(c_int) :: stat
  character(len=300) :: errmsg
  integer :: i, j

  call wharf_allow_attach()
  call fabric%open()
  call store%open(fabric, 'holder')
  allocate (field(-10:89, 0:49))
  do j = 0, 49
    do i = -10, 89
      field(i, j) = 100 * i + j
    end do
  end do
  call store%expose(field, exposed)
  call exposed%ticket(ticket)
  print '(a)', wharf_ticket_to_text(ticket)
  flush (output_unit)
  do
    read (*, *) time
    call exposed%unexpose(time, stat, errmsg)
    if (stat == 0) exit
    call ok(stat == WHARF_ERROR_STILL_READ, trim(errmsg))
    call ok(index(errmsg, 'pid') > 0, 'who reads it')
    print '(a)', 'still read'
    flush (output_unit)
  end do
  deallocate (field)
  print '(a)', 'its own again'
end program holder
