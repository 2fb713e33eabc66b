/*
 * Wharf: put once, resolve anywhere.
 *
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A program puts an object and gets a ticket, a plain value that can travel through any channel. Whoever
 * holds the ticket resolves it: another process on the same node maps the very same memory, with no copy,
 * at any size.
 *
 *     wharf_fabric *fabric;                                  wharf_fabric *fabric;
 *     wharf_store *store;                                    wharf_view *view;
 *     wharf_ticket ticket;                                   const void *data;
 *                                                            size_t size;
 *     wharf_fabric_open(NULL, &fabric);
 *     wharf_store_open(fabric, "fields", NULL, &store);      wharf_fabric_open(NULL, &fabric);
 *     wharf_store_put(store, "abc", 3, &ticket);   ------>   wharf_fabric_resolve(fabric, &ticket,
 *                                                                                 WHARF_FOREVER, &view);
 *                                                            wharf_view_data(view, &data, &size);
 *
 * What holds for all functions:
 *
 * - Functions that can fail return a status: 0 (WHARF_OK) or a negative number of wharf_status.
 *   wharf_error_name() is its name, and wharf_error_message() says what went wrong and what to do. The
 *   statuses that each function lists are those of its own; besides them any may return, of its arguments
 *   (-1 to -6): WHARF_ERROR_NULL, WHARF_ERROR_ARGUMENT, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE,
 *   WHARF_ERROR_NOT_UTF8 or WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_FORKED; WHARF_ERROR_INTERNAL for a fault of
 *   the library; and one that touches shared memory also an error of the node (-500 and on).
 * - Outputs come last, and are written on success only, where nothing else is said.
 * - Handles (wharf_fabric *, wharf_store *, ...) are not addresses. NULL, a handle of another kind and one
 *   that was closed are answered by an error. Each has a function that closes it, which takes NULL.
 * - A pointer that is not a handle must point to what its parameter says. Where a length is 0, it may be
 *   NULL. Texts are NUL-terminated UTF-8, paths NUL-terminated bytes.
 * - Structures with a struct_size are only ever appended to. Set all to 0, then struct_size to the sizeof:
 *   WHARF_INIT() does both. What a program does not know of a newer structure is as its default.
 * - Times are in nanoseconds.
 * - The library changes no signal handler, signal mask, locale or environment variable, and writes nothing to
 *   standard output.
 * - In a forked child, handles of the parent answer WHARF_ERROR_FORKED, and closing them does nothing for the
 *   parent. A child may open a fabric of its own.
 */


#ifndef WHARF_H
#define WHARF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Prepares a structure that has a struct_size: everything else is 0, its default. */
#define WHARF_INIT(structure) \
    (memset(&(structure), 0, sizeof(structure)), (void)((structure).struct_size = sizeof(structure)))

/* A status that is not looked at is warned of, where the language, or clang, has a way that a cast to void
 * silences. */
#ifndef WHARF_MUST_USE
#if (defined(__cplusplus) && __cplusplus >= 201703L) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define WHARF_MUST_USE [[nodiscard]]
#elif defined(__clang__)
#define WHARF_MUST_USE __attribute__((warn_unused_result))
#else
#define WHARF_MUST_USE
#endif
#endif

/** A time to wait: for nobody. What has to be done is done, however long that takes: a copy of exposed memory
 *  is made whole. */
#define WHARF_NOW INT64_C(0)

/** A time to wait: as long as it takes, which ends when the producer dies. */
#define WHARF_FOREVER INT64_C(-1)


/**
 * An array has at most so many dimensions.
 */
#define WHARF_MAX_DIMENSIONS 8

/**
 * The most bytes that a ticket has.
 */
#define WHARF_TICKET_BYTES_MAX 512

/**
 * A buffer of so many bytes holds any ticket's text form, its NUL included.
 */
#define WHARF_TICKET_TEXT_MAX 704

/**
 * The version that this header belongs to: the same major version is the same ABI, and a newer library
 * of it serves programs that were built with an older header.
 */
#define WHARF_VERSION_MAJOR 0

/**
 * See WHARF_VERSION_MAJOR.
 */
#define WHARF_VERSION_MINOR 1

/**
 * See WHARF_VERSION_MAJOR.
 */
#define WHARF_VERSION_PATCH 0

/**
 * What every function returns that can fail: 0, or a negative number that tells what broke.
 *
 * The hundreds are groups: the call itself, the object, the ticket, names, memory, the node, the
 * network, the library. A number is never given another meaning; newer libraries may return numbers that are not
 * in this list. wharf_error_message() says more.
 */
typedef enum wharf_status {
    /**
     * All went well.
     */
    WHARF_OK = 0,
    /**
     * An argument is NULL that must not be.
     */
    WHARF_ERROR_NULL = -1,
    /**
     * An argument is out of its range.
     */
    WHARF_ERROR_ARGUMENT = -2,
    /**
     * What was given as a handle is none, or one of another kind.
     */
    WHARF_ERROR_HANDLE = -3,
    /**
     * The handle was closed before, or used up by a call that says so.
     */
    WHARF_ERROR_CLOSED_HANDLE = -4,
    /**
     * A text is not UTF-8.
     */
    WHARF_ERROR_NOT_UTF8 = -5,
    /**
     * A structure's struct_size is none that it can have, or it asks for what this library does not
     * know.
     */
    WHARF_ERROR_STRUCT_SIZE = -6,
    /**
     * The buffer is too small; the size that is needed was written.
     */
    WHARF_ERROR_BUFFER = -7,
    /**
     * This process was forked from the one that opened the fabric: open it again here.
     */
    WHARF_ERROR_FORKED = -8,
    /**
     * The request is not done yet.
     */
    WHARF_ERROR_NOT_DONE = -9,
    /**
     * This library was built without that: wharf_has_feature() tells what it has.
     */
    WHARF_ERROR_NO_FEATURE = -10,
    /**
     * The object is gone: it was evicted, its lease has ended, it was resolved once, or it ended
     * with its process or store. Who asks when nothing of that store is left is told this also of an
     * object that had failed, or whose producer had died.
     */
    WHARF_ERROR_EVICTED = -100,
    /**
     * The producer failed the object. The message is the producer's.
     */
    WHARF_ERROR_FAILED = -101,
    /**
     * The producer died before it sealed the object.
     */
    WHARF_ERROR_OWNER_DIED = -102,
    /**
     * The object, or the name, was not there by the deadline.
     */
    WHARF_ERROR_DEADLINE = -103,
    /**
     * The object is not sealed yet, and what was asked for needs that.
     */
    WHARF_ERROR_PENDING = -104,
    /**
     * The object has no lease that could be renewed.
     */
    WHARF_ERROR_NOT_LEASED = -105,
    /**
     * The object is something else than it was asked for as.
     */
    WHARF_ERROR_WRONG_TYPE = -106,
    /**
     * Exposed memory is still being copied.
     */
    WHARF_ERROR_STILL_READ = -107,
    /**
     * Exposed memory cannot be read: its producer freed or protected it.
     */
    WHARF_ERROR_UNREADABLE = -108,
    /**
     * The object has no such bytes.
     */
    WHARF_ERROR_BEYOND = -109,
    /**
     * The object is on another node and ends once it is resolved: only the whole of it can be had.
     */
    WHARF_ERROR_ONLY_WHOLE = -110,
    /**
     * What was given is not a ticket, or is a damaged one.
     */
    WHARF_ERROR_TICKET = -200,
    /**
     * The ticket gives no right to read the object.
     */
    WHARF_ERROR_WRONG_CAPABILITY = -201,
    /**
     * The object lives on another node, and the ticket tells no way to it.
     */
    WHARF_ERROR_OTHER_NODE = -202,
    /**
     * The name is another object's, which is still there.
     */
    WHARF_ERROR_NAME_TAKEN = -300,
    /**
     * There is no such name, or there was none by the deadline.
     */
    WHARF_ERROR_NO_SUCH_NAME = -301,
    /**
     * There can be no such name.
     */
    WHARF_ERROR_INVALID_NAME = -302,
    /**
     * The store is full.
     */
    WHARF_ERROR_FULL = -400,
    /**
     * The object could not fit even into an empty store.
     */
    WHARF_ERROR_TOO_LARGE = -401,
    /**
     * The shared-memory filesystem, or the job's memory limit, has no room.
     */
    WHARF_ERROR_OUT_OF_MEMORY = -402,
    /**
     * This process holds as many views as it can.
     */
    WHARF_ERROR_TOO_MANY_VIEWS = -403,
    /**
     * This process has as many handles of a kind as it can.
     */
    WHARF_ERROR_TOO_MANY_HANDLES = -404,
    /**
     * The configuration has a mistake.
     */
    WHARF_ERROR_CONFIG = -500,
    /**
     * The shared-memory directory cannot be used.
     */
    WHARF_ERROR_DIRECTORY = -501,
    /**
     * There is no shared-memory directory, and it was not to be made.
     */
    WHARF_ERROR_NO_DIRECTORY = -502,
    /**
     * The shared-memory directory was removed while in use.
     */
    WHARF_ERROR_VANISHED = -503,
    /**
     * Shared memory was laid out by another version of Wharf.
     */
    WHARF_ERROR_LAYOUT = -504,
    /**
     * Shared memory does not hold what it should.
     */
    WHARF_ERROR_DAMAGED = -505,
    /**
     * The store was closed.
     */
    WHARF_ERROR_STORE_CLOSED = -506,
    /**
     * A system call failed.
     */
    WHARF_ERROR_SYSTEM = -507,
    /**
     * What another process exposes cannot be reached: the message says what to change.
     */
    WHARF_ERROR_ATTACH = -508,
    /**
     * The object is on another node, and no way there is any good: the message tells each.
     */
    WHARF_ERROR_UNREACHABLE = -600,
    /**
     * The object is on another node, and had not come by the deadline: the message tells what was tried.
     * Of one that its producer has not sealed, WHARF_ERROR_DEADLINE is told.
     */
    WHARF_ERROR_OUT_OF_TIME = -601,
    /**
     * The object's node does not give it. The message is that node's.
     */
    WHARF_ERROR_REFUSED = -602,
    /**
     * The object ends once it is resolved, and its node was lost before it said that it is ours.
     */
    WHARF_ERROR_UNCONFIRMED = -603,
    /**
     * Nobody can be served at the addresses to listen at.
     */
    WHARF_ERROR_LISTEN = -604,
    /**
     * The fabric's secret, or the node's key, cannot be used.
     */
    WHARF_ERROR_SECRET = -605,
    /**
     * A fault in the library.
     */
    WHARF_ERROR_INTERNAL = -900,
    /**
     * Something that has no number of its own.
     */
    WHARF_ERROR_OTHER = -901,
} wharf_status;

/**
 * What an object's life is bound to.
 */
typedef enum wharf_scope {
    /**
     * It ends with the process, or the store, that put it.
     */
    WHARF_SCOPE_PROCESS = 0,
    /**
     * It outlives its process, killed or not, until it is evicted.
     */
    WHARF_SCOPE_NODE = 1,
} wharf_scope;

/**
 * What ends an object within its scope.
 */
typedef enum wharf_end {
    /**
     * It lives until it is evicted.
     */
    WHARF_END_EVICTED = 0,
    /**
     * Its first successful resolve evicts it.
     */
    WHARF_END_ONCE = 1,
    /**
     * It ends when its lease has passed since it was sealed, or renewed.
     */
    WHARF_END_LEASE = 2,
} wharf_end;

/**
 * The type of an array's elements, little-endian all.
 */
typedef enum wharf_element {
    /**
     * int8_t
     */
    WHARF_INT8 = 1,
    /**
     * int16_t
     */
    WHARF_INT16 = 2,
    /**
     * int32_t
     */
    WHARF_INT32 = 3,
    /**
     * int64_t
     */
    WHARF_INT64 = 4,
    /**
     * uint8_t
     */
    WHARF_UINT8 = 5,
    /**
     * uint16_t
     */
    WHARF_UINT16 = 6,
    /**
     * uint32_t
     */
    WHARF_UINT32 = 7,
    /**
     * uint64_t
     */
    WHARF_UINT64 = 8,
    /**
     * IEEE 754 half precision
     */
    WHARF_FLOAT16 = 9,
    /**
     * The upper half of a float: 8 bits of exponent, 7 of fraction
     */
    WHARF_BFLOAT16 = 10,
    /**
     * float
     */
    WHARF_FLOAT32 = 11,
    /**
     * double
     */
    WHARF_FLOAT64 = 12,
    /**
     * float complex: real, then imaginary
     */
    WHARF_COMPLEX_FLOAT32 = 13,
    /**
     * double complex: real, then imaginary
     */
    WHARF_COMPLEX_FLOAT64 = 14,
    /**
     * A plain structure, of which only its size is known
     */
    WHARF_RECORD = 15,
} wharf_element;

/**
 * In which order an array's elements lie in memory.
 */
typedef enum wharf_order {
    /**
     * The last index varies fastest, as in C.
     */
    WHARF_ORDER_C = 0,
    /**
     * The first index varies fastest, as in Fortran.
     */
    WHARF_ORDER_FORTRAN = 1,
} wharf_order;

/**
 * What an object's bytes are.
 */
typedef enum wharf_form {
    /**
     * Bytes, about which nothing is said.
     */
    WHARF_FORM_BYTES = 0,
    /**
     * An array, which wharf_ticket_array() or wharf_view_array() describes.
     */
    WHARF_FORM_ARRAY = 1,
    /**
     * A value that a Rust program encoded.
     */
    WHARF_FORM_VALUE = 2,
    /**
     * The ticket was taken before the object's memory: the resolved object knows.
     */
    WHARF_FORM_UNTOLD = 3,
    /**
     * Something that this library does not know. Its bytes can be viewed all the same.
     */
    WHARF_FORM_UNKNOWN = 4,
} wharf_form;

/**
 * How to wait for pending objects.
 */
typedef enum wharf_wait {
    /**
     * As the configuration says
     */
    WHARF_WAIT_DEFAULT = 0,
    /**
     * Sleep at once: the least processor time.
     */
    WHARF_WAIT_BLOCK = 1,
    /**
     * Never sleep: the least latency, at the price of a processor.
     */
    WHARF_WAIT_SPIN = 2,
    /**
     * Spin for a few microseconds, then sleep.
     */
    WHARF_WAIT_ADAPTIVE = 3,
} wharf_wait;

/**
 * Yes, no, or as the configuration says.
 */
typedef enum wharf_choice {
    /**
     * As the configuration says
     */
    WHARF_CHOICE_DEFAULT = 0,
    /**
     * Yes
     */
    WHARF_CHOICE_YES = 1,
    /**
     * No
     */
    WHARF_CHOICE_NO = 2,
} wharf_choice;

/**
 * What goes over the network encrypted. Who a peer is, and the tokens that open plain connections, always are.
 */
typedef enum wharf_encrypt {
    /**
     * As the configuration says
     */
    WHARF_ENCRYPT_DEFAULT = 0,
    /**
     * Everything, except on networks that both ends trust.
     */
    WHARF_ENCRYPT_AUTO = 1,
    /**
     * Everything, everywhere.
     */
    WHARF_ENCRYPT_ALWAYS = 2,
    /**
     * Nothing but the first connection of a pair. An end that says otherwise prevails.
     */
    WHARF_ENCRYPT_NEVER = 3,
} wharf_encrypt;

/**
 * What state an object is in.
 */
typedef enum wharf_state {
    /**
     * It has a ticket, and no bytes yet.
     */
    WHARF_STATE_PENDING = 0,
    /**
     * Its bytes are there and will not change.
     */
    WHARF_STATE_SEALED = 1,
    /**
     * Its producer failed it, or died before sealing it.
     */
    WHARF_STATE_FAILED = 2,
} wharf_state;

/**
 * The NUMA nodes that a store takes memory from. A node that is full is helped out by others.
 */
typedef enum wharf_numa {
    /**
     * As the policy of the process says.
     */
    WHARF_NUMA_DEFAULT = 0,
    /**
     * The node of the thread that takes the memory.
     */
    WHARF_NUMA_LOCAL = 1,
    /**
     * The node of a number.
     */
    WHARF_NUMA_NODE = 2,
    /**
     * All nodes in turn, page by page.
     */
    WHARF_NUMA_INTERLEAVED = 3,
} wharf_numa;

/**
 * What a sweep ends.
 */
typedef enum wharf_sweep {
    /**
     * What dead processes left, except objects of node scope.
     */
    WHARF_SWEEP_DEAD = 0,
    /**
     * Objects of node scope whose producers have exited as well.
     */
    WHARF_SWEEP_ALL = 1,
} wharf_sweep;

/**
 * Writable memory from a store. Sealing it makes it an object, with no copy.
 *
 * It ends as exactly one of sealed, failed and freed, which fails it.
 */
typedef struct wharf_block wharf_block;

/**
 * Memory of the program's own that others read: an object until wharf_unexpose().
 */
typedef struct wharf_exposed wharf_exposed;

/**
 * This process's membership of the node. One per process is usual.
 *
 * It opens no socket, unless it is to listen or to fetch from another node. In a forked child, calls with it return WHARF_ERROR_FORKED: open another there.
 */
typedef struct wharf_fabric wharf_fabric;

/**
 * A list of names and tickets, as it was when wharf_fabric_names() made it.
 */
typedef struct wharf_names wharf_names;

/**
 * An object that has a ticket before it has memory, or even a size.
 *
 * It is kept, failed or freed, which fails it: whoever waits is told.
 */
typedef struct wharf_promise wharf_promise;

/**
 * A resolve under way. It is ended by wharf_request_wait() or wharf_request_cancel().
 *
 * While any waits, one thread of the library, "wharf-wait", sleeps until there is something to do; no signal
 * is delivered to it. That thread copies nothing: exposed memory is copied by the calls of
 * wharf_request_test(), wharf_request_wait() and wharf_request_wait_any(), in pieces of 16 MiB. For each object of
 * another node a thread waits and fetches, "wharf-far", of 64 at most.
 */
typedef struct wharf_request wharf_request;

/**
 * A list of settings, as they were when the fabric was opened.
 */
typedef struct wharf_settings wharf_settings;

/**
 * A named place that this process puts objects in.
 */
typedef struct wharf_store wharf_store;

/**
 * A list of the stores of all processes, as they were when wharf_fabric_stores() made it.
 */
typedef struct wharf_stores wharf_stores;

/**
 * A resolved object: its bytes are read-only and stay where and as they are until the view is
 * released, whatever happens to the object, its store, its producer or the fabric.
 *
 * In a forked child the bytes can be read for as long as the parent holds the view; releasing it there
 * does nothing for the object.
 */
typedef struct wharf_view wharf_view;

/**
 * A self-contained name for an object, and the right to read it.
 *
 * A plain value that needs no freeing: copy it, or send its first `size` bytes by any channel and read
 * them by wharf_ticket_from_bytes(). Whoever holds it can read the object.
 */
typedef struct wharf_ticket {
    /**
     * How many of the bytes are the ticket.
     */
    uint32_t size;
    /**
     * The ticket; after it, zeros.
     */
    uint8_t bytes[512];
} wharf_ticket;

/**
 * What a store has done since it was opened.
 */
typedef struct wharf_store_counters {
    /**
     * sizeof(wharf_store_counters), set by the caller
     */
    size_t struct_size;
    /**
     * Objects that were begun: put, or taken as a block or a promise, however they ended
     */
    uint64_t puts;
    /**
     * Their bytes
     */
    uint64_t bytes_put;
    /**
     * Bytes that the library has copied into objects: none where blocks are written in place
     */
    uint64_t bytes_copied;
    /**
     * Objects that ended. Those that other processes end count when this one next puts, or asks for its usage.
     */
    uint64_t evicted;
    /**
     * Objects whose memory was given back, after nobody viewed them any more
     */
    uint64_t reclaimed;
    /**
     * Bytes of that memory, rounded up as it was when it was taken
     */
    uint64_t bytes_reclaimed;
} wharf_store_counters;

/**
 * What a fabric has resolved since it was opened.
 */
typedef struct wharf_fabric_counters {
    /**
     * sizeof(wharf_fabric_counters), set by the caller
     */
    size_t struct_size;
    /**
     * Views that were handed out: hits and waits
     */
    uint64_t resolves;
    /**
     * Those whose objects were sealed when they were asked for
     */
    uint64_t hits;
    /**
     * Those whose objects were pending then, and had to be waited for
     */
    uint64_t waits;
    /**
     * Bytes of the views
     */
    uint64_t bytes_resolved;
} wharf_fabric_counters;

/**
 * What an array is: its elements, how many along each dimension, and in which order they lie.
 *
 * A plain value: copy it freely. With 0 dimensions it is a single element.
 */
typedef struct wharf_array {
    /**
     * One of wharf_element.
     */
    int element;
    /**
     * One of wharf_order.
     */
    int order;
    /**
     * Bytes of one element. As an input it may be 0, but for WHARF_RECORD.
     */
    uint32_t element_size;
    /**
     * How many dimensions there are, at most WHARF_MAX_DIMENSIONS.
     */
    uint32_t dimensions;
    /**
     * The number of elements along each. As an input, those beyond are ignored; as an output, they
     * are 0.
     */
    uint64_t shape[8];
} wharf_array;

/**
 * How to open a fabric. What is 0 or NULL here comes from the environment (WHARF_*), else from the
 * configuration file, else it is as built in.
 */
typedef struct wharf_options {
    /**
     * sizeof(wharf_options)
     */
    size_t struct_size;
    /**
     * The shared-memory directory, NUL-terminated. Processes that are to share objects need the same one.
     */
    const char *directory;
    /**
     * The most bytes that a store may hold that is opened without a capacity of its own; UINT64_MAX for
     * as many as the shared-memory filesystem has.
     */
    uint64_t capacity;
    /**
     * How to wait for pending objects: one of wharf_wait.
     */
    int wait;
    /**
     * Whether to leave what dead processes left to a sweep, instead of giving it back now: one of
     * wharf_choice.
     */
    int leave_dead;
    /**
     * 1 to refuse a directory that does not exist; 0 to make it.
     */
    int must_exist;
    /**
     * 0
     */
    int reserved;
    /**
     * Where to serve this node's objects, for readers on other nodes: "10.1.2.3:7700, [fd00::1]:7700" say; a port
     * alone is that port at every address, port 0 any that is free; "none" is nowhere.
     */
    const char *listen;
    /**
     * The networks on which bytes may travel in the clear, where both ends have WHARF_ENCRYPT_AUTO:
     * "10.0.0.0/8, fd00::/8" say, or "none".
     */
    const char *trusted;
    /**
     * The path of a file of at least 32 random bytes, NUL-terminated: readers prove that they know it, and one
     * that proves another is turned away.
     */
    const char *secret;
    /**
     * The most bytes of other nodes' objects that this process keeps for its node; UINT64_MAX for as many as
     * the shared-memory filesystem has.
     */
    uint64_t replicas;
    /**
     * What goes over the network encrypted: one of wharf_encrypt.
     */
    int encrypt;
    /**
     * Whether to use what the node has of another node's object without asking there whether it still stands:
     * one of wharf_choice.
     */
    int trust_replicas;
} wharf_options;

/**
 * What a fabric has fetched from other nodes since it was opened.
 */
typedef struct wharf_remote_counters {
    /**
     * sizeof(wharf_remote_counters), set by the caller
     */
    size_t struct_size;
    /**
     * Objects, and parts of objects
     */
    uint64_t fetches;
    /**
     * Their bytes
     */
    uint64_t bytes_fetched;
    /**
     * Bytes that were received over the network for them, with everything that goes around them
     */
    uint64_t bytes_received;
    /**
     * Objects that this node had a copy of
     */
    uint64_t replica_hits;
    /**
     * Of the bytes that were received, those that came encrypted: what went in the clear is the rest
     */
    uint64_t bytes_encrypted;
} wharf_remote_counters;

/**
 * What is known of a store, of any process.
 */
typedef struct wharf_store_stat {
    /**
     * sizeof(wharf_store_stat), set by the caller
     */
    size_t struct_size;
    /**
     * Its name, NUL-terminated. It belongs to the list.
     */
    const char *name;
    /**
     * The process that opened it
     */
    int64_t owner_pid;
    /**
     * 1 if that process lives
     */
    int owner_alive;
    /**
     * 0
     */
    int reserved;
    /**
     * How long ago it was opened, in nanoseconds, or up to a second more
     */
    int64_t age;
    /**
     * Bytes it may take
     */
    uint64_t capacity;
    /**
     * Bytes of memory that it takes
     */
    uint64_t memory;
    /**
     * Objects in it that are pending, sealed or failed
     */
    uint64_t objects;
    /**
     * Bytes of those that are sealed
     */
    uint64_t bytes;
} wharf_store_stat;

/**
 * What a sweep did.
 */
typedef struct wharf_sweep_report {
    /**
     * sizeof(wharf_sweep_report), set by the caller
     */
    size_t struct_size;
    /**
     * Dead processes whose records were removed
     */
    uint64_t processes;
    /**
     * Stores that are gone
     */
    uint64_t stores_removed;
    /**
     * Stores of dead processes that still hold objects
     */
    uint64_t stores_kept;
    /**
     * Objects that were evicted
     */
    uint64_t objects_evicted;
    /**
     * Names that were removed since their objects are gone
     */
    uint64_t names_removed;
    /**
     * Bytes of memory given back to the system
     */
    uint64_t bytes_freed;
    /**
     * Files that could not be cleaned
     */
    uint64_t failed;
    /**
     * Files in the directory that are none of Wharf's, and were left alone
     */
    uint64_t strangers;
} wharf_sweep_report;

/**
 * How long an object lives. All 0 is the default: until it is evicted or its process ends.
 */
typedef struct wharf_lifetime {
    /**
     * One of wharf_scope.
     */
    int scope;
    /**
     * One of wharf_end.
     */
    int end;
    /**
     * With WHARF_END_LEASE, the time in nanoseconds, more than 0; else 0.
     */
    int64_t lease;
} wharf_lifetime;

/**
 * What is known of an object.
 */
typedef struct wharf_object_stat {
    /**
     * sizeof(wharf_object_stat), set by the caller
     */
    size_t struct_size;
    /**
     * One of wharf_state
     */
    int state;
    /**
     * 1 if the process that put it lives
     */
    int owner_alive;
    /**
     * That process
     */
    int64_t owner_pid;
    /**
     * Its size in bytes; 0 unless it is sealed
     */
    uint64_t size;
    /**
     * Its lifetime; a lease is what is left of it
     */
    struct wharf_lifetime lifetime;
} wharf_object_stat;

/**
 * How to open a store. All 0 but struct_size is the default.
 */
typedef struct wharf_store_options {
    /**
     * sizeof(wharf_store_options)
     */
    size_t struct_size;
    /**
     * The most bytes that the store may hold; 0 for what the configuration says, which is as many as
     * the shared-memory filesystem has where it says nothing. None are taken before they are needed.
     */
    uint64_t capacity;
    /**
     * The lifetime of what is put.
     */
    struct wharf_lifetime lifetime;
    /**
     * On which NUMA nodes its memory should lie: one of wharf_numa. All but the default, and huge pages, need a
     * library with the feature "numa", and where it has that, are wishes: what the machine cannot have is done
     * without.
     */
    int numa;
    /**
     * With WHARF_NUMA_NODE, which node, as the operating system counts them; else 0.
     */
    uint32_t numa_node;
    /**
     * 1 for pages of 2 MiB from the machine's pool, by way of a hugetlbfs on which this user can make a folder;
     * else 0.
     */
    int huge_pages;
    /**
     * 0
     */
    int reserved;
} wharf_store_options;

/**
 * How much a store holds and may hold.
 */
typedef struct wharf_store_usage {
    /**
     * sizeof(wharf_store_usage), set by the caller
     */
    size_t struct_size;
    /**
     * Bytes it may take
     */
    uint64_t capacity;
    /**
     * Bytes of memory reserved for data, in use or ready to be reused
     */
    uint64_t reserved;
    /**
     * Bytes taken by objects and blocks, evicted ones that wait to be reclaimed included
     */
    uint64_t in_use;
    /**
     * Objects and blocks that are not evicted
     */
    uint64_t live;
    /**
     * Evicted objects that wait to be reclaimed
     */
    uint64_t retired;
} wharf_store_usage;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Where the block's memory is. Its contents are unspecified until they are written.
 *
 * @param[in]  block  The block.
 * @param[out] data   The first byte, aligned to 64 bytes; never NULL.
 * @param[out] size   How many bytes there are. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for calls that end the same block, or change its size, at the same time. The memory belongs
 * to the block, and may be written, by any threads, until the block is sealed, failed or freed, or its store
 * closed, and not be touched afterwards.
 */
WHARF_MUST_USE
int wharf_block_data(const struct wharf_block *block,
                     void **data,
                     size_t *size);

/**
 * The object's ticket, while its bytes are still being written: whoever resolves it waits.
 *
 * @param[in]  block   The block.
 * @param[out] ticket  The ticket.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for calls that end the same block at the same time.
 */
WHARF_MUST_USE int wharf_block_ticket(const struct wharf_block *block, struct wharf_ticket *ticket);

/**
 * Makes a block longer where it is, if the memory behind it is free, as is likely while nothing else is taken
 * from the store: for what arrives without saying how long it is. A block that does not fill its pages (give it
 * sizes that are multiples of 64 KiB), or was taken for an array, is never extended.
 *
 * @param[in]  block     The block.
 * @param[in]  more      By how many bytes.
 * @param[out] extended  1 if it is longer now, and wharf_block_data() tells where and how long; 0 if it is as it
 *                       was: take another, and copy.
 * @return WHARF_OK; WHARF_ERROR_OUT_OF_MEMORY; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_NULL,
 *         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for other calls with the same block at the same time.
 */
WHARF_MUST_USE
int wharf_block_extend(struct wharf_block *block,
                       size_t more,
                       int *extended);

/**
 * Makes a block shorter, and gives back the memory that it needs no more. Does nothing to one that is no longer
 * than that, or was taken for an array.
 *
 * @param[in] block  The block.
 * @param[in] size   How many bytes it is to keep.
 * @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for other calls with the same block at the same time.
 */
WHARF_MUST_USE
int wharf_block_truncate(struct wharf_block *block,
                         size_t size);

/**
 * Makes the block an object: what was written is seen by whoever resolves it, and may not be changed any
 * more.
 *
 * @param[in]  block   The block. Its handle is closed, also where sealing fails, unless an argument is
 *                     refused.
 * @param[out] ticket  The object's ticket, which says more than wharf_block_ticket(). May be NULL.
 * @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for other calls with the same block at the same time.
 */
WHARF_MUST_USE
int wharf_block_seal(struct wharf_block *block,
                     struct wharf_ticket *ticket);

/**
 * Fails the object: everyone who waits for it, now or later, gets the message.
 *
 * @param[in] block    The block. Its handle is closed, unless an argument is refused.
 * @param[in] message  Why, NUL-terminated.
 * @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE, WHARF_ERROR_NULL, WHARF_ERROR_NOT_UTF8.
 *
 * Thread-safe, but for other calls with the same block at the same time.
 */
WHARF_MUST_USE int wharf_block_fail(struct wharf_block *block, const char *message);

/**
 * Gives a block up. Whoever waits for it is told that it was dropped unsealed.
 *
 * @param[in] block  The block, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was ended before.
 *
 * Thread-safe, but for other calls with the same block at the same time.
 */
int wharf_block_free(struct wharf_block *block);

/**
 * What a store has done since it was opened.
 *
 * @param[in]     store     The store.
 * @param[in,out] counters  Their struct_size says how much of them is known to the caller; the rest is written.
 * @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_get_counters(const struct wharf_store *store,
                             struct wharf_store_counters *counters);

/**
 * What a fabric has resolved since it was opened.
 *
 * @param[in]     fabric    The fabric.
 * @param[in,out] counters  Their struct_size says how much of them is known to the caller; the rest is written.
 * @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. What other threads do at this
 * moment may be counted or not.
 */
WHARF_MUST_USE
int wharf_fabric_get_counters(const struct wharf_fabric *fabric,
                              struct wharf_fabric_counters *counters);

/**
 * The constant's name, "WHARF_ERROR_EVICTED" say; "WHARF_ERROR_?" for a number that is none.
 *
 * @param[in] status  What a function returned.
 * @return A text that is there for good. Never NULL.
 *
 * Thread-safe. Never fails.
 */
const char *wharf_error_name(int status);

/**
 * What went wrong in this thread's last call that failed, where, and what to do: for people.
 *
 * @return A text in UTF-8, empty if no call has failed. It is there until another call fails in this
 *         thread, or the thread ends. Never NULL.
 *
 * Thread-safe: each thread has its own. Never fails.
 */
const char *wharf_error_message(void);

/**
 * Makes an object of bytes that the program has in its own memory, without copying them. Whoever resolves it
 * gets a copy, made by cross-memory attach while this process goes on; each resolve makes its own: what many
 * read is better put.
 *
 * @param[in]  store    The store. Its lifetime's end holds for the object, its scope is always the process.
 * @param[in]  data     The bytes: any memory that this process can read. Until wharf_unexpose() has returned
 *                      WHARF_OK, nobody may change, free or unmap them: readers would be handed a mix of old
 *                      and new bytes, never another process's. May be NULL if there are none.
 * @param[in]  size     How many there are.
 * @param[out] exposed  The exposed memory, to be ended by wharf_unexpose().
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT if that is no memory of this process; else as wharf_store_put().
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time. That a reader may attach to
 * this process is not known before it tries: see WHARF_ERROR_ATTACH and wharf_allow_attach().
 */
WHARF_MUST_USE
int wharf_store_expose(const struct wharf_store *store,
                       const void *data,
                       size_t size,
                       struct wharf_exposed **exposed);

/**
 * As wharf_store_expose(), of an array, which readers are told.
 *
 * @param[in]  store    The store.
 * @param[in]  data     The elements, one after the other in the array's order. May be NULL if there are none.
 * @param[in]  array    What array. How many bytes there are follows from it.
 * @param[out] exposed  The exposed memory, to be ended by wharf_unexpose().
 * @return As wharf_store_expose(); WHARF_ERROR_ARGUMENT if there can be no such array.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_expose_array(const struct wharf_store *store,
                             const void *data,
                             const struct wharf_array *array,
                             struct wharf_exposed **exposed);

/**
 * The object's ticket.
 *
 * @param[in]  exposed  The exposed memory.
 * @param[out] ticket   The ticket.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_unexpose() of the same memory at the same time.
 */
WHARF_MUST_USE
int wharf_exposed_ticket(const struct wharf_exposed *exposed,
                         struct wharf_ticket *ticket);

/**
 * Ends the object: at once for new resolves. Then waits until nobody is in the middle of copying it, which is
 * soon: who finds it gone gives up. After this the memory may be changed and freed.
 *
 * @param[in] exposed  The exposed memory, or NULL, which does nothing. Its handle is closed, unless
 *                     WHARF_ERROR_STILL_READ is returned or an argument is refused.
 * @param[in] timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @return WHARF_OK; WHARF_ERROR_STILL_READ if somebody is still copying: call again; WHARF_ERROR_VANISHED if
 *         the shared-memory directory was removed, so that nobody can say who reads; WHARF_ERROR_FORKED in a
 *         child; WHARF_ERROR_ARGUMENT, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for other calls with the same memory at the same time. An object that has ended in another
 * way, evicted or with its store, is to be unexposed all the same.
 */
WHARF_MUST_USE
int wharf_unexpose(struct wharf_exposed *exposed,
                   int64_t timeout);

/**
 * Lets every process of this user read what this process exposes, where the security module Yama lets only
 * its ancestors (kernel.yama.ptrace_scope is 1). It lets them trace this process too, until it ends, and so is
 * never done unasked. Where there is no Yama it does nothing.
 *
 * @return WHARF_OK; WHARF_ERROR_SYSTEM if this process may not.
 *
 * Thread-safe.
 */
WHARF_MUST_USE
int wharf_allow_attach(void);

/**
 * Joins the node.
 *
 * @param[in]  options  Options, or NULL for the defaults.
 * @param[out] fabric   The fabric, to be closed by wharf_fabric_close().
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT, WHARF_ERROR_STRUCT_SIZE; an error of the node (-500 and on) if the
 *         configuration has a mistake or the shared-memory directory cannot be used; WHARF_ERROR_LISTEN,
 *         WHARF_ERROR_SECRET.
 *
 * Reads the environment, and so must not run while another thread changes it. Starts no thread, but one,
 * "wharf-serve", if it is to listen, which gets no signals; touches neither signals nor locale.
 */
WHARF_MUST_USE
int wharf_fabric_open(const struct wharf_options *options,
                      struct wharf_fabric **fabric);

/**
 * Closes a fabric. What was opened through it, stores, blocks, promises and views, stays usable until it
 * is closed itself.
 *
 * @param[in] fabric  The fabric, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was closed before.
 *
 * Thread-safe, but for other calls with the same fabric at the same time.
 */
int wharf_fabric_close(struct wharf_fabric *fabric);

/**
 * The shared-memory directory in use.
 *
 * @param[in]  fabric    The fabric.
 * @param[out] buffer    Memory for the path and its NUL.
 * @param[in]  capacity  How many bytes the buffer has.
 * @param[out] length    The length of the path without its NUL, also where it does not fit. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_BUFFER; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_directory(const struct wharf_fabric *fabric,
                           char *buffer,
                           size_t capacity,
                           size_t *length);

/**
 * The object's bytes, mapped where they lie: nothing is copied. Waits for a pending object. Of exposed memory the
 * view is a copy, which this call makes.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  ticket   The object's ticket.
 * @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] view     A view of the object, to be released by wharf_view_release().
 * @return WHARF_OK; what became of the object: WHARF_ERROR_EVICTED, WHARF_ERROR_FAILED with the producer's
 *         message, WHARF_ERROR_OWNER_DIED, WHARF_ERROR_DEADLINE; WHARF_ERROR_TICKET,
 *         WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE; WHARF_ERROR_TOO_MANY_VIEWS,
 *         WHARF_ERROR_TOO_MANY_HANDLES; of exposed memory WHARF_ERROR_ATTACH, WHARF_ERROR_UNREADABLE, and
 *         WHARF_ERROR_OUT_OF_MEMORY for the copy; an error of the node (-500 and on); WHARF_ERROR_FORKED;
 *         WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_resolve(const struct wharf_fabric *fabric,
                         const struct wharf_ticket *ticket,
                         int64_t timeout,
                         struct wharf_view **view);

/**
 * Resolves many objects by one deadline, each with an outcome of its own.
 *
 * @param[in]  fabric    The fabric.
 * @param[in]  tickets   The objects' tickets. May be NULL if there are none.
 * @param[in]  count     How many there are.
 * @param[in]  timeout   How long to wait for all, as for wharf_fabric_resolve().
 * @param[out] views     Memory for so many views: each is one to be released, or NULL where the object
 *                       could not be resolved. Written unless an argument is refused.
 * @param[out] statuses  Memory for so many statuses, each as wharf_fabric_resolve() would return it.
 *                       Written with the views. May be NULL.
 * @return WHARF_OK if all were resolved; else the first of the statuses that is not, or why an argument was
 *         refused, with nothing resolved. The message is the first that was not resolved's.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_resolve_many(const struct wharf_fabric *fabric,
                              const struct wharf_ticket *tickets,
                              size_t count,
                              int64_t timeout,
                              struct wharf_view **views,
                              int *statuses);

/**
 * The ticket that was published under a name by wharf_store_publish(). Waits until somebody does.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  name     The name, NUL-terminated.
 * @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] ticket   The ticket.
 * @return WHARF_OK; WHARF_ERROR_NO_SUCH_NAME if there was none by the deadline, WHARF_ERROR_INVALID_NAME; an
 *         error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL,
 *         WHARF_ERROR_NOT_UTF8, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_lookup(const struct wharf_fabric *fabric,
                        const char *name,
                        int64_t timeout,
                        struct wharf_ticket *ticket);

/**
 * Takes a name away, whichever process of this user published it; its object stays.
 *
 * @param[in] fabric  The fabric.
 * @param[in] name    The name, NUL-terminated.
 * @return WHARF_OK; WHARF_ERROR_NO_SUCH_NAME, WHARF_ERROR_INVALID_NAME; else as wharf_fabric_lookup().
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_unpublish(const struct wharf_fabric *fabric,
                           const char *name);

/**
 * All names that begin with a prefix, and their tickets, in the order of names.
 *
 * @param[in]  fabric  The fabric.
 * @param[in]  prefix  The prefix, NUL-terminated; "" for all names. Names that hold a NUL are left out.
 * @param[out] names   The list, to be freed by wharf_names_free().
 * @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_NULL,
 *         WHARF_ERROR_NOT_UTF8, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_names(const struct wharf_fabric *fabric,
                       const char *prefix,
                       struct wharf_names **names);

/**
 * How many names there are in a list.
 *
 * @param[in]  names  The list.
 * @param[out] count  How many.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_names_free() of the same list at the same time.
 */
WHARF_MUST_USE int wharf_names_count(const struct wharf_names *names, size_t *count);

/**
 * One of a list of names.
 *
 * @param[in]  names   The list.
 * @param[in]  index   Which, from 0 on.
 * @param[out] name    The name, NUL-terminated. It belongs to the list. May be NULL.
 * @param[out] ticket  Its ticket. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT if there are not so many; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_names_free() of the same list at the same time.
 */
WHARF_MUST_USE
int wharf_names_at(const struct wharf_names *names,
                   size_t index,
                   const char **name,
                   struct wharf_ticket *ticket);

/**
 * Frees a list of names.
 *
 * @param[in] names  The list, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was freed before.
 *
 * Thread-safe, but for other calls with the same list at the same time.
 */
int wharf_names_free(struct wharf_names *names);

/**
 * Where this node's objects are served now, by this process or another: tickets of what is put from now on say so,
 * and resolve on other nodes.
 *
 * @param[in]  fabric    The fabric.
 * @param[out] buffer    Memory for the routes, "tcp://10.1.2.3:7700" say, the best first, with a space between two;
 *                       an empty text if nobody serves.
 * @param[in]  capacity  How many bytes the buffer has.
 * @param[out] length    The length of the text without its NUL, also where it does not fit. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_BUFFER; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_served_at(const struct wharf_fabric *fabric,
                           char *buffer,
                           size_t capacity,
                           size_t *length);

/**
 * Whether an object is on another node, from where a resolve would fetch it, and not in this one's memory.
 *
 * @param[in]  fabric     The fabric.
 * @param[in]  ticket     The object's ticket.
 * @param[out] elsewhere  1 if it is, else 0. Nobody is asked: it may not be there any more.
 * @return WHARF_OK; WHARF_ERROR_TICKET; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_is_elsewhere(const struct wharf_fabric *fabric,
                              const struct wharf_ticket *ticket,
                              int *elsewhere);

/**
 * How many bytes an object has, wherever it is: once it is sealed, for which this waits. Nothing is fetched, and
 * nothing taken.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  ticket   The object's ticket.
 * @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] size     How many.
 * @return As wharf_fabric_resolve().
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_size(const struct wharf_fabric *fabric,
                      const struct wharf_ticket *ticket,
                      int64_t timeout,
                      uint64_t *size);

/**
 * Copies a part of an object into the caller's memory, wherever the object is: of one on another node no more than
 * that is fetched. Waits for a pending object.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  ticket   The object's ticket.
 * @param[in]  offset   Where the part begins in the object.
 * @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] bytes    Memory for the part. If the call fails, what is in it is unspecified.
 * @param[in]  size     How many bytes: the object must have them.
 * @return As wharf_fabric_resolve(); WHARF_ERROR_BEYOND if the object has no such bytes; WHARF_ERROR_ONLY_WHOLE if it
 *         is on another node and ends once; of one here that does, this is the resolve that ends it.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_read_at(const struct wharf_fabric *fabric,
                         const struct wharf_ticket *ticket,
                         uint64_t offset,
                         int64_t timeout,
                         void *bytes,
                         size_t size);

/**
 * Which way an object would be resolved, and why not another: for people. Each way is tried, and nothing fetched;
 * what ends once is left.
 *
 * @param[in]  fabric    The fabric.
 * @param[in]  ticket    The object's ticket.
 * @param[in]  timeout   How long to look at most, in nanoseconds, and no longer than 10 seconds; WHARF_NOW or
 *                       WHARF_FOREVER.
 * @param[out] buffer    Memory for the text, a line for each way, and its NUL. 4096 bytes are plenty.
 * @param[in]  capacity  How many bytes the buffer has.
 * @param[out] length    The length of the text without its NUL, also where it does not fit. The next call's may be
 *                       another. May be NULL.
 * @return WHARF_OK, also if there is no way; WHARF_ERROR_BUFFER; WHARF_ERROR_TICKET; WHARF_ERROR_FORKED;
 *         WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_explain(const struct wharf_fabric *fabric,
                         const struct wharf_ticket *ticket,
                         int64_t timeout,
                         char *buffer,
                         size_t capacity,
                         size_t *length);

/**
 * What a fabric has fetched from other nodes since it was opened.
 *
 * @param[in]     fabric    The fabric.
 * @param[in,out] counters  Their struct_size says how much of them is known to the caller; the rest is written.
 * @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. What other threads do at this
 * moment may be counted or not.
 */
WHARF_MUST_USE
int wharf_fabric_get_remote_counters(const struct wharf_fabric *fabric,
                                     struct wharf_remote_counters *counters);

/**
 * The stores of all processes of the node, dead ones that left objects included.
 *
 * @param[in]  fabric  The fabric.
 * @param[out] stores  The list, to be freed by wharf_stores_free().
 * @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_NULL,
 *         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. It looks at every object of
 * the node.
 */
WHARF_MUST_USE
int wharf_fabric_stores(const struct wharf_fabric *fabric,
                        struct wharf_stores **stores);

/**
 * How many stores there are in a list.
 *
 * @param[in]  stores  The list.
 * @param[out] count   How many.
 * @return WHARF_OK; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_stores_free() of the same list at the same time.
 */
WHARF_MUST_USE int wharf_stores_count(const struct wharf_stores *stores, size_t *count);

/**
 * One of a list of stores.
 *
 * @param[in]     stores  The list.
 * @param[in]     index   Which, from 0 on.
 * @param[in,out] stat    Its struct_size says how much of it is known to the caller; the rest is written.
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT if there are not so many; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_NULL,
 *         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_stores_free() of the same list at the same time.
 */
WHARF_MUST_USE
int wharf_stores_at(const struct wharf_stores *stores,
                    size_t index,
                    struct wharf_store_stat *stat);

/**
 * Frees a list of stores.
 *
 * @param[in] stores  The list, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was freed before.
 *
 * Thread-safe, but for other calls with the same list at the same time.
 */
int wharf_stores_free(struct wharf_stores *stores);

/**
 * Gives back what dead processes left behind. What live ones hold is never touched.
 *
 * @param[in]     fabric  The fabric.
 * @param[in]     what    What to end: one of wharf_sweep.
 * @param[in,out] report  What was done: its struct_size says how much of it is known to the caller; the rest is
 *                        written. May be NULL.
 * @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_ARGUMENT,
 *         WHARF_ERROR_STRUCT_SIZE, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_sweep(const struct wharf_fabric *fabric,
                       int what,
                       struct wharf_sweep_report *report);

/**
 * Waits until an object is sealed. Nothing is pinned, and an object that ends once it is resolved is left
 * for a resolve.
 *
 * @param[in] fabric   The fabric.
 * @param[in] ticket   The object's ticket.
 * @param[in] timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @return As wharf_fabric_resolve().
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_wait(const struct wharf_fabric *fabric,
                      const struct wharf_ticket *ticket,
                      int64_t timeout);

/**
 * Waits until the first of some objects is pending no more: it was sealed, has failed or is gone, and a
 * resolve says which.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  tickets  The objects' tickets.
 * @param[in]  count    How many there are.
 * @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] index    Which it is; the first, if several are.
 * @return WHARF_OK; WHARF_ERROR_DEADLINE if all are still pending; WHARF_ERROR_ARGUMENT if there are none;
 *         WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE; WHARF_ERROR_FORKED;
 *         WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_wait_any(const struct wharf_fabric *fabric,
                          const struct wharf_ticket *tickets,
                          size_t count,
                          int64_t timeout,
                          size_t *index);

/**
 * Whether an object is there, or still to come. Waits for nothing and takes nothing.
 *
 * @param[in]  fabric  The fabric.
 * @param[in]  ticket  The object's ticket.
 * @param[out] exists  1 if it is; 0 once it has ended, has failed, or its producer died before it was sealed.
 * @return WHARF_OK; WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE;
 *         WHARF_ERROR_FORKED; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_exists(const struct wharf_fabric *fabric,
                        const struct wharf_ticket *ticket,
                        int *exists);

/**
 * What state an object is in, without waiting for it and without ending what ends once it is resolved.
 *
 * @param[in]     fabric  The fabric.
 * @param[in]     ticket  The object's ticket.
 * @param[in,out] stat    Its struct_size says how much of it is known to the caller; the rest is written.
 * @return WHARF_OK; WHARF_ERROR_EVICTED if it is gone; else as wharf_fabric_resolve();
 *         WHARF_ERROR_STRUCT_SIZE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_stat(const struct wharf_fabric *fabric,
                      const struct wharf_ticket *ticket,
                      struct wharf_object_stat *stat);

/**
 * Ends an object, whichever process of this user put it: at once for new resolves; views that exist stay
 * valid.
 *
 * @param[in] fabric  The fabric.
 * @param[in] ticket  The object's ticket.
 * @return WHARF_OK; WHARF_ERROR_EVICTED if it was gone already; WHARF_ERROR_PENDING if only its producer
 *         can end it yet; WHARF_ERROR_TICKET, WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE;
 *         WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_evict(const struct wharf_fabric *fabric,
                       const struct wharf_ticket *ticket);

/**
 * Lets an object's lease end so long from now, whichever process of this user put it.
 *
 * @param[in] fabric  The fabric.
 * @param[in] ticket  The object's ticket.
 * @param[in] lease   The time in nanoseconds, more than 0.
 * @return WHARF_OK; WHARF_ERROR_EVICTED if its lease has ended; WHARF_ERROR_NOT_LEASED if it has none;
 *         WHARF_ERROR_ARGUMENT; else as wharf_fabric_evict().
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_renew(const struct wharf_fabric *fabric,
                       const struct wharf_ticket *ticket,
                       int64_t lease);

/**
 * The object's ticket: whoever resolves it waits.
 *
 * @param[in]  promise  The promise.
 * @param[out] ticket   The ticket.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for calls that end the same promise at the same time.
 */
WHARF_MUST_USE
int wharf_promise_ticket(const struct wharf_promise *promise,
                         struct wharf_ticket *ticket);

/**
 * Takes memory to keep the promise with.
 *
 * @param[in]  promise  The promise. Its handle is closed, unless an argument is refused; where there is no
 *                      room, the object has failed.
 * @param[in]  size     How many bytes.
 * @param[out] block    A block, to be ended by wharf_block_seal(), wharf_block_fail() or
 *                      wharf_block_free().
 * @return WHARF_OK; WHARF_ERROR_FULL, WHARF_ERROR_TOO_LARGE, WHARF_ERROR_OUT_OF_MEMORY,
 *         WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for other calls with the same promise at the same time.
 */
WHARF_MUST_USE
int wharf_promise_alloc(struct wharf_promise *promise,
                        size_t size,
                        struct wharf_block **block);

/**
 * Takes memory for an array to keep the promise with.
 *
 * @param[in]  promise  The promise. Its handle is closed, unless an argument is refused; where there is no
 *                      room, the object has failed.
 * @param[in]  array    What array.
 * @param[out] block    A block, as of wharf_promise_alloc().
 * @return As wharf_promise_alloc(); WHARF_ERROR_ARGUMENT if there can be no such array.
 *
 * Thread-safe, but for other calls with the same promise at the same time.
 */
WHARF_MUST_USE
int wharf_promise_alloc_array(struct wharf_promise *promise,
                              const struct wharf_array *array,
                              struct wharf_block **block);

/**
 * Keeps the promise with a copy of some bytes.
 *
 * @param[in]  promise  The promise. Its handle is closed, unless an argument is refused; where there is no
 *                      room, the object has failed.
 * @param[in]  data     The bytes. May be NULL if there are none.
 * @param[in]  size     How many there are.
 * @param[out] ticket   The object's ticket, which says more than wharf_promise_ticket(). May be NULL.
 * @return As wharf_promise_alloc().
 *
 * Thread-safe, but for other calls with the same promise at the same time.
 */
WHARF_MUST_USE
int wharf_promise_put(struct wharf_promise *promise,
                      const void *data,
                      size_t size,
                      struct wharf_ticket *ticket);

/**
 * Fails the object: everyone who waits for it, now or later, gets the message.
 *
 * @param[in] promise  The promise. Its handle is closed, unless an argument is refused.
 * @param[in] message  Why, NUL-terminated.
 * @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE, WHARF_ERROR_NULL, WHARF_ERROR_NOT_UTF8.
 *
 * Thread-safe, but for other calls with the same promise at the same time.
 */
WHARF_MUST_USE int wharf_promise_fail(struct wharf_promise *promise, const char *message);

/**
 * Gives a promise up. Whoever waits for it is told that it was dropped.
 *
 * @param[in] promise  The promise, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was ended before.
 *
 * Thread-safe, but for other calls with the same promise at the same time.
 */
int wharf_promise_free(struct wharf_promise *promise);

/**
 * Starts to resolve an object, and returns at once.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  ticket   The object's ticket.
 * @param[in]  timeout  How long the request may take, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] request  The request. What becomes of the object is its outcome, not this call's.
 * @return WHARF_OK; WHARF_ERROR_TICKET; WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. The request may outlive the
 * handle of its fabric. An object that ends once it is resolved is taken when the request finds it sealed,
 * and is gone if the request is cancelled after that.
 */
WHARF_MUST_USE
int wharf_fabric_resolve_start(const struct wharf_fabric *fabric,
                               const struct wharf_ticket *ticket,
                               int64_t timeout,
                               struct wharf_request **request);

/**
 * Whether a request is done: resolved, or failed for good. Waits for nobody; of exposed memory each call
 * copies a piece of at most 16 MiB, or takes some of the memory for the copy, which takes milliseconds.
 *
 * @param[in]  request  The request. It stays, done or not.
 * @param[out] done     1 if wharf_request_wait() would return at once with its outcome, else 0.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for calls that end the same request at the same time.
 */
WHARF_MUST_USE
int wharf_request_test(const struct wharf_request *request,
                       int *done);

/**
 * Waits until a request is done, ends it, and gives its outcome.
 *
 * @param[in]  request  The request. Its handle is closed, unless WHARF_ERROR_NOT_DONE is returned or an
 *                      argument is refused.
 * @param[in]  timeout  How long to wait here, in nanoseconds; WHARF_NOW or WHARF_FOREVER, which ends with the
 *                      request's own timeout. A copy of exposed memory that is not whole by then is gone on
 *                      with by the next call.
 * @param[out] view     A view of the object, to be released by wharf_view_release().
 * @return The outcome, as wharf_fabric_resolve() would return it; WHARF_ERROR_NOT_DONE if it is not done yet:
 *         it goes on; WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for other calls that end the same request at the same time.
 */
WHARF_MUST_USE
int wharf_request_wait(struct wharf_request *request,
                       int64_t timeout,
                       struct wharf_view **view);

/**
 * Waits until any of some requests is done.
 *
 * @param[in]  requests  The requests; those that are NULL are passed over. All stay: wharf_request_wait() gives
 *                       the outcome of the one that is done.
 * @param[in]  count     How many there are.
 * @param[in]  timeout   How long to wait here, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
 * @param[out] index     Which is done; the first, if several are.
 * @return WHARF_OK; WHARF_ERROR_NOT_DONE if none is done yet; WHARF_ERROR_ARGUMENT if there is none to wait for;
 *         WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for calls that end one of the requests at the same time.
 */
WHARF_MUST_USE
int wharf_request_wait_any(struct wharf_request *const *requests,
                           size_t count,
                           int64_t timeout,
                           size_t *index);

/**
 * A descriptor for poll(), epoll and their kin: when it is readable, the request may be done, and
 * wharf_request_test() says whether it is; where it is not, the descriptor is readable no more.
 *
 * @param[in]  request     The request.
 * @param[out] descriptor  The descriptor. It belongs to the request, and is closed with it: take it out of an
 *                         epoll set before. Do not read it.
 * @return WHARF_OK; WHARF_ERROR_SYSTEM if the process can have no more descriptors; WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for calls that end the same request at the same time. It is closed by exec.
 */
WHARF_MUST_USE
int wharf_request_descriptor(const struct wharf_request *request,
                             int *descriptor);

/**
 * Ends a request, done or not. What it has resolved is released.
 *
 * @param[in] request  The request, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was ended before.
 *
 * Thread-safe, but for other calls with the same request at the same time.
 */
int wharf_request_cancel(struct wharf_request *request);

/**
 * The configuration that a fabric was opened with: what the program said, the environment, the configuration
 * file, and what is built in.
 *
 * @param[in]  fabric    The fabric.
 * @param[out] settings  The list, to be freed by wharf_settings_free().
 * @return WHARF_OK; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
 */
WHARF_MUST_USE
int wharf_fabric_settings(const struct wharf_fabric *fabric,
                          struct wharf_settings **settings);

/**
 * How many settings there are in a list.
 *
 * @param[in]  settings  The list.
 * @param[out] count     How many.
 * @return WHARF_OK; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_settings_free() of the same list at the same time.
 */
WHARF_MUST_USE int wharf_settings_count(const struct wharf_settings *settings, size_t *count);

/**
 * One of a list of settings. The texts are NUL-terminated and belong to the list.
 *
 * @param[in]  settings  The list.
 * @param[in]  index     Which, from 0 on.
 * @param[out] name      Its key, as in the configuration file: "capacity", say. May be NULL.
 * @param[out] value     Its value, as one would write it in a variable. May be NULL.
 * @param[out] origin    Where it came from: "code" for wharf_options, the name of a variable, the path of a
 *                       file, or "default". May be NULL.
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT if there are not so many; WHARF_ERROR_NULL, WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_settings_free() of the same list at the same time.
 */
WHARF_MUST_USE
int wharf_settings_at(const struct wharf_settings *settings,
                      size_t index,
                      const char **name,
                      const char **value,
                      const char **origin);

/**
 * Frees a list of settings.
 *
 * @param[in] settings  The list, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was freed before.
 *
 * Thread-safe, but for other calls with the same list at the same time.
 */
int wharf_settings_free(struct wharf_settings *settings);

/**
 * Opens a place to put objects in. No memory is taken until something is put.
 *
 * @param[in]  fabric   The fabric.
 * @param[in]  name     Its name in listings, NUL-terminated; it need not be the only one of that name.
 * @param[in]  options  Options, or NULL for the defaults.
 * @param[out] store    The store, to be closed by wharf_store_close().
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT, WHARF_ERROR_STRUCT_SIZE, WHARF_ERROR_NOT_UTF8;
 *         WHARF_ERROR_NO_FEATURE for a placement that this library was built without; an error of the node
 *         (-500 and on); WHARF_ERROR_FORKED; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_fabric_close() of the same fabric at the same time. The store may outlive the
 * handle of its fabric.
 */
WHARF_MUST_USE
int wharf_store_open(const struct wharf_fabric *fabric,
                     const char *name,
                     const struct wharf_store_options *options,
                     struct wharf_store **store);

/**
 * Another handle of the same store, with another lifetime for what is put through it.
 *
 * @param[in]  store     The store.
 * @param[in]  lifetime  The lifetime.
 * @param[out] other     The other handle, to be closed by wharf_store_close().
 * @return WHARF_OK; WHARF_ERROR_ARGUMENT; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_with_lifetime(const struct wharf_store *store,
                              const struct wharf_lifetime *lifetime,
                              struct wharf_store **other);

/**
 * Copies some bytes into an object.
 *
 * @param[in]  store   The store.
 * @param[in]  data    The bytes. May be NULL if there are none.
 * @param[in]  size    How many there are.
 * @param[out] ticket  The object's ticket.
 * @return WHARF_OK; WHARF_ERROR_FULL, WHARF_ERROR_TOO_LARGE, WHARF_ERROR_OUT_OF_MEMORY,
 *         WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; an error of the node (-500 and on); WHARF_ERROR_NULL,
 *         WHARF_ERROR_ARGUMENT, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_put(const struct wharf_store *store,
                    const void *data,
                    size_t size,
                    struct wharf_ticket *ticket);

/**
 * Copies many objects; either all are put or, with an error, none.
 *
 * @param[in]  store    The store.
 * @param[in]  data     For each object, its bytes. An object of no bytes may be NULL, as may the list of none.
 * @param[in]  sizes    For each object, how many bytes it has.
 * @param[in]  count    How many objects there are.
 * @param[out] tickets  Memory for so many tickets. Written on success only.
 * @return As wharf_store_put().
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_put_many(const struct wharf_store *store,
                         const void *const *data,
                         const size_t *sizes,
                         size_t count,
                         struct wharf_ticket *tickets);

/**
 * Copies an array into an object that tells what it is.
 *
 * @param[in]  store   The store.
 * @param[in]  data    The elements, one after the other in the array's order. May be NULL if there are
 *                     none.
 * @param[in]  array   What array. How many bytes are read follows from it.
 * @param[out] ticket  The object's ticket.
 * @return As wharf_store_put(); WHARF_ERROR_ARGUMENT if there can be no such array.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_put_array(const struct wharf_store *store,
                          const void *data,
                          const struct wharf_array *array,
                          struct wharf_ticket *ticket);

/**
 * Takes memory to write in place.
 *
 * @param[in]  store  The store.
 * @param[in]  size   How many bytes.
 * @param[out] block  A block, to be ended by wharf_block_seal(), wharf_block_fail() or wharf_block_free().
 * @return As wharf_store_put().
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_alloc(const struct wharf_store *store,
                      size_t size,
                      struct wharf_block **block);

/**
 * Takes memory for an array to write in place.
 *
 * @param[in]  store  The store.
 * @param[in]  array  What array.
 * @param[out] block  A block, as of wharf_store_alloc().
 * @return As wharf_store_put(); WHARF_ERROR_ARGUMENT if there can be no such array.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_alloc_array(const struct wharf_store *store,
                            const struct wharf_array *array,
                            struct wharf_block **block);

/**
 * Makes an object whose size is not known yet: its ticket can be given away at once.
 *
 * @param[in]  store    The store.
 * @param[out] promise  A promise, to be kept by wharf_promise_alloc() or its kin, failed by
 *                      wharf_promise_fail() or given up by wharf_promise_free().
 * @return As wharf_store_put().
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_promise(const struct wharf_store *store,
                        struct wharf_promise **promise);

/**
 * Gives an object a name, for any process of the node to look up by wharf_fabric_lookup(). The object may
 * be another store's, and still be pending. The name stands until the object is gone, or until
 * wharf_fabric_unpublish().
 *
 * @param[in] store   The store.
 * @param[in] name    The name, NUL-terminated: any text of up to 255 bytes, where letters, digits, '_', '-'
 *                    and '.' count one and other bytes three.
 * @param[in] ticket  The object's ticket.
 * @return WHARF_OK; WHARF_ERROR_NAME_TAKEN, WHARF_ERROR_INVALID_NAME; WHARF_ERROR_EVICTED;
 *         WHARF_ERROR_TICKET, WHARF_ERROR_OTHER_NODE; or as wharf_store_put().
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_publish(const struct wharf_store *store,
                        const char *name,
                        const struct wharf_ticket *ticket);

/**
 * Ends an object of the user's, whichever process put it. Views that exist stay valid.
 *
 * Does what wharf_fabric_evict() does; the memory of an object of this store can be used again at once.
 *
 * @param[in] store   The store.
 * @param[in] ticket  The object's ticket.
 * @return As wharf_fabric_evict(); WHARF_ERROR_STORE_CLOSED.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_evict(const struct wharf_store *store,
                      const struct wharf_ticket *ticket);

/**
 * Gives the system back what memory of the store nothing is in.
 *
 * What was evicted stays the store's until then, for objects to come: its pages are warm, and putting into them
 * is several times as fast as into new ones. No other process can have them; so a program that will not put as
 * much again for a while trims its stores. Huge pages are kept.
 *
 * @param[in]  store  The store.
 * @param[out] freed  How many bytes were given back. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED; an error of the node (-500 and on);
 *         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_trim(const struct wharf_store *store,
                     uint64_t *freed);

/**
 * How much the store holds and may hold.
 *
 * @param[in]     store  The store.
 * @param[in,out] usage  Its struct_size says how much of it is known to the caller; the rest is written.
 * @return WHARF_OK; WHARF_ERROR_STRUCT_SIZE; WHARF_ERROR_STORE_CLOSED, WHARF_ERROR_FORKED;
 *         WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_store_close() of the same handle at the same time.
 */
WHARF_MUST_USE
int wharf_store_get_usage(const struct wharf_store *store,
                          struct wharf_store_usage *usage);

/**
 * Closes a handle of a store. With its last handle the store ends: its objects of process scope are
 * evicted, views of them stay valid, and blocks and promises that are not sealed fail.
 *
 * @param[in] store  The handle, or NULL, which does nothing. It is closed also where the store's memory
 *                   could not be given back, which a later sweep does.
 * @return WHARF_OK; an error of the node (-500 and on); WHARF_ERROR_FORKED in a child, where nothing ends;
 *         WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was closed before.
 *
 * Thread-safe, but for other calls with the same handle at the same time.
 */
int wharf_store_close(struct wharf_store *store);

/**
 * Reads a ticket that arrived as bytes.
 *
 * @param[in]  bytes   The ticket, exactly.
 * @param[in]  size    How many bytes there are.
 * @param[out] ticket  The ticket.
 * @return WHARF_OK; WHARF_ERROR_TICKET if the bytes are not one whole, undamaged ticket. That its object
 *         is still there is not said.
 *
 * Thread-safe. Takes no memory.
 */
WHARF_MUST_USE
int wharf_ticket_from_bytes(const void *bytes,
                            size_t size,
                            struct wharf_ticket *ticket);

/**
 * Reads a ticket's text form; white space around it is forgiven.
 *
 * @param[in]  text    The text, NUL-terminated.
 * @param[out] ticket  The ticket.
 * @return WHARF_OK; WHARF_ERROR_TICKET if it is not one whole ticket without typing errors,
 *         WHARF_ERROR_NOT_UTF8.
 *
 * Thread-safe. Takes no memory.
 */
WHARF_MUST_USE int wharf_ticket_from_text(const char *text, struct wharf_ticket *ticket);

/**
 * Writes a ticket's text form: one line, safe in URLs, that begins with "wharf1_".
 *
 * @param[in]  ticket    The ticket.
 * @param[out] buffer    Memory for the text and its NUL; WHARF_TICKET_TEXT_MAX bytes are always enough.
 * @param[in]  capacity  How many bytes the buffer has.
 * @param[out] length    The length of the text without its NUL, also where it does not fit. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_BUFFER if it does not fit, WHARF_ERROR_TICKET.
 *
 * Thread-safe.
 */
WHARF_MUST_USE
int wharf_ticket_to_text(const struct wharf_ticket *ticket,
                         char *buffer,
                         size_t capacity,
                         size_t *length);

/**
 * The object's size in bytes, as its ticket tells it.
 *
 * @param[in]  ticket  The ticket.
 * @param[out] size    The size.
 * @return WHARF_OK; WHARF_ERROR_PENDING if the ticket was taken before the object was sealed, and so
 *         does not say; WHARF_ERROR_TICKET.
 *
 * Thread-safe. Takes no memory.
 */
WHARF_MUST_USE
int wharf_ticket_object_size(const struct wharf_ticket *ticket,
                             uint64_t *size);

/**
 * What the object's bytes are, as its ticket tells it.
 *
 * @param[in]  ticket  The ticket.
 * @param[out] form    One of wharf_form.
 * @return WHARF_OK; WHARF_ERROR_TICKET.
 *
 * Thread-safe.
 */
WHARF_MUST_USE int wharf_ticket_form(const struct wharf_ticket *ticket, int *form);

/**
 * The array that the object is, as its ticket tells it.
 *
 * @param[in]  ticket  The ticket.
 * @param[out] array   Its description.
 * @return WHARF_OK; WHARF_ERROR_WRONG_TYPE if the ticket does not say that it is one,
 *         WHARF_ERROR_TICKET.
 *
 * Thread-safe.
 */
WHARF_MUST_USE int wharf_ticket_array(const struct wharf_ticket *ticket, struct wharf_array *array);

/**
 * The version of the library that is loaded, as in "0.1.0".
 *
 * @return A text that is there for good. Never NULL.
 *
 * Thread-safe. Never fails.
 */
const char *wharf_version(void);

/**
 * Whether the library that is loaded can do something that others may not.
 *
 * @param[in] feature  Its name. In this version: "expose", "names", "requests"; and "numa", which is there if the
 *                     library was built with that feature of cargo, for the placement of stores.
 * @return 1 if it can; 0 if not, or the name is NULL or unknown.
 *
 * Thread-safe. Never fails.
 */
int wharf_has_feature(const char *feature);

/**
 * Where the object's bytes are.
 *
 * @param[in]  view  The view.
 * @param[out] data  The first byte, aligned to 64 bytes; never NULL. Writing there ends the program.
 * @param[out] size  How many bytes there are. May be NULL.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_view_release() of the same view at the same time. The bytes belong to the
 * view.
 */
WHARF_MUST_USE
int wharf_view_data(const struct wharf_view *view,
                    const void **data,
                    size_t *size);

/**
 * What the object's bytes are, as its producer said.
 *
 * @param[in]  view  The view.
 * @param[out] form  One of wharf_form.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_view_release() of the same view at the same time.
 */
WHARF_MUST_USE int wharf_view_form(const struct wharf_view *view, int *form);

/**
 * The array that the object is.
 *
 * @param[in]  view   The view.
 * @param[out] array  Its description: it fits the bytes exactly.
 * @return WHARF_OK; WHARF_ERROR_WRONG_TYPE if it is no array, WHARF_ERROR_HANDLE,
 *         WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_view_release() of the same view at the same time.
 */
WHARF_MUST_USE int wharf_view_array(const struct wharf_view *view, struct wharf_array *array);

/**
 * Whether the view is a copy in this process's own memory, as those of exposed memory are, and not the object
 * where it lies.
 *
 * @param[in]  view     The view.
 * @param[out] is_copy  1 if it is, else 0.
 * @return WHARF_OK; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
 *
 * Thread-safe, but for wharf_view_release() of the same view at the same time.
 */
WHARF_MUST_USE
int wharf_view_is_copy(const struct wharf_view *view,
                       int *is_copy);

/**
 * Releases a view: its bytes may not be read any more.
 *
 * @param[in] view  The view, or NULL, which does nothing.
 * @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was released before.
 *
 * Thread-safe, but for other calls with the same view at the same time. A view can be released after
 * its fabric was closed, and in any thread.
 */
int wharf_view_release(struct wharf_view *view);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* WHARF_H */
