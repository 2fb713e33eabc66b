!> What the module promises of requests and waiting, and of what it tells about many objects.
program progress
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: int8, int32, int64, real32, real64
  use check, only: ok, refused
  use wharf
  implicit none

  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  integer(c_int) :: stat
  character(len=300) :: errmsg

  call fabric%open()
  call store%open(fabric, 'progress', capacity=1048576_int64)
  call counters()
  call requests()
  call any_of_requests()
  call cancelled()
  call waits()
  call many()
  call listed()
  call store%close()
  call fabric%close()
  print '(a)', 'all went on'

contains

  subroutine requests()
    type(wharf_promise) :: promise
    type(wharf_block) :: block
    type(wharf_request) :: request, copy
    type(wharf_ticket) :: ticket, unset
    type(wharf_view) :: view
    real(real32), pointer :: there(:)
    logical :: done

    call store%promise(promise)
    call promise%ticket(ticket)
    call fabric%resolve_start(ticket, request)
    call fabric%resolve_start(ticket, request, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'the request is in use')
    done = .true.
    call request%test(done)
    call ok(.not. done, 'a request for what is not there yet')
    call request%wait(view, timeout=0.01_real64, stat=stat)
    call ok(stat == WHARF_ERROR_NOT_DONE, 'a request that is not done yet')
    call request%wait(view, timeout=-1.0_real64, stat=stat)
    call ok(stat == WHARF_ERROR_ARGUMENT, 'a time below 0 to wait')
    call promise%alloc([2], there, block)
    there = [1.0_real32, 2.0_real32]
    call block%seal(ticket)
    copy = request
    call request%wait(view, timeout=10.0_real64)
    call view%get(there)
    call ok(nint(sum(there)) == 3, 'what a request has resolved')
    call request%wait(view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'release it first')
    call view%release()
    call request%wait(view, stat=stat)
    call ok(stat == WHARF_ERROR_NULL, 'a request that was waited for')
    call copy%wait(view, stat=stat)
    call ok(stat == WHARF_ERROR_CLOSED_HANDLE, 'a copy of a request that was waited for')

    call fabric%resolve_start(ticket, request)
    call wait_until_done(request)
    call request%wait(view, timeout=0.0_real64)
    call view%release()
    call fabric%resolve_start(unset, request, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_TICKET, errmsg, 'ticket')

    call store%promise(promise)
    call promise%ticket(ticket)
    call fabric%resolve_start(ticket, request, timeout=0.01_real64)
    call request%wait(view, timeout=60.0_real64, stat=stat)
    call ok(stat == WHARF_ERROR_DEADLINE, 'a request with a timeout of its own')
    call fabric%resolve_start(ticket, request)
    call promise%fail('no convergence')
    call request%wait(view, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_FAILED, errmsg, 'no convergence')
  end subroutine requests

  subroutine wait_until_done(request)
    type(wharf_request), intent(in) :: request
    integer(c_int) :: which
    logical :: done

    call wharf_request_wait_any([request], which, timeout=60.0_real64)
    done = .false.
    call request%test(done)
    call ok(done, 'that a request is done which was waited for')
  end subroutine wait_until_done

  subroutine any_of_requests()
    type(wharf_request) :: some(3), none(2)
    type(wharf_promise) :: promise
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    integer(c_int) :: which

    call store%promise(promise)
    call promise%ticket(ticket)
    call fabric%resolve_start(ticket, some(2))
    which = 9
    call wharf_request_wait_any(some, which, timeout=0.01_real64, stat=stat)
    call ok(stat == WHARF_ERROR_NOT_DONE .and. which == 9, 'that no request is done')
    call store%put(1_int8, ticket)
    call fabric%resolve_start(ticket, some(3))
    call wharf_request_wait_any(some, which)
    call ok(which == 3, 'the request that is done')
    call some(which)%wait(view)
    call view%release()
    call promise%free()
    call wharf_request_wait_any(some, which)
    call ok(which == 2, 'the request that is done by failing')
    call some(which)%wait(view, stat=stat)
    call ok(stat == WHARF_ERROR_FAILED, 'a request for what was given up')
    call wharf_request_wait_any(none, which, stat=stat)
    call ok(stat == WHARF_ERROR_ARGUMENT, 'no requests to wait for')
  end subroutine any_of_requests

  subroutine cancelled()
    type(wharf_promise) :: promise
    type(wharf_request) :: request, copy
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    integer(int8), allocatable :: large(:)
    logical :: done

    call store%promise(promise)
    call promise%ticket(ticket)
    call fabric%resolve_start(ticket, request)
    copy = request
    call request%cancel()
    call request%cancel()
    call request%wait(view, stat=stat)
    call ok(stat == WHARF_ERROR_NULL, 'a request that was cancelled')
    call copy%test(done, stat)
    call ok(stat == WHARF_ERROR_CLOSED_HANDLE, 'a copy of a request that was cancelled')
    call promise%free()
    ! One that is done has a view, without which there is room for another of that size.
    allocate (large(700000), source=0_int8)
    call store%put(large, ticket)
    call fabric%resolve_start(ticket, request)
    call wait_until_done(request)
    call fabric%evict(ticket)
    call store%put(large, ticket, stat)
    call ok(stat == WHARF_ERROR_FULL, 'an object that a request views')
    call request%cancel()
    call store%put(large, ticket)
    call fabric%evict(ticket)
  end subroutine cancelled

  subroutine waits()
    type(wharf_store) :: once
    type(wharf_promise) :: promise
    type(wharf_ticket) :: tickets(2)
    type(wharf_view) :: view
    integer(c_int) :: which

    call store%promise(promise)
    call promise%ticket(tickets(1))
    call fabric%wait(tickets(1), timeout=0.01_real64, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_DEADLINE, errmsg, 'deadline')
    which = 9
    call fabric%wait_any(tickets(:1), which, timeout=0.01_real64, stat=stat)
    call ok(stat == WHARF_ERROR_DEADLINE .and. which == 9, 'that all are pending')
    call store%with_lifetime(wharf_lifetime(end=WHARF_END_ONCE), once)
    call once%put(1_int8, tickets(2))
    call fabric%wait_any(tickets, which)
    call ok(which == 2, 'the object that is there')
    call fabric%wait(tickets(2))
    call fabric%resolve(tickets(2), view)
    call view%release()
    call fabric%wait(tickets(2), stat=stat)
    call ok(stat == WHARF_ERROR_EVICTED, 'waiting for what is gone')
    call promise%fail('no convergence')
    call fabric%wait(tickets(1), stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_FAILED, errmsg, 'no convergence')
    call fabric%wait_any(tickets, which)
    call ok(which == 1, 'the object that has failed')
    call fabric%wait_any(tickets(:0), which, stat=stat)
    call ok(stat == WHARF_ERROR_ARGUMENT, 'no objects to wait for')
    call once%close()
  end subroutine waits

  subroutine many()
    type(wharf_ticket) :: tickets(4)
    type(wharf_view) :: views(4)
    type(wharf_fabric) :: empty
    integer(int32), pointer :: there
    integer(c_int) :: statuses(4), i

    do i = 1, 4
      call store%put(int(10 * i, int32), tickets(i))
    end do
    call fabric%resolve_many(tickets, views)
    do i = 1, 4
      call views(i)%get(there)
      call ok(there == 10 * i, 'one of many')
    end do
    call fabric%resolve_many(tickets, views, stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'the view 1 is in use')
    call release(views)
    call fabric%evict(tickets(2))
    errmsg = ''
    statuses = 9
    call fabric%resolve_many(tickets, views, 1.0_real64, statuses, stat, errmsg)
    call refused(stat, WHARF_ERROR_EVICTED, errmsg, 'evicted')
    call ok(all(statuses == [WHARF_OK, WHARF_ERROR_EVICTED, WHARF_OK, WHARF_OK]), 'an outcome for each')
    call views(4)%get(there)
    call ok(there == 40, 'those that are there')
    call release(views)
    ! Every other, which are not contiguous.
    call fabric%resolve_many(tickets(1::2), views(2::2), statuses=statuses(1::2))
    call views(4)%get(there)
    call ok(there == 30, 'some of many')
    call release(views)
    call fabric%resolve_many(tickets, views(:3), stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'there are 4 tickets, and 3 views')
    call fabric%resolve_many(tickets, views, statuses=statuses(:1), stat=stat, errmsg=errmsg)
    call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'there are 4 tickets, and 1 statuses')
    call empty%resolve_many(tickets, views, statuses=statuses, stat=stat)
    call ok(stat == WHARF_ERROR_NULL .and. all(statuses == WHARF_ERROR_NULL), 'a fabric that there is not')
    call fabric%resolve_many(tickets(:0), views(:0))
  end subroutine many

  subroutine release(views)
    type(wharf_view), intent(inout) :: views(:)
    integer :: i

    do i = 1, size(views)
      call views(i)%release()
    end do
  end subroutine release

  subroutine listed()
    type(wharf_named), allocatable :: names(:)
    type(wharf_fabric) :: empty
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    integer(int32), pointer :: there
    integer(int32) :: i
    character(len=8), parameter :: words(3) = [character(len=8) :: 'step 2', 'mesh', 'step 10']

    call fabric%names(names)
    call ok(size(names) == 0, 'no names')
    do i = 1, 3
      call store%put(i, ticket)
      call store%publish(words(i), ticket)
    end do
    call fabric%names(names)
    call ok(size(names) == 3, 'all names')
    call ok(names(1)%name == 'mesh' .and. len(names(1)%name) == 4, 'the first of them')
    call fabric%names(names, prefix='step')
    call ok(size(names) == 2, 'the names that begin so')
    call ok(names(1)%name == 'step 10' .and. names(2)%name == 'step 2', 'their order')
    call fabric%resolve(names(1)%ticket, view)
    call view%get(there)
    call ok(there == 3, 'the object of a name of the list')
    call view%release()
    call empty%names(names, stat=stat)
    call ok(stat == WHARF_ERROR_NULL .and. size(names) == 2, 'that a list stays after an error')
  end subroutine listed

  !> What was counted before anything else is done, and after something is.
  subroutine counters()
    type(wharf_store) :: counted
    type(wharf_ticket) :: ticket
    type(wharf_view) :: view
    type(wharf_request) :: request
    type(wharf_promise) :: promise
    type(wharf_block) :: block
    real(real64), pointer :: written(:)
    real(real64), target :: field(5)
    real(real64), allocatable :: large(:)
    type(wharf_exposed) :: exposed
    integer(int64) :: resolves, hits, pending, bytes
    integer(int64) :: puts, bytes_put, copied, evicted, reclaimed, bytes_reclaimed
    integer(int64) :: capacity, reserved, in_use, live, retired

    call fabric%counters(resolves, hits, pending, bytes)
    call ok(all([resolves, hits, pending, bytes] == 0), 'a fabric that has done nothing')
    allocate (large(20000), source=0.0_real64)
    call counted%open(fabric, 'counted', capacity=262144_int64)
    call counted%put([1.0_real64, 2.0_real64], ticket)
    call counted%alloc([3], written, block)
    written = 0
    call block%seal(ticket)
    field = 0
    call counted%expose(field, exposed)
    call counted%counters(puts, bytes_put, copied, evicted, reclaimed, bytes_reclaimed)
    call ok(puts == 3 .and. bytes_put == 80 .and. copied == 16, 'what a store has put')
    call ok(all([evicted, reclaimed, bytes_reclaimed] == 0), 'what a store has not done')
    call exposed%unexpose()
    call fabric%resolve(ticket, view)
    call fabric%evict(ticket)
    call counted%usage(capacity, reserved, in_use, live, retired)
    call ok(capacity == 262144 .and. live == 1 .and. retired >= 1, 'how much a store holds')
    call ok(in_use >= 40 .and. reserved >= in_use .and. reserved <= capacity, 'what memory it has')
    call view%release()
    ! The second of these has room only in the first's memory, which is given back then.
    call counted%put(large, ticket)
    call fabric%evict(ticket)
    call counted%put(large, ticket)
    call counted%usage(retired=retired)
    call counted%counters(evicted=evicted, reclaimed=reclaimed, bytes_reclaimed=bytes_reclaimed)
    call ok(retired == 0 .and. evicted == 3, 'what a store has ended')
    call ok(reclaimed == 3 .and. bytes_reclaimed >= 160024, 'what a store was given back')

    call counted%promise(promise)
    call promise%ticket(ticket)
    call fabric%resolve_start(ticket, request)
    call promise%alloc([2], written, block)
    written = 0
    call block%seal(ticket)
    call request%wait(view)
    call view%release()
    call fabric%counters(resolves, hits, pending, bytes)
    call ok(resolves == 2 .and. hits == 1 .and. pending == 1 .and. bytes == 40, 'what a fabric has resolved')
    call counted%close()
    call counted%counters(puts, stat=stat)
    call ok(stat == WHARF_ERROR_NULL .and. puts == 3, 'a store that is closed')
    call counted%usage(live, stat=stat)
    call ok(stat == WHARF_ERROR_NULL, 'the usage of a store that is closed')
  end subroutine counters

end program progress
