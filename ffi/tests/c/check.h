/* Checks that end the program, and a fabric of the test's own. C11 and C++17. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wharf.h"

#define CHECK(condition)                                                                   \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);        \
            exit(1);                                                                       \
        }                                                                                  \
    } while (0)

/* The call returns this status; where it fails, it says why. */
#define RETURNS(status, call) check_status(__FILE__, __LINE__, #call, (status), (call))
#define OK(call) RETURNS(WHARF_OK, call)

static inline void check_status(const char *file, int line, const char *call, int wanted, int found)
{
    if (found != wanted) {
        fprintf(stderr, "%s:%d: %s is %s and not %s: %s\n", file, line, call, wharf_error_name(found),
                wharf_error_name(wanted), wharf_error_message());
        exit(1);
    }
    if (found != WHARF_OK) {
        CHECK(wharf_error_message()[0] != '\0');
    }
}

/* The directory comes from WHARF_SHM_DIR, which the test sets. */
static inline wharf_fabric *open_fabric(void)
{
    wharf_fabric *fabric;
    CHECK(getenv("WHARF_SHM_DIR") != NULL);
    OK(wharf_fabric_open(NULL, &fabric));
    return fabric;
}

static inline wharf_store *open_store(const wharf_fabric *fabric, const char *name)
{
    wharf_store *store;
    OK(wharf_store_open(fabric, name, NULL, &store));
    return store;
}

/* The object behind the ticket is these bytes. */
static inline void check_bytes(const wharf_fabric *fabric, const wharf_ticket *ticket,
                               const void *bytes, size_t size)
{
    wharf_view *view;
    const void *data;
    size_t found;
    OK(wharf_fabric_resolve(fabric, ticket, WHARF_NOW, &view));
    OK(wharf_view_data(view, &data, &found));
    CHECK(found == size);
    CHECK((uintptr_t)data % 64 == 0);
    CHECK(size == 0 || memcmp(data, bytes, size) == 0);
    OK(wharf_view_release(view));
}

static inline wharf_array array_of(int element, uint32_t dimensions, uint64_t first, uint64_t second)
{
    wharf_array array;
    memset(&array, 0, sizeof array);
    array.element = element;
    array.dimensions = dimensions;
    array.shape[0] = first;
    array.shape[1] = second;
    return array;
}

#endif
