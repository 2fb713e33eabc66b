/* The floors: the least that the machine itself asks for a piece of work, as short as it can be written.
 *
 * Two processes share one word. The first ("ping") writes odd numbers, the second ("pong") even ones:
 *
 *     ping: 1 ──────► pong: 2 ──────► ping: 3 ──────► …
 *
 * so one round trip, a turn, is two hand-overs. Turns count from 0, with the word at 0. Every wait ends: with 0,
 * or with -1 when the other side has not answered for some ten seconds (it was killed).
 */
#ifndef WHARF_BENCH_FLOORS_H
#define WHARF_BENCH_FLOORS_H

#include <stddef.h>
#include <stdint.h>

/* One cache line, both sides spinning on two cores. */
int wharf_floor_cacheline_ping(uint32_t *line, uint32_t turn);
/* Answers that many turns. */
int wharf_floor_cacheline_pong(uint32_t *line, uint32_t turns);

/* One shared futex, both sides sleeping. */
int wharf_floor_futex_ping(uint32_t *word, uint32_t turn);
int wharf_floor_futex_pong(uint32_t *word, uint32_t turns);

/* The C library's memcpy, called through a pointer that the compiler cannot see through. */
void wharf_floor_memcpy(void *to, const void *from, size_t len);
/* The same with stores that go past the caches, fenced before it returns. */
void wharf_floor_streaming(void *to, const void *from, size_t len);
/* Which instructions the streaming copy uses on this machine. */
const char *wharf_floor_streaming_name(void);

/* Copies `len` bytes at an address of another process. 0, or -1 where that cannot be. */
int wharf_floor_attach(int32_t pid, uint64_t address, void *to, size_t len);

/* As many connections as one stream may have. */
#define WHARF_FLOOR_STREAMS 64
/* Answers on a connected socket, from memory of that many bytes, until it is closed. With `spin` neither side sleeps.
 * 0, or -1 where it broke. */
int wharf_floor_stream_serve(int fd, const void *bytes, size_t len, int spin);
/* Asks for `len` bytes, on each connection for as large a part of them, and takes them. 0, or -1. */
int wharf_floor_stream_fetch(const int *fds, int count, void *to, size_t len, int spin);

#endif
