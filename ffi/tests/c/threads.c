/* Many threads with one fabric and one store, and two that close the same handle. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 300 };

static wharf_fabric *fabric;
static wharf_store *store;
static wharf_view *contested;
static pthread_barrier_t barrier;

static void *work(void *argument)
{
    unsigned char number = *(const unsigned char *)argument;
    wharf_ticket ticket;
    wharf_request *request;
    wharf_view *view;
    char message[20];
    for (int i = 0; i < ROUNDS; i++) {
        unsigned char bytes[100];
        memset(bytes, number, sizeof bytes);
        OK(wharf_store_put(store, bytes, sizeof bytes, &ticket));
        check_bytes(fabric, &ticket, bytes, sizeof bytes);
        OK(wharf_fabric_resolve_start(fabric, &ticket, WHARF_FOREVER, &request));
        OK(wharf_request_wait(request, WHARF_FOREVER, &view));
        OK(wharf_fabric_evict(fabric, &ticket));
        OK(wharf_view_release(view));
        /* Each thread has its own message. */
        snprintf(message, sizeof message, "no %d/%d", number, i);
        RETURNS(WHARF_ERROR_NO_SUCH_NAME,
                wharf_fabric_lookup(fabric, message, WHARF_NOW, &ticket));
        CHECK(strstr(wharf_error_message(), message) != NULL);
    }
    return NULL;
}

static void *race(void *argument)
{
    int *won = (int *)argument;
    for (int i = 0; i < ROUNDS; i++) {
        int status;
        pthread_barrier_wait(&barrier);
        status = wharf_view_release(contested);
        CHECK(status == WHARF_OK || status == WHARF_ERROR_CLOSED_HANDLE);
        *won += status == WHARF_OK;
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    unsigned char numbers[THREADS];
    int won[2] = {0, 0};
    wharf_ticket ticket;
    fabric = open_fabric();
    store = open_store(fabric, "threads");
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = (unsigned char)(i + 1);
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }

    OK(wharf_store_put(store, "x", 1, &ticket));
    CHECK(pthread_barrier_init(&barrier, NULL, 3) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_create(&threads[i], NULL, race, &won[i]) == 0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        OK(wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &contested));
        pthread_barrier_wait(&barrier);
        pthread_barrier_wait(&barrier);
    }
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    CHECK(won[0] + won[1] == ROUNDS);
    CHECK(pthread_barrier_destroy(&barrier) == 0);
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
    printf("threads: done\n");
    return 0;
}
