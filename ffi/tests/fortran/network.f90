!> Two nodes of one machine, as far apart as two directories.
program network
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: int64, real32, real64
  use check, only: ok, refused
  use wharf
  implicit none

  real(real64), parameter :: SOON = 60
  type(wharf_fabric) :: origin, reader, nobody
  type(wharf_store) :: store
  type(wharf_ticket) :: ticket, later
  type(wharf_promise) :: promise
  type(wharf_view) :: view
  character(len=:), allocatable :: text
  character(len=1000) :: here
  character(len=500) :: errmsg
  real(real64) :: field(100, 50), column(100)
  real(real32) :: halves(4)
  real(real64), pointer :: there(:, :)
  integer(int64) :: bytes, fetches, fetched, received, hits, encrypted
  integer(c_int) :: stat, which
  logical :: elsewhere
  integer :: i

  call get_environment_variable('WHARF_SHM_DIR', here)
  call origin%open(trim(here)//'-there', listen='127.0.0.1:0', trusted='none', encrypt=WHARF_ENCRYPT_ALWAYS, &
    trust_replicas=.false.)
  call reader%open(replicas=100000000_int64)
  call store%open(origin, 'fields')
  field = reshape([(real(i, real64), i = 1, size(field))], shape(field))
  call store%put(field, ticket)

  call origin%served_at(text)
  call ok(index(text, 'tcp://127.0.0.1:') == 1, 'where it is served: '//text)
  call reader%served_at(text)
  call ok(len(text) == 0, 'nobody serves the other node')
  call reader%is_elsewhere(ticket, elsewhere)
  call ok(elsewhere, 'it is elsewhere')
  call origin%is_elsewhere(ticket, elsewhere)
  call ok(.not. elsewhere, 'it is here')
  call reader%explain(ticket, text, timeout=SOON)
  call ok(index(text, 'taken tcp://127.0.0.1:') > 0, 'it is explained: '//text)

  call reader%object_size(ticket, bytes, timeout=SOON)
  call ok(bytes == size(field) * 8, 'the size')
  call reader%read_at(ticket, 201_int64, column, timeout=SOON)
  call ok(.not. any(abs(column - field(:, 3)) > 0), 'the third column')
  call reader%read_at(ticket, int(size(field), int64), column(:1), timeout=SOON)
  call ok(.not. abs(column(1) - field(100, 50)) > 0, 'the last element')
  call reader%read_at(ticket, 9000_int64, halves, timeout=SOON)
  call reader%read_at(ticket, 1_int64, column(:0), timeout=SOON)
  call reader%read_at(ticket, int(size(field), int64), column(:2), timeout=SOON, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_BEYOND, errmsg, '40000 bytes')
  call reader%read_at(ticket, 0_int64, column, timeout=SOON, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_BEYOND, errmsg, '40000 bytes')
  call reader%read_at(ticket, huge(bytes), column, timeout=SOON, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_BEYOND, errmsg, '40000 bytes')

  call reader%resolve(ticket, view, timeout=SOON)
  call view%get(there)
  call ok(.not. any(abs(there - field) > 0), 'the whole field')
  call view%release()
  call reader%resolve(ticket, view, timeout=SOON)
  call view%release()
  call reader%remote_counters(fetches, fetched, received, hits, encrypted)
  call ok(hits == 1, 'the node had a copy')
  call ok(fetched == 800 + 8 + 16 + size(field) * 8, 'bytes fetched')
  call ok(received > fetched, 'bytes received')
  call ok(encrypted > 0 .and. encrypted <= received, 'bytes encrypted')

  call store%promise(promise)
  call promise%ticket(later)
  call reader%wait_any([later], which, timeout=0.1_real64, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_DEADLINE, errmsg, 'pending')
  call promise%fail('the solver diverged')
  call reader%wait_any([later], which, timeout=SOON)
  call ok(which == 1, 'it has failed')
  call reader%resolve(later, view, timeout=SOON, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_FAILED, errmsg, 'the solver diverged')
  call reader%resolve(ticket, view, timeout=0.0_real64, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_OUT_OF_TIME, errmsg, 'by the deadline')

  call nobody%open(trim(here)//'-nobody', listen='example.org', stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, 'example.org')
  call nobody%open(trim(here)//'-nobody', listen='192.0.2.1:1', stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_LISTEN, errmsg, '192.0.2.1:1')
  call nobody%open(trim(here)//'-nobody', listen='127.0.0.1:0', secret='/proc/no/such', stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_SECRET, errmsg, '/proc/no/such')
  call nobody%open(trim(here)//'-nobody', encrypt=9_c_int, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_ARGUMENT, errmsg, '9')

  call store%close()
  call origin%close()
  call reader%read_at(ticket, 1_int64, column, timeout=SOON, stat=stat, errmsg=errmsg)
  call refused(stat, WHARF_ERROR_UNREACHABLE, errmsg, 'tcp://127.0.0.1:')
  call reader%close()
  print '(a)', 'both nodes agree'
end program network
