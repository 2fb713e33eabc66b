!> Checks that end the program.
module check
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: error_unit, int8
  use wharf
  implicit none

contains

  subroutine ok(condition, what)
    logical, intent(in) :: condition
    character(len=*), intent(in) :: what

    if (condition) return
    write (error_unit, '(2a)') 'not so: ', what
    error stop 1
  end subroutine ok

  !> A call was refused as it should be, and says why.
  subroutine refused(stat, wanted, errmsg, word)
    integer(c_int), intent(in) :: stat, wanted
    character(len=*), intent(in) :: errmsg, word
    character(len=20) :: found

    write (found, '(i0)') stat
    call ok(stat == wanted, 'the status for "'//word//'", which is '//found)
    call ok(index(errmsg, word) > 0, '"'//word//'" in "'//trim(errmsg)//'"')
  end subroutine refused

end module check
