!> What the module promises of arrays that others read where they are.
program exposed
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: int8, int16, int32, real32, real64
  use check, only: ok, refused
  use wharf
  implicit none

  type :: cell
    real(real32) :: pressure, density
  end type cell

  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  integer(c_int) :: stat
  character(len=300) :: errmsg

  call fabric%open()
  call store%open(fabric, 'exposed')
  call bounds()
  call parts()
  call sections()
  call nothing()
  call ends()
  call store%close()
  call fabric%close()
  print '(a)', 'all exposed'

contains

  subroutine bounds()
    real(real64), allocatable, target :: field(:, :)
    real(real64), pointer :: there(:, :)
    type(wharf_exposed) :: shown
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    logical :: is_copy
    integer :: i, j

    allocate (field(-1:4, 0:2))
    do j = 0, 2
      do i = -1, 4
        field(i, j) = 10 * i + j
      end do
    end do
    call store%expose(field, shown)
    call shown%ticket(ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(all(lbound(there) == 1) .and. all(shape(there) == [6, 3]), 'bounds of what is exposed')
    call ok(.not. any(abs(there - field) > 0), 'an exposed array with lower bounds of its own')
    call view%inquire(is_copy=is_copy)
    call ok(is_copy, 'that readers have a copy')
    call shown%unexpose(timeout=10.0_real64)
    deallocate (field)
    call ok(nint(there(6, 3)) == 42, 'a copy after the array has gone')
    call view%release()
    call fabric%resolve(ticket, view, stat=stat, errmsg=errmsg)
    call ok(stat == WHARF_ERROR_EVICTED, 'what is exposed no more')
    call store%put(1_int8, ticket)
    call fabric%resolve(ticket, view)
    call view%inquire(is_copy=is_copy)
    call ok(.not. is_copy, 'that what is put is seen where it lies')
    call view%release()
  end subroutine bounds

  !> Parts that are contiguous, and what points to them.
  subroutine parts()
    integer(int32), target :: plane(0:3, -2:3)
    integer(int32), pointer :: columns(:, :)
    integer(int32) :: i

    plane = reshape([(i, i = 1, size(plane))], shape(plane))
    call same(plane(:, 0:1))
    columns(5:, 6:) => plane(:, -1:2)
    call same(columns)
    call same(plane(1:2, 3:3))
  end subroutine parts

  subroutine same(part)
    integer(int32), pointer, intent(in) :: part(:, :)
    integer(int32), pointer :: there(:, :)
    type(wharf_exposed) :: shown
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view

    call store%expose(part, shown)
    call shown%ticket(ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(all(shape(there) == shape(part)), 'the shape of a part')
    call ok(all(there == part), 'the elements of a part')
    call view%release()
    call shown%unexpose()
  end subroutine same

  !> What is not contiguous is refused; is_contiguous() of gfortran is wrong about some of these.
  subroutine sections()
    real(real32), target :: field(3, 4)
    type(cell), target :: cells(5)
    complex(real32), target :: waves(3)
    real(real32), pointer :: strided(:)

    field = 0
    call not_exposed_2(field(::2, :), 'every other row')
    call not_exposed_2(field(1:2, :), 'some rows')
    call not_exposed_2(field(1:1, :), 'one row')
    call not_exposed_2(field(:, ::3), 'some columns')
    call not_exposed_2(field(:, 4:1:-1), 'columns backwards')
    call not_exposed_2(field(2:1:-1, :), 'rows backwards')
    call not_exposed_1(field(2, :), 'a row')
    call not_exposed_1(field(3:1:-1, 1), 'a column backwards')
    call not_exposed_1(cells%density, 'a component')
    call not_exposed_1(waves%im, 'imaginary parts')
    strided => cells%pressure
    call not_exposed_1(strided, 'a pointer to a component')
    strided => field(1, ::2)
    call not_exposed_1(strided, 'a pointer to a section')
    nullify (strided)
    call not_exposed_1(strided, 'no array', WHARF_ERROR_NULL, 'not associated')
  end subroutine sections

  subroutine not_exposed_1(array, what, wanted, word)
    real(real32), pointer, intent(in) :: array(:)
    character(len=*), intent(in) :: what
    integer(c_int), optional, intent(in) :: wanted
    character(len=*), optional, intent(in) :: word
    type(wharf_exposed) :: shown
    type(wharf_ticket) :: never

    errmsg = ''
    call store%expose(array, shown, stat, errmsg)
    if (present(wanted)) then
      call refused(stat, wanted, errmsg, word)
    else
      call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'not contiguous')
    end if
    call shown%ticket(never, stat)
    call ok(stat == WHARF_ERROR_NULL, what//' is not exposed')
  end subroutine not_exposed_1

  subroutine not_exposed_2(array, what)
    real(real32), pointer, intent(in) :: array(:, :)
    character(len=*), intent(in) :: what
    type(wharf_exposed) :: shown
    type(wharf_ticket) :: never

    errmsg = ''
    call store%expose(array, shown, stat, errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'not contiguous')
    call shown%ticket(never, stat)
    call ok(stat == WHARF_ERROR_NULL, what//' are not exposed')
  end subroutine not_exposed_2

  subroutine nothing()
    integer(int16), target :: empty(3, 0, 2)
    integer(int16), pointer :: there(:, :, :)
    type(wharf_exposed) :: shown
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view

    call store%expose(empty, shown)
    call shown%ticket(ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(all(shape(there) == [3, 0, 2]), 'the shape of nothing exposed')
    call view%release()
    call shown%unexpose()
  end subroutine nothing

  subroutine ends()
    integer(int32), target :: number
    type(wharf_exposed) :: shown, copy
    type(wharf_ticket) :: ticket

    number = 7
    call store%expose(number, shown)
    call store%expose(number, shown, stat, errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'unexpose it first')
    call shown%unexpose(timeout=-1.0_real64, stat=stat)
    call ok(stat == WHARF_ERROR_ARGUMENT, 'a time below 0 to unexpose')
    call shown%ticket(ticket)
    call fabric%evict(ticket)
    copy = shown
    call shown%unexpose(timeout=0.0_real64)
    call shown%unexpose()
    call copy%unexpose(stat=stat, errmsg=errmsg)
    call ok(stat == WHARF_ERROR_CLOSED_HANDLE, 'a copy of what was unexposed')
    call copy%unexpose()
    call wharf_allow_attach()
  end subroutine ends

end program exposed
