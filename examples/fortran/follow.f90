!> Follows a Gray-Scott simulation, gray_scott.f90 or the Rust demonstration's: for each line of its output,
!> looks at the state where it lies and says how much of V there is.
!>
!>     gray_scott | follow
!>     gray-scott simulate | follow
program follow
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: iostat_end, real64
  use wharf
  implicit none

  type(wharf_fabric) :: fabric
  type(wharf_ticket) :: ticket
  type(wharf_view) :: view
  real(real64), pointer :: state(:, :, :)
  character(len=1000) :: line
  character(len=200) :: errmsg
  integer(c_int) :: stat
  integer :: ios

  call fabric%open()
  do
    read (*, '(a)', iostat=ios) line
    if (ios == iostat_end .or. index(line, '{"end"') == 1) exit
    call wharf_ticket_from_text(field(line, '"ticket":"', '"'), ticket)
    call fabric%resolve(ticket, view, timeout=5.0_real64, stat=stat, errmsg=errmsg)
    if (stat == WHARF_ERROR_EVICTED) then
      print '(3a)', 'step ', field(line, '"step":{"step":', ','), ' is gone already'
      cycle
    end if
    if (stat /= 0) error stop errmsg
    ! Rust's state[field][y][x] is state(x, y, field) here.
    call view%get(state, reversed=.true.)
    print '(3a, f7.5, a, f7.5)', 'step ', field(line, '"step":{"step":', ','), ': mean of V ', &
      sum(state(:, :, 2)) / size(state(:, :, 2)), ', most ', maxval(state(:, :, 2))
    call view%release()
  end do
  call fabric%close()

contains

  !> What stands in a line between two texts.
  pure function field(line, before, after)
    character(len=*), intent(in) :: line, before, after
    character(len=:), allocatable :: field
    integer :: first

    first = index(line, before) + len(before)
    field = line(first:first + index(line(first:), after) - 2)
  end function field

end program follow
