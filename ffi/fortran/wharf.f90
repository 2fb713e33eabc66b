! SPDX-License-Identifier: Apache-2.0 OR MIT

!> Wharf: put once, resolve anywhere.
!>
!> A program puts an array and gets a ticket, a plain value that can travel through any channel.
!> Whoever holds the ticket resolves it: another process on the same node sees the very same
!> memory, with no copy, at any size.
!>
!>     use wharf                                  use wharf
!>     type(wharf_fabric) :: fabric               type(wharf_fabric) :: fabric
!>     type(wharf_store) :: store                 type(wharf_view) :: view
!>     type(wharf_ticket) :: ticket               type(wharf_ticket) :: ticket
!>     real(real64) :: field(64, 32)              real(real64), pointer :: field(:, :)
!>
!>     call fabric%open()                         call fabric%open()
!>     call store%open(fabric, 'fields')          call fabric%resolve(ticket, view)
!>     call store%put(field, ticket)  -------->   call view%get(field)
!>
!> What holds for all procedures:
!>
!> - Arrays are real(real32), real(real64), complex(real32), complex(real64), integer(int8), (int16),
!>   (int32) or (int64), of rank 0 to 7. They are described in Fortran order with their shape in
!>   Fortran; lower bounds are not kept, and pointers have lower bounds of 1.
!> - The last arguments are STAT and ERRMSG, as in Fortran's own statements: STAT becomes 0, or one of the
!>   WHARF_ERROR_ constants; ERRMSG is changed by an error only, and says what went wrong and what to
!>   do. Without STAT, an error stops the program with that message (error stop). STAT is of kind c_int,
!>   whatever the default integer is (-fdefault-integer-8).
!> - Outputs come last before these. After an error they are as they were; pointers are null.
!> - Fabrics, stores, blocks, promises and views are handles: an assignment copies the handle, not what
!>   it stands for. Nothing is released by itself when a variable ceases to exist: each has a
!>   procedure that ends it, which also empties the variable, does nothing to an empty one, and
!>   is answered by WHARF_ERROR_CLOSED_HANDLE through a copy that was left. A variable that
!>   holds something is not overwritten: WHARF_ERROR_ARGUMENT says to end it first.
!> - Texts end before their trailing blanks, or before their first NUL.
!> - Times are in seconds, real(real64).
!> - Procedures may be called by several threads at once, but with one variable by one thread only where
!>   the variable is changed: opened, allocated, sealed, failed, freed, released or closed.
!>
!> The parts between "<generated" and "</generated>" are written by ffi/tests/fortran.rs.
module wharf
  use, intrinsic :: iso_c_binding, only: c_associated, c_char, c_f_pointer, c_int, c_int8_t, c_int32_t, &
    c_int64_t, c_loc, c_null_char, c_null_ptr, c_ptr, c_size_t
  use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, real32, real64
  implicit none
  private

  public :: wharf_fabric, wharf_store, wharf_block, wharf_promise, wharf_view, wharf_source
  public :: wharf_ticket, wharf_lifetime
  public :: wharf_ticket_to_text, wharf_ticket_from_text, wharf_version

  ! <generated constants>
  ! wharf_status
  enum, bind(C)
    !> All went well.
    enumerator :: WHARF_OK = 0
    !> An argument is NULL that must not be.
    enumerator :: WHARF_ERROR_NULL = -1
    !> An argument is out of its range.
    enumerator :: WHARF_ERROR_ARGUMENT = -2
    !> What was given as a handle is none, or one of another kind.
    enumerator :: WHARF_ERROR_HANDLE = -3
    !> The handle was closed before, or used up by a call that says so.
    enumerator :: WHARF_ERROR_CLOSED_HANDLE = -4
    !> A text is not UTF-8.
    enumerator :: WHARF_ERROR_NOT_UTF8 = -5
    !> A structure's struct_size is none that it can have, or it asks for what this library does not
    !> know.
    enumerator :: WHARF_ERROR_STRUCT_SIZE = -6
    !> The buffer is too small; the size that is needed was written.
    enumerator :: WHARF_ERROR_BUFFER = -7
    !> This process was forked from the one that opened the fabric: open it again here.
    enumerator :: WHARF_ERROR_FORKED = -8
    !> The request is not done yet.
    enumerator :: WHARF_ERROR_NOT_DONE = -9
    !> This library was built without that: wharf_has_feature() tells what it has.
    enumerator :: WHARF_ERROR_NO_FEATURE = -10
    !> The object is gone: it was evicted, its lease has ended, it was resolved once, or it ended
    !> with its process.
    enumerator :: WHARF_ERROR_EVICTED = -100
    !> The producer failed the object. The message is the producer's.
    enumerator :: WHARF_ERROR_FAILED = -101
    !> The producer died before it sealed the object.
    enumerator :: WHARF_ERROR_OWNER_DIED = -102
    !> The object, or the name, was not there by the deadline.
    enumerator :: WHARF_ERROR_DEADLINE = -103
    !> The object is not sealed yet, and what was asked for needs that.
    enumerator :: WHARF_ERROR_PENDING = -104
    !> The object has no lease that could be renewed.
    enumerator :: WHARF_ERROR_NOT_LEASED = -105
    !> The object is something else than it was asked for as.
    enumerator :: WHARF_ERROR_WRONG_TYPE = -106
    !> Exposed memory is still being copied.
    enumerator :: WHARF_ERROR_STILL_READ = -107
    !> Exposed memory cannot be read: its producer freed or protected it.
    enumerator :: WHARF_ERROR_UNREADABLE = -108
    !> What was given is not a ticket, or is a damaged one.
    enumerator :: WHARF_ERROR_TICKET = -200
    !> The ticket gives no right to read the object.
    enumerator :: WHARF_ERROR_WRONG_CAPABILITY = -201
    !> The object lives on another node, and the ticket tells no way to it.
    enumerator :: WHARF_ERROR_OTHER_NODE = -202
    !> The name is another object's, which is still there.
    enumerator :: WHARF_ERROR_NAME_TAKEN = -300
    !> There is no such name, or there was none by the deadline.
    enumerator :: WHARF_ERROR_NO_SUCH_NAME = -301
    !> There can be no such name.
    enumerator :: WHARF_ERROR_INVALID_NAME = -302
    !> The store is full.
    enumerator :: WHARF_ERROR_FULL = -400
    !> The object could not fit even into an empty store.
    enumerator :: WHARF_ERROR_TOO_LARGE = -401
    !> The shared-memory filesystem, or the job's memory limit, has no room.
    enumerator :: WHARF_ERROR_OUT_OF_MEMORY = -402
    !> This process holds as many views as it can.
    enumerator :: WHARF_ERROR_TOO_MANY_VIEWS = -403
    !> This process has as many handles of a kind as it can.
    enumerator :: WHARF_ERROR_TOO_MANY_HANDLES = -404
    !> The configuration has a mistake.
    enumerator :: WHARF_ERROR_CONFIG = -500
    !> The shared-memory directory cannot be used.
    enumerator :: WHARF_ERROR_DIRECTORY = -501
    !> There is no shared-memory directory, and it was not to be made.
    enumerator :: WHARF_ERROR_NO_DIRECTORY = -502
    !> The shared-memory directory was removed while in use.
    enumerator :: WHARF_ERROR_VANISHED = -503
    !> Shared memory was laid out by another version of Wharf.
    enumerator :: WHARF_ERROR_LAYOUT = -504
    !> Shared memory does not hold what it should.
    enumerator :: WHARF_ERROR_DAMAGED = -505
    !> The store was closed.
    enumerator :: WHARF_ERROR_STORE_CLOSED = -506
    !> A system call failed.
    enumerator :: WHARF_ERROR_SYSTEM = -507
    !> What another process exposes cannot be reached: the message says what to change.
    enumerator :: WHARF_ERROR_ATTACH = -508
    !> A fault in the library.
    enumerator :: WHARF_ERROR_INTERNAL = -900
    !> Something that has no number of its own.
    enumerator :: WHARF_ERROR_OTHER = -901
  end enum
  public :: WHARF_OK, WHARF_ERROR_NULL, WHARF_ERROR_ARGUMENT
  public :: WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE, WHARF_ERROR_NOT_UTF8
  public :: WHARF_ERROR_STRUCT_SIZE, WHARF_ERROR_BUFFER, WHARF_ERROR_FORKED
  public :: WHARF_ERROR_NOT_DONE, WHARF_ERROR_NO_FEATURE, WHARF_ERROR_EVICTED
  public :: WHARF_ERROR_FAILED, WHARF_ERROR_OWNER_DIED, WHARF_ERROR_DEADLINE
  public :: WHARF_ERROR_PENDING, WHARF_ERROR_NOT_LEASED, WHARF_ERROR_WRONG_TYPE
  public :: WHARF_ERROR_STILL_READ, WHARF_ERROR_UNREADABLE, WHARF_ERROR_TICKET
  public :: WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE, WHARF_ERROR_NAME_TAKEN
  public :: WHARF_ERROR_NO_SUCH_NAME, WHARF_ERROR_INVALID_NAME, WHARF_ERROR_FULL
  public :: WHARF_ERROR_TOO_LARGE, WHARF_ERROR_OUT_OF_MEMORY, WHARF_ERROR_TOO_MANY_VIEWS
  public :: WHARF_ERROR_TOO_MANY_HANDLES, WHARF_ERROR_CONFIG, WHARF_ERROR_DIRECTORY
  public :: WHARF_ERROR_NO_DIRECTORY, WHARF_ERROR_VANISHED, WHARF_ERROR_LAYOUT
  public :: WHARF_ERROR_DAMAGED, WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_SYSTEM
  public :: WHARF_ERROR_ATTACH, WHARF_ERROR_INTERNAL, WHARF_ERROR_OTHER

  ! wharf_scope
  enum, bind(C)
    !> It ends with the process, or the store, that put it.
    enumerator :: WHARF_SCOPE_PROCESS = 0
    !> It outlives its process, killed or not, until it is evicted.
    enumerator :: WHARF_SCOPE_NODE = 1
  end enum
  public :: WHARF_SCOPE_PROCESS, WHARF_SCOPE_NODE

  ! wharf_end
  enum, bind(C)
    !> It lives until it is evicted.
    enumerator :: WHARF_END_EVICTED = 0
    !> Its first successful resolve evicts it.
    enumerator :: WHARF_END_ONCE = 1
    !> It ends when its lease has passed since it was sealed, or renewed.
    enumerator :: WHARF_END_LEASE = 2
  end enum
  public :: WHARF_END_EVICTED, WHARF_END_ONCE, WHARF_END_LEASE

  ! wharf_element
  enum, bind(C)
    !> int8_t
    enumerator :: WHARF_INT8 = 1
    !> int16_t
    enumerator :: WHARF_INT16 = 2
    !> int32_t
    enumerator :: WHARF_INT32 = 3
    !> int64_t
    enumerator :: WHARF_INT64 = 4
    !> uint8_t
    enumerator :: WHARF_UINT8 = 5
    !> uint16_t
    enumerator :: WHARF_UINT16 = 6
    !> uint32_t
    enumerator :: WHARF_UINT32 = 7
    !> uint64_t
    enumerator :: WHARF_UINT64 = 8
    !> IEEE 754 half precision
    enumerator :: WHARF_FLOAT16 = 9
    !> The upper half of a float: 8 bits of exponent, 7 of fraction
    enumerator :: WHARF_BFLOAT16 = 10
    !> float
    enumerator :: WHARF_FLOAT32 = 11
    !> double
    enumerator :: WHARF_FLOAT64 = 12
    !> float complex: real, then imaginary
    enumerator :: WHARF_COMPLEX_FLOAT32 = 13
    !> double complex: real, then imaginary
    enumerator :: WHARF_COMPLEX_FLOAT64 = 14
    !> A plain structure, of which only its size is known
    enumerator :: WHARF_RECORD = 15
  end enum
  public :: WHARF_INT8, WHARF_INT16, WHARF_INT32
  public :: WHARF_INT64, WHARF_UINT8, WHARF_UINT16
  public :: WHARF_UINT32, WHARF_UINT64, WHARF_FLOAT16
  public :: WHARF_BFLOAT16, WHARF_FLOAT32, WHARF_FLOAT64
  public :: WHARF_COMPLEX_FLOAT32, WHARF_COMPLEX_FLOAT64, WHARF_RECORD

  ! wharf_order
  enum, bind(C)
    !> The last index varies fastest, as in C.
    enumerator :: WHARF_ORDER_C = 0
    !> The first index varies fastest, as in Fortran.
    enumerator :: WHARF_ORDER_FORTRAN = 1
  end enum
  public :: WHARF_ORDER_C, WHARF_ORDER_FORTRAN

  ! wharf_form
  enum, bind(C)
    !> Bytes, about which nothing is said.
    enumerator :: WHARF_FORM_BYTES = 0
    !> An array, which wharf_ticket_array() or wharf_view_array() describes.
    enumerator :: WHARF_FORM_ARRAY = 1
    !> A value that a Rust program encoded.
    enumerator :: WHARF_FORM_VALUE = 2
    !> The ticket was taken before the object's memory: the resolved object knows.
    enumerator :: WHARF_FORM_UNTOLD = 3
    !> Something that this library does not know. Its bytes can be viewed all the same.
    enumerator :: WHARF_FORM_UNKNOWN = 4
  end enum
  public :: WHARF_FORM_BYTES, WHARF_FORM_ARRAY, WHARF_FORM_VALUE
  public :: WHARF_FORM_UNTOLD, WHARF_FORM_UNKNOWN

  ! wharf_state
  enum, bind(C)
    !> It has a ticket, and no bytes yet.
    enumerator :: WHARF_STATE_PENDING = 0
    !> Its bytes are there and will not change.
    enumerator :: WHARF_STATE_SEALED = 1
    !> Its producer failed it, or died before sealing it.
    enumerator :: WHARF_STATE_FAILED = 2
  end enum
  public :: WHARF_STATE_PENDING, WHARF_STATE_SEALED, WHARF_STATE_FAILED

  ! </generated>

  ! The structures of wharf.h.

  integer, parameter :: MAX_DIMENSIONS = 8

  type, bind(C) :: c_array
    integer(c_int) :: element = 0
    integer(c_int) :: order = WHARF_ORDER_FORTRAN
    integer(c_int32_t) :: element_size = 0
    integer(c_int32_t) :: dimensions = 0
    integer(c_int64_t) :: shape(MAX_DIMENSIONS) = 0
  end type c_array

  type, bind(C) :: c_lifetime
    integer(c_int) :: scope = 0
    integer(c_int) :: end = 0
    integer(c_int64_t) :: lease = 0
  end type c_lifetime

  type, bind(C) :: c_options
    integer(c_size_t) :: struct_size = 0
    type(c_ptr) :: directory = c_null_ptr
    integer(c_int64_t) :: capacity = 0
    integer(c_int) :: wait = 0
    integer(c_int) :: leave_dead = 0
    integer(c_int) :: must_exist = 0
    integer(c_int) :: reserved = 0
  end type c_options

  type, bind(C) :: c_store_options
    integer(c_size_t) :: struct_size = 0
    integer(c_int64_t) :: capacity = 0
    type(c_lifetime) :: lifetime = c_lifetime()
  end type c_store_options

  type, bind(C) :: c_object_stat
    integer(c_size_t) :: struct_size = 0
    integer(c_int) :: state = 0
    integer(c_int) :: owner_alive = 0
    integer(c_int64_t) :: owner_pid = 0
    integer(c_int64_t) :: size = 0
    type(c_lifetime) :: lifetime = c_lifetime()
  end type c_object_stat

  !> A self-contained name for an object, and the right to read it.
  !>
  !> A plain value of 516 bytes: copy it, write it to a file, or send it by MPI as so many MPI_BYTE.
  !> It needs no freeing. wharf_ticket_to_text() makes one line of text of it.
  type, bind(C) :: wharf_ticket
    private
    integer(c_int32_t) :: size = 0
    integer(c_int8_t) :: bytes(512) = 0
  end type wharf_ticket

  !> How long objects live.
  type :: wharf_lifetime
    !> WHARF_SCOPE_PROCESS: ends with the process, or its store. WHARF_SCOPE_NODE: outlives both.
    integer(c_int) :: scope = WHARF_SCOPE_PROCESS
    !> WHARF_END_EVICTED, WHARF_END_ONCE (the first resolve ends it) or WHARF_END_LEASE.
    integer(c_int) :: end = WHARF_END_EVICTED
    !> With WHARF_END_LEASE: so many seconds from its being sealed on.
    real(real64) :: lease = 0
  end type wharf_lifetime

  !> This process's membership of the node. One per process is usual.
  type :: wharf_fabric
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure :: open => fabric_open
    procedure :: resolve => fabric_resolve
    procedure :: lookup => fabric_lookup
    procedure :: unpublish => fabric_unpublish
    procedure :: inquire => fabric_inquire
    procedure :: evict => fabric_evict
    procedure :: renew => fabric_renew
    procedure :: close => fabric_close
  end type wharf_fabric

  !> What memory for an object can be taken from: a wharf_store or a wharf_promise.
  !>
  !>     call source%alloc(shape, array, block)      array: a pointer of rank 1 to 7
  !>     call source%alloc(array, block)             array: a pointer to a scalar
  !>
  !> Points ARRAY at memory of SHAPE, a rank 1 array of integers of 4 or 8 bytes with as many as ARRAY has
  !> dimensions (those below 0 are taken for 0); what the memory holds is unspecified. It belongs to BLOCK: ARRAY
  !> may be used until that is sealed, failed or freed, and not afterwards.
  type, abstract :: wharf_source
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure(take_block), deferred, private :: take
    ! <generated alloc>
    procedure, private :: alloc_int8_0, alloc_int8_1, alloc_int8_2, alloc_int8_3
    procedure, private :: alloc_int8_4, alloc_int8_5, alloc_int8_6, alloc_int8_7
    generic :: alloc => alloc_int8_0, alloc_int8_1, alloc_int8_2, alloc_int8_3
    generic :: alloc => alloc_int8_4, alloc_int8_5, alloc_int8_6, alloc_int8_7
    procedure, private :: alloc_int16_0, alloc_int16_1, alloc_int16_2, alloc_int16_3
    procedure, private :: alloc_int16_4, alloc_int16_5, alloc_int16_6, alloc_int16_7
    generic :: alloc => alloc_int16_0, alloc_int16_1, alloc_int16_2, alloc_int16_3
    generic :: alloc => alloc_int16_4, alloc_int16_5, alloc_int16_6, alloc_int16_7
    procedure, private :: alloc_int32_0, alloc_int32_1, alloc_int32_2, alloc_int32_3
    procedure, private :: alloc_int32_4, alloc_int32_5, alloc_int32_6, alloc_int32_7
    generic :: alloc => alloc_int32_0, alloc_int32_1, alloc_int32_2, alloc_int32_3
    generic :: alloc => alloc_int32_4, alloc_int32_5, alloc_int32_6, alloc_int32_7
    procedure, private :: alloc_int64_0, alloc_int64_1, alloc_int64_2, alloc_int64_3
    procedure, private :: alloc_int64_4, alloc_int64_5, alloc_int64_6, alloc_int64_7
    generic :: alloc => alloc_int64_0, alloc_int64_1, alloc_int64_2, alloc_int64_3
    generic :: alloc => alloc_int64_4, alloc_int64_5, alloc_int64_6, alloc_int64_7
    procedure, private :: alloc_real32_0, alloc_real32_1, alloc_real32_2, alloc_real32_3
    procedure, private :: alloc_real32_4, alloc_real32_5, alloc_real32_6, alloc_real32_7
    generic :: alloc => alloc_real32_0, alloc_real32_1, alloc_real32_2, alloc_real32_3
    generic :: alloc => alloc_real32_4, alloc_real32_5, alloc_real32_6, alloc_real32_7
    procedure, private :: alloc_real64_0, alloc_real64_1, alloc_real64_2, alloc_real64_3
    procedure, private :: alloc_real64_4, alloc_real64_5, alloc_real64_6, alloc_real64_7
    generic :: alloc => alloc_real64_0, alloc_real64_1, alloc_real64_2, alloc_real64_3
    generic :: alloc => alloc_real64_4, alloc_real64_5, alloc_real64_6, alloc_real64_7
    procedure, private :: alloc_complex32_0, alloc_complex32_1, alloc_complex32_2, alloc_complex32_3
    procedure, private :: alloc_complex32_4, alloc_complex32_5, alloc_complex32_6, alloc_complex32_7
    generic :: alloc => alloc_complex32_0, alloc_complex32_1, alloc_complex32_2, alloc_complex32_3
    generic :: alloc => alloc_complex32_4, alloc_complex32_5, alloc_complex32_6, alloc_complex32_7
    procedure, private :: alloc_complex64_0, alloc_complex64_1, alloc_complex64_2, alloc_complex64_3
    procedure, private :: alloc_complex64_4, alloc_complex64_5, alloc_complex64_6, alloc_complex64_7
    generic :: alloc => alloc_complex64_0, alloc_complex64_1, alloc_complex64_2, alloc_complex64_3
    generic :: alloc => alloc_complex64_4, alloc_complex64_5, alloc_complex64_6, alloc_complex64_7
    ! </generated>
  end type wharf_source

  !> A named place that this process puts objects in. `alloc` is described at wharf_source.
  !>
  !>     call store%put(array, ticket)
  !>
  !> copies ARRAY, a variable or an expression of rank 0 to 7, into an object. ARRAY may be a section
  !> that is not contiguous, of which the compiler makes a copy first.
  type, extends(wharf_source) :: wharf_store
  contains
    procedure :: open => store_open
    procedure :: with_lifetime => store_with_lifetime
    procedure :: promise => store_promise
    procedure :: publish => store_publish
    procedure :: close => store_close
    procedure, private :: take => store_take
    ! <generated put>
    procedure, private :: put_int8_0, put_int8_1, put_int8_2, put_int8_3
    procedure, private :: put_int8_4, put_int8_5, put_int8_6, put_int8_7
    generic :: put => put_int8_0, put_int8_1, put_int8_2, put_int8_3
    generic :: put => put_int8_4, put_int8_5, put_int8_6, put_int8_7
    procedure, private :: put_int16_0, put_int16_1, put_int16_2, put_int16_3
    procedure, private :: put_int16_4, put_int16_5, put_int16_6, put_int16_7
    generic :: put => put_int16_0, put_int16_1, put_int16_2, put_int16_3
    generic :: put => put_int16_4, put_int16_5, put_int16_6, put_int16_7
    procedure, private :: put_int32_0, put_int32_1, put_int32_2, put_int32_3
    procedure, private :: put_int32_4, put_int32_5, put_int32_6, put_int32_7
    generic :: put => put_int32_0, put_int32_1, put_int32_2, put_int32_3
    generic :: put => put_int32_4, put_int32_5, put_int32_6, put_int32_7
    procedure, private :: put_int64_0, put_int64_1, put_int64_2, put_int64_3
    procedure, private :: put_int64_4, put_int64_5, put_int64_6, put_int64_7
    generic :: put => put_int64_0, put_int64_1, put_int64_2, put_int64_3
    generic :: put => put_int64_4, put_int64_5, put_int64_6, put_int64_7
    procedure, private :: put_real32_0, put_real32_1, put_real32_2, put_real32_3
    procedure, private :: put_real32_4, put_real32_5, put_real32_6, put_real32_7
    generic :: put => put_real32_0, put_real32_1, put_real32_2, put_real32_3
    generic :: put => put_real32_4, put_real32_5, put_real32_6, put_real32_7
    procedure, private :: put_real64_0, put_real64_1, put_real64_2, put_real64_3
    procedure, private :: put_real64_4, put_real64_5, put_real64_6, put_real64_7
    generic :: put => put_real64_0, put_real64_1, put_real64_2, put_real64_3
    generic :: put => put_real64_4, put_real64_5, put_real64_6, put_real64_7
    procedure, private :: put_complex32_0, put_complex32_1, put_complex32_2, put_complex32_3
    procedure, private :: put_complex32_4, put_complex32_5, put_complex32_6, put_complex32_7
    generic :: put => put_complex32_0, put_complex32_1, put_complex32_2, put_complex32_3
    generic :: put => put_complex32_4, put_complex32_5, put_complex32_6, put_complex32_7
    procedure, private :: put_complex64_0, put_complex64_1, put_complex64_2, put_complex64_3
    procedure, private :: put_complex64_4, put_complex64_5, put_complex64_6, put_complex64_7
    generic :: put => put_complex64_0, put_complex64_1, put_complex64_2, put_complex64_3
    generic :: put => put_complex64_4, put_complex64_5, put_complex64_6, put_complex64_7
    ! </generated>
  end type wharf_store

  !> An object that has a ticket before it has memory, or even a shape.
  !>
  !> `alloc`, which is described at wharf_source, keeps it: the promise is empty afterwards, and sealing the
  !> block seals the object.
  type, extends(wharf_source) :: wharf_promise
  contains
    procedure :: ticket => promise_ticket
    procedure :: fail => promise_fail
    procedure :: free => promise_free
    procedure, private :: take => promise_take
  end type wharf_promise

  !> Writable memory of a store. Sealing it makes it an object, with no copy.
  type :: wharf_block
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure :: ticket => block_ticket
    procedure :: seal => block_seal
    procedure :: fail => block_fail
    procedure :: free => block_free
  end type wharf_block

  !> A resolved object: its bytes stay where and as they are until the view is released, whatever
  !> happens to the object, its store or its producer.
  !>
  !>     call view%get(array)                    array: a pointer of the object's type and rank
  !>     call view%get(array, reversed=.true.)
  !>
  !> points ARRAY at the object's elements, with no copy. They belong to the view: ARRAY may be read
  !> until it is released. Writing there ends the program.
  !>
  !> What is not as ARRAY is declared is refused by WHARF_ERROR_WRONG_TYPE: another type, another
  !> rank, and an array of rank 2 or more in C order, as C, C++, Rust and Python programs write them.
  !> With REVERSED, the last is seen with its dimensions in reversed order: C's a[z][y][x] is array(x, y, z).
  !> An array in Fortran order is seen as it is, with REVERSED and without.
  !>
  !> Unsigned integers are seen as the integers of the same bits. An object of plain bytes is seen as
  !> integer(int8) of rank 1.
  type :: wharf_view
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure :: inquire => view_inquire
    procedure :: release => view_release
    ! <generated get>
    procedure, private :: get_int8_0, get_int8_1, get_int8_2, get_int8_3
    procedure, private :: get_int8_4, get_int8_5, get_int8_6, get_int8_7
    generic :: get => get_int8_0, get_int8_1, get_int8_2, get_int8_3
    generic :: get => get_int8_4, get_int8_5, get_int8_6, get_int8_7
    procedure, private :: get_int16_0, get_int16_1, get_int16_2, get_int16_3
    procedure, private :: get_int16_4, get_int16_5, get_int16_6, get_int16_7
    generic :: get => get_int16_0, get_int16_1, get_int16_2, get_int16_3
    generic :: get => get_int16_4, get_int16_5, get_int16_6, get_int16_7
    procedure, private :: get_int32_0, get_int32_1, get_int32_2, get_int32_3
    procedure, private :: get_int32_4, get_int32_5, get_int32_6, get_int32_7
    generic :: get => get_int32_0, get_int32_1, get_int32_2, get_int32_3
    generic :: get => get_int32_4, get_int32_5, get_int32_6, get_int32_7
    procedure, private :: get_int64_0, get_int64_1, get_int64_2, get_int64_3
    procedure, private :: get_int64_4, get_int64_5, get_int64_6, get_int64_7
    generic :: get => get_int64_0, get_int64_1, get_int64_2, get_int64_3
    generic :: get => get_int64_4, get_int64_5, get_int64_6, get_int64_7
    procedure, private :: get_real32_0, get_real32_1, get_real32_2, get_real32_3
    procedure, private :: get_real32_4, get_real32_5, get_real32_6, get_real32_7
    generic :: get => get_real32_0, get_real32_1, get_real32_2, get_real32_3
    generic :: get => get_real32_4, get_real32_5, get_real32_6, get_real32_7
    procedure, private :: get_real64_0, get_real64_1, get_real64_2, get_real64_3
    procedure, private :: get_real64_4, get_real64_5, get_real64_6, get_real64_7
    generic :: get => get_real64_0, get_real64_1, get_real64_2, get_real64_3
    generic :: get => get_real64_4, get_real64_5, get_real64_6, get_real64_7
    procedure, private :: get_complex32_0, get_complex32_1, get_complex32_2, get_complex32_3
    procedure, private :: get_complex32_4, get_complex32_5, get_complex32_6, get_complex32_7
    generic :: get => get_complex32_0, get_complex32_1, get_complex32_2, get_complex32_3
    generic :: get => get_complex32_4, get_complex32_5, get_complex32_6, get_complex32_7
    procedure, private :: get_complex64_0, get_complex64_1, get_complex64_2, get_complex64_3
    procedure, private :: get_complex64_4, get_complex64_5, get_complex64_6, get_complex64_7
    generic :: get => get_complex64_0, get_complex64_1, get_complex64_2, get_complex64_3
    generic :: get => get_complex64_4, get_complex64_5, get_complex64_6, get_complex64_7
    ! </generated>
  end type wharf_view

  abstract interface
    !> Takes memory for an array, and says where it is.
    function take_block(self, array, block) result(status)
      import :: c_int, c_ptr, c_array, wharf_source
      implicit none
      class(wharf_source), intent(inout) :: self
      type(c_array), intent(in) :: array
      type(c_ptr), intent(out) :: block
      integer(c_int) :: status
    end function take_block
  end interface

  ! The functions of wharf.h.

  interface
    function c_version() bind(C, name='wharf_version') result(text)
      import :: c_ptr
      implicit none
      type(c_ptr) :: text
    end function c_version

    function c_error_message() bind(C, name='wharf_error_message') result(text)
      import :: c_ptr
      implicit none
      type(c_ptr) :: text
    end function c_error_message

    function c_fabric_open(options, fabric) bind(C, name='wharf_fabric_open') result(status)
      import :: c_int, c_options, c_ptr
      implicit none
      type(c_options), intent(in) :: options
      type(c_ptr), intent(inout) :: fabric
      integer(c_int) :: status
    end function c_fabric_open

    function c_fabric_close(fabric) bind(C, name='wharf_fabric_close') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: fabric
      integer(c_int) :: status
    end function c_fabric_close

    function c_fabric_resolve(fabric, ticket, timeout, view) &
      bind(C, name='wharf_fabric_resolve') result(status)
      import :: c_int, c_int64_t, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: timeout
      type(c_ptr), intent(inout) :: view
      integer(c_int) :: status
    end function c_fabric_resolve

    function c_fabric_stat(fabric, ticket, facts) bind(C, name='wharf_fabric_stat') result(status)
      import :: c_int, c_object_stat, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      type(c_object_stat), intent(inout) :: facts
      integer(c_int) :: status
    end function c_fabric_stat

    function c_fabric_evict(fabric, ticket) bind(C, name='wharf_fabric_evict') result(status)
      import :: c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int) :: status
    end function c_fabric_evict

    function c_fabric_renew(fabric, ticket, lease) bind(C, name='wharf_fabric_renew') result(status)
      import :: c_int, c_int64_t, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: lease
      integer(c_int) :: status
    end function c_fabric_renew

    function c_fabric_lookup(fabric, name, timeout, ticket) bind(C, name='wharf_fabric_lookup') result(status)
      import :: c_char, c_int, c_int64_t, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      character(kind=c_char), intent(in) :: name(*)
      integer(c_int64_t), value :: timeout
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_fabric_lookup

    function c_fabric_unpublish(fabric, name) bind(C, name='wharf_fabric_unpublish') result(status)
      import :: c_char, c_int, c_ptr
      implicit none
      type(c_ptr), value :: fabric
      character(kind=c_char), intent(in) :: name(*)
      integer(c_int) :: status
    end function c_fabric_unpublish

    function c_store_open(fabric, name, options, store) bind(C, name='wharf_store_open') result(status)
      import :: c_char, c_int, c_ptr, c_store_options
      implicit none
      type(c_ptr), value :: fabric
      character(kind=c_char), intent(in) :: name(*)
      type(c_store_options), intent(in) :: options
      type(c_ptr), intent(inout) :: store
      integer(c_int) :: status
    end function c_store_open

    function c_store_with_lifetime(store, lifetime, other) &
      bind(C, name='wharf_store_with_lifetime') result(status)
      import :: c_int, c_lifetime, c_ptr
      implicit none
      type(c_ptr), value :: store
      type(c_lifetime), intent(in) :: lifetime
      type(c_ptr), intent(inout) :: other
      integer(c_int) :: status
    end function c_store_with_lifetime

    function c_store_put_array(store, data, array, ticket) &
      bind(C, name='wharf_store_put_array') result(status)
      import :: c_array, c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: store
      type(c_ptr), value :: data
      type(c_array), intent(in) :: array
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_store_put_array

    function c_store_alloc_array(store, array, block) bind(C, name='wharf_store_alloc_array') result(status)
      import :: c_array, c_int, c_ptr
      implicit none
      type(c_ptr), value :: store
      type(c_array), intent(in) :: array
      type(c_ptr), intent(inout) :: block
      integer(c_int) :: status
    end function c_store_alloc_array

    function c_store_promise(store, promise) bind(C, name='wharf_store_promise') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: store
      type(c_ptr), intent(inout) :: promise
      integer(c_int) :: status
    end function c_store_promise

    function c_store_publish(store, name, ticket) bind(C, name='wharf_store_publish') result(status)
      import :: c_char, c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: store
      character(kind=c_char), intent(in) :: name(*)
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int) :: status
    end function c_store_publish

    function c_store_close(store) bind(C, name='wharf_store_close') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: store
      integer(c_int) :: status
    end function c_store_close

    function c_promise_ticket(promise, ticket) bind(C, name='wharf_promise_ticket') result(status)
      import :: c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: promise
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_promise_ticket

    function c_promise_alloc_array(promise, array, block) &
      bind(C, name='wharf_promise_alloc_array') result(status)
      import :: c_array, c_int, c_ptr
      implicit none
      type(c_ptr), value :: promise
      type(c_array), intent(in) :: array
      type(c_ptr), intent(inout) :: block
      integer(c_int) :: status
    end function c_promise_alloc_array

    function c_promise_fail(promise, message) bind(C, name='wharf_promise_fail') result(status)
      import :: c_char, c_int, c_ptr
      implicit none
      type(c_ptr), value :: promise
      character(kind=c_char), intent(in) :: message(*)
      integer(c_int) :: status
    end function c_promise_fail

    function c_promise_free(promise) bind(C, name='wharf_promise_free') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: promise
      integer(c_int) :: status
    end function c_promise_free

    function c_block_data(block, data, size) bind(C, name='wharf_block_data') result(status)
      import :: c_int, c_ptr, c_size_t
      implicit none
      type(c_ptr), value :: block
      type(c_ptr), intent(inout) :: data
      integer(c_size_t), intent(out) :: size
      integer(c_int) :: status
    end function c_block_data

    function c_block_ticket(block, ticket) bind(C, name='wharf_block_ticket') result(status)
      import :: c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: block
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_block_ticket

    function c_block_seal(block, ticket) bind(C, name='wharf_block_seal') result(status)
      import :: c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: block
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_block_seal

    function c_block_fail(block, message) bind(C, name='wharf_block_fail') result(status)
      import :: c_char, c_int, c_ptr
      implicit none
      type(c_ptr), value :: block
      character(kind=c_char), intent(in) :: message(*)
      integer(c_int) :: status
    end function c_block_fail

    function c_block_free(block) bind(C, name='wharf_block_free') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: block
      integer(c_int) :: status
    end function c_block_free

    function c_view_data(view, data, size) bind(C, name='wharf_view_data') result(status)
      import :: c_int, c_ptr, c_size_t
      implicit none
      type(c_ptr), value :: view
      type(c_ptr), intent(inout) :: data
      integer(c_size_t), intent(out) :: size
      integer(c_int) :: status
    end function c_view_data

    function c_view_form(view, form) bind(C, name='wharf_view_form') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: view
      integer(c_int), intent(inout) :: form
      integer(c_int) :: status
    end function c_view_form

    function c_view_array(view, array) bind(C, name='wharf_view_array') result(status)
      import :: c_array, c_int, c_ptr
      implicit none
      type(c_ptr), value :: view
      type(c_array), intent(inout) :: array
      integer(c_int) :: status
    end function c_view_array

    function c_view_release(view) bind(C, name='wharf_view_release') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: view
      integer(c_int) :: status
    end function c_view_release

    function c_ticket_from_text(text, ticket) bind(C, name='wharf_ticket_from_text') result(status)
      import :: c_char, c_int, wharf_ticket
      implicit none
      character(kind=c_char), intent(in) :: text(*)
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_ticket_from_text

    function c_ticket_to_text(ticket, buffer, capacity, length) &
      bind(C, name='wharf_ticket_to_text') result(status)
      import :: c_char, c_int, c_size_t, wharf_ticket
      implicit none
      type(wharf_ticket), intent(in) :: ticket
      character(kind=c_char), intent(out) :: buffer(*)
      integer(c_size_t), value :: capacity
      integer(c_size_t), intent(out) :: length
      integer(c_int) :: status
    end function c_ticket_to_text
  end interface

contains

  ! The fabric.

  !> Joins the node. Reads the environment (WHARF_*) and the configuration file for what is not given here.
  !>
  !> DIRECTORY is the shared-memory directory: processes that are to share objects need the same one.
  !> CAPACITY is the most bytes that a store may hold which is opened without a capacity of its own. With
  !> MUST_EXIST, a directory that does not exist is refused instead of made.
  subroutine fabric_open(self, directory, capacity, must_exist, stat, errmsg)
    class(wharf_fabric), intent(inout) :: self
    character(len=*), optional, intent(in) :: directory
    integer(int64), optional, intent(in) :: capacity
    logical, optional, intent(in) :: must_exist
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_options) :: options
    character(kind=c_char), allocatable, target :: path(:)

    if (in_use(self%handle, 'fabric', 'close', stat, errmsg)) return
    options%struct_size = int(storage_size(options) / 8, c_size_t)
    if (present(directory)) then
      path = letters(c_text(directory))
      options%directory = c_loc(path)
    end if
    if (present(capacity)) options%capacity = capacity
    if (present(must_exist)) options%must_exist = merge(1_c_int, 0_c_int, must_exist)
    call settle(c_fabric_open(options, self%handle), stat, errmsg)
  end subroutine fabric_open

  !> Finds the object of a ticket, and waits for it while it is pending: nothing is copied.
  !>
  !> Waits for TIMEOUT seconds at most, WHARF_ERROR_DEADLINE; without it, until the object is there or its
  !> producer has failed it (WHARF_ERROR_FAILED, with the producer's message) or died. VIEW is to
  !> be released.
  subroutine fabric_resolve(self, ticket, view, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    type(wharf_view), intent(inout) :: view
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status

    if (in_use(view%handle, 'view', 'release', stat, errmsg)) return
    status = c_fabric_resolve(self%handle, ticket, nanoseconds(timeout), view%handle)
    call settle(status, stat, errmsg)
  end subroutine fabric_resolve

  !> The ticket that was published under NAME. Waits for it as resolve does; WHARF_ERROR_NO_SUCH_NAME.
  subroutine fabric_lookup(self, name, ticket, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    character(len=*), intent(in) :: name
    type(wharf_ticket), intent(inout) :: ticket
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status

    status = c_fabric_lookup(self%handle, c_text(name), nanoseconds(timeout), ticket)
    call settle(status, stat, errmsg)
  end subroutine fabric_lookup

  !> Takes a name away, whichever process of this user published it; its object stays.
  subroutine fabric_unpublish(self, name, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    character(len=*), intent(in) :: name
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_fabric_unpublish(self%handle, c_text(name)), stat, errmsg)
  end subroutine fabric_unpublish

  !> What is known of an object, without waiting for it: STATE is one of WHARF_STATE_PENDING, _SEALED and
  !> _FAILED, SIZE its bytes, 0 unless it is sealed; OWNER_PID the process that put it, alive or not.
  subroutine fabric_inquire(self, ticket, state, size, owner_pid, owner_alive, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(c_int), optional, intent(inout) :: state
    integer(int64), optional, intent(inout) :: size, owner_pid
    logical, optional, intent(inout) :: owner_alive
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_object_stat) :: facts
    integer(c_int) :: status

    facts%struct_size = int(storage_size(facts) / 8, c_size_t)
    status = c_fabric_stat(self%handle, ticket, facts)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(state)) state = facts%state
    if (present(size)) size = facts%size
    if (present(owner_pid)) owner_pid = facts%owner_pid
    if (present(owner_alive)) owner_alive = facts%owner_alive /= 0
  end subroutine fabric_inquire

  !> Ends an object, whichever process of this user put it: at once for new resolves; views that exist
  !> stay valid.
  subroutine fabric_evict(self, ticket, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_fabric_evict(self%handle, ticket), stat, errmsg)
  end subroutine fabric_evict

  !> Lets an object's lease end LEASE seconds from now; WHARF_ERROR_NOT_LEASED if it has none.
  subroutine fabric_renew(self, ticket, lease, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    real(real64), intent(in) :: lease
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_fabric_renew(self%handle, ticket, nanoseconds(lease)), stat, errmsg)
  end subroutine fabric_renew

  !> Leaves the node. Stores, blocks, promises and views that were opened through it stay usable.
  subroutine fabric_close(self, stat, errmsg)
    class(wharf_fabric), intent(inout) :: self
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_fabric_close(taken(self%handle)), stat, errmsg)
  end subroutine fabric_close

  ! Stores.

  !> Opens a place to put objects in; NAME is for listings. No memory is taken until something is put.
  !>
  !> CAPACITY is the most bytes that it may hold; without it, what the configuration says. LIFETIME is that
  !> of what is put; without it, objects live until they are evicted or the store is closed.
  subroutine store_open(self, fabric, name, capacity, lifetime, stat, errmsg)
    class(wharf_store), intent(inout) :: self
    type(wharf_fabric), intent(in) :: fabric
    character(len=*), intent(in) :: name
    integer(int64), optional, intent(in) :: capacity
    type(wharf_lifetime), optional, intent(in) :: lifetime
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_store_options) :: options
    integer(c_int) :: status

    if (in_use(self%handle, 'store', 'close', stat, errmsg)) return
    options%struct_size = int(storage_size(options) / 8, c_size_t)
    if (present(capacity)) options%capacity = capacity
    if (present(lifetime)) options%lifetime = c_lifetime_of(lifetime)
    status = c_store_open(fabric%handle, c_text(name), options, self%handle)
    call settle(status, stat, errmsg)
  end subroutine store_open

  !> Another handle of the same store, with another lifetime for what is put through it. OTHER is to be
  !> closed as well; the store ends with the last.
  subroutine store_with_lifetime(self, lifetime, other, stat, errmsg)
    class(wharf_store), intent(in) :: self
    type(wharf_lifetime), intent(in) :: lifetime
    type(wharf_store), intent(inout) :: other
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status

    if (in_use(other%handle, 'store', 'close', stat, errmsg)) return
    status = c_store_with_lifetime(self%handle, c_lifetime_of(lifetime), other%handle)
    call settle(status, stat, errmsg)
  end subroutine store_with_lifetime

  !> Makes an object whose shape is not known yet: its ticket can be given away at once. PROMISE is to be
  !> kept by its `alloc`, failed, or freed, which fails it.
  subroutine store_promise(self, promise, stat, errmsg)
    class(wharf_store), intent(in) :: self
    type(wharf_promise), intent(inout) :: promise
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    if (in_use(promise%handle, 'promise', 'free', stat, errmsg)) return
    call settle(c_store_promise(self%handle, promise%handle), stat, errmsg)
  end subroutine store_promise

  !> Gives an object a name, for any process of the node to look up: WHARF_ERROR_NAME_TAKEN while another
  !> object has it. It stands until the object is gone, or until it is unpublished.
  subroutine store_publish(self, name, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    character(len=*), intent(in) :: name
    type(wharf_ticket), intent(in) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_store_publish(self%handle, c_text(name), ticket), stat, errmsg)
  end subroutine store_publish

  !> Closes a store. Its objects of process scope are evicted, views of them stay valid; its blocks and
  !> promises fail.
  subroutine store_close(self, stat, errmsg)
    class(wharf_store), intent(inout) :: self
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_store_close(taken(self%handle)), stat, errmsg)
  end subroutine store_close

  function store_take(self, array, block) result(status)
    class(wharf_store), intent(inout) :: self
    type(c_array), intent(in) :: array
    type(c_ptr), intent(out) :: block
    integer(c_int) :: status

    block = c_null_ptr
    status = c_store_alloc_array(self%handle, array, block)
  end function store_take

  ! Promises.

  !> The object's ticket: whoever resolves it waits.
  subroutine promise_ticket(self, ticket, stat, errmsg)
    class(wharf_promise), intent(in) :: self
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_promise_ticket(self%handle, ticket), stat, errmsg)
  end subroutine promise_ticket

  !> Fails the object: whoever waits for it, now or later, gets MESSAGE.
  subroutine promise_fail(self, message, stat, errmsg)
    class(wharf_promise), intent(inout) :: self
    character(len=*), intent(in) :: message
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_promise_fail(taken(self%handle), c_text(message)), stat, errmsg)
  end subroutine promise_fail

  !> Gives a promise up, which fails it.
  subroutine promise_free(self, stat, errmsg)
    class(wharf_promise), intent(inout) :: self
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_promise_free(taken(self%handle)), stat, errmsg)
  end subroutine promise_free

  function promise_take(self, array, block) result(status)
    class(wharf_promise), intent(inout) :: self
    type(c_array), intent(in) :: array
    type(c_ptr), intent(out) :: block
    integer(c_int) :: status

    block = c_null_ptr
    status = c_promise_alloc_array(taken(self%handle), array, block)
  end function promise_take

  ! Blocks.

  !> The object's ticket, while its elements are still being written: whoever resolves it waits.
  subroutine block_ticket(self, ticket, stat, errmsg)
    class(wharf_block), intent(in) :: self
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_block_ticket(self%handle, ticket), stat, errmsg)
  end subroutine block_ticket

  !> Makes the block an object, and gives its ticket. The pointer that `alloc` gave may not be used any more.
  subroutine block_seal(self, ticket, stat, errmsg)
    class(wharf_block), intent(inout) :: self
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_block_seal(taken(self%handle), ticket), stat, errmsg)
  end subroutine block_seal

  !> Fails the object: whoever waits for it, now or later, gets MESSAGE.
  subroutine block_fail(self, message, stat, errmsg)
    class(wharf_block), intent(inout) :: self
    character(len=*), intent(in) :: message
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_block_fail(taken(self%handle), c_text(message)), stat, errmsg)
  end subroutine block_fail

  !> Gives a block up, which fails it.
  subroutine block_free(self, stat, errmsg)
    class(wharf_block), intent(inout) :: self
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_block_free(taken(self%handle)), stat, errmsg)
  end subroutine block_free

  ! Views.

  !> What the object is: ELEMENT is one of WHARF_INT8 and so on, or WHARF_RECORD; ORDER one of
  !> WHARF_ORDER_FORTRAN and WHARF_ORDER_C; SHAPE as its producer wrote it, with as many numbers as it
  !> has dimensions. Plain bytes are WHARF_UINT8 of rank 1.
  subroutine view_inquire(self, element, order, shape, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(c_int), optional, intent(inout) :: element, order
    integer(int64), optional, allocatable, intent(inout) :: shape(:)
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_array) :: array
    type(c_ptr) :: data
    integer(c_int) :: status

    call look(self, array, data, status)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(element)) element = array%element
    if (present(order)) order = array%order
    if (present(shape)) shape = array%shape(:array%dimensions)
  end subroutine view_inquire

  !> Releases a view: the pointers that `get` gave may not be used any more.
  subroutine view_release(self, stat, errmsg)
    class(wharf_view), intent(inout) :: self
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_view_release(taken(self%handle)), stat, errmsg)
  end subroutine view_release

  ! Tickets.

  !> A ticket as one line of text, safe in URLs, that begins with "wharf1_". After an error, an empty one.
  function wharf_ticket_to_text(ticket, stat, errmsg) result(text)
    type(wharf_ticket), intent(in) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    character(len=:), allocatable :: text
    character(len=704) :: buffer
    integer(c_size_t) :: length
    integer(c_int) :: status

    length = 0
    status = c_ticket_to_text(ticket, buffer, len(buffer, c_size_t), length)
    call settle(status, stat, errmsg)
    text = ''
    if (status == 0) text = buffer(:length)
  end function wharf_ticket_to_text

  !> The ticket that a text is; blanks around it are forgiven. WHARF_ERROR_TICKET tells a typing error.
  subroutine wharf_ticket_from_text(text, ticket, stat, errmsg)
    character(len=*), intent(in) :: text
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_ticket_from_text(c_text(text), ticket), stat, errmsg)
  end subroutine wharf_ticket_from_text

  !> The version of the library that is loaded, as in "0.1.0".
  function wharf_version() result(version)
    character(len=:), allocatable :: version

    version = f_text(c_version())
  end function wharf_version

  ! What put, alloc and get have in common for all types and ranks.

  subroutine put_array(self, element, data, shape, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(c_int), intent(in) :: element
    type(c_ptr), intent(in) :: data
    integer(int64), intent(in) :: shape(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_store_put_array(self%handle, data, array_of(element, shape), ticket), stat, errmsg)
  end subroutine put_array

  !> DATA is null, and EXTENTS arbitrary, after an error.
  subroutine alloc_array(self, element, shape, extents, block, data, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    integer(c_int), intent(in) :: element
    class(*), intent(in) :: shape(:)
    integer(int64), intent(out) :: extents(:)
    type(wharf_block), intent(inout) :: block
    type(c_ptr), intent(out) :: data
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_size_t) :: length
    integer(c_int) :: status

    data = c_null_ptr
    extents = 0
    if (in_use(block%handle, 'block', 'seal, fail or free', stat, errmsg)) return
    if (size(shape) /= size(extents)) then
      call refuse(WHARF_ERROR_ARGUMENT, 'the shape has '//decimal(size(shape, kind=int64))// &
        ' numbers, and the array '//decimal(size(extents, kind=int64))//' dimensions', stat, errmsg)
      return
    end if
    select type (shape)
    type is (integer(int32))
      extents = max(0_int64, int(shape, int64))
    type is (integer(int64))
      extents = max(0_int64, shape)
    class default
      call refuse(WHARF_ERROR_ARGUMENT, 'a shape is of integers of 4 or 8 bytes', stat, errmsg)
      return
    end select
    status = self%take(array_of(element, extents), block%handle)
    if (status == 0) status = c_block_data(block%handle, data, length)
    call settle(status, stat, errmsg)
  end subroutine alloc_array

  !> DATA is null, and EXTENTS arbitrary, after an error.
  subroutine get_array(self, element, reversed, extents, data, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(c_int), intent(in) :: element
    logical, optional, intent(in) :: reversed
    integer(int64), intent(out) :: extents(:)
    type(c_ptr), intent(out) :: data
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_array) :: array
    integer(c_int) :: status
    integer :: rank
    logical :: turn

    extents = 0
    call look(self, array, data, status)
    if (status /= 0) then
      call settle(status, stat, errmsg)
      return
    end if
    rank = size(extents)
    turn = .false.
    if (present(reversed)) turn = reversed
    if (signed(array%element) /= element .or. array%dimensions /= rank) then
      data = c_null_ptr
      call refuse(WHARF_ERROR_WRONG_TYPE, 'the object is '//in_words(array)// &
        ', and the pointer is '//in_words(array_of(element, extents)), stat, errmsg)
    else if (array%order == WHARF_ORDER_C .and. rank > 1 .and. .not. turn) then
      data = c_null_ptr
      call refuse(WHARF_ERROR_WRONG_TYPE, 'the object is '//in_words(array)// &
        ': see it with its dimensions reversed by get(array, reversed=.true.)', stat, errmsg)
    else
      extents = array%shape(:rank)
      if (array%order == WHARF_ORDER_C) extents = array%shape(rank:1:-1)
      call settle(status, stat, errmsg)
    end if
  end subroutine get_array

  !> What array the object is, and where.
  subroutine look(self, array, data, status)
    class(wharf_view), intent(in) :: self
    type(c_array), intent(out) :: array
    type(c_ptr), intent(out) :: data
    integer(c_int), intent(out) :: status
    integer(c_size_t) :: bytes
    integer(c_int) :: form
    type(c_ptr) :: place

    data = c_null_ptr
    place = c_null_ptr
    form = WHARF_FORM_BYTES
    bytes = 0
    status = c_view_data(self%handle, place, bytes)
    if (status == 0) status = c_view_form(self%handle, form)
    if (status /= 0) return
    if (form == WHARF_FORM_BYTES) then
      array = array_of(WHARF_UINT8, [int(bytes, int64)])
    else
      status = c_view_array(self%handle, array)
    end if
    if (status == 0) data = place
  end subroutine look

  pure function array_of(element, shape) result(array)
    integer(c_int), intent(in) :: element
    integer(int64), intent(in) :: shape(:)
    type(c_array) :: array

    array%element = element
    array%dimensions = size(shape, kind=c_int32_t)
    array%shape(:size(shape)) = shape
  end function array_of

  !> The element that Fortran has for another of the same size.
  pure function signed(element)
    integer(c_int), intent(in) :: element
    integer(c_int) :: signed

    select case (element)
    case (WHARF_UINT8)
      signed = WHARF_INT8
    case (WHARF_UINT16)
      signed = WHARF_INT16
    case (WHARF_UINT32)
      signed = WHARF_INT32
    case (WHARF_UINT64)
      signed = WHARF_INT64
    case default
      signed = element
    end select
  end function signed

  !> Such as "real(real64) of rank 2" or "real(real64) of rank 3 in C order".
  pure function in_words(array) result(words)
    type(c_array), intent(in) :: array
    character(len=:), allocatable :: words

    select case (array%element)
    ! <generated words>
    case (WHARF_INT8, WHARF_UINT8)
      words = 'integer(int8)'
    case (WHARF_INT16, WHARF_UINT16)
      words = 'integer(int16)'
    case (WHARF_INT32, WHARF_UINT32)
      words = 'integer(int32)'
    case (WHARF_INT64, WHARF_UINT64)
      words = 'integer(int64)'
    case (WHARF_FLOAT32)
      words = 'real(real32)'
    case (WHARF_FLOAT64)
      words = 'real(real64)'
    case (WHARF_COMPLEX_FLOAT32)
      words = 'complex(real32)'
    case (WHARF_COMPLEX_FLOAT64)
      words = 'complex(real64)'
    ! </generated>
    case default
      words = 'of elements that Fortran has no type for'
    end select
    words = words//' of rank '//decimal(int(array%dimensions, int64))
    if (array%order == WHARF_ORDER_C .and. array%dimensions > 1) words = words//' in C order'
  end function in_words

  ! Errors.

  !> Tells the caller what came of a call of the library.
  subroutine settle(status, stat, errmsg)
    integer(c_int), intent(in) :: status
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    if (status /= 0) then
      call refuse(status, f_text(c_error_message()), stat, errmsg)
    else if (present(stat)) then
      stat = 0
    end if
  end subroutine settle

  subroutine refuse(status, message, stat, errmsg)
    integer(c_int), intent(in) :: status
    character(len=*), intent(in) :: message
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    if (present(errmsg)) errmsg = message
    if (.not. present(stat)) error stop 'wharf: '//message
    stat = status
  end subroutine refuse

  !> Whether a variable that is to be filled holds something, which is refused.
  function in_use(handle, what, remedy, stat, errmsg)
    type(c_ptr), intent(in) :: handle
    character(len=*), intent(in) :: what, remedy
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    logical :: in_use

    in_use = c_associated(handle)
    if (in_use) then
      call refuse(WHARF_ERROR_ARGUMENT, 'the '//what//' is in use: '//remedy//' it first', stat, errmsg)
    end if
  end function in_use

  ! Between Fortran and C.

  !> A handle that is given away: the variable is empty afterwards.
  function taken(handle)
    type(c_ptr), intent(inout) :: handle
    type(c_ptr) :: taken

    taken = handle
    handle = c_null_ptr
  end function taken

  pure function c_text(text)
    character(len=*), intent(in) :: text
    character(len=:), allocatable :: c_text

    c_text = trim(text)//c_null_char
  end function c_text

  !> The characters of a text, as an array that has an address.
  pure function letters(text)
    character(len=*), intent(in) :: text
    character(kind=c_char) :: letters(len(text))
    integer :: i

    do i = 1, len(text)
      letters(i) = text(i:i)
    end do
  end function letters

  !> The text that a pointer of the library points to.
  function f_text(text)
    type(c_ptr), intent(in) :: text
    character(len=:), allocatable :: f_text
    character(kind=c_char), pointer :: characters(:)
    integer :: i, length

    ! As long as it may be: how long it is, its end says.
    call c_f_pointer(text, characters, [huge(length)])
    length = 0
    do while (characters(length + 1) /= c_null_char)
      length = length + 1
    end do
    allocate (character(len=length) :: f_text)
    do i = 1, length
      f_text(i:i) = characters(i)
    end do
  end function f_text

  pure function decimal(number)
    integer(int64), intent(in) :: number
    character(len=:), allocatable :: decimal
    character(len=20) :: buffer

    write (buffer, '(i0)') number
    decimal = trim(buffer)
  end function decimal

  !> A time as the library wants it. What is below 0, or no number, it refuses.
  pure function nanoseconds(seconds)
    real(real64), optional, intent(in) :: seconds
    integer(int64) :: nanoseconds

    nanoseconds = -1
    if (.not. present(seconds)) return
    if (seconds >= 9e9_real64) then
      nanoseconds = huge(nanoseconds)
    else if (seconds >= 0) then
      nanoseconds = nint(seconds * 1e9_real64, int64)
    else
      nanoseconds = -2
    end if
  end function nanoseconds

  pure function c_lifetime_of(lifetime)
    type(wharf_lifetime), intent(in) :: lifetime
    type(c_lifetime) :: c_lifetime_of

    c_lifetime_of = c_lifetime(lifetime%scope, lifetime%end, nanoseconds(lifetime%lease))
  end function c_lifetime_of

  ! <generated procedures>
  subroutine put_int8_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_INT8, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_int8_0

  subroutine put_int8_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_1

  subroutine put_int8_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_2

  subroutine put_int8_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_3

  subroutine put_int8_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_4

  subroutine put_int8_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_5

  subroutine put_int8_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_6

  subroutine put_int8_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT8, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int8_7

  subroutine put_int16_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_INT16, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_int16_0

  subroutine put_int16_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_1

  subroutine put_int16_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_2

  subroutine put_int16_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_3

  subroutine put_int16_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_4

  subroutine put_int16_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_5

  subroutine put_int16_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_6

  subroutine put_int16_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT16, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int16_7

  subroutine put_int32_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_INT32, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_int32_0

  subroutine put_int32_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_1

  subroutine put_int32_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_2

  subroutine put_int32_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_3

  subroutine put_int32_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_4

  subroutine put_int32_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_5

  subroutine put_int32_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_6

  subroutine put_int32_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int32_7

  subroutine put_int64_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_INT64, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_int64_0

  subroutine put_int64_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_1

  subroutine put_int64_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_2

  subroutine put_int64_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_3

  subroutine put_int64_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_4

  subroutine put_int64_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_5

  subroutine put_int64_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_6

  subroutine put_int64_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_INT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_int64_7

  subroutine put_real32_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_real32_0

  subroutine put_real32_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_1

  subroutine put_real32_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_2

  subroutine put_real32_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_3

  subroutine put_real32_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_4

  subroutine put_real32_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_5

  subroutine put_real32_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_6

  subroutine put_real32_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real32_7

  subroutine put_real64_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_real64_0

  subroutine put_real64_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_1

  subroutine put_real64_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_2

  subroutine put_real64_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_3

  subroutine put_real64_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_4

  subroutine put_real64_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_5

  subroutine put_real64_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_6

  subroutine put_real64_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_real64_7

  subroutine put_complex32_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_complex32_0

  subroutine put_complex32_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_1

  subroutine put_complex32_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_2

  subroutine put_complex32_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_3

  subroutine put_complex32_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_4

  subroutine put_complex32_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_5

  subroutine put_complex32_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_6

  subroutine put_complex32_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT32, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex32_7

  subroutine put_complex64_0(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), target, intent(in) :: array
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, [integer(int64) ::], ticket, stat, errmsg)
  end subroutine put_complex64_0

  subroutine put_complex64_1(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_1

  subroutine put_complex64_2(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_2

  subroutine put_complex64_3(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_3

  subroutine put_complex64_4(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_4

  subroutine put_complex64_5(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_5

  subroutine put_complex64_6(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_6

  subroutine put_complex64_7(self, array, ticket, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), contiguous, target, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call put_array(self, WHARF_COMPLEX_FLOAT64, data, shape(array, int64), ticket, stat, errmsg)
  end subroutine put_complex64_7

  subroutine alloc_int8_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    integer(int8), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_int8_0

  subroutine alloc_int8_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_1

  subroutine alloc_int8_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_2

  subroutine alloc_int8_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_3

  subroutine alloc_int8_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_4

  subroutine alloc_int8_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_5

  subroutine alloc_int8_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_6

  subroutine alloc_int8_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int8), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT8, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int8_7

  subroutine alloc_int16_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    integer(int16), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_int16_0

  subroutine alloc_int16_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_1

  subroutine alloc_int16_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_2

  subroutine alloc_int16_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_3

  subroutine alloc_int16_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_4

  subroutine alloc_int16_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_5

  subroutine alloc_int16_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_6

  subroutine alloc_int16_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int16), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT16, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int16_7

  subroutine alloc_int32_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    integer(int32), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_int32_0

  subroutine alloc_int32_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_1

  subroutine alloc_int32_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_2

  subroutine alloc_int32_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_3

  subroutine alloc_int32_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_4

  subroutine alloc_int32_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_5

  subroutine alloc_int32_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_6

  subroutine alloc_int32_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int32), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int32_7

  subroutine alloc_int64_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    integer(int64), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_int64_0

  subroutine alloc_int64_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_1

  subroutine alloc_int64_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_2

  subroutine alloc_int64_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_3

  subroutine alloc_int64_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_4

  subroutine alloc_int64_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_5

  subroutine alloc_int64_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_6

  subroutine alloc_int64_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    integer(int64), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_INT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_int64_7

  subroutine alloc_real32_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    real(real32), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_real32_0

  subroutine alloc_real32_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_1

  subroutine alloc_real32_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_2

  subroutine alloc_real32_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_3

  subroutine alloc_real32_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_4

  subroutine alloc_real32_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_5

  subroutine alloc_real32_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_6

  subroutine alloc_real32_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real32), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real32_7

  subroutine alloc_real64_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    real(real64), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_real64_0

  subroutine alloc_real64_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_1

  subroutine alloc_real64_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_2

  subroutine alloc_real64_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_3

  subroutine alloc_real64_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_4

  subroutine alloc_real64_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_5

  subroutine alloc_real64_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_6

  subroutine alloc_real64_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    real(real64), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_real64_7

  subroutine alloc_complex32_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    complex(real32), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_complex32_0

  subroutine alloc_complex32_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_1

  subroutine alloc_complex32_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_2

  subroutine alloc_complex32_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_3

  subroutine alloc_complex32_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_4

  subroutine alloc_complex32_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_5

  subroutine alloc_complex32_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_6

  subroutine alloc_complex32_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real32), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT32, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex32_7

  subroutine alloc_complex64_0(self, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    complex(real64), pointer, intent(out) :: array
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, [integer(int64) ::], extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine alloc_complex64_0

  subroutine alloc_complex64_1(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_1

  subroutine alloc_complex64_2(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_2

  subroutine alloc_complex64_3(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_3

  subroutine alloc_complex64_4(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_4

  subroutine alloc_complex64_5(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_5

  subroutine alloc_complex64_6(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_6

  subroutine alloc_complex64_7(self, shape, array, block, stat, errmsg)
    class(wharf_source), intent(inout) :: self
    class(*), intent(in) :: shape(:)
    complex(real64), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    type(wharf_block), intent(inout) :: block
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call alloc_array(self, WHARF_COMPLEX_FLOAT64, shape, extents, block, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine alloc_complex64_7

  subroutine get_int8_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_int8_0

  subroutine get_int8_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_1

  subroutine get_int8_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_2

  subroutine get_int8_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_3

  subroutine get_int8_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_4

  subroutine get_int8_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_5

  subroutine get_int8_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_6

  subroutine get_int8_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int8), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT8, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int8_7

  subroutine get_int16_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_int16_0

  subroutine get_int16_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_1

  subroutine get_int16_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_2

  subroutine get_int16_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_3

  subroutine get_int16_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_4

  subroutine get_int16_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_5

  subroutine get_int16_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_6

  subroutine get_int16_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int16), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT16, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int16_7

  subroutine get_int32_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_int32_0

  subroutine get_int32_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_1

  subroutine get_int32_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_2

  subroutine get_int32_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_3

  subroutine get_int32_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_4

  subroutine get_int32_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_5

  subroutine get_int32_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_6

  subroutine get_int32_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int32), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int32_7

  subroutine get_int64_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_int64_0

  subroutine get_int64_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_1

  subroutine get_int64_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_2

  subroutine get_int64_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_3

  subroutine get_int64_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_4

  subroutine get_int64_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_5

  subroutine get_int64_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_6

  subroutine get_int64_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(int64), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_INT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_int64_7

  subroutine get_real32_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_real32_0

  subroutine get_real32_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_1

  subroutine get_real32_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_2

  subroutine get_real32_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_3

  subroutine get_real32_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_4

  subroutine get_real32_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_5

  subroutine get_real32_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_6

  subroutine get_real32_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real32), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real32_7

  subroutine get_real64_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_real64_0

  subroutine get_real64_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_1

  subroutine get_real64_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_2

  subroutine get_real64_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_3

  subroutine get_real64_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_4

  subroutine get_real64_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_5

  subroutine get_real64_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_6

  subroutine get_real64_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    real(real64), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_real64_7

  subroutine get_complex32_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_complex32_0

  subroutine get_complex32_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_1

  subroutine get_complex32_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_2

  subroutine get_complex32_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_3

  subroutine get_complex32_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_4

  subroutine get_complex32_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_5

  subroutine get_complex32_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_6

  subroutine get_complex32_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real32), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT32, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex32_7

  subroutine get_complex64_0(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(0)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array)
  end subroutine get_complex64_0

  subroutine get_complex64_1(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(1)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_1

  subroutine get_complex64_2(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(2)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_2

  subroutine get_complex64_3(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(3)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_3

  subroutine get_complex64_4(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(4)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_4

  subroutine get_complex64_5(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(5)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_5

  subroutine get_complex64_6(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(6)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_6

  subroutine get_complex64_7(self, array, reversed, stat, errmsg)
    class(wharf_view), intent(in) :: self
    complex(real64), pointer, intent(out) :: array(:, :, :, :, :, :, :)
    logical, optional, intent(in) :: reversed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: extents(7)
    type(c_ptr) :: data

    nullify (array)
    call get_array(self, WHARF_COMPLEX_FLOAT64, reversed, extents, data, stat, errmsg)
    if (c_associated(data)) call c_f_pointer(data, array, extents)
  end subroutine get_complex64_7

  ! </generated>
end module wharf
