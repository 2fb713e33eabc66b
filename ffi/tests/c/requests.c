/* Requests: resolves that go on while the program does something else. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

static int readable(int descriptor, int timeout)
{
    struct pollfd event;
    event.fd = descriptor;
    event.events = POLLIN;
    event.revents = 0;
    CHECK(poll(&event, 1, timeout) >= 0);
    return event.revents == POLLIN;
}

static int is_done(const wharf_request *request)
{
    int done = -1;
    OK(wharf_request_test(request, &done));
    return done;
}

static wharf_request *start(const wharf_fabric *fabric, const wharf_ticket *ticket, int64_t timeout)
{
    wharf_request *request;
    OK(wharf_fabric_resolve_start(fabric, ticket, timeout, &request));
    return request;
}

static wharf_block *pending(const wharf_store *store, wharf_ticket *ticket)
{
    wharf_block *block;
    void *data;
    OK(wharf_store_alloc(store, 4, &block));
    OK(wharf_block_data(block, &data, NULL));
    memcpy(data, "done", 4);
    OK(wharf_block_ticket(block, ticket));
    return block;
}

static void check_outcome(wharf_request *request)
{
    wharf_view *view;
    const void *data;
    OK(wharf_request_wait(request, WHARF_FOREVER, &view));
    OK(wharf_view_data(view, &data, NULL));
    CHECK(memcmp(data, "done", 4) == 0);
    OK(wharf_view_release(view));
    RETURNS(WHARF_ERROR_CLOSED_HANDLE, wharf_request_wait(request, WHARF_NOW, &view));
}

static void descriptors(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_ticket ticket;
    wharf_block *block = pending(store, &ticket);
    wharf_request *request = start(fabric, &ticket, WHARF_FOREVER);
    int descriptor, again;
    OK(wharf_request_descriptor(request, &descriptor));
    OK(wharf_request_descriptor(request, &again));
    CHECK(descriptor == again && (fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(!is_done(request)); /* it was readable, as it may have missed something */
    CHECK(!readable(descriptor, 50));
    OK(wharf_block_seal(block, NULL));
    while (!is_done(request)) {
        CHECK(readable(descriptor, 10000));
    }
    CHECK(readable(descriptor, 0) && is_done(request) && readable(descriptor, 0));
    check_outcome(request);
    CHECK(fcntl(descriptor, F_GETFD) == -1 && errno == EBADF);

    OK(wharf_store_put(store, "done", 4, &ticket));
    request = start(fabric, &ticket, WHARF_NOW);
    OK(wharf_request_descriptor(request, &descriptor));
    CHECK(readable(descriptor, 0) && is_done(request));
    check_outcome(request);
}

static void timeouts(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_ticket ticket;
    wharf_view *view;
    wharf_block *block = pending(store, &ticket);
    wharf_request *patient = start(fabric, &ticket, WHARF_FOREVER);
    wharf_request *hasty = start(fabric, &ticket, 20000000);
    RETURNS(WHARF_ERROR_NOT_DONE, wharf_request_wait(patient, WHARF_NOW, &view));
    RETURNS(WHARF_ERROR_NOT_DONE, wharf_request_wait(patient, 1000000, &view));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_request_wait(hasty, WHARF_FOREVER, &view));
    RETURNS(WHARF_ERROR_CLOSED_HANDLE, wharf_request_cancel(hasty));
    hasty = start(fabric, &ticket, WHARF_NOW);
    CHECK(is_done(hasty));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_request_wait(hasty, WHARF_NOW, &view));
    OK(wharf_block_fail(block, "diverged"));
    RETURNS(WHARF_ERROR_FAILED, wharf_request_wait(patient, WHARF_FOREVER, &view));
    CHECK(strcmp(wharf_error_message(), "diverged") == 0);

    OK(wharf_store_put(store, "x", 1, &ticket));
    OK(wharf_fabric_evict(fabric, &ticket));
    patient = start(fabric, &ticket, WHARF_FOREVER);
    CHECK(is_done(patient));
    OK(wharf_request_cancel(patient));
}

struct later {
    wharf_block *block;
};

static void *seal_later(void *argument)
{
    const struct later *later = (const struct later *)argument;
    const struct timespec time = {0, 30000000};
    nanosleep(&time, NULL);
    OK(wharf_block_seal(later->block, NULL));
    return NULL;
}

static void any(const wharf_fabric *fabric, const wharf_store *store)
{
    wharf_ticket tickets[3];
    wharf_request *requests[4] = {NULL, NULL, NULL, NULL};
    wharf_block *blocks[3];
    struct later later;
    pthread_t thread;
    size_t index = 77;
    for (int i = 0; i < 3; i++) {
        blocks[i] = pending(store, &tickets[i]);
        requests[i + 1] = start(fabric, &tickets[i], WHARF_FOREVER);
    }
    RETURNS(WHARF_ERROR_NOT_DONE, wharf_request_wait_any(requests, 4, 1000000, &index));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_fabric_wait_any(fabric, tickets, 3, WHARF_NOW, &index));
    RETURNS(WHARF_ERROR_DEADLINE, wharf_fabric_wait(fabric, &tickets[1], WHARF_NOW));
    RETURNS(WHARF_ERROR_ARGUMENT, wharf_request_wait_any(requests, 1, WHARF_FOREVER, &index));
    RETURNS(WHARF_ERROR_ARGUMENT, wharf_request_wait_any(NULL, 0, WHARF_FOREVER, &index));
    CHECK(index == 77);
    later.block = blocks[1];
    CHECK(pthread_create(&thread, NULL, seal_later, &later) == 0);
    OK(wharf_request_wait_any(requests, 4, WHARF_FOREVER, &index));
    CHECK(index == 2);
    OK(wharf_fabric_wait(fabric, &tickets[1], WHARF_FOREVER));
    OK(wharf_fabric_wait_any(fabric, tickets, 3, WHARF_FOREVER, &index));
    CHECK(index == 1);
    CHECK(pthread_join(thread, NULL) == 0);
    check_outcome(requests[2]);
    requests[2] = NULL;

    later.block = blocks[2];
    CHECK(pthread_create(&thread, NULL, seal_later, &later) == 0);
    OK(wharf_request_wait_any(requests, 4, WHARF_FOREVER, &index));
    CHECK(index == 3);
    CHECK(pthread_join(thread, NULL) == 0);
    check_outcome(requests[3]);
    OK(wharf_request_cancel(requests[1]));
    OK(wharf_request_cancel(NULL));
    OK(wharf_block_free(blocks[0]));
}

/* What ends once it is resolved is left alone by those who only ask. */
static void asking(const wharf_fabric *fabric, const wharf_store *store)
{
    const wharf_lifetime once = {WHARF_SCOPE_PROCESS, WHARF_END_ONCE, 0};
    wharf_store *letters;
    wharf_ticket ticket;
    wharf_request *request;
    wharf_block *block;
    int exists = -1;
    OK(wharf_store_with_lifetime(store, &once, &letters));
    block = pending(letters, &ticket);
    OK(wharf_fabric_exists(fabric, &ticket, &exists));
    CHECK(exists == 1);
    request = start(fabric, &ticket, WHARF_FOREVER);
    CHECK(!is_done(request));
    OK(wharf_request_cancel(request));
    OK(wharf_block_seal(block, NULL));
    OK(wharf_fabric_wait(fabric, &ticket, WHARF_NOW));
    OK(wharf_fabric_exists(fabric, &ticket, &exists));
    CHECK(exists == 1);
    check_outcome(start(fabric, &ticket, WHARF_NOW));
    OK(wharf_fabric_exists(fabric, &ticket, &exists));
    CHECK(exists == 0);
    OK(wharf_store_close(letters));
}

/* Exposed memory is copied by those who ask after the request, and not by who starts it. */
static void exposed_memory(const wharf_fabric *fabric, const wharf_store *store)
{
    const size_t size = (size_t)40 << 20;
    unsigned char *bytes = (unsigned char *)malloc(size);
    wharf_exposed *exposed;
    wharf_ticket ticket;
    wharf_request *request;
    wharf_view *view;
    const void *data;
    size_t found, index;
    int calls = 0, descriptor, status;
    CHECK(bytes != NULL);
    memset(bytes, 7, size);
    OK(wharf_store_expose(store, bytes, size, &exposed));
    OK(wharf_exposed_ticket(exposed, &ticket));

    request = start(fabric, &ticket, WHARF_FOREVER);
    OK(wharf_request_descriptor(request, &descriptor));
    do {
        CHECK(readable(descriptor, 0));
        calls++;
    } while (!is_done(request));
    CHECK(calls >= 3);
    OK(wharf_request_wait(request, WHARF_NOW, &view));
    OK(wharf_view_data(view, &data, &found));
    CHECK(found == size && memcmp(data, bytes, size) == 0);
    OK(wharf_view_release(view));

    /* Short waits come to an end together. */
    request = start(fabric, &ticket, WHARF_FOREVER);
    RETURNS(WHARF_ERROR_NOT_DONE, wharf_request_wait(request, WHARF_NOW, &view));
    do {
        status = wharf_request_wait(request, 1, &view);
    } while (status == WHARF_ERROR_NOT_DONE);
    OK(status);
    OK(wharf_view_release(view));

    /* Its own time holds, and in between it holds nobody up. */
    request = start(fabric, &ticket, 1);
    RETURNS(WHARF_ERROR_DEADLINE, wharf_request_wait(request, WHARF_FOREVER, &view));
    request = start(fabric, &ticket, WHARF_FOREVER);
    CHECK(!is_done(request));
    OK(wharf_unexpose(exposed, WHARF_NOW));
    OK(wharf_request_wait_any(&request, 1, WHARF_FOREVER, &index));
    RETURNS(WHARF_ERROR_EVICTED, wharf_request_wait(request, WHARF_NOW, &view));
    free(bytes);
}

int main(void)
{
    wharf_fabric *fabric = open_fabric();
    wharf_store *store = open_store(fabric, "requests");
    wharf_ticket ticket;
    wharf_block *block;
    wharf_request *request;
    CHECK(wharf_has_feature("requests") == 1);
    descriptors(fabric, store);
    timeouts(fabric, store);
    any(fabric, store);
    asking(fabric, store);
    exposed_memory(fabric, store);

    /* A request outlives the handle of its fabric. */
    block = pending(store, &ticket);
    request = start(fabric, &ticket, WHARF_FOREVER);
    OK(wharf_fabric_close(fabric));
    CHECK(!is_done(request));
    OK(wharf_block_seal(block, NULL));
    check_outcome(request);
    OK(wharf_store_close(store));
    printf("requests: done\n");
    return 0;
}
