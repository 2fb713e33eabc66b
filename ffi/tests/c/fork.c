/* Fork without exec and with it: the parent's handles are told apart in the child, whose own fabric works. */
#include <sys/wait.h>

#include "habits.h"

static wharf_fabric *fabric;
static wharf_store *store;
static wharf_block *block;
static wharf_promise *promise;
static wharf_view *view;
static wharf_request *request;
static wharf_ticket ticket, pending;

/* In the child of a fork. */
static void child(int close_all)
{
    wharf_fabric *own;
    wharf_store *own_store;
    wharf_view *none;
    wharf_ticket made;
    const void *data;
    int done;
    RETURNS(WHARF_ERROR_FORKED, wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &none));
    RETURNS(WHARF_ERROR_FORKED, wharf_fabric_evict(fabric, &ticket));
    RETURNS(WHARF_ERROR_FORKED, wharf_fabric_wait(fabric, &pending, WHARF_FOREVER));
    RETURNS(WHARF_ERROR_FORKED, wharf_store_put(store, "x", 1, &made));
    RETURNS(WHARF_ERROR_FORKED, wharf_store_open(fabric, "child", NULL, &own_store));
    OK(wharf_request_test(request, &done));
    CHECK(done == 1);
    RETURNS(WHARF_ERROR_FORKED, wharf_request_wait(request, WHARF_FOREVER, &none));
    OK(wharf_view_data(view, &data, NULL));
    CHECK(memcmp(data, "parent", 6) == 0);
    if (close_all) {
        OK(wharf_view_release(view));
        OK(wharf_block_free(block));
        OK(wharf_promise_free(promise));
        RETURNS(WHARF_ERROR_FORKED, wharf_store_close(store));
        OK(wharf_fabric_close(fabric));
    }
    own = open_fabric();
    check_bytes(own, &ticket, "parent", 6);
    own_store = open_store(own, "child");
    OK(wharf_store_put(own_store, "child", 5, &made));
    check_bytes(own, &made, "child", 5);
    OK(wharf_store_close(own_store));
    OK(wharf_fabric_close(own));
}

/* In a program that was executed by the child of a fork: it has no descriptors but those that its parent had
 * before it opened a fabric. */
static void executed(int before, const char *text)
{
    CHECK(descriptors() == before);
    fabric = open_fabric();
    OK(wharf_ticket_from_text(text, &ticket));
    check_bytes(fabric, &ticket, "parent", 6);
    OK(wharf_fabric_close(fabric));
}

static void succeeds(pid_t process)
{
    int status;
    CHECK(process > 0);
    CHECK(waitpid(process, &status, 0) == process);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int count, char **arguments)
{
    char text[WHARF_TICKET_TEXT_MAX];
    const void *data;
    pid_t process;
    int descriptor, before = descriptors();
    char number[20];
    if (count == 3) {
        executed(atoi(arguments[1]), arguments[2]);
        return 0;
    }
    snprintf(number, sizeof number, "%d", before);
    fabric = open_fabric();
    store = open_store(fabric, "parent");
    OK(wharf_store_put(store, "parent", 6, &ticket));
    OK(wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &view));
    OK(wharf_store_alloc(store, 6, &block));
    OK(wharf_block_ticket(block, &pending));
    OK(wharf_store_promise(store, &promise));
    OK(wharf_fabric_resolve_start(fabric, &pending, WHARF_FOREVER, &request));
    OK(wharf_request_descriptor(request, &descriptor));

    for (int close_all = 0; close_all < 2; close_all++) {
        process = fork();
        if (process == 0) {
            child(close_all);
            _exit(0);
        }
        succeeds(process);
    }
    OK(wharf_ticket_to_text(&ticket, text, sizeof text, NULL));
    process = fork();
    if (process == 0) {
        execl(arguments[0], arguments[0], number, text, (char *)NULL);
        _exit(1);
    }
    succeeds(process);

    /* None of it was noticed here. */
    check_bytes(fabric, &ticket, "parent", 6);
    OK(wharf_view_data(view, &data, NULL));
    CHECK(memcmp(data, "parent", 6) == 0);
    OK(wharf_view_release(view));
    OK(wharf_block_seal(block, NULL));
    OK(wharf_request_wait(request, WHARF_FOREVER, &view));
    OK(wharf_view_release(view));
    OK(wharf_promise_put(promise, "kept", 4, &ticket));
    check_bytes(fabric, &ticket, "kept", 4);
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
    printf("fork: done\n");
    return 0;
}
