!> Shares an array and ends. Its ticket is all that a reader needs:
!>
!>     ./producer > ticket
!>     ./consumer "$(cat ticket)"        this folder's, or the one in C
!>
!> The array is computed where readers will find it: nothing is copied.
program producer
  use, intrinsic :: iso_fortran_env, only: real64
  use wharf
  implicit none

  integer, parameter :: rows = 3, columns = 4
  type(wharf_fabric) :: fabric
  type(wharf_store) :: store
  type(wharf_block) :: block
  type(wharf_ticket) :: ticket
  real(real64), pointer, contiguous :: temperature(:, :)
  integer :: row, column

  ! Without STAT, an error ends the program with a message that says what to do.
  call fabric%open()
  ! The array shall outlive this process: whoever has read it evicts it.
  call store%open(fabric, 'example', lifetime=wharf_lifetime(scope=WHARF_SCOPE_NODE))

  call store%alloc([rows, columns], temperature, block)
  do column = 1, columns
    do row = 1, rows
      temperature(row, column) = 10 * row + column
    end do
  end do
  call block%seal(ticket)
  print '(a)', wharf_ticket_to_text(ticket)

  call store%close()
  call fabric%close()
end program producer
