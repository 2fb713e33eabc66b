!> Reads the array that another program exposes, whose ticket is on the line that it reads.
program reader
  use, intrinsic :: iso_fortran_env, only: real64
  use check, only: ok
  use wharf
  implicit none
  type(wharf_fabric) :: fabric
  type(wharf_ticket) :: ticket
  type(wharf_view) :: view
  real(real64), pointer :: there(:, :)
  character(len=1000) :: line
  logical :: is_copy
  integer :: i, j

  read (*, '(a)') line
  call wharf_ticket_from_text(line, ticket)
  call fabric%open()
  call fabric%resolve(ticket, view)
  call view%get(there)
  call ok(all(shape(there) == [100, 50]), 'its shape')
  do j = 1, 50
    do i = 1, 100
      call ok(nint(there(i, j)) == 100 * (i - 11) + j - 1, 'its elements')
    end do
  end do
  call view%inquire(is_copy=is_copy)
  call ok(is_copy, 'that it is a copy')
  call view%release()
  call fabric%close()
  print '(a)', 'a copy of 100 by 50'
end program reader
