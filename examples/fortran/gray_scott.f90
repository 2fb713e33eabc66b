!> A Gray-Scott reaction-diffusion simulation that shares a state every 100 iterations.
!>
!>     gray_scott | gray-scott statistics         followed by the Rust demonstration's followers
!>     gray_scott | follow                        or by follow.f90
!>
!> Each line of its output is a step and its ticket; the fields never leave the memory that they were
!> computed in. The first iteration of a step reads the last shared state where it lies, and the last one
!> writes the next.
program gray_scott
  use, intrinsic :: iso_fortran_env, only: int32, int64, output_unit, real64
  use wharf
  implicit none

  integer, parameter :: n = 256, steps = 20, iterations = 100, keep = 8
  real(real64), parameter :: feed = 0.0545_real64, kill = 0.062_real64
  real(real64), parameter :: mesh = 2.5_real64 / 256
  real(real64), parameter :: diffusion(2) = [2e-5_real64, 1e-5_real64] / mesh**2

  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  type(wharf_block) :: block
  type(wharf_view) :: view
  type(wharf_ticket) :: tickets(keep)
  real(real64), pointer, contiguous :: next(:, :, :)
  real(real64), pointer :: last(:, :, :)
  real(real64) :: buffers(n, n, 2, 2)
  integer(int32) :: table(0:255)
  integer :: step, slot, i, here

  table = crc_table()
  call fabric%open()
  ! What is shared outlives this program by a minute, for whoever is still looking at it.
  call store%open(fabric, 'gray-scott', lifetime= &
    wharf_lifetime(scope=WHARF_SCOPE_NODE, end=WHARF_END_LEASE, lease=60.0_real64))

  do step = 0, steps
    slot = modulo(step, keep) + 1
    if (step >= keep) call fabric%evict(tickets(slot))
    call store%alloc([n, n, 2], next, block)
    if (step == 0) then
      call start(next)
    else
      call view%get(last)
      here = 1
      call advance(last, buffers(:, :, :, here))
      do i = 2, iterations - 1
        call advance(buffers(:, :, :, here), buffers(:, :, :, 3 - here))
        here = 3 - here
      end do
      call advance(buffers(:, :, :, here), next)
      call view%release()
    end if
    call block%seal(tickets(slot))
    call fabric%resolve(tickets(slot), view)
    call say(step, tickets(slot))
  end do
  call view%release()
  write (output_unit, '(*(a, i0))') '{"end":{"steps":', steps + 1, ',"bytes_shared":', &
    (steps + 1) * size(buffers, kind=int64) / 2 * 8, ',"bytes_copied":', 0, &
    ',"evicted":', steps + 1 - keep, '}}'
  call store%close()
  call fabric%close()

contains

  !> U everywhere, and a square of V.
  subroutine start(state)
    real(real64), intent(out) :: state(:, :, :)
    integer :: middle(20)

    middle = [(n / 2 - 10 + i, i = 1, 20)]
    state(:, :, 1) = 1
    state(:, :, 2) = 0
    call random_number(state(middle, middle, :))
    state(middle, middle, 1) = 0.50_real64 * (0.99_real64 + 0.02_real64 * state(middle, middle, 1))
    state(middle, middle, 2) = 0.25_real64 * (0.99_real64 + 0.02_real64 * state(middle, middle, 2))
  end subroutine start

  !> One time step, periodic in both directions.
  pure subroutine advance(from, into)
    real(real64), intent(in) :: from(:, :, :)
    real(real64), intent(out) :: into(:, :, :)
    real(real64) :: here(2), around(2), reaction
    integer :: x, y, west, east, south, north

    do y = 1, n
      south = modulo(y - 2, n) + 1
      north = modulo(y, n) + 1
      do x = 1, n
        west = modulo(x - 2, n) + 1
        east = modulo(x, n) + 1
        here = from(x, y, :)
        around = (from(x, south, :) + from(x, north, :)) + (from(west, y, :) + from(east, y, :))
        reaction = here(1) * here(2)**2
        into(x, y, :) = here + diffusion * (around - 4 * here) &
          + [feed * (1 - here(1)) - reaction, reaction - (feed + kill) * here(2)]
      end do
    end do
  end subroutine advance

  !> A line for the followers.
  subroutine say(step, ticket)
    integer, intent(in) :: step
    type(wharf_ticket), intent(in) :: ticket
    real(real64), pointer :: state(:, :, :)

    call view%get(state)
    write (output_unit, '(*(g0))') '{"step":{"step":', step, ',"iteration":', step * iterations, &
      ',"ticket":"', wharf_ticket_to_text(ticket), '","crc":', crc_32(state), '}}'
    flush (output_unit)
  end subroutine say

  !> CRC-32, as zip and PNG have it, of the state's bytes.
  pure function crc_32(state) result(crc)
    real(real64), intent(in) :: state(:, :, :)
    integer(int64) :: crc, bits
    integer(int32) :: rest
    integer :: x, y, k, bit

    rest = -1
    do k = 1, 2
      do y = 1, n
        do x = 1, n
          bits = transfer(state(x, y, k), bits)
          do bit = 0, 56, 8
            rest = ieor(ishft(rest, -8), table(iand(ieor(rest, int(ibits(bits, bit, 8), int32)), 255_int32)))
          end do
        end do
      end do
    end do
    crc = iand(int(not(rest), int64), int(z'FFFFFFFF', int64))
  end function crc_32

  pure function crc_table() result(table)
    integer(int32) :: table(0:255)
    integer(int32), parameter :: polynomial = -306674912_int32
    integer(int32) :: i
    integer :: bit

    table = [(i, i = 0, 255)]
    do bit = 1, 8
      where (btest(table, 0))
        table = ieor(ishft(table, -1), polynomial)
      elsewhere
        table = ishft(table, -1)
      end where
    end do
  end function crc_table

end program gray_scott
