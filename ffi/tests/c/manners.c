/* What the library leaves alone when it is used: threads, descriptors, signals, environment, locale. */
#include <poll.h>

#include "habits.h"

/* Of a thread other than the first: what its status says of a signal set. */
static int other_thread_blocks(int number)
{
    char path[300], line[200];
    uint64_t blocked = 0;
    DIR *directory = opendir("/proc/self/task");
    const struct dirent *entry;
    CHECK(directory != NULL);
    while ((entry = readdir(directory)) != NULL) {
        FILE *status;
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == getpid()) {
            continue;
        }
        snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
        status = fopen(path, "r");
        CHECK(status != NULL);
        while (fgets(line, sizeof line, status) != NULL) {
            if (strncmp(line, "SigBlk:", 7) == 0) {
                blocked = strtoull(line + 7, NULL, 16);
            }
        }
        fclose(status);
    }
    closedir(directory);
    return (int)(blocked >> (number - 1) & 1);
}

static struct habits before, after;

int main(void)
{
    wharf_fabric *fabric;
    wharf_store *store;
    wharf_block *block;
    wharf_ticket ticket;
    wharf_request *request;
    wharf_view *view;
    sigset_t some;
    int descriptor;

    CHECK(threads() == 1);
    sigemptyset(&some);
    sigaddset(&some, SIGUSR2);
    CHECK(sigprocmask(SIG_BLOCK, &some, NULL) == 0);
    look(&before);
    fabric = open_fabric();
    store = open_store(fabric, "manners");
    OK(wharf_store_put(store, "x", 1, &ticket));
    check_bytes(fabric, &ticket, "x", 1);
    RETURNS(WHARF_ERROR_TICKET, wharf_ticket_from_text("not a ticket", &ticket));
    OK(wharf_store_alloc(store, 1, &block));
    OK(wharf_block_ticket(block, &ticket));
    CHECK(threads() == 1);

    /* Requests have one thread, which is sent no signals. */
    OK(wharf_fabric_resolve_start(fabric, &ticket, WHARF_FOREVER, &request));
    CHECK(threads() == 2);
    CHECK(other_thread_blocks(SIGINT) && other_thread_blocks(SIGTERM) && other_thread_blocks(SIGUSR1));
    OK(wharf_request_descriptor(request, &descriptor));
    OK(wharf_block_seal(block, NULL));
    OK(wharf_request_wait(request, WHARF_FOREVER, &view));
    OK(wharf_view_release(view));
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
    for (int i = 0; i < 1000 && threads() > 1; i++) {
        poll(NULL, 0, 10);
    }
    CHECK(threads() == 1);

    look(&after);
    check_same(&before, &after);
    printf("manners: done\n");
    return 0;
}
