/* Bytes over sockets, with nothing around them: a request says which, and they come. */

#include "floors.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* So many calls that find nothing take some milliseconds: nobody is there to spin for. */
enum { PATIENCE = 10000 };

/* Moves all of it. With `spin`, by calls that do not block, for as long as it may be worth it: who is measured beside this
   may have the same core. */
static int all(int fd, char *at, size_t len, int sending, int spin)
{
    int idle = 0;
    while (len > 0) {
        spin = spin && idle++ < PATIENCE;
        int flags = (spin ? MSG_DONTWAIT : 0) | (sending ? MSG_NOSIGNAL : 0);
        ssize_t moved = sending ? send(fd, at, len, flags) : recv(fd, at, len, flags);
        if (moved > 0) {
            at += moved;
            len -= (size_t)moved;
            idle = 0;
        } else if (moved == 0) {
            return 1;
        } else if (errno != EAGAIN && errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

struct request {
    uint64_t from, len;
};

int wharf_floor_stream_serve(int fd, const void *bytes, size_t len, int spin)
{
    for (;;) {
        struct request wanted;
        int end = all(fd, (char *)&wanted, sizeof wanted, 0, spin);
        if (end != 0)
            return end < 0 ? -1 : 0;
        if (wanted.from > len || wanted.len > len - wanted.from ||
            all(fd, (char *)bytes + wanted.from, (size_t)wanted.len, 1, spin) != 0)
            return -1;
    }
}

/* Takes what comes on many sockets, each its part. */
static int together(const int *fds, int count, char *to, size_t len, size_t part)
{
    struct pollfd polls[WHARF_FLOOR_STREAMS];
    size_t at[WHARF_FLOOR_STREAMS];
    for (int i = 0; i < count; i++) {
        polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        at[i] = i * part;
    }
    for (size_t left = len; left > 0;) {
        if (poll(polls, (nfds_t)count, -1) < 0 && errno != EINTR)
            return -1;
        for (int i = 0; i < count; i++) {
            size_t end = i + 1 == count ? len : (i + 1) * part;
            if (polls[i].revents == 0)
                continue;
            ssize_t moved = recv(fds[i], to + at[i], end - at[i], MSG_DONTWAIT);
            if (moved == 0 || (moved < 0 && errno != EAGAIN && errno != EINTR))
                return -1;
            if (moved > 0) {
                at[i] += (size_t)moved;
                left -= (size_t)moved;
            }
            if (at[i] == end)
                polls[i].fd = -1;
        }
    }
    return 0;
}

int wharf_floor_stream_fetch(const int *fds, int count, void *to, size_t len, int spin)
{
    if (count < 1 || count > WHARF_FLOOR_STREAMS)
        return -1;
    size_t part = len / (size_t)count;
    for (int i = 0; i < count; i++) {
        uint64_t from = i * part;
        struct request wanted = {from, i + 1 == count ? len - from : part};
        if (all(fds[i], (char *)&wanted, sizeof wanted, 1, spin) != 0)
            return -1;
    }
    if (count > 1)
        return together(fds, count, to, len, part);
    return all(fds[0], to, len, 0, spin) == 0 ? 0 : -1;
}
