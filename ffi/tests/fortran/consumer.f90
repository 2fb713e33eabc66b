!> Sees what programs in other languages put, whose tickets come one in each line, and answers.
program consumer
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: int8, int32, int64, output_unit, real64
  use check, only: ok, refused
  use wharf
  implicit none

  type(wharf_fabric) :: fabric
  type(wharf_view) :: view
  integer(c_int) :: stat
  character(len=300) :: errmsg
  real(real64), pointer :: cube(:, :, :), vector(:)
  integer(int32), pointer :: plane(:, :)
  integer(int8), pointer :: bytes(:)

  call fabric%open()

  call next('an array in Fortran order')
  call view%get(cube)
  call ok(all(shape(cube) == [2, 3, 4]), 'its shape')
  call ok(nint(cube(2, 1, 1)) == 1 .and. nint(cube(1, 1, 2)) == 6, 'its elements')

  call next('an array in C order')
  call view%get(cube, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_WRONG_TYPE, errmsg, 'reversed=.true.')
  call view%get(cube, reversed=.true.)
  call ok(all(shape(cube) == [4, 3, 2]), 'its shape')
  call ok(nint(cube(2, 1, 1)) == 1 .and. nint(cube(1, 2, 1)) == 4, 'its elements')

  call next('a vector')
  call view%get(vector)
  call ok(nint(sum(vector)) == 6, 'its elements')

  call next('unsigned numbers')
  call view%get(plane, reversed=.true.)
  call ok(plane(1, 1) == -1 .and. plane(2, 1) == 5, 'their bits')

  call next('plain bytes')
  call view%get(bytes)
  call ok(all(bytes == [1_int8, -1_int8, 3_int8]), 'what they are')

  call next('a record')
  call view%get(vector, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_WRONG_TYPE, errmsg, 'no type for')
  call view%release()

contains

  subroutine next(what)
    character(len=*), intent(in) :: what
    type(wharf_ticket) :: ticket
    character(len=1000) :: line

    read (*, '(a)') line
    call wharf_ticket_from_text(line, ticket)
    call view%release()
    call fabric%resolve(ticket, view, timeout=10.0_real64)
    write (output_unit, '(a)') what
  end subroutine next

end program consumer
