/* Every function with NULL, zero, huge and stray arguments, and with handles of another kind and closed ones:
 * an error each, and no output written. */
#include "check.h"

/* Outputs, as they were before each call. */
static struct outputs {
    wharf_fabric *fabric;
    wharf_store *store;
    wharf_block *block;
    wharf_promise *promise;
    wharf_view *view;
    wharf_names *names;
    wharf_request *request;
    wharf_exposed *exposed;
    wharf_settings *settings;
    wharf_stores *stores;
    wharf_ticket ticket;
    wharf_array array;
    const void *constant;
    void *memory;
    const char *name;
    char text[WHARF_TICKET_TEXT_MAX];
    size_t size;
    uint64_t length;
    int number;
} out, before;

static wharf_object_stat stat_out;
static wharf_store_usage usage_out;
static wharf_store_counters store_counters_out;
static wharf_fabric_counters fabric_counters_out;
static wharf_remote_counters remote_counters_out;
static wharf_store_stat store_stat_out;
static wharf_sweep_report report_out;

static void refused(const char *file, int line, const char *call, int wanted, int found)
{
    check_status(file, line, call, wanted, found);
    CHECK(memcmp(&out, &before, sizeof out) == 0);
}

#define REFUSED(status, call) refused(__FILE__, __LINE__, #call, (status), (call))

/* A call with each thing that is no handle of its kind. */
#define BAD_HANDLES(type, closed, call)                                                     \
    do {                                                                                    \
        int local = 0;                                                                      \
        type *handle = NULL;                                                                \
        REFUSED(WHARF_ERROR_NULL, call);                                                    \
        handle = (type *)another;                                                           \
        REFUSED(WHARF_ERROR_HANDLE, call);                                                  \
        handle = (type *)(void *)&local;                                                    \
        REFUSED(WHARF_ERROR_HANDLE, call);                                                  \
        handle = (type *)UINTPTR_MAX;                                                       \
        REFUSED(WHARF_ERROR_HANDLE, call);                                                  \
        handle = (closed);                                                                  \
        REFUSED(WHARF_ERROR_CLOSED_HANDLE, call);                                           \
    } while (0)

/* The same for what closes a handle, and so takes NULL. */
#define BAD_CLOSES(type, closed, call)                                                      \
    do {                                                                                    \
        int local = 0;                                                                      \
        type *handle = NULL;                                                                \
        OK(call);                                                                           \
        handle = (type *)another;                                                           \
        REFUSED(WHARF_ERROR_HANDLE, call);                                                  \
        handle = (type *)(void *)&local;                                                    \
        REFUSED(WHARF_ERROR_HANDLE, call);                                                  \
        handle = (closed);                                                                  \
        REFUSED(WHARF_ERROR_CLOSED_HANDLE, call);                                           \
    } while (0)

static const char not_utf8[] = "\xff\xfe";
static wharf_ticket good, no_ticket, too_long;
static void *another; /* a live handle of a kind that nothing here asks for */

static void fabrics(wharf_fabric *fabric, wharf_fabric *closed)
{
    wharf_options options;
    wharf_ticket *ticket = &good;
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_open(NULL, NULL));
    WHARF_INIT(options);
    options.directory = "/dev/shm/../dev/shm/no/such/place";
    REFUSED(WHARF_ERROR_DIRECTORY, wharf_fabric_open(&options, &out.fabric));
    options.directory = "/dev/shm/wharf-no-such-directory";
    options.must_exist = 1;
    REFUSED(WHARF_ERROR_NO_DIRECTORY, wharf_fabric_open(&options, &out.fabric));
    options.must_exist = 2;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&options, &out.fabric));
    WHARF_INIT(options);
    options.wait = 4;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&options, &out.fabric));
    options.wait = -1;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&options, &out.fabric));
    WHARF_INIT(options);
    options.leave_dead = 3;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&options, &out.fabric));
    WHARF_INIT(options);
    options.reserved = 1;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&options, &out.fabric));

    BAD_CLOSES(wharf_fabric, closed, wharf_fabric_close(handle));
    BAD_HANDLES(wharf_fabric, closed,
                wharf_fabric_directory(handle, out.text, sizeof out.text, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_directory(fabric, NULL, 10, NULL));
    REFUSED(WHARF_ERROR_BUFFER, wharf_fabric_directory(fabric, NULL, 0, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_directory(fabric, out.text, SIZE_MAX, NULL));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_resolve(handle, ticket, 0, &out.view));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_resolve(fabric, NULL, 0, &out.view));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_resolve(fabric, ticket, 0, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_resolve(fabric, &no_ticket, 0, &out.view));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_resolve(fabric, &too_long, 0, &out.view));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_resolve(fabric, ticket, -2, &out.view));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_resolve(fabric, ticket, INT64_MIN, &out.view));

    BAD_HANDLES(wharf_fabric, closed,
                wharf_fabric_resolve_many(handle, ticket, 1, 0, &out.view, &out.number));
    REFUSED(WHARF_ERROR_NULL,
            wharf_fabric_resolve_many(fabric, NULL, 1, 0, &out.view, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_resolve_many(fabric, ticket, 1, 0, NULL, &out.number));
    REFUSED(WHARF_ERROR_ARGUMENT,
            wharf_fabric_resolve_many(fabric, ticket, SIZE_MAX, 0, &out.view, &out.number));
    REFUSED(WHARF_ERROR_ARGUMENT,
            wharf_fabric_resolve_many(fabric, ticket, SIZE_MAX / 516, 0, &out.view, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT,
            wharf_fabric_resolve_many(fabric, ticket, 1, -7, &out.view, &out.number));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_resolve_start(handle, ticket, 0, &out.request));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_resolve_start(fabric, NULL, 0, &out.request));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_resolve_start(fabric, ticket, 0, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_resolve_start(fabric, &too_long, 0, &out.request));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_resolve_start(fabric, ticket, -2, &out.request));
}

static void objects(wharf_fabric *fabric, wharf_fabric *closed)
{
    wharf_ticket *ticket = &good;
    wharf_object_stat untouched = stat_out;
    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_wait(handle, ticket, 0));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_wait(fabric, NULL, 0));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_wait(fabric, &no_ticket, 0));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_wait(fabric, ticket, -2));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_wait_any(handle, ticket, 1, 0, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_wait_any(fabric, NULL, 1, 0, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_wait_any(fabric, ticket, 1, 0, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_wait_any(fabric, NULL, 0, 0, &out.size));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_wait_any(fabric, ticket, SIZE_MAX, 0, &out.size));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_wait_any(fabric, ticket, 1, -2, &out.size));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_wait_any(fabric, &too_long, 1, 0, &out.size));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_exists(handle, ticket, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_exists(fabric, NULL, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_exists(fabric, ticket, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_exists(fabric, &no_ticket, &out.number));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_stat(handle, ticket, &stat_out));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_stat(fabric, NULL, &stat_out));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_stat(fabric, ticket, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_stat(fabric, &no_ticket, &stat_out));
    CHECK(memcmp(&stat_out, &untouched, sizeof untouched) == 0);

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_get_counters(handle, &fabric_counters_out));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_get_counters(fabric, NULL));
    CHECK(fabric_counters_out.resolves == 0);

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_get_remote_counters(handle, &remote_counters_out));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_get_remote_counters(fabric, NULL));
    CHECK(remote_counters_out.fetches == 0);

    BAD_HANDLES(wharf_fabric, closed,
                wharf_fabric_served_at(handle, out.text, sizeof out.text, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_served_at(fabric, NULL, 10, NULL));
    REFUSED(WHARF_ERROR_BUFFER, wharf_fabric_served_at(fabric, NULL, 0, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_served_at(fabric, out.text, SIZE_MAX, NULL));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_is_elsewhere(handle, ticket, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_is_elsewhere(fabric, NULL, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_is_elsewhere(fabric, ticket, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_is_elsewhere(fabric, &no_ticket, &out.number));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_size(handle, ticket, 0, &out.length));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_size(fabric, NULL, 0, &out.length));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_size(fabric, ticket, 0, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_size(fabric, &too_long, 0, &out.length));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_size(fabric, ticket, -2, &out.length));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_read_at(handle, ticket, 0, 0, out.text, 1));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_read_at(fabric, NULL, 0, 0, out.text, 1));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_read_at(fabric, ticket, 0, 0, NULL, 1));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_read_at(fabric, &no_ticket, 0, 0, out.text, 1));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_read_at(fabric, ticket, 0, -2, out.text, 1));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_read_at(fabric, ticket, 0, 0, out.text, SIZE_MAX));
    REFUSED(WHARF_ERROR_BEYOND, wharf_fabric_read_at(fabric, ticket, 1 << 20, 0, out.text, 1));
    REFUSED(WHARF_ERROR_BEYOND, wharf_fabric_read_at(fabric, ticket, UINT64_MAX, 0, out.text, 1));

    BAD_HANDLES(wharf_fabric, closed,
                wharf_fabric_explain(handle, ticket, 0, out.text, sizeof out.text, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_explain(fabric, NULL, 0, out.text, 10, NULL));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_explain(fabric, ticket, 0, NULL, 10, NULL));
    REFUSED(WHARF_ERROR_BUFFER, wharf_fabric_explain(fabric, ticket, 0, NULL, 0, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_explain(fabric, &too_long, 0, out.text, 10, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_explain(fabric, ticket, -2, out.text, 10, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT,
            wharf_fabric_explain(fabric, ticket, 0, out.text, SIZE_MAX, NULL));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_evict(handle, ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_evict(fabric, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_evict(fabric, &no_ticket));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_renew(handle, ticket, 1));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_renew(fabric, NULL, 1));
    REFUSED(WHARF_ERROR_TICKET, wharf_fabric_renew(fabric, &no_ticket, 1));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_renew(fabric, ticket, 0));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_renew(fabric, ticket, -1));
    REFUSED(WHARF_ERROR_NOT_LEASED, wharf_fabric_renew(fabric, ticket, INT64_MAX));
}

static void names(wharf_fabric *fabric, wharf_fabric *closed)
{
    wharf_names *list, *freed;
    OK(wharf_fabric_names(fabric, "", &list));
    OK(wharf_fabric_names(fabric, "", &freed));
    OK(wharf_names_free(freed));
    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_lookup(handle, "x", 0, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_lookup(fabric, NULL, 0, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_lookup(fabric, "x", 0, NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_fabric_lookup(fabric, not_utf8, 0, &out.ticket));
    REFUSED(WHARF_ERROR_INVALID_NAME, wharf_fabric_lookup(fabric, "", 0, &out.ticket));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_lookup(fabric, "x", -2, &out.ticket));
    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_unpublish(handle, "x"));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_unpublish(fabric, NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_fabric_unpublish(fabric, not_utf8));
    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_names(handle, "", &out.names));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_names(fabric, NULL, &out.names));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_names(fabric, "", NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_fabric_names(fabric, not_utf8, &out.names));
    BAD_HANDLES(wharf_names, freed, wharf_names_count(handle, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_names_count(list, NULL));
    BAD_HANDLES(wharf_names, freed, wharf_names_at(handle, 0, &out.name, &out.ticket));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_names_at(list, 0, &out.name, &out.ticket));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_names_at(list, SIZE_MAX, &out.name, &out.ticket));
    BAD_CLOSES(wharf_names, freed, wharf_names_free(handle));
    OK(wharf_names_free(list));
}

static void settings(wharf_fabric *fabric, wharf_fabric *closed)
{
    wharf_settings *list, *freed;
    const char **text = &out.name;
    OK(wharf_fabric_settings(fabric, &list));
    OK(wharf_fabric_settings(fabric, &freed));
    OK(wharf_settings_free(freed));
    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_settings(handle, &out.settings));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_settings(fabric, NULL));
    BAD_HANDLES(wharf_settings, freed, wharf_settings_count(handle, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_settings_count(list, NULL));
    BAD_HANDLES(wharf_settings, freed, wharf_settings_at(handle, 0, text, text, text));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_settings_at(list, 1000, text, text, text));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_settings_at(list, SIZE_MAX, text, text, text));
    BAD_CLOSES(wharf_settings, freed, wharf_settings_free(handle));
    OK(wharf_settings_free(list));
}

static void node(wharf_fabric *fabric, wharf_fabric *closed)
{
    wharf_stores *list, *freed;
    size_t count;
    OK(wharf_fabric_stores(fabric, &list));
    OK(wharf_fabric_stores(fabric, &freed));
    OK(wharf_stores_free(freed));
    OK(wharf_stores_count(list, &count));
    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_stores(handle, &out.stores));
    REFUSED(WHARF_ERROR_NULL, wharf_fabric_stores(fabric, NULL));
    BAD_HANDLES(wharf_stores, freed, wharf_stores_count(handle, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_stores_count(list, NULL));
    BAD_HANDLES(wharf_stores, freed, wharf_stores_at(handle, 0, &store_stat_out));
    REFUSED(WHARF_ERROR_NULL, wharf_stores_at(list, 0, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_stores_at(list, count, &store_stat_out));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_stores_at(list, SIZE_MAX, &store_stat_out));
    CHECK(store_stat_out.name == NULL);
    BAD_CLOSES(wharf_stores, freed, wharf_stores_free(handle));
    OK(wharf_stores_free(list));

    BAD_HANDLES(wharf_fabric, closed, wharf_fabric_sweep(handle, WHARF_SWEEP_DEAD, &report_out));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_sweep(fabric, 2, &report_out));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_fabric_sweep(fabric, -1, NULL));
    report_out.struct_size = 3;
    REFUSED(WHARF_ERROR_STRUCT_SIZE, wharf_fabric_sweep(fabric, WHARF_SWEEP_DEAD, &report_out));
}

static void exposures(const wharf_store *store, wharf_store *closed)
{
    wharf_array array = array_of(WHARF_INT8, 1, 4, 0), wrong = array_of(0, 1, 4, 0);
    wharf_exposed *exposed, *ended;
    char bytes[4] = "abc";
    const void *nowhere = (const void *)(uintptr_t)4096;
    OK(wharf_store_expose(store, bytes, 4, &exposed));
    OK(wharf_store_expose(store, NULL, 0, &ended));
    OK(wharf_unexpose(ended, WHARF_NOW));
    BAD_HANDLES(wharf_store, closed, wharf_store_expose(handle, bytes, 4, &out.exposed));
    REFUSED(WHARF_ERROR_NULL, wharf_store_expose(store, NULL, 4, &out.exposed));
    REFUSED(WHARF_ERROR_NULL, wharf_store_expose(store, bytes, 4, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_expose(store, nowhere, 4, &out.exposed));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_expose(store, bytes, SIZE_MAX, &out.exposed));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_expose(store, bytes, SIZE_MAX / 2, &out.exposed));
    BAD_HANDLES(wharf_store, closed, wharf_store_expose_array(handle, bytes, &array, &out.exposed));
    REFUSED(WHARF_ERROR_NULL, wharf_store_expose_array(store, NULL, &array, &out.exposed));
    REFUSED(WHARF_ERROR_NULL, wharf_store_expose_array(store, bytes, NULL, &out.exposed));
    REFUSED(WHARF_ERROR_NULL, wharf_store_expose_array(store, bytes, &array, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_expose_array(store, bytes, &wrong, &out.exposed));
    BAD_HANDLES(wharf_exposed, ended, wharf_exposed_ticket(handle, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_exposed_ticket(exposed, NULL));
    BAD_CLOSES(wharf_exposed, ended, wharf_unexpose(handle, WHARF_NOW));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_unexpose(exposed, -2));
    OK(wharf_unexpose(exposed, WHARF_FOREVER));
}

static void stores(wharf_fabric *fabric, wharf_fabric *closed_fabric)
{
    wharf_store *store = open_store(fabric, "nonsense"), *closed = open_store(fabric, "closed");
    wharf_store_options options;
    wharf_store_usage untouched = usage_out;
    const wharf_lifetime bad[] = {{2, 0, 0}, {-1, 0, 0}, {0, 3, 0}, {0, -1, 0},        {0, 0, 5},
                                  {0, 1, 5}, {0, 2, 0},  {0, 2, -1}, {0, 2, INT64_MIN}, {99, 99, 0}};
    wharf_array array = array_of(WHARF_FLOAT64, 1, 4, 0), wrong;
    double numbers[4] = {0, 0, 0, 0};
    const void *pieces[2] = {"ab", "c"}, *no_pieces[2] = {"ab", NULL};
    const size_t sizes[2] = {2, 1};
    wharf_ticket tickets[2];
    OK(wharf_store_close(closed));

    BAD_HANDLES(wharf_fabric, closed_fabric, wharf_store_open(handle, "x", NULL, &out.store));
    REFUSED(WHARF_ERROR_NULL, wharf_store_open(fabric, NULL, NULL, &out.store));
    REFUSED(WHARF_ERROR_NULL, wharf_store_open(fabric, "x", NULL, NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_store_open(fabric, not_utf8, NULL, &out.store));
    WHARF_INIT(options);
    options.capacity = UINT64_MAX - 1;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
    WHARF_INIT(options);
    options.numa = 4;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
    options.numa = -1;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
    WHARF_INIT(options);
    options.numa_node = 1;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
    WHARF_INIT(options);
    options.huge_pages = 2;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
    WHARF_INIT(options);
    options.reserved = 1;
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        WHARF_INIT(options);
        options.lifetime = bad[i];
        REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_open(fabric, "x", &options, &out.store));
        REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_with_lifetime(store, &bad[i], &out.store));
    }
    BAD_HANDLES(wharf_store, closed,
                wharf_store_with_lifetime(handle, &options.lifetime, &out.store));
    REFUSED(WHARF_ERROR_NULL, wharf_store_with_lifetime(store, NULL, &out.store));
    options.lifetime.end = WHARF_END_EVICTED;
    options.lifetime.scope = 0;
    REFUSED(WHARF_ERROR_NULL, wharf_store_with_lifetime(store, &options.lifetime, NULL));

    BAD_HANDLES(wharf_store, closed, wharf_store_put(handle, "x", 1, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put(store, NULL, 1, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put(store, "x", 1, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_put(store, "x", SIZE_MAX, &out.ticket));

    BAD_HANDLES(wharf_store, closed, wharf_store_put_many(handle, pieces, sizes, 2, tickets));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_many(store, NULL, sizes, 2, tickets));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_many(store, pieces, NULL, 2, tickets));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_many(store, pieces, sizes, 2, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_put_many(store, pieces, sizes, SIZE_MAX, tickets));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_many(store, no_pieces, sizes, 2, tickets));
    OK(wharf_store_put_many(store, NULL, NULL, 0, NULL));
    BAD_HANDLES(wharf_store, closed, wharf_store_evict(handle, &good));
    REFUSED(WHARF_ERROR_NULL, wharf_store_evict(store, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_store_evict(store, &no_ticket));
    BAD_HANDLES(wharf_store, closed, wharf_store_trim(handle, NULL));

    BAD_HANDLES(wharf_store, closed, wharf_store_put_array(handle, numbers, &array, &out.ticket));
    BAD_HANDLES(wharf_store, closed, wharf_store_alloc_array(handle, &array, &out.block));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_array(store, NULL, &array, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_array(store, numbers, NULL, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_store_put_array(store, numbers, &array, NULL));
    REFUSED(WHARF_ERROR_NULL, wharf_store_alloc_array(store, NULL, &out.block));
    REFUSED(WHARF_ERROR_NULL, wharf_store_alloc_array(store, &array, NULL));
    for (int i = 0; i < 9; i++) {
        wrong = array;
        wrong.element = i == 0 ? 0 : i == 1 ? 16 : i == 2 ? -5 : i == 8 ? WHARF_RECORD : wrong.element;
        wrong.order = i == 3 ? 2 : 0;
        wrong.dimensions = i == 4 ? 9 : i == 5 ? UINT32_MAX : 1;
        wrong.element_size = i == 6 ? 4 : 0;
        wrong.shape[0] = i == 7 ? UINT64_MAX : 4;
        REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_put_array(store, numbers, &wrong, &out.ticket));
        REFUSED(WHARF_ERROR_ARGUMENT, wharf_store_alloc_array(store, &wrong, &out.block));
    }

    BAD_HANDLES(wharf_store, closed, wharf_store_alloc(handle, 1, &out.block));
    REFUSED(WHARF_ERROR_NULL, wharf_store_alloc(store, 1, NULL));
    REFUSED(WHARF_ERROR_TOO_LARGE, wharf_store_alloc(store, SIZE_MAX, &out.block));
    REFUSED(WHARF_ERROR_TOO_LARGE, wharf_store_alloc(store, SIZE_MAX / 2, &out.block));
    BAD_HANDLES(wharf_store, closed, wharf_store_promise(handle, &out.promise));
    REFUSED(WHARF_ERROR_NULL, wharf_store_promise(store, NULL));
    BAD_HANDLES(wharf_store, closed, wharf_store_publish(handle, "x", &good));
    REFUSED(WHARF_ERROR_NULL, wharf_store_publish(store, NULL, &good));
    REFUSED(WHARF_ERROR_NULL, wharf_store_publish(store, "x", NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_store_publish(store, not_utf8, &good));
    REFUSED(WHARF_ERROR_TICKET, wharf_store_publish(store, "x", &no_ticket));
    BAD_HANDLES(wharf_store, closed, wharf_store_get_usage(handle, &usage_out));
    REFUSED(WHARF_ERROR_NULL, wharf_store_get_usage(store, NULL));
    CHECK(memcmp(&usage_out, &untouched, sizeof untouched) == 0);
    BAD_HANDLES(wharf_store, closed, wharf_store_get_counters(handle, &store_counters_out));
    REFUSED(WHARF_ERROR_NULL, wharf_store_get_counters(store, NULL));
    CHECK(store_counters_out.puts == 0);
    exposures(store, closed);
    BAD_CLOSES(wharf_store, closed, wharf_store_close(handle));
    OK(wharf_store_close(store));
}

static void blocks(const wharf_store *store)
{
    wharf_block *block, *ended;
    int extended = -1;
    OK(wharf_store_alloc(store, 1 << 20, &block));
    OK(wharf_store_alloc(store, 8, &ended));
    OK(wharf_block_free(ended));
    BAD_HANDLES(wharf_block, ended, wharf_block_data(handle, &out.memory, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_block_data(block, NULL, &out.size));
    BAD_HANDLES(wharf_block, ended, wharf_block_ticket(handle, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_block_ticket(block, NULL));
    BAD_HANDLES(wharf_block, ended, wharf_block_extend(handle, 1, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_block_extend(block, 1, NULL));
    OK(wharf_block_extend(block, SIZE_MAX, &extended));
    CHECK(extended == 0);
    BAD_HANDLES(wharf_block, ended, wharf_block_truncate(handle, 0));
    OK(wharf_block_truncate(block, SIZE_MAX));
    BAD_HANDLES(wharf_block, ended, wharf_block_seal(handle, &out.ticket));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_block_seal(block, (wharf_ticket *)(void *)(out.text + 1)));
    BAD_HANDLES(wharf_block, ended, wharf_block_fail(handle, "x"));
    REFUSED(WHARF_ERROR_NULL, wharf_block_fail(block, NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_block_fail(block, not_utf8));
    BAD_CLOSES(wharf_block, ended, wharf_block_free(handle));
    OK(wharf_block_free(block));
}

static void promises(const wharf_store *store)
{
    wharf_array array = array_of(WHARF_INT8, 1, 4, 0), wrong = array_of(0, 1, 4, 0);
    wharf_promise *promise, *ended;
    OK(wharf_store_promise(store, &promise));
    OK(wharf_store_promise(store, &ended));
    OK(wharf_promise_free(ended));
    BAD_HANDLES(wharf_promise, ended, wharf_promise_ticket(handle, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_promise_ticket(promise, NULL));
    BAD_HANDLES(wharf_promise, ended, wharf_promise_alloc(handle, 1, &out.block));
    REFUSED(WHARF_ERROR_NULL, wharf_promise_alloc(promise, 1, NULL));
    BAD_HANDLES(wharf_promise, ended, wharf_promise_alloc_array(handle, &array, &out.block));
    REFUSED(WHARF_ERROR_NULL, wharf_promise_alloc_array(promise, NULL, &out.block));
    REFUSED(WHARF_ERROR_NULL, wharf_promise_alloc_array(promise, &array, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_promise_alloc_array(promise, &wrong, &out.block));
    BAD_HANDLES(wharf_promise, ended, wharf_promise_put(handle, "x", 1, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_promise_put(promise, NULL, 1, &out.ticket));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_promise_put(promise, "x", SIZE_MAX, &out.ticket));
    BAD_HANDLES(wharf_promise, ended, wharf_promise_fail(handle, "x"));
    REFUSED(WHARF_ERROR_NULL, wharf_promise_fail(promise, NULL));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_promise_fail(promise, not_utf8));
    BAD_CLOSES(wharf_promise, ended, wharf_promise_free(handle));
    /* A size that cannot be had ends the promise: whoever waits is told. */
    REFUSED(WHARF_ERROR_TOO_LARGE, wharf_promise_alloc(promise, SIZE_MAX, &out.block));
    REFUSED(WHARF_ERROR_CLOSED_HANDLE, wharf_promise_free(promise));
}

static void views(const wharf_fabric *fabric)
{
    wharf_view *view, *released;
    OK(wharf_fabric_resolve(fabric, &good, 0, &view));
    OK(wharf_fabric_resolve(fabric, &good, 0, &released));
    OK(wharf_view_release(released));
    BAD_HANDLES(wharf_view, released, wharf_view_data(handle, &out.constant, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_view_data(view, NULL, &out.size));
    BAD_HANDLES(wharf_view, released, wharf_view_form(handle, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_view_form(view, NULL));
    BAD_HANDLES(wharf_view, released, wharf_view_array(handle, &out.array));
    REFUSED(WHARF_ERROR_NULL, wharf_view_array(view, NULL));
    REFUSED(WHARF_ERROR_WRONG_TYPE, wharf_view_array(view, &out.array));
    BAD_HANDLES(wharf_view, released, wharf_view_is_copy(handle, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_view_is_copy(view, NULL));
    BAD_CLOSES(wharf_view, released, wharf_view_release(handle));
    OK(wharf_view_release(view));
}

static void requests(const wharf_fabric *fabric)
{
    wharf_request *request, *ended, *list[2];
    OK(wharf_fabric_resolve_start(fabric, &good, 0, &request));
    OK(wharf_fabric_resolve_start(fabric, &good, 0, &ended));
    OK(wharf_request_cancel(ended));
    BAD_HANDLES(wharf_request, ended, wharf_request_test(handle, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_request_test(request, NULL));
    BAD_HANDLES(wharf_request, ended, wharf_request_wait(handle, 0, &out.view));
    REFUSED(WHARF_ERROR_NULL, wharf_request_wait(request, 0, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_request_wait(request, -2, &out.view));
    BAD_HANDLES(wharf_request, ended, wharf_request_descriptor(handle, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_request_descriptor(request, NULL));
    list[0] = request;
    list[1] = ended;
    REFUSED(WHARF_ERROR_CLOSED_HANDLE, wharf_request_wait_any(list, 2, 0, &out.size));
    list[1] = (wharf_request *)another;
    REFUSED(WHARF_ERROR_HANDLE, wharf_request_wait_any(list, 2, 0, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_request_wait_any(NULL, 2, 0, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_request_wait_any(list, 1, 0, NULL));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_request_wait_any(list, 1, -2, &out.size));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_request_wait_any(list, SIZE_MAX, 0, &out.size));
    BAD_CLOSES(wharf_request, ended, wharf_request_cancel(handle));
    OK(wharf_request_cancel(request));
}

static void tickets(void)
{
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_from_bytes(NULL, 92, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_from_bytes(good.bytes, good.size, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_from_bytes(NULL, 0, &out.ticket));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_from_bytes(good.bytes, good.size - 1, &out.ticket));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_from_bytes(good.bytes, 512, &out.ticket));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_ticket_from_bytes(good.bytes, SIZE_MAX, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_from_text(NULL, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_from_text("wharf1_", NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_from_text("", &out.ticket));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_from_text("%s%n", &out.ticket));
    REFUSED(WHARF_ERROR_NOT_UTF8, wharf_ticket_from_text(not_utf8, &out.ticket));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_to_text(NULL, out.text, sizeof out.text, &out.size));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_to_text(&good, NULL, 5, &out.size));
    REFUSED(WHARF_ERROR_ARGUMENT, wharf_ticket_to_text(&good, out.text, SIZE_MAX, &out.size));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_to_text(&too_long, out.text, sizeof out.text, NULL));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_object_size(NULL, &out.length));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_object_size(&good, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_object_size(&no_ticket, &out.length));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_form(NULL, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_form(&good, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_form(&no_ticket, &out.number));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_array(NULL, &out.array));
    REFUSED(WHARF_ERROR_NULL, wharf_ticket_array(&good, NULL));
    REFUSED(WHARF_ERROR_TICKET, wharf_ticket_array(&too_long, &out.array));
    REFUSED(WHARF_ERROR_WRONG_TYPE, wharf_ticket_array(&good, &out.array));
}

static void words(void)
{
    CHECK(wharf_has_feature(NULL) == 0 && wharf_has_feature(not_utf8) == 0);
    CHECK(strcmp(wharf_error_name(WHARF_OK), "WHARF_OK") == 0);
    CHECK(strcmp(wharf_error_name(WHARF_ERROR_OTHER), "WHARF_ERROR_OTHER") == 0);
    CHECK(strcmp(wharf_error_name(1), "WHARF_ERROR_?") == 0);
    CHECK(strcmp(wharf_error_name(-2147483647 - 1), "WHARF_ERROR_?") == 0);
    CHECK(wharf_error_message() != NULL && wharf_version() != NULL);
    OK(wharf_allow_attach());
}

int main(void)
{
    wharf_fabric *fabric = open_fabric(), *closed = open_fabric();
    wharf_store *store = open_store(fabric, "good");
    wharf_block *spare_block;
    wharf_view *spare_view;
    memset(&out, 0x5a, sizeof out);
    memset(&before, 0x5a, sizeof before);
    WHARF_INIT(stat_out);
    WHARF_INIT(usage_out);
    WHARF_INIT(store_counters_out);
    WHARF_INIT(fabric_counters_out);
    WHARF_INIT(store_stat_out);
    WHARF_INIT(report_out);
    OK(wharf_fabric_close(closed));
    OK(wharf_store_put(store, "good", 4, &good));
    too_long = good;
    too_long.size = 513;
    OK(wharf_store_alloc(store, 1, &spare_block));
    OK(wharf_fabric_resolve(fabric, &good, 0, &spare_view));

    another = spare_block;
    fabrics(fabric, closed);
    objects(fabric, closed);
    names(fabric, closed);
    settings(fabric, closed);
    node(fabric, closed);
    stores(fabric, closed);
    promises(store);
    views(fabric);
    requests(fabric);
    another = spare_view;
    blocks(store);
    tickets();
    words();
    OK(wharf_block_free(spare_block));
    OK(wharf_view_release(spare_view));
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
    printf("nonsense: done\n");
    return 0;
}
