/* Two cores, one cache line. No pause instruction in the loop: with it the line is seen later, and this is a floor. */
#include "floors.h"

/* A turn of the loop takes about a nanosecond or more, so this is at least several seconds. */
#define PATIENCE (UINT64_C(1) << 33)

static int await(const uint32_t *line, uint32_t wanted)
{
    for (uint64_t spins = 0; spins < PATIENCE; spins++) {
        /* Acquire: pairs with the release of the other side's store. */
        if (__atomic_load_n(line, __ATOMIC_ACQUIRE) == wanted)
            return 0;
    }
    return -1;
}

int wharf_floor_cacheline_ping(uint32_t *line, uint32_t turn)
{
    __atomic_store_n(line, 2 * turn + 1, __ATOMIC_RELEASE);
    return await(line, 2 * turn + 2);
}

int wharf_floor_cacheline_pong(uint32_t *line, uint32_t turns)
{
    for (uint32_t turn = 0; turn < turns; turn++) {
        if (await(line, 2 * turn + 1) != 0)
            return -1;
        __atomic_store_n(line, 2 * turn + 2, __ATOMIC_RELEASE);
    }
    return 0;
}
