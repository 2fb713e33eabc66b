/* What a program does with objects, all of it, in one process. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void bytes(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_ticket ticket, copy;
    OK(wharf_store_put(store, "temperature", 11, &ticket));
    memcpy(&copy, &ticket, sizeof ticket);
    check_bytes(fabric, &copy, "temperature", 11);
    uint64_t size;
    OK(wharf_ticket_object_size(&ticket, &size));
    CHECK(size == 11);

    OK(wharf_store_put(store, NULL, 0, &ticket));
    check_bytes(fabric, &ticket, NULL, 0);
}

static void tickets(const wharf_store *store)
{
    wharf_ticket ticket, read;
    char text[WHARF_TICKET_TEXT_MAX];
    size_t length;
    OK(wharf_store_put(store, "x", 1, &ticket));
    OK(wharf_ticket_to_text(&ticket, text, sizeof text, &length));
    CHECK(strlen(text) == length && strncmp(text, "wharf1_", 7) == 0);
    OK(wharf_ticket_from_text(text, &read));
    CHECK(memcmp(&read, &ticket, sizeof ticket) == 0);
    OK(wharf_ticket_from_bytes(ticket.bytes, ticket.size, &read));
    CHECK(memcmp(&read, &ticket, sizeof ticket) == 0);

    size_t needed = 0;
    memset(text, 'z', sizeof text);
    RETURNS(WHARF_ERROR_BUFFER, wharf_ticket_to_text(&ticket, text, length, &needed));
    CHECK(needed == length && text[0] == 'z');
    RETURNS(WHARF_ERROR_BUFFER, wharf_ticket_to_text(&ticket, NULL, 0, &needed));
    OK(wharf_ticket_to_text(&ticket, text, length + 1, NULL));
    CHECK(text[length] == '\0' && text[length + 1] == 'z');
    text[20] = text[20] == 'A' ? 'B' : 'A';
    RETURNS(WHARF_ERROR_TICKET, wharf_ticket_from_text(text, &read));
    CHECK(memcmp(&read, &ticket, sizeof ticket) == 0);
}

static void arrays(const wharf_fabric *fabric, const wharf_store *store)
{
    const double numbers[6] = {1, 2, 3, 4, 5, 6};
    wharf_array array = array_of(WHARF_FLOAT64, 2, 2, 3), found;
    wharf_ticket ticket;
    wharf_view *view;
    int form;
    array.order = WHARF_ORDER_FORTRAN;
    OK(wharf_store_put_array(store, numbers, &array, &ticket));
    check_bytes(fabric, &ticket, numbers, sizeof numbers);
    array.element_size = 8;
    OK(wharf_ticket_array(&ticket, &found));
    CHECK(memcmp(&found, &array, sizeof array) == 0);
    OK(wharf_ticket_form(&ticket, &form));
    CHECK(form == WHARF_FORM_ARRAY);
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &view));
    memset(&found, 0, sizeof found);
    OK(wharf_view_array(view, &found));
    CHECK(memcmp(&found, &array, sizeof array) == 0);
    OK(wharf_view_form(view, &form));
    CHECK(form == WHARF_FORM_ARRAY);
    OK(wharf_view_release(view));

    /* Every element, in place. */
    const uint32_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16, 24};
    for (int element = WHARF_INT8; element <= WHARF_RECORD; element++) {
        wharf_block *block;
        void *data;
        size_t size;
        array = array_of(element, 2, 3, 5);
        array.element_size = element == WHARF_RECORD ? 24 : 0;
        OK(wharf_store_alloc_array(store, &array, &block));
        OK(wharf_block_data(block, &data, &size));
        CHECK(size == 15 * sizes[element - 1]);
        memset(data, element, size);
        OK(wharf_block_seal(block, &ticket));
        OK(wharf_ticket_array(&ticket, &found));
        array.element_size = sizes[element - 1];
        CHECK(memcmp(&found, &array, sizeof array) == 0);
    }

    /* No elements, one element, bytes that are no array. */
    array = array_of(WHARF_INT32, 2, 0, 7);
    OK(wharf_store_put_array(store, NULL, &array, &ticket));
    check_bytes(fabric, &ticket, NULL, 0);
    array = array_of(WHARF_INT32, 0, 0, 0);
    OK(wharf_store_put_array(store, "abcd", &array, &ticket));
    check_bytes(fabric, &ticket, "abcd", 4);
    OK(wharf_store_put(store, "abcd", 4, &ticket));
    RETURNS(WHARF_ERROR_WRONG_TYPE, wharf_ticket_array(&ticket, &found));
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &view));
    RETURNS(WHARF_ERROR_WRONG_TYPE, wharf_view_array(view, &found));
    OK(wharf_view_form(view, &form));
    CHECK(form == WHARF_FORM_BYTES);
    OK(wharf_view_release(view));
}

static void blocks(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_block *block;
    wharf_ticket early, ticket;
    wharf_view *view = NULL;
    void *data;
    uint64_t length;
    wharf_object_stat stat;
    WHARF_INIT(stat);
    OK(wharf_store_alloc(store, 5, &block));
    OK(wharf_block_ticket(block, &early));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_fabric_resolve(fabric, &early, WHARF_NOW, &view));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_fabric_resolve(fabric, &early, 1000000, &view));
    CHECK(view == NULL);
    RETURNS(WHARF_ERROR_PENDING, wharf_ticket_object_size(&early, &length));
    RETURNS(WHARF_ERROR_PENDING, wharf_fabric_evict(fabric, &early));
    OK(wharf_fabric_stat(fabric, &early, &stat));
    CHECK(stat.state == WHARF_STATE_PENDING && stat.size == 0);
    OK(wharf_block_data(block, &data, NULL));
    memcpy(data, "field", 5);
    OK(wharf_block_seal(block, &ticket));
    RETURNS(WHARF_ERROR_CLOSED_HANDLE, wharf_block_data(block, &data, NULL));
    check_bytes(fabric, &early, "field", 5);
    check_bytes(fabric, &ticket, "field", 5);
    OK(wharf_fabric_stat(fabric, &early, &stat));
    CHECK(stat.state == WHARF_STATE_SEALED && stat.size == 5 && stat.owner_alive == 1);
    CHECK(stat.owner_pid > 0 && stat.lifetime.scope == WHARF_SCOPE_PROCESS);

    OK(wharf_store_alloc(store, 0, &block));
    OK(wharf_block_data(block, &data, NULL));
    CHECK(data != NULL);
    OK(wharf_block_seal(block, NULL));

    OK(wharf_store_alloc(store, 5, &block));
    OK(wharf_block_ticket(block, &early));
    OK(wharf_block_fail(block, "no convergence after 500 iterations"));
    RETURNS(WHARF_ERROR_FAILED, wharf_fabric_resolve(fabric, &early, WHARF_FOREVER, &view));
    CHECK(strcmp(wharf_error_message(), "no convergence after 500 iterations") == 0);

    OK(wharf_store_alloc(store, 5, &block));
    OK(wharf_block_ticket(block, &early));
    OK(wharf_block_free(block));
    RETURNS(WHARF_ERROR_FAILED, wharf_fabric_resolve(fabric, &early, WHARF_FOREVER, &view));
}

static void promises(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_promise *promise;
    wharf_block *block;
    wharf_ticket ticket, sealed;
    wharf_view *view;
    wharf_array array = array_of(WHARF_INT16, 1, 2, 0), found;
    int form;
    OK(wharf_store_promise(store, &promise));
    OK(wharf_promise_ticket(promise, &ticket));
    OK(wharf_ticket_form(&ticket, &form));
    CHECK(form == WHARF_FORM_UNTOLD);
    OK(wharf_promise_put(promise, "kept", 4, &sealed));
    RETURNS(WHARF_ERROR_CLOSED_HANDLE, wharf_promise_free(promise));
    check_bytes(fabric, &ticket, "kept", 4);
    check_bytes(fabric, &sealed, "kept", 4);

    OK(wharf_store_promise(store, &promise));
    OK(wharf_promise_ticket(promise, &ticket));
    OK(wharf_promise_alloc(promise, 0, &block));
    OK(wharf_block_seal(block, NULL));
    check_bytes(fabric, &ticket, NULL, 0);

    OK(wharf_store_promise(store, &promise));
    OK(wharf_promise_ticket(promise, &ticket));
    OK(wharf_promise_alloc_array(promise, &array, &block));
    OK(wharf_block_seal(block, NULL));
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &view));
    OK(wharf_view_array(view, &found));
    CHECK(found.element == WHARF_INT16 && found.shape[0] == 2);
    OK(wharf_view_release(view));

    OK(wharf_store_promise(store, &promise));
    OK(wharf_promise_ticket(promise, &ticket));
    OK(wharf_promise_fail(promise, "never mind"));
    RETURNS(WHARF_ERROR_FAILED, wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));

    OK(wharf_store_promise(store, &promise));
    OK(wharf_promise_ticket(promise, &ticket));
    OK(wharf_promise_free(promise));
    RETURNS(WHARF_ERROR_FAILED, wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
}

/* What a store puts at once, ends and gives back. */
static void a_store_puts_many_and_trims(const wharf_fabric *fabric)
{
    wharf_store *store = open_store(fabric, "many");
    const void *data[3] = {"north", NULL, "south"};
    const size_t sizes[3] = {5, 0, 5};
    wharf_ticket tickets[3], large;
    wharf_store_usage usage;
    uint64_t freed = 0;
    void *bytes = calloc(3, 1 << 20);
    CHECK(bytes != NULL);
    OK(wharf_store_put_many(store, data, sizes, 3, tickets));
    check_bytes(fabric, &tickets[0], "north", 5);
    check_bytes(fabric, &tickets[1], NULL, 0);
    check_bytes(fabric, &tickets[2], "south", 5);
    OK(wharf_store_evict(store, &tickets[0]));
    RETURNS(WHARF_ERROR_EVICTED, wharf_store_evict(store, &tickets[0]));
    OK(wharf_store_put(store, bytes, 3 << 20, &large));
    OK(wharf_fabric_evict(fabric, &large));
    WHARF_INIT(usage);
    OK(wharf_store_get_usage(store, &usage));
    CHECK(usage.live == 2 && usage.reserved >= 3 << 20);
    OK(wharf_store_trim(store, &freed));
    CHECK(freed >= 3 << 20);
    OK(wharf_store_trim(store, NULL));
    OK(wharf_store_get_usage(store, &usage));
    CHECK(usage.live == 2 && usage.reserved < 1 << 20);
    check_bytes(fabric, &tickets[2], "south", 5);
    free(bytes);
    OK(wharf_store_close(store));
}

static void many(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_ticket list[3];
    wharf_view *views[3];
    int statuses[3];
    for (int i = 0; i < 3; i++) {
        OK(wharf_store_put(store, &i, sizeof i, &list[i]));
    }
    OK(wharf_fabric_resolve_many(fabric, list, 3, WHARF_NOW, views, NULL));
    OK(wharf_fabric_evict(fabric, &list[1]));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_evict(fabric, &list[1]));
    for (int i = 0; i < 3; i++) {
        const void *data; /* also of the evicted one */
        OK(wharf_view_data(views[i], &data, NULL));
        CHECK(memcmp(data, &i, sizeof i) == 0);
        OK(wharf_view_release(views[i]));
    }
    list[2].bytes[30] ^= 1;
    RETURNS(WHARF_ERROR_EVICTED,
            wharf_fabric_resolve_many(fabric, list, 3, WHARF_NOW, views, statuses));
    CHECK(statuses[0] == WHARF_OK && views[0] != NULL);
    CHECK(statuses[1] == WHARF_ERROR_EVICTED && views[1] == NULL);
    CHECK(statuses[2] == WHARF_ERROR_TICKET && views[2] == NULL);
    OK(wharf_view_release(views[0]));
    OK(wharf_fabric_resolve_many(fabric, NULL, 0, WHARF_NOW, NULL, NULL));
}

static void lifetimes(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_lifetime once = {WHARF_SCOPE_PROCESS, WHARF_END_ONCE, 0};
    wharf_lifetime hour = {WHARF_SCOPE_NODE, WHARF_END_LEASE, INT64_C(3600000000000)};
    wharf_store *letters, *leased;
    wharf_ticket ticket;
    wharf_view *view;
    wharf_object_stat stat;
    WHARF_INIT(stat);
    OK(wharf_store_with_lifetime(store, &once, &letters));
    OK(wharf_store_put(letters, "for one reader", 14, &ticket));
    check_bytes(fabric, &ticket, "for one reader", 14);
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &view));
    OK(wharf_store_put(letters, "", 0, &ticket));
    OK(wharf_store_close(letters)); /* the store has other handles */
    check_bytes(fabric, &ticket, "", 0);
    OK(wharf_store_put(store, "x", 1, &ticket));
    RETURNS(WHARF_ERROR_NOT_LEASED, wharf_fabric_renew(fabric, &ticket, 1));

    OK(wharf_store_with_lifetime(store, &hour, &leased));
    OK(wharf_store_put(leased, "for a while", 11, &ticket));
    OK(wharf_fabric_stat(fabric, &ticket, &stat));
    CHECK(stat.lifetime.end == WHARF_END_LEASE && stat.lifetime.scope == WHARF_SCOPE_NODE);
    CHECK(stat.lifetime.lease > hour.lease / 2 && stat.lifetime.lease <= hour.lease);
    OK(wharf_fabric_renew(fabric, &ticket, 2 * hour.lease));
    OK(wharf_fabric_stat(fabric, &ticket, &stat));
    CHECK(stat.lifetime.lease > hour.lease);
    OK(wharf_fabric_evict(fabric, &ticket));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_renew(fabric, &ticket, 1));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_stat(fabric, &ticket, &stat));
    OK(wharf_store_close(leased));
}

static void names(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_ticket ticket, found;
    wharf_names *list;
    size_t count;
    const char *name;
    OK(wharf_store_put(store, "x", 1, &ticket));
    RETURNS(WHARF_ERROR_NO_SUCH_NAME, wharf_fabric_lookup(fabric, "T/1", WHARF_NOW, &found));
    OK(wharf_store_publish(store, "T/1", &ticket));
    OK(wharf_store_publish(store, "T/0 \xc3\xbc", &ticket));
    OK(wharf_store_publish(store, "S", &ticket));
    OK(wharf_fabric_lookup(fabric, "T/1", WHARF_FOREVER, &found));
    CHECK(memcmp(&found, &ticket, sizeof ticket) == 0);
    OK(wharf_fabric_names(fabric, "T/", &list));
    OK(wharf_names_count(list, &count));
    CHECK(count == 2);
    OK(wharf_names_at(list, 0, &name, &found));
    CHECK(strcmp(name, "T/0 \xc3\xbc") == 0 && memcmp(&found, &ticket, sizeof ticket) == 0);
    OK(wharf_names_at(list, 1, &name, NULL));
    CHECK(strcmp(name, "T/1") == 0);
    RETURNS(WHARF_ERROR_ARGUMENT, wharf_names_at(list, 2, &name, &found));
    OK(wharf_names_free(list));
    RETURNS(WHARF_ERROR_INVALID_NAME, wharf_store_publish(store, "", &ticket));
    OK(wharf_store_put(store, "y", 1, &found));
    RETURNS(WHARF_ERROR_NAME_TAKEN, wharf_store_publish(store, "T/1", &found));
    OK(wharf_fabric_unpublish(fabric, "T/1"));
    RETURNS(WHARF_ERROR_NO_SUCH_NAME, wharf_fabric_unpublish(fabric, "T/1"));
    OK(wharf_fabric_evict(fabric, &ticket));
    OK(wharf_fabric_names(fabric, "", &list));
    OK(wharf_names_count(list, &count));
    CHECK(count == 0);
    OK(wharf_names_free(list));
}

static void limits(const wharf_fabric *fabric)
{
    wharf_store_options options;
    wharf_store_usage usage;
    wharf_store *store;
    wharf_block *block, *other;
    WHARF_INIT(options);
    options.capacity = 1 << 20;
    OK(wharf_store_open(fabric, "small", &options, &store));
    RETURNS(WHARF_ERROR_TOO_LARGE, wharf_store_alloc(store, 2 << 20, &block));
    OK(wharf_store_alloc(store, 3 << 18, &block));
    RETURNS(WHARF_ERROR_FULL, wharf_store_alloc(store, 3 << 18, &other));
    WHARF_INIT(usage);
    OK(wharf_store_get_usage(store, &usage));
    CHECK(usage.capacity == 1 << 20 && usage.in_use >= 3 << 18 && usage.live == 1);
    CHECK(usage.struct_size == sizeof usage);
    OK(wharf_block_free(block));
    OK(wharf_store_close(store));
}

/* Memory of this process's own. It reads itself, by cross-memory attach as any other would. */
static void exposed(const wharf_fabric *fabric, const wharf_store *store)
{
    static int32_t field[6] = {1, 2, 3, 4, 5, 6};
    const int32_t first[6] = {1, 2, 3, 4, 5, 6};
    wharf_array array = array_of(WHARF_INT32, 2, 3, 2), found;
    wharf_exposed *memory;
    wharf_ticket ticket;
    wharf_view *view, *none;
    const void *data;
    int is_copy = -1;
    array.order = WHARF_ORDER_FORTRAN;
    OK(wharf_store_expose(store, field, sizeof field, &memory));
    OK(wharf_exposed_ticket(memory, &ticket));
    check_bytes(fabric, &ticket, field, sizeof field);
    OK(wharf_unexpose(memory, WHARF_FOREVER));

    OK(wharf_store_expose_array(store, field, &array, &memory));
    OK(wharf_exposed_ticket(memory, &ticket));
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
    OK(wharf_view_is_copy(view, &is_copy));
    CHECK(is_copy == 1);
    OK(wharf_view_array(view, &found));
    CHECK(found.element == WHARF_INT32 && found.order == WHARF_ORDER_FORTRAN && found.shape[0] == 3);
    OK(wharf_unexpose(memory, WHARF_FOREVER));
    RETURNS(WHARF_ERROR_CLOSED_HANDLE, wharf_unexpose(memory, WHARF_FOREVER));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &none));
    field[0] = 7;
    OK(wharf_view_data(view, &data, NULL));
    CHECK(memcmp(data, first, sizeof first) == 0);
    OK(wharf_view_release(view));
}

static void counters(const wharf_fabric *fabric)
{
    wharf_store *store = open_store(fabric, "counted");
    wharf_store_counters put;
    wharf_fabric_counters before, after;
    wharf_ticket ticket;
    WHARF_INIT(put);
    WHARF_INIT(before);
    WHARF_INIT(after);
    OK(wharf_fabric_get_counters(fabric, &before));
    OK(wharf_store_put(store, "12345", 5, &ticket));
    check_bytes(fabric, &ticket, "12345", 5);
    OK(wharf_fabric_evict(fabric, &ticket));
    OK(wharf_store_get_counters(store, &put));
    CHECK(put.puts == 1 && put.bytes_put == 5 && put.bytes_copied == 5);
    OK(wharf_fabric_get_counters(fabric, &after));
    CHECK(after.resolves == before.resolves + 1 && after.hits == before.hits + 1);
    CHECK(after.waits == before.waits && after.bytes_resolved == before.bytes_resolved + 5);
    OK(wharf_store_close(store));
}

/* Blocks that turn out longer and shorter than they were taken. */
static void lengths(const wharf_fabric *fabric)
{
    enum { STEP = 1 << 20 };
    wharf_store *store = open_store(fabric, "lengths");
    wharf_array array = array_of(WHARF_INT8, 1, STEP, 0);
    wharf_block *block, *behind;
    wharf_ticket ticket;
    wharf_view *view;
    const void *found;
    void *data;
    size_t size = 0;
    int extended = -1;
    OK(wharf_store_alloc(store, STEP, &block));
    OK(wharf_block_extend(block, STEP, &extended));
    CHECK(extended == 1);
    OK(wharf_block_data(block, &data, &size));
    CHECK(size == 2 * STEP);
    memset(data, 9, size);
    /* Something else lies behind it. */
    OK(wharf_store_alloc(store, STEP, &behind));
    OK(wharf_block_extend(block, STEP, &extended));
    CHECK(extended == 0);
    OK(wharf_block_truncate(block, 3 * STEP));
    OK(wharf_block_data(block, &data, &size));
    CHECK(size == 2 * STEP);
    OK(wharf_block_truncate(block, 1000001));
    OK(wharf_block_data(block, &data, &size));
    CHECK(size == 1000001);
    OK(wharf_block_seal(block, &ticket));
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &view));
    OK(wharf_view_data(view, &found, &size));
    CHECK(size == 1000001 && ((const char *)found)[1000000] == 9);
    OK(wharf_view_release(view));
    OK(wharf_block_truncate(behind, 0));
    OK(wharf_block_data(behind, &data, &size));
    CHECK(size == 0 && data != NULL);
    OK(wharf_block_seal(behind, &ticket));
    check_bytes(fabric, &ticket, "", 0);
    /* An array stays what it was said to be. */
    OK(wharf_store_alloc_array(store, &array, &block));
    OK(wharf_block_extend(block, STEP, &extended));
    CHECK(extended == 0);
    OK(wharf_block_truncate(block, 1));
    OK(wharf_block_data(block, &data, &size));
    CHECK(size == STEP);
    OK(wharf_block_free(block));
    OK(wharf_store_close(store));
}

static void settings(const wharf_fabric *fabric)
{
    wharf_settings *list;
    wharf_options options;
    wharf_fabric *other;
    size_t count = 0, known = 0;
    WHARF_INIT(options);
    options.capacity = 1 << 30;
    OK(wharf_fabric_open(&options, &other));
    OK(wharf_fabric_settings(other, &list));
    OK(wharf_fabric_close(other));
    OK(wharf_settings_count(list, &count));
    for (size_t i = 0; i < count; i++) {
        const char *name, *value, *origin;
        OK(wharf_settings_at(list, i, &name, &value, &origin));
        if (strcmp(name, "directory") == 0) {
            CHECK(strcmp(value, getenv("WHARF_SHM_DIR")) == 0 && strcmp(origin, "WHARF_SHM_DIR") == 0);
            known++;
        } else if (strcmp(name, "capacity") == 0) {
            CHECK(strcmp(value, "1073741824") == 0 && strcmp(origin, "code") == 0);
            known++;
        } else if (strcmp(name, "wait") == 0) {
            CHECK(strcmp(value, "adaptive") == 0 && strcmp(origin, "default") == 0);
            known++;
        }
        OK(wharf_settings_at(list, i, NULL, NULL, NULL));
    }
    CHECK(known == 3);
    OK(wharf_settings_free(list));
    OK(wharf_fabric_settings(fabric, &list));
    OK(wharf_settings_free(list));
}

/* The only store of that name; what else is known of it is written. */
static void find_store(const wharf_fabric *fabric, const char *name, wharf_store_stat *stat)
{
    wharf_stores *list;
    size_t count = 0, found = 0;
    OK(wharf_fabric_stores(fabric, &list));
    OK(wharf_stores_count(list, &count));
    for (size_t i = 0; i < count; i++) {
        wharf_store_stat one;
        WHARF_INIT(one);
        OK(wharf_stores_at(list, i, &one));
        if (strcmp(one.name, name) == 0) {
            *stat = one;
            found++;
        }
    }
    CHECK(found == 1);
    OK(wharf_stores_free(list));
}

/* The stores of the node, and what is left of one whose process was killed. */
static void stores(const wharf_fabric *fabric)
{
    wharf_lifetime node = {WHARF_SCOPE_NODE, WHARF_END_EVICTED, 0};
    wharf_sweep_report report;
    wharf_store_options options;
    wharf_store_stat stat;
    wharf_ticket ticket;
    wharf_block *block;
    wharf_store *store;
    pid_t process;
    int status;
    WHARF_INIT(options);
    options.capacity = 1 << 24;
    OK(wharf_store_open(fabric, "listed", &options, &store));
    OK(wharf_store_put(store, "12345", 5, &ticket));
    OK(wharf_store_put(store, "gone", 4, &ticket));
    OK(wharf_fabric_evict(fabric, &ticket));
    OK(wharf_store_alloc(store, 100, &block));
    find_store(fabric, "listed", &stat);
    CHECK(stat.struct_size == sizeof stat && stat.owner_pid == getpid() && stat.owner_alive == 1);
    CHECK(stat.capacity == 1 << 24 && stat.objects == 2 && stat.bytes == 5 && stat.memory >= 105);
    CHECK(stat.age >= 0 && stat.age < INT64_C(600000000000));
    OK(wharf_block_free(block));
    OK(wharf_store_close(store));

    process = fork();
    if (process == 0) {
        wharf_fabric *own = open_fabric();
        store = open_store(own, "left");
        OK(wharf_store_put(store, "ends with its process", 21, &ticket));
        OK(wharf_store_with_lifetime(store, &node, &store));
        OK(wharf_store_put(store, "stays", 5, &ticket));
        kill(getpid(), SIGKILL);
    }
    CHECK(process > 0 && waitpid(process, &status, 0) == process && WIFSIGNALED(status));
    find_store(fabric, "left", &stat);
    CHECK(stat.owner_alive == 0 && stat.owner_pid == process);
    WHARF_INIT(report);
    OK(wharf_fabric_sweep(fabric, WHARF_SWEEP_DEAD, &report));
    CHECK(report.processes == 1 && report.stores_kept == 1 && report.objects_evicted == 1);
    CHECK(report.stores_removed == 0 && report.failed == 0 && report.strangers == 0);
    find_store(fabric, "left", &stat);
    CHECK(stat.objects == 1 && stat.bytes == 5);
    OK(wharf_fabric_sweep(fabric, WHARF_SWEEP_ALL, &report));
    CHECK(report.stores_removed == 1 && report.objects_evicted == 1 && report.bytes_freed > 0);
    OK(wharf_fabric_sweep(fabric, WHARF_SWEEP_ALL, NULL));
}

/* A wish where the library has it, and an error that tells what to change where not. */
static void placement(const wharf_fabric *fabric)
{
    const int wishes[][2] = {{WHARF_NUMA_LOCAL, 0}, {WHARF_NUMA_NODE, 0}, {WHARF_NUMA_INTERLEAVED, 0},
                             {WHARF_NUMA_DEFAULT, 1}};
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        wharf_store_options options;
        wharf_store *store;
        wharf_ticket ticket;
        WHARF_INIT(options);
        options.numa = wishes[i][0];
        options.huge_pages = wishes[i][1];
        if (wharf_has_feature("numa")) {
            OK(wharf_store_open(fabric, "placed", &options, &store));
            OK(wharf_store_put(store, "placed", 6, &ticket));
            check_bytes(fabric, &ticket, "placed", 6);
            OK(wharf_store_close(store));
        } else {
            RETURNS(WHARF_ERROR_NO_FEATURE, wharf_store_open(fabric, "placed", &options, &store));
            CHECK(strstr(wharf_error_message(), "WHARF_FEATURES=numa") != NULL);
        }
    }
}

/* What ends with what. */
static void ends(void)
{
    wharf_fabric *fabric = open_fabric(), *other = open_fabric();
    wharf_store *store = open_store(fabric, "ends");
    wharf_ticket ticket, pending;
    wharf_block *block;
    wharf_view *view, *none;
    const void *data;
    char directory[4096];
    size_t length;
    OK(wharf_fabric_directory(fabric, directory, sizeof directory, &length));
    CHECK(strcmp(directory, getenv("WHARF_SHM_DIR")) == 0 && length == strlen(directory));
    OK(wharf_fabric_close(fabric));
    OK(wharf_store_put(store, "x", 1, &ticket));
    OK(wharf_store_alloc(store, 1, &block));
    OK(wharf_block_ticket(block, &pending));
    OK(wharf_fabric_resolve(other, &ticket, WHARF_NOW, &view));
    OK(wharf_store_close(store));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(other, &ticket, WHARF_NOW, &none));
    CHECK(wharf_fabric_resolve(other, &pending, WHARF_FOREVER, &none) < 0);
    CHECK(wharf_block_seal(block, NULL) < 0);
    OK(wharf_fabric_close(other));
    OK(wharf_view_data(view, &data, NULL));
    CHECK(*(const char *)data == 'x');
    OK(wharf_view_release(view));
}

int main(void)
{
    wharf_fabric *fabric = open_fabric();
    wharf_store *store = open_store(fabric, "objects");
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", WHARF_VERSION_MAJOR, WHARF_VERSION_MINOR,
             WHARF_VERSION_PATCH);
    CHECK(strcmp(version, wharf_version()) == 0);
    CHECK(wharf_has_feature("names") == 1 && wharf_has_feature("telepathy") == 0);
    CHECK(wharf_error_message()[0] == '\0');
    bytes(fabric, store);
    tickets(store);
    arrays(fabric, store);
    blocks(fabric, store);
    promises(fabric, store);
    many(fabric, store);
    a_store_puts_many_and_trims(fabric);
    lifetimes(fabric, store);
    names(fabric, store);
    limits(fabric);
    exposed(fabric, store);
    counters(fabric);
    lengths(fabric);
    settings(fabric);
    stores(fabric);
    placement(fabric);
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
    ends();
    printf("objects: done\n");
    return 0;
}
