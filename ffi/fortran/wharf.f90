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
!> - Fabrics, stores, blocks, promises, exposed memory, requests and views are handles: an assignment copies
!>   the handle, not what it stands for. Nothing is released by itself when a variable ceases to exist: each has a
!>   procedure that ends it, which also empties the variable, does nothing to an empty one, and
!>   is answered by WHARF_ERROR_CLOSED_HANDLE through a copy that was left. A variable that
!>   holds something is not overwritten: WHARF_ERROR_ARGUMENT says to end it first.
!> - Texts end before their trailing blanks, or before their first NUL.
!> - Times are in seconds, real(real64).
!> - Procedures may be called by several threads at once, but with one variable by one thread only where
!>   the variable is changed: opened, allocated, sealed, failed, freed, exposed, unexposed, started, waited for,
!>   cancelled, released or closed.
!>
!> The parts between "<generated" and "</generated>" are written by ffi/tests/fortran_source.rs.
module wharf
  use, intrinsic :: iso_c_binding, only: c_associated, c_char, c_f_pointer, c_int, c_int8_t, c_int32_t, &
    c_int64_t, c_intptr_t, c_loc, c_null_char, c_null_ptr, c_ptr, c_size_t
  use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, real32, real64
  implicit none
  private

  public :: wharf_fabric, wharf_store, wharf_block, wharf_promise, wharf_view, wharf_source
  public :: wharf_exposed, wharf_request
  public :: wharf_ticket, wharf_lifetime, wharf_named
  public :: wharf_ticket_to_text, wharf_ticket_from_text, wharf_version
  public :: wharf_request_wait_any, wharf_allow_attach

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
    !> with its process or store. Who asks when nothing of that store is left is told this also of an
    !> object that had failed, or whose producer had died.
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
    !> The object has no such bytes.
    enumerator :: WHARF_ERROR_BEYOND = -109
    !> The object is on another node and ends once it is resolved: only the whole of it can be had.
    enumerator :: WHARF_ERROR_ONLY_WHOLE = -110
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
    !> The object is on another node, and no way there is any good: the message tells each.
    enumerator :: WHARF_ERROR_UNREACHABLE = -600
    !> The object is on another node, and had not come by the deadline: the message tells what was tried.
    !> Of one that its producer has not sealed, WHARF_ERROR_DEADLINE is told.
    enumerator :: WHARF_ERROR_OUT_OF_TIME = -601
    !> The object's node does not give it. The message is that node's.
    enumerator :: WHARF_ERROR_REFUSED = -602
    !> The object ends once it is resolved, and its node was lost before it said that it is ours.
    enumerator :: WHARF_ERROR_UNCONFIRMED = -603
    !> Nobody can be served at the addresses to listen at.
    enumerator :: WHARF_ERROR_LISTEN = -604
    !> The fabric's secret, or the node's key, cannot be used.
    enumerator :: WHARF_ERROR_SECRET = -605
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
  public :: WHARF_ERROR_STILL_READ, WHARF_ERROR_UNREADABLE, WHARF_ERROR_BEYOND
  public :: WHARF_ERROR_ONLY_WHOLE, WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY
  public :: WHARF_ERROR_OTHER_NODE, WHARF_ERROR_NAME_TAKEN, WHARF_ERROR_NO_SUCH_NAME
  public :: WHARF_ERROR_INVALID_NAME, WHARF_ERROR_FULL, WHARF_ERROR_TOO_LARGE
  public :: WHARF_ERROR_OUT_OF_MEMORY, WHARF_ERROR_TOO_MANY_VIEWS, WHARF_ERROR_TOO_MANY_HANDLES
  public :: WHARF_ERROR_CONFIG, WHARF_ERROR_DIRECTORY, WHARF_ERROR_NO_DIRECTORY
  public :: WHARF_ERROR_VANISHED, WHARF_ERROR_LAYOUT, WHARF_ERROR_DAMAGED
  public :: WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_SYSTEM, WHARF_ERROR_ATTACH
  public :: WHARF_ERROR_UNREACHABLE, WHARF_ERROR_OUT_OF_TIME, WHARF_ERROR_REFUSED
  public :: WHARF_ERROR_UNCONFIRMED, WHARF_ERROR_LISTEN, WHARF_ERROR_SECRET
  public :: WHARF_ERROR_INTERNAL, WHARF_ERROR_OTHER

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

  ! wharf_encrypt
  enum, bind(C)
    !> As the configuration says
    enumerator :: WHARF_ENCRYPT_DEFAULT = 0
    !> Everything, except on networks that both ends trust.
    enumerator :: WHARF_ENCRYPT_AUTO = 1
    !> Everything, everywhere.
    enumerator :: WHARF_ENCRYPT_ALWAYS = 2
    !> Nothing but the first connection of a pair. An end that says otherwise prevails.
    enumerator :: WHARF_ENCRYPT_NEVER = 3
  end enum
  public :: WHARF_ENCRYPT_DEFAULT, WHARF_ENCRYPT_AUTO, WHARF_ENCRYPT_ALWAYS
  public :: WHARF_ENCRYPT_NEVER

  ! </generated>

  ! The structures of wharf.h.

  integer, parameter :: MAX_DIMENSIONS = 8
  !> As long as any text is that has no length of its own.
  integer, parameter :: LONG_TEXT = 16384

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
    type(c_ptr) :: listen = c_null_ptr
    type(c_ptr) :: trusted = c_null_ptr
    type(c_ptr) :: secret = c_null_ptr
    integer(c_int64_t) :: replicas = 0
    integer(c_int) :: encrypt = 0
    integer(c_int) :: trust_replicas = 0
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

  type, bind(C) :: c_store_usage
    integer(c_size_t) :: struct_size = 0
    integer(c_int64_t) :: capacity = 0
    integer(c_int64_t) :: reserved = 0
    integer(c_int64_t) :: in_use = 0
    integer(c_int64_t) :: live = 0
    integer(c_int64_t) :: retired = 0
  end type c_store_usage

  type, bind(C) :: c_store_counters
    integer(c_size_t) :: struct_size = 0
    integer(c_int64_t) :: puts = 0
    integer(c_int64_t) :: bytes_put = 0
    integer(c_int64_t) :: bytes_copied = 0
    integer(c_int64_t) :: evicted = 0
    integer(c_int64_t) :: reclaimed = 0
    integer(c_int64_t) :: bytes_reclaimed = 0
  end type c_store_counters

  type, bind(C) :: c_fabric_counters
    integer(c_size_t) :: struct_size = 0
    integer(c_int64_t) :: resolves = 0
    integer(c_int64_t) :: hits = 0
    integer(c_int64_t) :: waits = 0
    integer(c_int64_t) :: bytes_resolved = 0
  end type c_fabric_counters

  type, bind(C) :: c_remote_counters
    integer(c_size_t) :: struct_size = 0
    integer(c_int64_t) :: fetches = 0
    integer(c_int64_t) :: bytes_fetched = 0
    integer(c_int64_t) :: bytes_received = 0
    integer(c_int64_t) :: replica_hits = 0
    integer(c_int64_t) :: bytes_encrypted = 0
  end type c_remote_counters

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

  !> A name that an object was published under, and the object's ticket.
  type :: wharf_named
    character(len=:), allocatable :: name
    type(wharf_ticket) :: ticket
  end type wharf_named

  !> This process's membership of the node. One per process is usual.
  type :: wharf_fabric
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure :: open => fabric_open
    procedure :: resolve => fabric_resolve
    procedure :: resolve_many => fabric_resolve_many
    procedure :: resolve_start => fabric_resolve_start
    procedure :: wait => fabric_wait
    procedure :: wait_any => fabric_wait_any
    procedure :: lookup => fabric_lookup
    procedure :: unpublish => fabric_unpublish
    procedure :: names => fabric_names
    procedure :: inquire => fabric_inquire
    procedure :: evict => fabric_evict
    procedure :: renew => fabric_renew
    procedure :: counters => fabric_counters
    procedure :: served_at => fabric_served_at
    procedure :: is_elsewhere => fabric_is_elsewhere
    procedure :: object_size => fabric_object_size
    procedure :: explain => fabric_explain
    procedure :: remote_counters => fabric_remote_counters
    !> call fabric%read_at(ticket, first, array): copies a part of an object into ARRAY, of rank 1 and contiguous,
    !> wherever the object is: of one on another node no more than that is fetched.
    !>
    !> FIRST, of 8 bytes, is the part's first element, counted from 1 in elements of ARRAY; the object must have as
    !> many from there on as ARRAY has, WHARF_ERROR_BEYOND. Waits as resolve does. If it fails, what is in ARRAY is
    !> unspecified.
    ! <generated read_at>
    procedure, private :: read_at_int8, read_at_int16, read_at_int32, read_at_int64
    procedure, private :: read_at_real32, read_at_real64, read_at_complex32, read_at_complex64
    generic :: read_at => read_at_int8, read_at_int16, read_at_int32, read_at_int64
    generic :: read_at => read_at_real32, read_at_real64, read_at_complex32, read_at_complex64
    ! </generated>
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
  !>
  !>     call store%expose(array, exposed)
  !>
  !> makes an object of ARRAY, a variable of rank 0 to 7 with the attribute TARGET or POINTER, where it lies, with
  !> no copy. Whoever resolves it gets a copy of its own, which is made while this process goes on: what many
  !> read is better put. Until `exposed%unexpose` has succeeded, ARRAY may not be changed, deallocated or
  !> go out of scope: readers would be handed a mix of old and new elements.
  !>
  !> A section that is not contiguous is refused by WHARF_ERROR_ARGUMENT, as is a component of an array of a
  !> derived type; an array that is not allocated or associated by WHARF_ERROR_NULL. The object
  !> ends with this process at the latest, whatever the store's lifetime says.
  type, extends(wharf_source) :: wharf_store
  contains
    procedure :: open => store_open
    procedure :: with_lifetime => store_with_lifetime
    procedure :: promise => store_promise
    procedure :: publish => store_publish
    procedure :: usage => store_usage
    procedure :: counters => store_counters
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
    ! <generated expose>
    procedure, private :: expose_int8_0, expose_int8_1, expose_int8_2, expose_int8_3
    procedure, private :: expose_int8_4, expose_int8_5, expose_int8_6, expose_int8_7
    generic :: expose => expose_int8_0, expose_int8_1, expose_int8_2, expose_int8_3
    generic :: expose => expose_int8_4, expose_int8_5, expose_int8_6, expose_int8_7
    procedure, private :: expose_int16_0, expose_int16_1, expose_int16_2, expose_int16_3
    procedure, private :: expose_int16_4, expose_int16_5, expose_int16_6, expose_int16_7
    generic :: expose => expose_int16_0, expose_int16_1, expose_int16_2, expose_int16_3
    generic :: expose => expose_int16_4, expose_int16_5, expose_int16_6, expose_int16_7
    procedure, private :: expose_int32_0, expose_int32_1, expose_int32_2, expose_int32_3
    procedure, private :: expose_int32_4, expose_int32_5, expose_int32_6, expose_int32_7
    generic :: expose => expose_int32_0, expose_int32_1, expose_int32_2, expose_int32_3
    generic :: expose => expose_int32_4, expose_int32_5, expose_int32_6, expose_int32_7
    procedure, private :: expose_int64_0, expose_int64_1, expose_int64_2, expose_int64_3
    procedure, private :: expose_int64_4, expose_int64_5, expose_int64_6, expose_int64_7
    generic :: expose => expose_int64_0, expose_int64_1, expose_int64_2, expose_int64_3
    generic :: expose => expose_int64_4, expose_int64_5, expose_int64_6, expose_int64_7
    procedure, private :: expose_real32_0, expose_real32_1, expose_real32_2, expose_real32_3
    procedure, private :: expose_real32_4, expose_real32_5, expose_real32_6, expose_real32_7
    generic :: expose => expose_real32_0, expose_real32_1, expose_real32_2, expose_real32_3
    generic :: expose => expose_real32_4, expose_real32_5, expose_real32_6, expose_real32_7
    procedure, private :: expose_real64_0, expose_real64_1, expose_real64_2, expose_real64_3
    procedure, private :: expose_real64_4, expose_real64_5, expose_real64_6, expose_real64_7
    generic :: expose => expose_real64_0, expose_real64_1, expose_real64_2, expose_real64_3
    generic :: expose => expose_real64_4, expose_real64_5, expose_real64_6, expose_real64_7
    procedure, private :: expose_complex32_0, expose_complex32_1, expose_complex32_2, expose_complex32_3
    procedure, private :: expose_complex32_4, expose_complex32_5, expose_complex32_6, expose_complex32_7
    generic :: expose => expose_complex32_0, expose_complex32_1, expose_complex32_2, expose_complex32_3
    generic :: expose => expose_complex32_4, expose_complex32_5, expose_complex32_6, expose_complex32_7
    procedure, private :: expose_complex64_0, expose_complex64_1, expose_complex64_2, expose_complex64_3
    procedure, private :: expose_complex64_4, expose_complex64_5, expose_complex64_6, expose_complex64_7
    generic :: expose => expose_complex64_0, expose_complex64_1, expose_complex64_2, expose_complex64_3
    generic :: expose => expose_complex64_4, expose_complex64_5, expose_complex64_6, expose_complex64_7
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

  !> An array of the program's own that others read: an object until it is unexposed.
  type :: wharf_exposed
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure :: ticket => exposed_ticket
    procedure :: unexpose => exposed_unexpose
  end type wharf_exposed

  !> A resolve under way, while the program does something else. `wait` or `cancel` ends it.
  !>
  !> While any waits, one thread of the library sleeps until there is something to do.
  type :: wharf_request
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    procedure :: test => request_test
    procedure :: wait => request_wait
    procedure :: cancel => request_cancel
  end type wharf_request

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

    function c_fabric_served_at(fabric, buffer, capacity, length) &
      bind(C, name='wharf_fabric_served_at') result(status)
      import :: c_char, c_int, c_ptr, c_size_t
      implicit none
      type(c_ptr), value :: fabric
      character(kind=c_char), intent(out) :: buffer(*)
      integer(c_size_t), value :: capacity
      integer(c_size_t), intent(out) :: length
      integer(c_int) :: status
    end function c_fabric_served_at

    function c_fabric_is_elsewhere(fabric, ticket, elsewhere) &
      bind(C, name='wharf_fabric_is_elsewhere') result(status)
      import :: c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int), intent(inout) :: elsewhere
      integer(c_int) :: status
    end function c_fabric_is_elsewhere

    function c_fabric_size(fabric, ticket, timeout, size) bind(C, name='wharf_fabric_size') result(status)
      import :: c_int, c_int64_t, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: timeout
      integer(c_int64_t), intent(inout) :: size
      integer(c_int) :: status
    end function c_fabric_size

    function c_fabric_read_at(fabric, ticket, offset, timeout, bytes, size) &
      bind(C, name='wharf_fabric_read_at') result(status)
      import :: c_int, c_int64_t, c_ptr, c_size_t, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: offset
      integer(c_int64_t), value :: timeout
      type(c_ptr), value :: bytes
      integer(c_size_t), value :: size
      integer(c_int) :: status
    end function c_fabric_read_at

    function c_fabric_explain(fabric, ticket, timeout, buffer, capacity, length) &
      bind(C, name='wharf_fabric_explain') result(status)
      import :: c_char, c_int, c_int64_t, c_ptr, c_size_t, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: timeout
      character(kind=c_char), intent(out) :: buffer(*)
      integer(c_size_t), value :: capacity
      integer(c_size_t), intent(out) :: length
      integer(c_int) :: status
    end function c_fabric_explain

    function c_fabric_get_remote_counters(fabric, counters) &
      bind(C, name='wharf_fabric_get_remote_counters') result(status)
      import :: c_int, c_ptr, c_remote_counters
      implicit none
      type(c_ptr), value :: fabric
      type(c_remote_counters), intent(inout) :: counters
      integer(c_int) :: status
    end function c_fabric_get_remote_counters

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

    function c_fabric_resolve_many(fabric, tickets, count, timeout, views, statuses) &
      bind(C, name='wharf_fabric_resolve_many') result(status)
      import :: c_int, c_int64_t, c_ptr, c_size_t, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: tickets(*)
      integer(c_size_t), value :: count
      integer(c_int64_t), value :: timeout
      type(c_ptr), intent(inout) :: views(*)
      integer(c_int), intent(inout) :: statuses(*)
      integer(c_int) :: status
    end function c_fabric_resolve_many

    function c_fabric_resolve_start(fabric, ticket, timeout, request) &
      bind(C, name='wharf_fabric_resolve_start') result(status)
      import :: c_int, c_int64_t, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: timeout
      type(c_ptr), intent(inout) :: request
      integer(c_int) :: status
    end function c_fabric_resolve_start

    function c_fabric_wait(fabric, ticket, timeout) bind(C, name='wharf_fabric_wait') result(status)
      import :: c_int, c_int64_t, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: ticket
      integer(c_int64_t), value :: timeout
      integer(c_int) :: status
    end function c_fabric_wait

    function c_fabric_wait_any(fabric, tickets, count, timeout, index) &
      bind(C, name='wharf_fabric_wait_any') result(status)
      import :: c_int, c_int64_t, c_ptr, c_size_t, wharf_ticket
      implicit none
      type(c_ptr), value :: fabric
      type(wharf_ticket), intent(in) :: tickets(*)
      integer(c_size_t), value :: count
      integer(c_int64_t), value :: timeout
      integer(c_size_t), intent(inout) :: index
      integer(c_int) :: status
    end function c_fabric_wait_any

    function c_fabric_get_counters(fabric, counters) &
      bind(C, name='wharf_fabric_get_counters') result(status)
      import :: c_fabric_counters, c_int, c_ptr
      implicit none
      type(c_ptr), value :: fabric
      type(c_fabric_counters), intent(inout) :: counters
      integer(c_int) :: status
    end function c_fabric_get_counters

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

    function c_fabric_names(fabric, prefix, names) bind(C, name='wharf_fabric_names') result(status)
      import :: c_char, c_int, c_ptr
      implicit none
      type(c_ptr), value :: fabric
      character(kind=c_char), intent(in) :: prefix(*)
      type(c_ptr), intent(inout) :: names
      integer(c_int) :: status
    end function c_fabric_names

    function c_names_count(names, count) bind(C, name='wharf_names_count') result(status)
      import :: c_int, c_ptr, c_size_t
      implicit none
      type(c_ptr), value :: names
      integer(c_size_t), intent(inout) :: count
      integer(c_int) :: status
    end function c_names_count

    function c_names_at(names, index, name, ticket) bind(C, name='wharf_names_at') result(status)
      import :: c_int, c_ptr, c_size_t, wharf_ticket
      implicit none
      type(c_ptr), value :: names
      integer(c_size_t), value :: index
      type(c_ptr), intent(inout) :: name
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_names_at

    function c_names_free(names) bind(C, name='wharf_names_free') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: names
      integer(c_int) :: status
    end function c_names_free

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

    function c_store_expose_array(store, data, array, exposed) &
      bind(C, name='wharf_store_expose_array') result(status)
      import :: c_array, c_int, c_ptr
      implicit none
      type(c_ptr), value :: store
      type(c_ptr), value :: data
      type(c_array), intent(in) :: array
      type(c_ptr), intent(inout) :: exposed
      integer(c_int) :: status
    end function c_store_expose_array

    function c_exposed_ticket(exposed, ticket) bind(C, name='wharf_exposed_ticket') result(status)
      import :: c_int, c_ptr, wharf_ticket
      implicit none
      type(c_ptr), value :: exposed
      type(wharf_ticket), intent(inout) :: ticket
      integer(c_int) :: status
    end function c_exposed_ticket

    function c_unexpose(exposed, timeout) bind(C, name='wharf_unexpose') result(status)
      import :: c_int, c_int64_t, c_ptr
      implicit none
      type(c_ptr), value :: exposed
      integer(c_int64_t), value :: timeout
      integer(c_int) :: status
    end function c_unexpose

    function c_allow_attach() bind(C, name='wharf_allow_attach') result(status)
      import :: c_int
      implicit none
      integer(c_int) :: status
    end function c_allow_attach

    function c_store_get_usage(store, usage) bind(C, name='wharf_store_get_usage') result(status)
      import :: c_int, c_ptr, c_store_usage
      implicit none
      type(c_ptr), value :: store
      type(c_store_usage), intent(inout) :: usage
      integer(c_int) :: status
    end function c_store_get_usage

    function c_store_get_counters(store, counters) bind(C, name='wharf_store_get_counters') result(status)
      import :: c_int, c_ptr, c_store_counters
      implicit none
      type(c_ptr), value :: store
      type(c_store_counters), intent(inout) :: counters
      integer(c_int) :: status
    end function c_store_get_counters

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

    function c_request_test(request, done) bind(C, name='wharf_request_test') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: request
      integer(c_int), intent(inout) :: done
      integer(c_int) :: status
    end function c_request_test

    function c_request_wait(request, timeout, view) bind(C, name='wharf_request_wait') result(status)
      import :: c_int, c_int64_t, c_ptr
      implicit none
      type(c_ptr), value :: request
      integer(c_int64_t), value :: timeout
      type(c_ptr), intent(inout) :: view
      integer(c_int) :: status
    end function c_request_wait

    function c_request_wait_any(requests, count, timeout, index) &
      bind(C, name='wharf_request_wait_any') result(status)
      import :: c_int, c_int64_t, c_ptr, c_size_t
      implicit none
      type(c_ptr), intent(in) :: requests(*)
      integer(c_size_t), value :: count
      integer(c_int64_t), value :: timeout
      integer(c_size_t), intent(inout) :: index
      integer(c_int) :: status
    end function c_request_wait_any

    function c_request_cancel(request) bind(C, name='wharf_request_cancel') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: request
      integer(c_int) :: status
    end function c_request_cancel

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

    function c_view_is_copy(view, is_copy) bind(C, name='wharf_view_is_copy') result(status)
      import :: c_int, c_ptr
      implicit none
      type(c_ptr), value :: view
      integer(c_int), intent(inout) :: is_copy
      integer(c_int) :: status
    end function c_view_is_copy

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
  !>
  !> LISTEN is where to serve this node's objects, for readers on other nodes: '10.1.2.3:7700' say, a port alone, or
  !> several with commas between them; 'none' is nowhere. TRUSTED are networks ('10.0.0.0/8', or 'none') on which
  !> bytes may travel in the clear where both ends have WHARF_ENCRYPT_AUTO; ENCRYPT is that, WHARF_ENCRYPT_ALWAYS or
  !> WHARF_ENCRYPT_NEVER. SECRET is a file of at least 32 random bytes that both ends have. REPLICAS is the most bytes
  !> of other nodes' objects that this process keeps for its node; with TRUST_REPLICAS they are used without asking
  !> whether the object still stands.
  subroutine fabric_open(self, directory, capacity, must_exist, listen, trusted, secret, replicas, encrypt, &
    trust_replicas, stat, errmsg)
    class(wharf_fabric), intent(inout) :: self
    character(len=*), optional, intent(in) :: directory
    integer(int64), optional, intent(in) :: capacity
    logical, optional, intent(in) :: must_exist
    character(len=*), optional, intent(in) :: listen, trusted, secret
    integer(int64), optional, intent(in) :: replicas
    integer(c_int), optional, intent(in) :: encrypt
    logical, optional, intent(in) :: trust_replicas
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_options) :: options
    character(kind=c_char), allocatable, target :: path(:), addresses(:), networks(:), file(:)

    if (in_use(self%handle, 'fabric', 'close', stat, errmsg)) return
    options%struct_size = int(storage_size(options) / 8, c_size_t)
    if (present(directory)) then
      path = letters(c_text(directory))
      options%directory = c_loc(path)
    end if
    if (present(capacity)) options%capacity = capacity
    if (present(must_exist)) options%must_exist = merge(1_c_int, 0_c_int, must_exist)
    if (present(listen)) then
      addresses = letters(c_text(listen))
      options%listen = c_loc(addresses)
    end if
    if (present(trusted)) then
      networks = letters(c_text(trusted))
      options%trusted = c_loc(networks)
    end if
    if (present(secret)) then
      file = letters(c_text(secret))
      options%secret = c_loc(file)
    end if
    if (present(replicas)) options%replicas = replicas
    if (present(encrypt)) options%encrypt = encrypt
    ! WHARF_CHOICE_YES, WHARF_CHOICE_NO.
    if (present(trust_replicas)) options%trust_replicas = merge(1_c_int, 2_c_int, trust_replicas)
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

  !> Finds the objects of many tickets by one deadline, each with an outcome of its own.
  !>
  !> VIEWS, as many as there are tickets, become views of the objects, each to be released, or stay empty where
  !> there is none. STATUSES, if given as many too, become what resolve would have returned for each. STAT
  !> is 0 if all were found, else the first of these that is not; ERRMSG belongs to that.
  subroutine fabric_resolve_many(self, tickets, views, timeout, statuses, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: tickets(:)
    type(wharf_view), intent(inout) :: views(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(inout) :: statuses(:)
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: handles(size(tickets))
    integer(c_int) :: outcomes(size(tickets)), status
    integer(c_size_t) :: i

    if (unlike(size(views, kind=int64), 'views', tickets, stat, errmsg)) return
    if (present(statuses)) then
      if (unlike(size(statuses, kind=int64), 'statuses', tickets, stat, errmsg)) return
    end if
    do i = 1, size(views, kind=c_size_t)
      if (in_use(views(i)%handle, 'view '//decimal(int(i, int64)), 'release', stat, errmsg)) return
    end do
    handles = c_null_ptr
    outcomes = 0
    status = c_fabric_resolve_many(self%handle, tickets, size(tickets, kind=c_size_t), nanoseconds(timeout), &
      handles, outcomes)
    views%handle = handles
    ! An argument that is refused is so for each, and the library has written nothing.
    if (status /= 0 .and. all(outcomes == 0)) outcomes = status
    if (present(statuses)) statuses = outcomes
    call settle(status, stat, errmsg)
  end subroutine fabric_resolve_many

  !> Starts to find the object of a ticket, and returns at once. REQUEST is to be ended by `wait` or `cancel`.
  !>
  !> The request fails by WHARF_ERROR_DEADLINE after TIMEOUT seconds; without it, it goes on until the object
  !> is there or has failed. What becomes of the object is told by `wait`, not here.
  subroutine fabric_resolve_start(self, ticket, request, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    type(wharf_request), intent(inout) :: request
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status

    if (in_use(request%handle, 'request', 'wait for or cancel', stat, errmsg)) return
    status = c_fabric_resolve_start(self%handle, ticket, nanoseconds(timeout), request%handle)
    call settle(status, stat, errmsg)
  end subroutine fabric_resolve_start

  !> Waits until an object is sealed, as resolve does, and leaves it as it is: also one that ends once it is
  !> resolved.
  subroutine fabric_wait(self, ticket, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_fabric_wait(self%handle, ticket, nanoseconds(timeout)), stat, errmsg)
  end subroutine fabric_wait

  !> Waits until the first of some objects is pending no more: it was sealed, has failed or is gone, and a resolve
  !> says which. WHICH is its place among TICKETS, from 1 on; the first, if there are several. Waits for
  !> TIMEOUT seconds at most, WHARF_ERROR_DEADLINE.
  subroutine fabric_wait_any(self, tickets, which, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: tickets(:)
    integer(c_int), intent(inout) :: which
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_size_t) :: index
    integer(c_int) :: status

    index = 0
    status = c_fabric_wait_any(self%handle, tickets, size(tickets, kind=c_size_t), nanoseconds(timeout), index)
    call settle(status, stat, errmsg)
    if (status == 0) which = int(index + 1, c_int)
  end subroutine fabric_wait_any

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

  !> All names that begin with PREFIX, or all that there are, and their tickets, in the order of names.
  subroutine fabric_names(self, names, prefix, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_named), allocatable, intent(inout) :: names(:)
    character(len=*), optional, intent(in) :: prefix
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(wharf_named), allocatable :: found(:)
    character(len=:), allocatable :: beginning
    type(c_ptr) :: list, name
    integer(c_size_t) :: count, i
    integer(c_int) :: status, freed

    beginning = c_null_char
    if (present(prefix)) beginning = c_text(prefix)
    list = c_null_ptr
    count = 0
    status = c_fabric_names(self%handle, beginning, list)
    if (status == 0) status = c_names_count(list, count)
    allocate (found(count))
    do i = 1, count
      if (status == 0) status = c_names_at(list, i - 1, name, found(i)%ticket)
      if (status == 0) found(i)%name = f_text(name)
    end do
    freed = c_names_free(list)
    if (status == 0) status = freed
    call settle(status, stat, errmsg)
    if (status == 0) call move_alloc(found, names)
  end subroutine fabric_names

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

  !> What the fabric has resolved since it was opened: RESOLVES views, of which HITS of objects that were
  !> sealed when they were asked for, and WAITS of those that were pending; BYTES_RESOLVED of them all.
  subroutine fabric_counters(self, resolves, hits, waits, bytes_resolved, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    integer(int64), optional, intent(inout) :: resolves, hits, waits, bytes_resolved
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_fabric_counters) :: counters
    integer(c_int) :: status

    counters%struct_size = int(storage_size(counters) / 8, c_size_t)
    status = c_fabric_get_counters(self%handle, counters)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(resolves)) resolves = counters%resolves
    if (present(hits)) hits = counters%hits
    if (present(waits)) waits = counters%waits
    if (present(bytes_resolved)) bytes_resolved = counters%bytes_resolved
  end subroutine fabric_counters

  !> Where this node's objects are served now, by this process or another: ROUTES has a space between two, the best
  !> first, and is empty if nobody serves. Tickets of what is put from now on resolve on other nodes by these.
  subroutine fabric_served_at(self, routes, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    character(len=:), allocatable, intent(inout) :: routes
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    character(len=LONG_TEXT, kind=c_char) :: buffer
    integer(c_size_t) :: length
    integer(c_int) :: status

    status = c_fabric_served_at(self%handle, buffer, int(LONG_TEXT, c_size_t), length)
    call settle(status, stat, errmsg)
    if (status == 0) routes = buffer(:length)
  end subroutine fabric_served_at

  !> Whether an object is on another node, from where a resolve would fetch it. Nobody is asked.
  subroutine fabric_is_elsewhere(self, ticket, elsewhere, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    logical, intent(inout) :: elsewhere
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status, answer

    answer = 0
    status = c_fabric_is_elsewhere(self%handle, ticket, answer)
    call settle(status, stat, errmsg)
    if (status == 0) elsewhere = answer /= 0
  end subroutine fabric_is_elsewhere

  !> How many bytes an object has, wherever it is: once it is sealed, for which this waits as resolve does. Nothing
  !> is fetched, and nothing taken.
  subroutine fabric_object_size(self, ticket, bytes, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(inout) :: bytes
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int64_t) :: found
    integer(c_int) :: status

    found = 0
    status = c_fabric_size(self%handle, ticket, nanoseconds(timeout), found)
    call settle(status, stat, errmsg)
    if (status == 0) bytes = found
  end subroutine fabric_object_size

  !> Which way an object would be resolved, and why not another, a line for each way: for people. Each is tried, for
  !> TIMEOUT seconds and 10 at most, and nothing fetched.
  subroutine fabric_explain(self, ticket, text, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    character(len=:), allocatable, intent(inout) :: text
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    character(len=LONG_TEXT, kind=c_char) :: buffer
    integer(c_size_t) :: length
    integer(c_int) :: status

    status = c_fabric_explain(self%handle, ticket, nanoseconds(timeout), buffer, int(LONG_TEXT, c_size_t), length)
    call settle(status, stat, errmsg)
    if (status == 0) text = buffer(:length)
  end subroutine fabric_explain

  !> What the fabric has fetched from other nodes since it was opened: FETCHES objects and parts of objects, of
  !> BYTES_FETCHED bytes, for which BYTES_RECEIVED came over the network, BYTES_ENCRYPTED of them encrypted;
  !> REPLICA_HITS times the node had a copy.
  subroutine fabric_remote_counters(self, fetches, bytes_fetched, bytes_received, replica_hits, bytes_encrypted, &
      stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    integer(int64), optional, intent(inout) :: fetches, bytes_fetched, bytes_received, replica_hits, bytes_encrypted
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_remote_counters) :: counters
    integer(c_int) :: status

    counters%struct_size = int(storage_size(counters) / 8, c_size_t)
    status = c_fabric_get_remote_counters(self%handle, counters)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(fetches)) fetches = counters%fetches
    if (present(bytes_fetched)) bytes_fetched = counters%bytes_fetched
    if (present(bytes_received)) bytes_received = counters%bytes_received
    if (present(replica_hits)) replica_hits = counters%replica_hits
    if (present(bytes_encrypted)) bytes_encrypted = counters%bytes_encrypted
  end subroutine fabric_remote_counters

  !> What each `read_at` does: COUNT elements of EACH bytes.
  subroutine read_part(self, ticket, first, each, data, count, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first, count
    integer, intent(in) :: each
    type(c_ptr), intent(in) :: data
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int64_t) :: offset

    ! Where no object has anything: beyond the end of each.
    offset = -1
    if (first >= 1 .and. first <= huge(first) / each) offset = (first - 1) * each
    call settle(c_fabric_read_at(self%handle, ticket, offset, nanoseconds(timeout), data, &
      int(count * each, c_size_t)), stat, errmsg)
  end subroutine read_part

  !> Leaves the node. Stores, blocks, promises, requests and views that were opened through it stay usable.
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

  !> How much the store holds and may hold: CAPACITY bytes at most; RESERVED bytes of memory taken for data;
  !> IN_USE of these taken by objects and blocks; LIVE objects and blocks that are not evicted; RETIRED objects
  !> that are, and whose memory is not given back: they are still viewed, or nobody needed the room.
  subroutine store_usage(self, capacity, reserved, in_use, live, retired, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), optional, intent(inout) :: capacity, reserved, in_use, live, retired
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_store_usage) :: usage
    integer(c_int) :: status

    usage%struct_size = int(storage_size(usage) / 8, c_size_t)
    status = c_store_get_usage(self%handle, usage)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(capacity)) capacity = usage%capacity
    if (present(reserved)) reserved = usage%reserved
    if (present(in_use)) in_use = usage%in_use
    if (present(live)) live = usage%live
    if (present(retired)) retired = usage%retired
  end subroutine store_usage

  !> What the store has done since it was opened: PUTS objects begun, of BYTES_PUT bytes, of which the library
  !> has copied BYTES_COPIED, none where arrays are written in place or exposed; EVICTED of them ended, and
  !> RECLAIMED gave back BYTES_RECLAIMED bytes of memory.
  subroutine store_counters(self, puts, bytes_put, bytes_copied, evicted, reclaimed, bytes_reclaimed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), optional, intent(inout) :: puts, bytes_put, bytes_copied
    integer(int64), optional, intent(inout) :: evicted, reclaimed, bytes_reclaimed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_store_counters) :: counters
    integer(c_int) :: status

    counters%struct_size = int(storage_size(counters) / 8, c_size_t)
    status = c_store_get_counters(self%handle, counters)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(puts)) puts = counters%puts
    if (present(bytes_put)) bytes_put = counters%bytes_put
    if (present(bytes_copied)) bytes_copied = counters%bytes_copied
    if (present(evicted)) evicted = counters%evicted
    if (present(reclaimed)) reclaimed = counters%reclaimed
    if (present(bytes_reclaimed)) bytes_reclaimed = counters%bytes_reclaimed
  end subroutine store_counters

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

  ! Exposed memory.

  !> The object's ticket.
  subroutine exposed_ticket(self, ticket, stat, errmsg)
    class(wharf_exposed), intent(in) :: self
    type(wharf_ticket), intent(inout) :: ticket
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_exposed_ticket(self%handle, ticket), stat, errmsg)
  end subroutine exposed_ticket

  !> Ends the object: at once for new resolves. Then waits until nobody is in the middle of copying the array,
  !> which may be changed and deallocated afterwards; copies that were made stay valid.
  !>
  !> Waits for TIMEOUT seconds at most: after WHARF_ERROR_STILL_READ the array is still exposed to who reads it,
  !> the variable is not empty, and this is to be called again.
  subroutine exposed_unexpose(self, timeout, stat, errmsg)
    class(wharf_exposed), intent(inout) :: self
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status

    status = c_unexpose(self%handle, nanoseconds(timeout))
    if (status /= WHARF_ERROR_STILL_READ .and. status /= WHARF_ERROR_ARGUMENT) self%handle = c_null_ptr
    call settle(status, stat, errmsg)
  end subroutine exposed_unexpose

  !> Lets every process of this user read what this process exposes, where the security module Yama lets only
  !> its ancestors (kernel.yama.ptrace_scope is 1). It lets them trace this process too, until it ends, and so is
  !> never done unasked. Where there is no Yama it does nothing.
  subroutine wharf_allow_attach(stat, errmsg)
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_allow_attach(), stat, errmsg)
  end subroutine wharf_allow_attach

  ! Requests.

  !> Whether the request is done: resolved, or failed for good. Never waits. It stays to be ended.
  subroutine request_test(self, done, stat, errmsg)
    class(wharf_request), intent(in) :: self
    logical, intent(inout) :: done
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status, answer

    answer = 0
    status = c_request_test(self%handle, answer)
    call settle(status, stat, errmsg)
    if (status == 0) done = answer /= 0
  end subroutine request_test

  !> Waits until the request is done, ends it, and gives its outcome: VIEW, which is to be released, or the
  !> error that resolve would have returned.
  !>
  !> Waits for TIMEOUT seconds at most: after WHARF_ERROR_NOT_DONE the request goes on, and the variable is not
  !> empty. Without it, until the request's own timeout.
  subroutine request_wait(self, view, timeout, stat, errmsg)
    class(wharf_request), intent(inout) :: self
    type(wharf_view), intent(inout) :: view
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(c_int) :: status

    if (in_use(view%handle, 'view', 'release', stat, errmsg)) return
    status = c_request_wait(self%handle, nanoseconds(timeout), view%handle)
    if (status /= WHARF_ERROR_NOT_DONE .and. status /= WHARF_ERROR_ARGUMENT) self%handle = c_null_ptr
    call settle(status, stat, errmsg)
  end subroutine request_wait

  !> Waits until any of some requests is done: WHICH is its place among them, from 1 on; the first, if there are
  !> several. Empty ones are passed over; all stay, and the `wait` of that one gives its outcome. Waits for
  !> TIMEOUT seconds at most, WHARF_ERROR_NOT_DONE.
  subroutine wharf_request_wait_any(requests, which, timeout, stat, errmsg)
    type(wharf_request), intent(in) :: requests(:)
    integer(c_int), intent(inout) :: which
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: handles(size(requests))
    integer(c_size_t) :: index
    integer(c_int) :: status

    handles = requests%handle
    index = 0
    status = c_request_wait_any(handles, size(handles, kind=c_size_t), nanoseconds(timeout), index)
    call settle(status, stat, errmsg)
    if (status == 0) which = int(index + 1, c_int)
  end subroutine wharf_request_wait_any

  !> Ends a request, done or not. What it has resolved is released.
  subroutine request_cancel(self, stat, errmsg)
    class(wharf_request), intent(inout) :: self
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call settle(c_request_cancel(taken(self%handle)), stat, errmsg)
  end subroutine request_cancel

  ! Views.

  !> What the object is: ELEMENT is one of WHARF_INT8 and so on, or WHARF_RECORD; ORDER one of
  !> WHARF_ORDER_FORTRAN and WHARF_ORDER_C; SHAPE as its producer wrote it, with as many numbers as it
  !> has dimensions. Plain bytes are WHARF_UINT8 of rank 1. IS_COPY tells whether the view is a copy in this
  !> process's own memory, as those of exposed arrays are, and not the object where it lies.
  subroutine view_inquire(self, element, order, shape, is_copy, stat, errmsg)
    class(wharf_view), intent(in) :: self
    integer(c_int), optional, intent(inout) :: element, order
    integer(int64), optional, allocatable, intent(inout) :: shape(:)
    logical, optional, intent(inout) :: is_copy
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_array) :: array
    type(c_ptr) :: data
    integer(c_int) :: status, copy

    copy = 0
    call look(self, array, data, status)
    if (status == 0) status = c_view_is_copy(self%handle, copy)
    call settle(status, stat, errmsg)
    if (status /= 0) return
    if (present(element)) element = array%element
    if (present(order)) order = array%order
    if (present(shape)) shape = array%shape(:array%dimensions)
    if (present(is_copy)) is_copy = copy /= 0
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

  ! What put, expose, alloc and get have in common for all types and ranks.

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

  !> PLACES(0) is that of the array's first element, and each other that of the next along a dimension, which is
  !> the first itself where there is no other; all are null where there is none. They tell whether the array is contiguous: is_contiguous() of
  !> gfortran takes components of derived types and reversed sections for contiguous.
  subroutine expose_array(self, element, bits, places, shape, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(c_int), intent(in) :: element
    integer, intent(in) :: bits
    type(c_ptr), intent(in) :: places(0:)
    integer(int64), intent(in) :: shape(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    integer(int64) :: distance
    integer(c_int) :: status
    integer :: i

    if (in_use(exposed%handle, 'exposed memory', 'unexpose', stat, errmsg)) return
    distance = bits / 8
    do i = 1, size(shape)
      if (.not. c_associated(places(0)) .or. shape(i) == 1) cycle
      if (address(places(i)) - address(places(0)) /= distance) then
        call refuse(WHARF_ERROR_ARGUMENT, 'the array is not contiguous: expose all of it, or put the section, &
          &which copies it', stat, errmsg)
        return
      end if
      distance = distance * shape(i)
    end do
    status = c_store_expose_array(self%handle, places(0), array_of(element, shape), exposed%handle)
    call settle(status, stat, errmsg)
  end subroutine expose_array

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

  !> Whether there are not as many of something as there are tickets, which is refused.
  function unlike(number, what, tickets, stat, errmsg)
    integer(int64), intent(in) :: number
    character(len=*), intent(in) :: what
    type(wharf_ticket), intent(in) :: tickets(:)
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    logical :: unlike

    unlike = number /= size(tickets, kind=int64)
    if (unlike) then
      call refuse(WHARF_ERROR_ARGUMENT, 'there are '//decimal(size(tickets, kind=int64))//' tickets, and '// &
        decimal(number)//' '//what, stat, errmsg)
    end if
  end function unlike

  subroutine refuse_absent(stat, errmsg)
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg

    call refuse(WHARF_ERROR_NULL, 'the array is not allocated, or the pointer not associated', stat, errmsg)
  end subroutine refuse_absent

  ! Between Fortran and C.

  !> A handle that is given away: the variable is empty afterwards.
  function taken(handle)
    type(c_ptr), intent(inout) :: handle
    type(c_ptr) :: taken

    taken = handle
    handle = c_null_ptr
  end function taken

  pure function address(place)
    type(c_ptr), intent(in) :: place
    integer(c_intptr_t) :: address

    address = transfer(place, address)
  end function address

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
      nanoseconds = -huge(nanoseconds) ! which the library tells from any time
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

  subroutine expose_int8_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_INT8, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_int8_0

  subroutine expose_int8_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_1

  subroutine expose_int8_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_2

  subroutine expose_int8_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_3

  subroutine expose_int8_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_4

  subroutine expose_int8_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_5

  subroutine expose_int8_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_6

  subroutine expose_int8_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int8), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_INT8, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int8_7

  subroutine expose_int16_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_INT16, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_int16_0

  subroutine expose_int16_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_1

  subroutine expose_int16_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_2

  subroutine expose_int16_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_3

  subroutine expose_int16_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_4

  subroutine expose_int16_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_5

  subroutine expose_int16_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_6

  subroutine expose_int16_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int16), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_INT16, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int16_7

  subroutine expose_int32_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_INT32, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_int32_0

  subroutine expose_int32_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_1

  subroutine expose_int32_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_2

  subroutine expose_int32_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_3

  subroutine expose_int32_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_4

  subroutine expose_int32_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_5

  subroutine expose_int32_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_6

  subroutine expose_int32_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int32), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_INT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int32_7

  subroutine expose_int64_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_INT64, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_int64_0

  subroutine expose_int64_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_1

  subroutine expose_int64_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_2

  subroutine expose_int64_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_3

  subroutine expose_int64_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_4

  subroutine expose_int64_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_5

  subroutine expose_int64_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_6

  subroutine expose_int64_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    integer(int64), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_INT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_int64_7

  subroutine expose_real32_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_real32_0

  subroutine expose_real32_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_1

  subroutine expose_real32_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_2

  subroutine expose_real32_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_3

  subroutine expose_real32_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_4

  subroutine expose_real32_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_5

  subroutine expose_real32_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_6

  subroutine expose_real32_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real32), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real32_7

  subroutine expose_real64_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_real64_0

  subroutine expose_real64_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_1

  subroutine expose_real64_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_2

  subroutine expose_real64_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_3

  subroutine expose_real64_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_4

  subroutine expose_real64_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_5

  subroutine expose_real64_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_6

  subroutine expose_real64_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    real(real64), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_real64_7

  subroutine expose_complex32_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_complex32_0

  subroutine expose_complex32_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_1

  subroutine expose_complex32_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_2

  subroutine expose_complex32_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_3

  subroutine expose_complex32_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_4

  subroutine expose_complex32_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_5

  subroutine expose_complex32_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_6

  subroutine expose_complex32_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real32), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT32, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex32_7

  subroutine expose_complex64_0(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:0)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    places(0) = c_loc(array)
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, [integer(int64) ::], exposed, stat, errmsg)
  end subroutine expose_complex64_0

  subroutine expose_complex64_1(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:1)
    integer(int64) :: f(1), n(1)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1)))
      places(1) = c_loc(array(n(1)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_1

  subroutine expose_complex64_2(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:2)
    integer(int64) :: f(2), n(2)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2)))
      places(1) = c_loc(array(n(1), f(2)))
      places(2) = c_loc(array(f(1), n(2)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_2

  subroutine expose_complex64_3(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:3)
    integer(int64) :: f(3), n(3)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3)))
      places(1) = c_loc(array(n(1), f(2), f(3)))
      places(2) = c_loc(array(f(1), n(2), f(3)))
      places(3) = c_loc(array(f(1), f(2), n(3)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_3

  subroutine expose_complex64_4(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:4)
    integer(int64) :: f(4), n(4)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_4

  subroutine expose_complex64_5(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:5)
    integer(int64) :: f(5), n(5)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_5

  subroutine expose_complex64_6(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:6)
    integer(int64) :: f(6), n(6)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_6

  subroutine expose_complex64_7(self, array, exposed, stat, errmsg)
    class(wharf_store), intent(in) :: self
    complex(real64), pointer, intent(in) :: array(:, :, :, :, :, :, :)
    type(wharf_exposed), intent(inout) :: exposed
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: places(0:7)
    integer(int64) :: f(7), n(7)

    if (.not. associated(array)) then
      call refuse_absent(stat, errmsg)
      return
    end if
    places = c_null_ptr
    if (size(array) > 0) then
      f = lbound(array, kind=int64)
      n = min(f + 1, ubound(array, kind=int64))
      places(0) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(1) = c_loc(array(n(1), f(2), f(3), f(4), f(5), f(6), f(7)))
      places(2) = c_loc(array(f(1), n(2), f(3), f(4), f(5), f(6), f(7)))
      places(3) = c_loc(array(f(1), f(2), n(3), f(4), f(5), f(6), f(7)))
      places(4) = c_loc(array(f(1), f(2), f(3), n(4), f(5), f(6), f(7)))
      places(5) = c_loc(array(f(1), f(2), f(3), f(4), n(5), f(6), f(7)))
      places(6) = c_loc(array(f(1), f(2), f(3), f(4), f(5), n(6), f(7)))
      places(7) = c_loc(array(f(1), f(2), f(3), f(4), f(5), f(6), n(7)))
    end if
    call expose_array(self, WHARF_COMPLEX_FLOAT64, storage_size(array), places, shape(array, int64), exposed, stat, errmsg)
  end subroutine expose_complex64_7

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

  subroutine read_at_int8(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    integer(int8), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_int8

  subroutine read_at_int16(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    integer(int16), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_int16

  subroutine read_at_int32(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    integer(int32), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_int32

  subroutine read_at_int64(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    integer(int64), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_int64

  subroutine read_at_real32(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    real(real32), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_real32

  subroutine read_at_real64(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    real(real64), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_real64

  subroutine read_at_complex32(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    complex(real32), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_complex32

  subroutine read_at_complex64(self, ticket, first, array, timeout, stat, errmsg)
    class(wharf_fabric), intent(in) :: self
    type(wharf_ticket), intent(in) :: ticket
    integer(int64), intent(in) :: first
    complex(real64), contiguous, target, intent(inout) :: array(:)
    real(real64), optional, intent(in) :: timeout
    integer(c_int), optional, intent(out) :: stat
    character(len=*), optional, intent(inout) :: errmsg
    type(c_ptr) :: data

    data = c_null_ptr
    if (size(array) > 0) data = c_loc(array)
    call read_part(self, ticket, first, storage_size(array) / 8, data, size(array, kind=int64), timeout, stat, errmsg)
  end subroutine read_at_complex64

  ! </generated>
end module wharf
