/* Two nodes of one machine, as far apart as two directories: what one puts, the other fetches over loopback. */
#include "check.h"

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#define SECOND INT64_C(1000000000)
#define SOON (60 * SECOND)

static char there[4000], secret[4100], other_secret[4100];

/* A fabric on a directory of its own, beside the test's, served or not. */
static wharf_fabric *open_at(const char *directory, const char *listen, const char *key)
{
    wharf_options options;
    wharf_fabric *fabric;
    WHARF_INIT(options);
    options.directory = directory;
    options.listen = listen;
    options.secret = key;
    OK(wharf_fabric_open(&options, &fabric));
    return fabric;
}

static void write_secret(const char *path, int byte)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    for (int i = 0; i < 32; i++) {
        fputc(byte, file);
    }
    CHECK(fclose(file) == 0 && chmod(path, 0600) == 0);
}

static wharf_remote_counters counters_of(const wharf_fabric *fabric)
{
    wharf_remote_counters counters;
    WHARF_INIT(counters);
    OK(wharf_fabric_get_remote_counters(fabric, &counters));
    return counters;
}

static void options(void)
{
    wharf_options wrong;
    wharf_fabric *fabric = NULL;
    const char *listens[] = {"", "example.org:1", "70000", "127.0.0.1:1,,", "%s%n"};
    const char *networks[] = {"", "10.0.0.0/33", "10.0.0.0/8 fd00::/8", "here"};
    const char not_utf8[] = "\xff";
    for (size_t i = 0; i < sizeof listens / sizeof *listens; i++) {
        WHARF_INIT(wrong);
        wrong.listen = listens[i];
        RETURNS(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&wrong, &fabric));
    }
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        WHARF_INIT(wrong);
        wrong.trusted = networks[i];
        RETURNS(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&wrong, &fabric));
    }
    WHARF_INIT(wrong);
    wrong.listen = not_utf8;
    RETURNS(WHARF_ERROR_NOT_UTF8, wharf_fabric_open(&wrong, &fabric));
    WHARF_INIT(wrong);
    wrong.listen = "192.0.2.1:7700"; /* nobody's address */
    RETURNS(WHARF_ERROR_LISTEN, wharf_fabric_open(&wrong, &fabric));
    WHARF_INIT(wrong);
    wrong.listen = "127.0.0.1:0";
    wrong.secret = "/proc/no/such/secret";
    RETURNS(WHARF_ERROR_SECRET, wharf_fabric_open(&wrong, &fabric));
    for (int number = -1; number <= 4; number += 5) {
        WHARF_INIT(wrong);
        wrong.encrypt = number;
        RETURNS(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&wrong, &fabric));
        WHARF_INIT(wrong);
        wrong.trust_replicas = number;
        RETURNS(WHARF_ERROR_ARGUMENT, wharf_fabric_open(&wrong, &fabric));
    }
    CHECK(fabric == NULL);
}

/* What is given is in effect, and known to come from the program. */
static void settings(void)
{
    const char *expected[][2] = {{"listen", "127.0.0.1:0"},   {"encrypt", "always"}, {"replicas", "1048576"},
                                 {"trusted", "10.0.0.0/8"}, {"secret", secret},    {"trust_replicas", "true"}};
    size_t found = 0, count;
    wharf_options given;
    wharf_fabric *fabric;
    wharf_settings *list;
    WHARF_INIT(given);
    given.directory = there;
    given.listen = "127.0.0.1:0";
    given.encrypt = WHARF_ENCRYPT_ALWAYS;
    given.trusted = "10.0.0.0/8";
    given.secret = secret;
    given.replicas = 1 << 20;
    given.trust_replicas = WHARF_CHOICE_YES;
    OK(wharf_fabric_open(&given, &fabric));
    OK(wharf_fabric_settings(fabric, &list));
    OK(wharf_settings_count(list, &count));
    for (size_t i = 0; i < count; i++) {
        const char *name, *value, *origin;
        OK(wharf_settings_at(list, i, &name, &value, &origin));
        for (size_t j = 0; j < sizeof expected / sizeof *expected; j++) {
            if (strcmp(name, expected[j][0]) == 0) {
                CHECK(strcmp(value, expected[j][1]) == 0 && strcmp(origin, "code") == 0);
                found++;
            }
        }
    }
    CHECK(found == sizeof expected / sizeof *expected);
    OK(wharf_settings_free(list));
    OK(wharf_fabric_close(fabric));
}

/* A structure as it was before there was a network. */
static void older(void)
{
    wharf_options old;
    wharf_fabric *fabric;
    char text[10];
    size_t length = 99;
    WHARF_INIT(old);
    old.struct_size = offsetof(wharf_options, listen);
    old.listen = "nonsense"; /* beyond what the program knows of */
    OK(wharf_fabric_open(&old, &fabric));
    OK(wharf_fabric_served_at(fabric, text, sizeof text, &length));
    CHECK(length == 0 && text[0] == '\0');
    OK(wharf_fabric_close(fabric));
}

static void whereabouts(const wharf_fabric *origin, const wharf_fabric *reader, const wharf_ticket *ticket)
{
    char text[4096];
    size_t length;
    int elsewhere = 7;
    OK(wharf_fabric_served_at(origin, text, sizeof text, &length));
    CHECK(strncmp(text, "tcp://127.0.0.1:", 16) == 0 && length == strlen(text));
    CHECK(strchr(text, ' ') == NULL);
    RETURNS(WHARF_ERROR_BUFFER, wharf_fabric_served_at(origin, text, length, NULL));
    OK(wharf_fabric_is_elsewhere(origin, ticket, &elsewhere));
    CHECK(elsewhere == 0);
    OK(wharf_fabric_is_elsewhere(reader, ticket, &elsewhere));
    CHECK(elsewhere == 1);
    OK(wharf_fabric_explain(reader, ticket, SOON, text, sizeof text, &length));
    CHECK(length == strlen(text) && strstr(text, "taken tcp://127.0.0.1:") != NULL);
    RETURNS(WHARF_ERROR_BUFFER, wharf_fabric_explain(reader, ticket, SOON, text, 5, &length));
    CHECK(length > 5);
    OK(wharf_fabric_explain(origin, ticket, SOON, text, sizeof text, NULL));
    CHECK(strstr(text, "taken shared memory") != NULL);
}

static void parts(const wharf_fabric *reader, const wharf_ticket *ticket, const double *field, size_t count)
{
    wharf_remote_counters counters;
    double part[4] = {0}, *all = (double *)malloc(count * sizeof *all);
    uint64_t size = 0;
    OK(wharf_fabric_size(reader, ticket, SOON, &size));
    CHECK(size == count * sizeof *field);
    OK(wharf_fabric_read_at(reader, ticket, 8 * sizeof *field, SOON, part, sizeof part));
    CHECK(memcmp(part, field + 8, sizeof part) == 0);
    OK(wharf_fabric_read_at(reader, ticket, size, SOON, NULL, 0));
    OK(wharf_fabric_read_at(reader, ticket, 0, SOON, part, 0));
    RETURNS(WHARF_ERROR_BEYOND, wharf_fabric_read_at(reader, ticket, size - 8, SOON, part, 16));
    RETURNS(WHARF_ERROR_BEYOND, wharf_fabric_read_at(reader, ticket, UINT64_MAX, SOON, part, 8));
    RETURNS(WHARF_ERROR_BEYOND, wharf_fabric_read_at(reader, ticket, UINT64_MAX - 8, SOON, part, 32));
    counters = counters_of(reader);
    CHECK(counters.bytes_fetched == sizeof part && counters.bytes_received < 50000);
    OK(wharf_fabric_read_at(reader, ticket, 0, SOON, all, count * sizeof *all));
    CHECK(memcmp(all, field, count * sizeof *all) == 0);
    free(all);
}

static void whole(const wharf_fabric *reader, const wharf_ticket *tickets, const double *field, size_t count)
{
    wharf_view *views[3];
    int statuses[3];
    const void *data;
    size_t size;
    wharf_remote_counters before = counters_of(reader), after;
    OK(wharf_fabric_resolve_many(reader, tickets, 3, SOON, views, statuses));
    for (int i = 0; i < 3; i++) {
        OK(wharf_view_data(views[i], &data, &size));
        CHECK(size == count * sizeof *field && memcmp(data, field, size) == 0);
    }
    after = counters_of(reader);
    CHECK(after.fetches == before.fetches + 3);
    CHECK(after.bytes_encrypted > 0 && after.bytes_encrypted <= after.bytes_received);
    /* Who was compiled before encryption was counted is told the rest. */
    after.struct_size = offsetof(wharf_remote_counters, bytes_encrypted);
    after.bytes_encrypted = 77;
    OK(wharf_fabric_get_remote_counters(reader, &after));
    CHECK(after.fetches == before.fetches + 3 && after.bytes_encrypted == 77);
    /* Again: the node has copies of them. */
    OK(wharf_view_release(views[1]));
    OK(wharf_fabric_resolve(reader, &tickets[1], SOON, &views[1]));
    CHECK(counters_of(reader).replica_hits == before.replica_hits + 1);
    for (int i = 0; i < 3; i++) {
        OK(wharf_view_release(views[i]));
    }
}

static wharf_promise *promised;

static void *keep(void *unused)
{
    const struct timespec moment = {0, 100000000};
    (void)unused;
    nanosleep(&moment, NULL);
    OK(wharf_promise_put(promised, "kept", 4, NULL));
    return NULL;
}

/* Objects that are still to come, of both nodes. */
static void pending(const wharf_store *store, const wharf_fabric *reader)
{
    wharf_store *own = open_store(reader, "own");
    wharf_promise *never;
    wharf_ticket tickets[2];
    wharf_request *request;
    wharf_view *view = NULL;
    const void *data;
    size_t index = 9, size;
    pthread_t keeper;
    OK(wharf_store_promise(own, &never));
    OK(wharf_promise_ticket(never, &tickets[0]));
    OK(wharf_store_promise(store, &promised));
    OK(wharf_promise_ticket(promised, &tickets[1]));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_fabric_resolve(reader, &tickets[1], SECOND / 10, &view));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_fabric_wait_any(reader, tickets, 2, SECOND / 10, &index));
    OK(wharf_fabric_resolve_start(reader, &tickets[1], SOON, &request));
    CHECK(pthread_create(&keeper, NULL, keep, NULL) == 0);
    OK(wharf_fabric_wait_any(reader, tickets, 2, SOON, &index));
    CHECK(index == 1);
    CHECK(pthread_join(keeper, NULL) == 0);
    OK(wharf_request_wait(request, SOON, &view));
    OK(wharf_view_data(view, &data, &size));
    CHECK(size == 4 && memcmp(data, "kept", 4) == 0);
    OK(wharf_view_release(view));
    /* One that is cancelled leaves nothing to wait for. */
    OK(wharf_store_promise(store, &promised));
    OK(wharf_promise_ticket(promised, &tickets[1]));
    OK(wharf_fabric_resolve_start(reader, &tickets[1], WHARF_FOREVER, &request));
    OK(wharf_request_cancel(request));
    OK(wharf_promise_fail(promised, "the solver diverged"));
    RETURNS(WHARF_ERROR_FAILED, wharf_fabric_resolve(reader, &tickets[1], SOON, &view));
    CHECK(strcmp(wharf_error_message(), "the solver diverged") == 0);
    OK(wharf_promise_free(never));
    OK(wharf_store_close(own));
}

static void once(const wharf_store *store, const wharf_fabric *reader)
{
    const wharf_lifetime lifetime = {WHARF_SCOPE_PROCESS, WHARF_END_ONCE, 0};
    wharf_store *once_store;
    wharf_ticket ticket;
    wharf_view *view = NULL;
    char bytes[4];
    uint64_t size;
    OK(wharf_store_with_lifetime(store, &lifetime, &once_store));
    OK(wharf_store_put(once_store, "once", 4, &ticket));
    RETURNS(WHARF_ERROR_ONLY_WHOLE, wharf_fabric_read_at(reader, &ticket, 0, SOON, bytes, 4));
    OK(wharf_fabric_size(reader, &ticket, SOON, &size));
    CHECK(size == 4);
    OK(wharf_fabric_wait(reader, &ticket, SOON));
    OK(wharf_fabric_resolve(reader, &ticket, SOON, &view));
    OK(wharf_view_release(view));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(reader, &ticket, SOON, &view));
    OK(wharf_store_close(once_store));
}

/* What keeps an object away is told apart. */
static void failures(wharf_fabric *origin, wharf_store *store, const wharf_fabric *reader)
{
    wharf_options options;
    wharf_fabric *stranger;
    wharf_view *view = NULL;
    wharf_ticket ticket, here;
    wharf_store *own = open_store(reader, "unserved");
    int exists;
    OK(wharf_store_put(store, "12345", 5, &ticket));
    OK(wharf_store_put(own, "12345", 5, &here));
    RETURNS(WHARF_ERROR_OUT_OF_TIME, wharf_fabric_resolve(reader, &ticket, WHARF_NOW, &view));
    RETURNS(WHARF_ERROR_OTHER_NODE, wharf_fabric_evict(reader, &ticket));
    RETURNS(WHARF_ERROR_OTHER_NODE, wharf_fabric_exists(reader, &ticket, &exists));
    RETURNS(WHARF_ERROR_OTHER_NODE, wharf_fabric_resolve(origin, &here, SOON, &view));

    WHARF_INIT(options);
    options.secret = other_secret;
    OK(wharf_fabric_open(&options, &stranger));
    RETURNS(WHARF_ERROR_UNREACHABLE, wharf_fabric_resolve(stranger, &ticket, SOON, &view));
    CHECK(strstr(wharf_error_message(), "secret") != NULL);
    OK(wharf_fabric_close(stranger));

    OK(wharf_fabric_evict(origin, &ticket));
    RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(reader, &ticket, SOON, &view));
    OK(wharf_store_put(store, "12345", 5, &ticket));
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(origin));
    RETURNS(WHARF_ERROR_UNREACHABLE, wharf_fabric_resolve(reader, &ticket, SOON, &view));
    CHECK(strstr(wharf_error_message(), "tcp://127.0.0.1:") != NULL);
    CHECK(view == NULL);
    OK(wharf_store_close(own));
}

enum { COUNT = 20000 };

int main(void)
{
    static double field[COUNT];
    const char *here = getenv("WHARF_SHM_DIR");
    wharf_array array = array_of(WHARF_FLOAT64, 2, COUNT / 100, 100);
    wharf_ticket tickets[3];
    wharf_fabric *origin, *reader;
    wharf_store *store;
    CHECK(here != NULL && strlen(here) < sizeof there - 10);
    snprintf(there, sizeof there, "%s-there", here);
    snprintf(secret, sizeof secret, "%s-secret", here);
    snprintf(other_secret, sizeof other_secret, "%s-other", here);
    write_secret(secret, 1);
    write_secret(other_secret, 2);
    options();
    settings();
    older();

    origin = open_at(there, "127.0.0.1:0", secret);
    reader = open_at(here, NULL, secret);
    OK(wharf_store_open(origin, "fields", NULL, &store));
    for (int i = 0; i < COUNT; i++) {
        field[i] = i / 7.0;
    }
    for (int i = 0; i < 3; i++) {
        OK(wharf_store_put_array(store, field, &array, &tickets[i]));
    }
    whereabouts(origin, reader, &tickets[0]);
    parts(reader, &tickets[0], field, COUNT);
    whole(reader, tickets, field, COUNT);
    pending(store, reader);
    once(store, reader);
    failures(origin, store, reader);
    OK(wharf_fabric_close(reader));
    printf("network: done\n");
    return 0;
}
