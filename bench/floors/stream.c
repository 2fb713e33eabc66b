/* Bytes over a socket, with nothing around them: a request of eight bytes says how many, and they come. */

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

int wharf_floor_stream_serve(int fd, const void *from, size_t len, int spin)
{
    for (;;) {
        uint64_t wanted;
        int end = all(fd, (char *)&wanted, sizeof wanted, 0, spin);
        if (end != 0)
            return end < 0 ? -1 : 0;
        if (wanted > len || all(fd, (char *)from, (size_t)wanted, 1, spin) != 0)
            return -1;
    }
}

int wharf_floor_stream_fetch(int fd, void *to, size_t len, int spin)
{
    uint64_t wanted = len;
    if (all(fd, (char *)&wanted, sizeof wanted, 1, spin) != 0)
        return -1;
    return all(fd, to, len, 0, spin) == 0 ? 0 : -1;
}
