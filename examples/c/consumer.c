/* Reads a matrix of doubles that another program shared, in whichever order that program keeps its arrays:
 *
 *     ./consumer TICKET
 */
#include <inttypes.h>

#include "check.h"

static const int64_t FIVE_SECONDS = INT64_C(5000000000);

static void print_matrix(const wharf_array *array, const double *data)
{
    const uint64_t rows = array->shape[0], columns = array->shape[1];
    const int in_c_order = array->order == WHARF_ORDER_C;
    const uint64_t down = in_c_order ? columns : 1, right = in_c_order ? 1 : rows;

    printf("%" PRIu64 " rows of %" PRIu64 " numbers\n", rows, columns);
    for (uint64_t row = 0; row < rows; row++)
        for (uint64_t column = 0; column < columns; column++)
            printf("%g%c", data[row * down + column * right], column + 1 < columns ? ' ' : '\n');
}

int main(int argc, char **argv)
{
    const wharf_ticket ticket = ticket_argument(argc, argv);
    wharf_fabric *fabric;
    wharf_view *view;
    wharf_array array;
    const void *data;

    check(wharf_fabric_open(NULL, &fabric), "join the node");
    check(wharf_fabric_resolve(fabric, &ticket, FIVE_SECONDS, &view), "resolve the ticket");

    /* The object says itself what it is: look before you read. */
    check(wharf_view_array(view, &array), "read it as an array");
    if (array.element != WHARF_FLOAT64 || array.dimensions != 2) {
        fprintf(stderr, "this array is no matrix of doubles\n");
        return EXIT_FAILURE;
    }
    check(wharf_view_data(view, &data, NULL), "find its elements");
    print_matrix(&array, data);

    /* Nobody else is going to read it. This view stays valid all the same, until it is released. */
    check(wharf_fabric_evict(fabric, &ticket), "evict the array");

    wharf_view_release(view);
    wharf_fabric_close(fabric);
    return EXIT_SUCCESS;
}
