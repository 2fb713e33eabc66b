!> Follows what another program will put: the tickets of four objects, the first and last of which can be resolved
!> once, are on the lines that it reads. Then it looks for the names that the other has published.
program follower
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: output_unit, real64
  use check, only: ok, refused
  use wharf
  implicit none
  type(wharf_fabric) :: fabric
  type(wharf_ticket) :: tickets(4)
  type(wharf_request) :: requests(2)
  type(wharf_view) :: view, views(3)
  type(wharf_named), allocatable :: names(:)
  real(real64), pointer :: numbers(:)
  character(len=1000) :: line
  character(len=300) :: errmsg
  integer(c_int) :: stat, which, statuses(3)
  integer :: i
  logical :: done

  call fabric%open()
  do i = 1, 4
    read (*, '(a)') line
    call wharf_ticket_from_text(line, tickets(i))
  end do

  do i = 1, 2
    call fabric%resolve_start(tickets(i), requests(i))
  end do
  call wharf_request_wait_any(requests, which, timeout=0.01_real64, stat=stat)
  call ok(stat == WHARF_ERROR_NOT_DONE, 'that none is done')
  call say('none is done')
  call wharf_request_wait_any(requests, which, timeout=60.0_real64)
  call ok(which == 2, 'that the second is done')
  call requests(2)%test(done)
  call ok(done, 'that the second is said to be done')
  call requests(2)%wait(view)
  call view%get(numbers)
  call ok(nint(sum(numbers)) == 7, 'what the second is')
  call view%release()
  call requests(1)%test(done)
  call ok(.not. done, 'that the first is not done')
  call requests(1)%cancel()
  call say('the second is done, the first cancelled')

  read (*, '(a)') line
  call fabric%wait_any(tickets(3:4), which, timeout=60.0_real64)
  call ok(which == 1, 'that the third is pending no more')
  call fabric%resolve_start(tickets(3), requests(1))
  call requests(1)%wait(view, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_FAILED, errmsg, 'no convergence')
  call say('the third has failed')

  call fabric%wait(tickets(4), timeout=0.01_real64, stat=stat)
  call ok(stat == WHARF_ERROR_DEADLINE, 'that the fourth is pending')
  call say('the fourth is awaited')
  call fabric%wait(tickets(4), timeout=60.0_real64)
  call say('the fourth is there')

  read (*, '(a)') line
  call fabric%names(names, prefix='grid/')
  call ok(size(names) == 2, 'how many names begin so')
  call fabric%resolve_many([names%ticket, tickets(4)], views, 10.0_real64, statuses, stat)
  call ok(stat == WHARF_ERROR_EVICTED .and. all(statuses == [WHARF_OK, WHARF_OK, stat]), 'what became of many')
  do i = 1, 2
    call views(i)%get(numbers)
    print '(2a, f3.1)', names(i)%name, ' ', numbers
    call views(i)%release()
  end do
  call views(3)%get(numbers, stat=stat)
  call ok(stat == WHARF_ERROR_NULL, 'that there is no view of what is gone')
  call fabric%close()

contains

  subroutine say(what)
    character(len=*), intent(in) :: what

    print '(a)', what
    flush (output_unit)
  end subroutine say

end program follower
