!> An error without STAT ends the program, as one of an intrinsic statement does.
program stop_at_errors
  use wharf
  implicit none
  type(wharf_fabric) :: fabric
  type(wharf_ticket) :: ticket
  type(wharf_view) :: view

  call fabric%open()
  call fabric%resolve(ticket, view)
  print '(a)', 'went on'
end program stop_at_errors
