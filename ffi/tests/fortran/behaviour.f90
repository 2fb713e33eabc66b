!> What the module promises beyond moving every type and rank, one subroutine for each promise.
program behaviour
  use, intrinsic :: iso_c_binding, only: c_int, c_loc, c_null_char
  use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, real32, real64
  use check, only: ok, refused
  use wharf
  implicit none

  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  integer(c_int) :: stat
  character(len=300) :: errmsg

  call fabric%open()
  call store%open(fabric, 'behaviour')
  call lower_bounds()
  call sections()
  call zero_sized()
  call scalars_and_expressions()
  call blocks()
  call shapes()
  call wrong_types()
  call plain_values()
  call texts()
  call names()
  call promises()
  call lifetimes()
  call handles()
  call errors()
  call store%close()
  call fabric%close()
  print '(a)', 'all promises kept'

contains

  subroutine lower_bounds()
    real(real64) :: field(-1:4, 0:2)
    real(real64), pointer :: there(:, :)
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    integer :: i, j

    do j = 0, 2
      do i = -1, 4
        field(i, j) = 10 * i + j
      end do
    end do
    call store%put(field, ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(all(lbound(there) == 1) .and. all(shape(there) == [6, 3]), 'bounds of a view')
    call ok(.not. any(abs(there - field) > 0), 'an array with lower bounds of its own')
    call view%release()
  end subroutine lower_bounds

  subroutine sections()
    integer(int32) :: cube(4, 5, 6)
    integer(int32), pointer :: there(:, :)
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    integer(int32) :: i

    cube = reshape([(i, i = 1, size(cube))], shape(cube))
    call store%put(cube(4:1:-2, 3, ::5), ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(all(there == cube(4:1:-2, 3, ::5)), 'a section that is not contiguous')
    call view%release()
    call store%put(transpose(cube(:, :, 2)), ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(all(there == transpose(cube(:, :, 2))), 'an expression')
    call view%release()
  end subroutine sections

  subroutine zero_sized()
    real(real32) :: nothing(3, 0, 2)
    real(real32), pointer :: there(:, :, :)
    real(real32), allocatable :: none(:)
    real(real32), pointer :: row(:)
    type(wharf_block) :: block
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view

    call store%put(nothing, ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(associated(there), 'a view of nothing')
    call ok(all(shape(there) == [3, 0, 2]), 'the shape of nothing')
    call view%release()
    allocate (none(0))
    call store%put(none, ticket)
    call store%alloc([-4], row, block)
    call ok(size(row) == 0, 'a shape below 0')
    call block%seal(ticket)
  end subroutine zero_sized

  subroutine scalars_and_expressions()
    complex(real64), pointer :: there, place
    integer(int16), pointer :: number
    type(wharf_block) :: block
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view

    call store%alloc(place, block)
    place = (1.5_real64, -2.5_real64)
    call block%seal(ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call ok(.not. abs(there - (1.5_real64, -2.5_real64)) > 0, 'a scalar')
    call view%release()
    call store%put(6_int16 * 7_int16, ticket)
    call fabric%resolve(ticket, view)
    call view%get(number)
    call ok(number == 42, 'a scalar expression')
    call view%release()
  end subroutine scalars_and_expressions

  subroutine blocks()
    integer(int64), pointer, contiguous :: written(:, :)
    integer(int64), pointer :: read(:, :)
    type(wharf_block) :: block
    type(wharf_ticket) :: pending, ticket
    type(wharf_view) :: view, again

    call store%alloc([3, 2], written, block)
    call block%ticket(pending)
    written = 5
    written(3, 1) = 7
    call block%seal(ticket)
    call fabric%resolve(ticket, view)
    call fabric%resolve(pending, again)
    call view%get(read)
    call ok(sum(read) == 32 .and. read(3, 1) == 7, 'what was written in place')
    call ok(is_the_same(read, again), 'that nothing is copied')
    call view%release()
    call again%release()
  end subroutine blocks

  function is_the_same(here, view)
    integer(int64), pointer, intent(in) :: here(:, :)
    type(wharf_view), intent(in) :: view
    logical :: is_the_same
    integer(int64), pointer :: there(:, :)

    call view%get(there)
    is_the_same = associated(here, there)
  end function is_the_same

  subroutine shapes()
    real(real64), pointer :: field(:, :)
    type(wharf_block) :: block

    call store%alloc([3_int64, 2_int64], field, block)
    call ok(all(shape(field) == [3, 2]), 'a shape of 8 byte integers')
    call store%alloc([3, 2], field, block, stat, errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'the block is in use')
    call block%free()
    call store%alloc([3, 2, 1], field, block, stat, errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'the shape has 3 numbers')
    call ok(.not. associated(field), 'no memory after an error')
    call store%alloc([3.0, 2.0], field, block, stat, errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'integers of 4 or 8 bytes')
    call store%alloc([huge(1_int64), 8_int64], field, block, stat, errmsg)
    call ok(stat < 0, 'an array that there can be no memory for')
  end subroutine shapes

  subroutine wrong_types()
    real(real64), pointer :: vector(:), matrix(:, :)
    real(real32), pointer :: single(:, :)
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    integer(c_int) :: element, order
    integer(int64), allocatable :: extents(:)

    call store%put(reshape([1.0_real64, 2.0_real64], [1, 2]), ticket)
    call fabric%resolve(ticket, view)
    call view%get(vector, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_WRONG_TYPE, errmsg, 'real(real64) of rank 1')
    call view%get(single, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_WRONG_TYPE, errmsg, 'the object is real(real64) of rank 2')
    call ok(.not. associated(single), 'no view after an error')
    call view%get(matrix, reversed=.true.)
    call ok(all(shape(matrix) == [1, 2]), 'that Fortran order stays')
    call view%inquire(element, order, extents)
    call ok(element == WHARF_FLOAT64 .and. order == WHARF_ORDER_FORTRAN, 'what a view tells')
    call ok(all(extents == [1, 2]), 'the shape that a view tells')
    call view%release()
  end subroutine wrong_types

  !> As MPI or a file would carry it.
  subroutine plain_values()
    type(wharf_ticket) :: ticket, arrived
    type(wharf_view) :: view
    integer(int8) :: message(516)
    integer(int32), pointer :: there

    call store%put(11_int32, ticket)
    call ok(storage_size(ticket) == 8 * size(message), 'the size of a ticket')
    message = transfer(ticket, message)
    arrived = transfer(message, arrived)
    call fabric%resolve(arrived, view)
    call view%get(there)
    call ok(there == 11, 'a ticket that was sent')
    call view%release()
    message = -1
    arrived = transfer(message, arrived)
    call fabric%resolve(arrived, view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_TICKET, errmsg, 'ticket')
  end subroutine plain_values

  subroutine texts()
    type(wharf_ticket) :: ticket, same, unset
    character(len=900) :: padded
    character(len=:), allocatable :: text

    call store%put(1_int8, ticket)
    text = wharf_ticket_to_text(ticket)
    call ok(index(text, 'wharf1_') == 1 .and. len_trim(text) == len(text), 'the text of a ticket')
    padded = '  '//text
    call wharf_ticket_from_text(padded, same)
    call ok(wharf_ticket_to_text(same) == text, 'a ticket from a padded text')
    call wharf_ticket_from_text(text//c_null_char//'what follows', same)
    call wharf_ticket_from_text(text(:len(text) - 1), same, stat, errmsg)
    call refused(stat, WHARF_ERROR_TICKET, errmsg, 'ticket')
    call ok(wharf_ticket_to_text(same) == text, 'that outputs stay after an error')
    text = wharf_ticket_to_text(unset, stat, errmsg)
    call ok(stat == WHARF_ERROR_TICKET .and. text == '', 'a ticket that was never set')
    call ok(index(wharf_version(), '.') > 0, 'the version')
  end subroutine texts

  !> Trailing blanks are no part of a name; leading ones are.
  subroutine names()
    character(len=40), parameter :: name = 'a field'
    type(wharf_ticket) :: ticket, found

    call store%put(1_int8, ticket)
    call store%publish(name, ticket)
    call fabric%lookup('a field', found)
    call ok(wharf_ticket_to_text(found) == wharf_ticket_to_text(ticket), 'a name')
    call store%put(2_int8, found)
    call store%publish('a field  ', found, stat, errmsg)
    call refused(stat, WHARF_ERROR_NAME_TAKEN, errmsg, 'a field')
    call fabric%lookup(' a field', found, timeout=0.0_real64, stat=stat)
    call ok(stat == WHARF_ERROR_NO_SUCH_NAME, 'a name with a leading blank')
    call fabric%unpublish(name)
    call fabric%lookup(name, found, timeout=0.01_real64, stat=stat)
    call ok(stat == WHARF_ERROR_NO_SUCH_NAME, 'a name that was taken away')
    call store%publish('  ', found, stat, errmsg)
    call ok(stat == WHARF_ERROR_INVALID_NAME, 'an empty name')
  end subroutine names

  subroutine promises()
    type(wharf_promise) :: promise
    type(wharf_block) :: block
    type(wharf_ticket) :: ticket, sealed
    type(wharf_view) :: view
    real(real32), pointer :: there(:)
    integer(c_int) :: state
    integer(int64) :: size
    character(len=30), parameter :: reason = 'the disk is full'

    call store%promise(promise)
    call promise%ticket(ticket)
    call fabric%inquire(ticket, state=state)
    call ok(state == WHARF_STATE_PENDING, 'a pending object')
    call fabric%resolve(ticket, view, timeout=0.01_real64, stat=stat, errmsg=errmsg)
    call ok(stat == WHARF_ERROR_DEADLINE, 'a deadline')
    call promise%alloc([2], there, block)
    there = [1.0_real32, 2.0_real32]
    call block%seal(sealed)
    call fabric%resolve(ticket, view, timeout=1.0_real64)
    call view%get(there)
    call ok(nint(sum(there)) == 3, 'a promise that was kept')
    call view%release()
    call fabric%inquire(ticket, state, size)
    call ok(state == WHARF_STATE_SEALED .and. size == 8, 'a sealed object')

    call store%promise(promise)
    call promise%ticket(ticket)
    call promise%fail(reason)
    errmsg = ''
    call fabric%resolve(ticket, view, stat=stat, errmsg=errmsg)
    call ok(stat == WHARF_ERROR_FAILED .and. errmsg == trim(reason), 'the words of a failure')

    call store%alloc([2], there, block)
    call block%ticket(ticket)
    call block%fail('no convergence')
    call fabric%resolve(ticket, view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_FAILED, errmsg, 'no convergence')
  end subroutine promises

  subroutine lifetimes()
    type(wharf_store) :: leased, once
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    real(real32), pointer :: there

    call store%put(1.0_real32, ticket)
    call fabric%resolve(ticket, view)
    call view%get(there)
    call fabric%evict(ticket)
    call ok(nint(there) == 1, 'a view of an evicted object')
    call view%release()
    call fabric%resolve(ticket, view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_EVICTED, errmsg, 'evicted')

    call store%with_lifetime(wharf_lifetime(end=WHARF_END_LEASE, lease=60.0_real64), leased)
    call leased%put(1.0_real32, ticket)
    call fabric%renew(ticket, 30.0_real64)
    call store%put(1.0_real32, ticket)
    call fabric%renew(ticket, 30.0_real64, stat)
    call ok(stat == WHARF_ERROR_NOT_LEASED, 'a lease that there is not')
    call leased%close()

    call once%open(fabric, 'once', capacity=1048576_int64, &
      lifetime=wharf_lifetime(scope=WHARF_SCOPE_NODE, end=WHARF_END_ONCE))
    call once%put(2.0_real32, ticket)
    call once%close()
    call fabric%resolve(ticket, view)
    call view%release()
    call fabric%resolve(ticket, view, stat=stat)
    call ok(stat == WHARF_ERROR_EVICTED, 'an object that is resolved once')
    call once%open(fabric, 'wrong', lifetime=wharf_lifetime(scope=9), stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'scope 9')
  end subroutine lifetimes

  subroutine handles()
    type(wharf_fabric) :: empty, other
    type(wharf_view) :: view, copy
    type(wharf_ticket) :: ticket
    real(real32), pointer :: there

    call other%open()
    call other%open(stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'close it first')
    call store%put(1.0_real32, ticket)
    call other%resolve(ticket, view)
    call other%resolve(ticket, view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'release it first')
    copy = view
    call view%release()
    call view%release()
    call copy%get(there, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_CLOSED_HANDLE, errmsg, 'view')
    call copy%release(stat)
    call ok(stat == WHARF_ERROR_CLOSED_HANDLE, 'a copy that was left')
    call other%close()
    call other%close()
    call empty%resolve(ticket, view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_NULL, errmsg, 'fabric')
    call empty%open(directory='/dev/shm/there is no such', must_exist=.true., stat=stat)
    call ok(stat == WHARF_ERROR_NO_DIRECTORY, 'a directory that is not there')
  end subroutine handles

  !> ERRMSG stays as it is where nothing goes wrong, and is cut or padded to its length.
  subroutine errors()
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    character(len=5) :: short

    short = 'as is'
    stat = 1
    call store%put([1_int8, 2_int8], ticket, stat, short)
    call ok(stat == 0 .and. short == 'as is', 'what stays as it is')
    call fabric%evict(ticket)
    call fabric%resolve(ticket, view, stat=stat, errmsg=short)
    call ok(stat == WHARF_ERROR_EVICTED .and. short == 'the o', 'a short message')
    call fabric%resolve(ticket, view, timeout=-1.0_real64, stat=stat)
    call ok(stat == WHARF_ERROR_ARGUMENT, 'a time below 0')
  end subroutine errors

end program behaviour
