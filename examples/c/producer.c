/* Shares an array and ends. Its ticket is all that a reader needs:
 *
 *     ./producer > ticket
 *     ./consumer "$(cat ticket)"
 *
 * The array is computed where readers will find it: nothing is copied.
 */
#include "check.h"

enum { ROWS = 3, COLUMNS = 4 };

int main(void)
{
    wharf_fabric *fabric;
    wharf_store *store;
    wharf_store_options options;
    wharf_array array = { .element = WHARF_FLOAT64, .order = WHARF_ORDER_C,
                          .dimensions = 2, .shape = { ROWS, COLUMNS } };
    wharf_block *block;
    wharf_ticket ticket;
    void *data;

    check(wharf_fabric_open(NULL, &fabric), "join the node");

    /* The array shall outlive this process: whoever has read it evicts it. */
    WHARF_INIT(options);
    options.lifetime.scope = WHARF_SCOPE_NODE;
    check(wharf_store_open(fabric, "example", &options, &store), "open a store");

    check(wharf_store_alloc_array(store, &array, &block), "take memory");
    check(wharf_block_data(block, &data, NULL), "find the memory");
    double (*temperature)[COLUMNS] = data;
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++)
            temperature[row][column] = 10.0 * (row + 1) + (column + 1);

    check(wharf_block_seal(block, &ticket), "seal the array");
    print_ticket(&ticket);

    wharf_store_close(store);
    wharf_fabric_close(fabric);
    return EXIT_SUCCESS;
}
