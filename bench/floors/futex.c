/* A bare futex ping-pong: store, wake, wait. Nothing is decided in user space that the kernel need not know. */
#define _GNU_SOURCE
#include "floors.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const struct timespec PATIENCE = {.tv_sec = 10, .tv_nsec = 0};

static void hand_over(uint32_t *word, uint32_t value)
{
    /* Release: pairs with the acquire in `await`. */
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static int await(uint32_t *word, uint32_t wanted)
{
    uint32_t now;
    while ((now = __atomic_load_n(word, __ATOMIC_ACQUIRE)) != wanted) {
        long rc = syscall(SYS_futex, word, FUTEX_WAIT, now, &PATIENCE, NULL, 0);
        if (rc != 0 && errno != EAGAIN && errno != EINTR)
            return -1;
    }
    return 0;
}

int wharf_floor_futex_ping(uint32_t *word, uint32_t turn)
{
    hand_over(word, 2 * turn + 1);
    return await(word, 2 * turn + 2);
}

int wharf_floor_futex_pong(uint32_t *word, uint32_t turns)
{
    for (uint32_t turn = 0; turn < turns; turn++) {
        if (await(word, 2 * turn + 1) != 0)
            return -1;
        hand_over(word, 2 * turn + 2);
    }
    return 0;
}
