/* The Gray-Scott simulation of the Rust demonstration in C: it shares each step's fields, and says so in a
 * line of JSON, for the same followers.
 *
 *     ./gray_scott 256 40 100 | gray-scott statistics
 *     ./gray_scott 256 40 100 | gray-scott frames --out frames
 *
 * The first iteration of a step reads the last shared state where it lies, and the last one writes the next
 * one where others will read it. No byte is moved for the sake of sharing.
 */
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

enum { KEEP = 8 }; /* steps that can be read; older ones are evicted, read or not */

static const double FEED = 0.0545, KILL = 0.062; /* coral */
static const double DIFFUSION_U = 2e-5 * (256 / 2.5) * (256 / 2.5);
static const double DIFFUSION_V = 1e-5 * (256 / 2.5) * (256 / 2.5);

/* A state is U, row after row, then V: an array [2, n, n] in C order. */
static void start(size_t n, double *state)
{
    double *u = state, *v = state + n * n;
    for (size_t cell = 0; cell < n * n; cell++) {
        const size_t y = cell / n, x = cell % n;
        const int inside = y >= n / 4 && y < n / 2 && x >= n / 3 && x < n / 3 + n / 4;
        u[cell] = inside ? 0.50 : 1.0;
        v[cell] = inside ? 0.25 : 0.0;
    }
}

static void advance(size_t n, const double *from, double *into)
{
    const double *u = from, *v = from + n * n;
    for (size_t y = 0; y < n; y++) {
        const size_t here = y * n, north = (y + n - 1) % n * n, south = (y + 1) % n * n;
        for (size_t x = 0; x < n; x++) {
            const size_t west = here + (x + n - 1) % n, east = here + (x + 1) % n, at = here + x;
            const double around_u = u[north + x] + u[south + x] + u[west] + u[east] - 4 * u[at];
            const double around_v = v[north + x] + v[south + x] + v[west] + v[east] - 4 * v[at];
            const double reaction = u[at] * v[at] * v[at];
            into[at] = u[at] + DIFFUSION_U * around_u - reaction + FEED * (1 - u[at]);
            into[n * n + at] = v[at] + DIFFUSION_V * around_v + reaction - (FEED + KILL) * v[at];
        }
    }
}

/* So many iterations, at least 1, from one state to another, by way of two buffers. */
static void run(size_t n, int iterations, const double *from, double *buffers[2], double *into)
{
    for (int i = 1; i < iterations; i++) {
        advance(n, from, buffers[i % 2]);
        from = buffers[i % 2];
    }
    advance(n, from, into);
}

static uint32_t crc32(const void *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (const unsigned char *byte = data; size > 0; size--, byte++) {
        crc ^= *byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* What is shared ends with this process: it stays until nobody reads its lines any more. */
static void wait_for_readers(void)
{
    struct pollfd pipe = { .fd = STDOUT_FILENO };
    while (poll(&pipe, 1, 60000) == 1 && !(pipe.revents & (POLLERR | POLLNVAL)))
        continue;
}

static int argument(int argc, char **argv, int which, int otherwise, int least)
{
    const int number = argc > which ? atoi(argv[which]) : otherwise;
    if (number < least) {
        fprintf(stderr, "usage: %s [SIZE [STEPS [ITERATIONS]]]\n", argv[0]);
        exit(2);
    }
    return number;
}

int main(int argc, char **argv)
{
    const size_t n = (size_t)argument(argc, argv, 1, 256, 16);
    const int steps = argument(argc, argv, 2, 40, 0);
    const int iterations = argument(argc, argv, 3, 100, 1);
    const wharf_array fields = { .element = WHARF_FLOAT64, .order = WHARF_ORDER_C,
                                 .dimensions = 3, .shape = { 2, n, n } };
    const size_t size = 2 * n * n * sizeof(double);
    double *buffers[2] = { malloc(size), malloc(size) };
    wharf_fabric *fabric;
    wharf_store *store;
    wharf_ticket alive[KEEP];
    wharf_view *last = NULL;
    const void *from = NULL;

    if (buffers[0] == NULL || buffers[1] == NULL) {
        fputs("no memory for the buffers\n", stderr);
        return EXIT_FAILURE;
    }
    check(wharf_fabric_open(NULL, &fabric), "join the node");
    check(wharf_store_open(fabric, "gray-scott", NULL, &store), "open a store");

    for (int step = 0; step <= steps; step++) {
        wharf_ticket *ticket = &alive[step % KEEP];
        wharf_block *block;
        wharf_view *view;
        void *into;

        if (step >= KEEP)
            check(wharf_fabric_evict(fabric, ticket), "evict the oldest step");
        check(wharf_store_alloc_array(store, &fields, &block), "take memory for a step");
        check(wharf_block_data(block, &into, NULL), "find the memory");
        if (step == 0)
            start(n, into);
        else
            run(n, iterations, from, buffers, into);
        check(wharf_block_seal(block, ticket), "seal a step");

        /* This process reads its own object as any other does. */
        check(wharf_fabric_resolve(fabric, ticket, WHARF_NOW, &view), "resolve a step");
        wharf_view_release(last);
        last = view;
        check(wharf_view_data(view, &from, NULL), "find a step");

        char text[WHARF_TICKET_TEXT_MAX];
        check(wharf_ticket_to_text(ticket, text, sizeof text, NULL), "write a ticket");
        printf("{\"step\":{\"step\":%d,\"iteration\":%d,\"ticket\":\"%s\",\"crc\":%" PRIu32 "}}\n",
               step, step * iterations, text, crc32(from, size));
        fflush(stdout);
    }
    printf("{\"end\":{\"steps\":%d,\"bytes_shared\":%zu,\"bytes_copied\":0,\"evicted\":%d}}\n", steps + 1,
           (size_t)(steps + 1) * size, steps + 1 > KEEP ? steps + 1 - KEEP : 0);
    fflush(stdout);
    wait_for_readers();

    wharf_view_release(last);
    wharf_store_close(store);
    wharf_fabric_close(fabric);
    free(buffers[0]);
    free(buffers[1]);
    return EXIT_SUCCESS;
}
