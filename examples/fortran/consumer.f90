!> Reads a matrix that another program shared, a Fortran program or one in C:
!>
!>     ./consumer TICKET
program consumer
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: error_unit, real64
  use wharf
  implicit none

  type(wharf_fabric) :: fabric
  type(wharf_ticket) :: ticket
  type(wharf_view) :: view
  real(real64), pointer :: matrix(:, :)
  character(len=1000) :: text
  character(len=200) :: errmsg
  integer(c_int) :: stat
  integer :: row

  call get_command_argument(1, text)
  call wharf_ticket_from_text(text, ticket)
  call fabric%open()

  call fabric%resolve(ticket, view, timeout=5.0_real64, stat=stat, errmsg=errmsg)
  if (stat == WHARF_ERROR_EVICTED) then
    write (error_unit, '(2a)') 'it has been read: ', trim(errmsg)
    stop 1
  end if
  if (stat /= 0) error stop errmsg

  ! An array of C is seen with its dimensions reversed: its a[row][column] is matrix(column, row).
  call view%get(matrix, stat=stat, errmsg=errmsg)
  if (stat == 0) then
    do row = 1, size(matrix, 1)
      print '(*(f0.0, :, 1x))', matrix(row, :)
    end do
  else
    call view%get(matrix, reversed=.true.)
    do row = 1, size(matrix, 2)
      print '(*(f0.0, :, 1x))', matrix(:, row)
    end do
  end if

  ! Nobody else is going to read it. This view stays valid all the same, until it is released.
  call fabric%evict(ticket)
  call view%release()
  call fabric%close()
end program consumer
