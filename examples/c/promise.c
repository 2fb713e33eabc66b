/* Hands out the ticket first and computes afterwards, so that readers can be started at once:
 *
 *     ./promise > ticket &
 *     ./waiter "$(cat ticket)"
 *
 *     ./promise "no convergence"                    fails, and readers are told why; Enter ends it
 */
#define _POSIX_C_SOURCE 200809L /* for nanosleep, where the compiler is told to go by the C standard alone */
#include <time.h>

#include "check.h"

static double compute(void)
{
    const struct timespec half_a_second = { .tv_nsec = 500000000 };
    nanosleep(&half_a_second, NULL);
    return 42.0;
}

int main(int argc, char **argv)
{
    wharf_fabric *fabric;
    wharf_store *store;
    wharf_store_options options;
    wharf_promise *promise;
    wharf_ticket ticket;

    check(wharf_fabric_open(NULL, &fabric), "join the node");

    /* The result outlives this process, and ends with its first reader. */
    WHARF_INIT(options);
    options.lifetime.scope = WHARF_SCOPE_NODE;
    options.lifetime.end = WHARF_END_ONCE;
    check(wharf_store_open(fabric, "example", &options, &store), "open a store");

    check(wharf_store_promise(store, &promise), "promise a result");
    check(wharf_promise_ticket(promise, &ticket), "take its ticket");
    print_ticket(&ticket);

    const double result = compute();
    if (argc > 1) {
        check(wharf_promise_fail(promise, argv[1]), "fail the promise");
        getchar(); /* what failed does not outlive its process: late readers could not be told why */
    } else {
        check(wharf_promise_put(promise, &result, sizeof result, NULL), "keep the promise");
    }

    wharf_store_close(store);
    wharf_fabric_close(fabric);
    return EXIT_SUCCESS;
}
