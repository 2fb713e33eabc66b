/* Waits for a result that another program has promised, and does something else meanwhile:
 *
 *     ./waiter TICKET
 */
#include <string.h>

#include "check.h"

static const int64_t TENTH_OF_A_SECOND = INT64_C(100000000);

int main(int argc, char **argv)
{
    const wharf_ticket ticket = ticket_argument(argc, argv);
    wharf_fabric *fabric;
    wharf_view *view;
    int status, rounds = 0;

    check(wharf_fabric_open(NULL, &fabric), "join the node");

    /* A deadline that passes is no failure. The wait sleeps: it takes no processor time. */
    while ((status = wharf_fabric_resolve(fabric, &ticket, TENTH_OF_A_SECOND, &view))
           == WHARF_ERROR_DEADLINE)
        rounds++; /* something useful goes here */

    /* What cannot come any more is told at once, and by whom. */
    if (status == WHARF_ERROR_FAILED) {
        printf("the producer failed: %s\n", wharf_error_message());
        return EXIT_FAILURE;
    }
    if (status == WHARF_ERROR_OWNER_DIED) {
        puts("the producer died");
        return EXIT_FAILURE;
    }
    check(status, "resolve the ticket");

    const void *data;
    size_t size;
    double result;
    check(wharf_view_data(view, &data, &size), "find the result");
    if (size != sizeof result) {
        fprintf(stderr, "a result of %zu bytes is no double\n", size);
        return EXIT_FAILURE;
    }
    memcpy(&result, data, sizeof result);
    printf("%g, %s\n", result, rounds > 0 ? "after a wait" : "at once");

    wharf_view_release(view);
    wharf_fabric_close(fabric);
    return EXIT_SUCCESS;
}
