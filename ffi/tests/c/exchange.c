/* Two processes: `exchange produce` promises an array, prints its ticket, keeps the promise once it reads a line,
 * and stays until it reads another; `exchange consume TICKET` waits for the array and looks at it. */
#include "check.h"

enum { ROWS = 300, COLUMNS = 200 };

static void produce(void)
{
    wharf_fabric *fabric = open_fabric();
    wharf_store *store = open_store(fabric, "fields");
    wharf_array array = array_of(WHARF_FLOAT64, 2, ROWS, COLUMNS);
    wharf_promise *promise;
    wharf_block *block;
    wharf_ticket ticket;
    char text[WHARF_TICKET_TEXT_MAX];
    void *data;
    OK(wharf_store_promise(store, &promise));
    OK(wharf_promise_ticket(promise, &ticket));
    OK(wharf_store_publish(store, "field/0", &ticket));
    OK(wharf_ticket_to_text(&ticket, text, sizeof text, NULL));
    printf("%s\n", text);
    CHECK(fflush(stdout) == 0);
    CHECK(getchar() == '\n');
    OK(wharf_promise_alloc_array(promise, &array, &block));
    OK(wharf_block_data(block, &data, NULL));
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        ((double *)data)[i] = i;
    }
    OK(wharf_block_seal(block, NULL));
    CHECK(getchar() == '\n');
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
}

static void consume(const char *text)
{
    wharf_fabric *fabric = open_fabric();
    wharf_ticket ticket, named;
    wharf_view *view;
    wharf_array array;
    const void *data;
    size_t size;
    OK(wharf_ticket_from_text(text, &ticket));
    OK(wharf_fabric_lookup(fabric, "field/0", WHARF_NOW, &named));
    CHECK(memcmp(&named, &ticket, sizeof ticket) == 0);
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
    OK(wharf_view_array(view, &array));
    CHECK(array.element == WHARF_FLOAT64 && array.order == WHARF_ORDER_C && array.dimensions == 2);
    CHECK(array.shape[0] == ROWS && array.shape[1] == COLUMNS && array.shape[2] == 0);
    OK(wharf_view_data(view, &data, &size));
    CHECK(size == ROWS * COLUMNS * sizeof(double));
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        CHECK(((const double *)data)[i] == i);
    }
    printf("%d numbers\n", ROWS * COLUMNS);
    OK(wharf_view_release(view));
    OK(wharf_fabric_close(fabric));
}

int main(int count, char **arguments)
{
    CHECK(count >= 2);
    if (strcmp(arguments[1], "produce") == 0) {
        produce();
    } else {
        CHECK(count == 3);
        consume(arguments[2]);
    }
    return 0;
}
