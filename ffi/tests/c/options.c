/* Structures of older and newer programs, and sizes that are none. */
#include "check.h"

/* A structure and what follows it in memory. */
struct guarded {
    union {
        wharf_options options;
        wharf_object_stat stat;
        wharf_store_usage usage;
        size_t struct_size;
    } the;
    unsigned char after[64];
};

static void open_with(const wharf_options *options, int status)
{
    wharf_fabric *fabric = NULL;
    RETURNS(status, wharf_fabric_open(options, &fabric));
    CHECK((status == WHARF_OK) == (fabric != NULL));
    OK(wharf_fabric_close(fabric));
}

static void inputs(void)
{
    const size_t none[] = {0, 1, 4, 7, 9, 12, 4104, (size_t)1 << 40, SIZE_MAX};
    struct guarded newer;
    wharf_options *old;
    wharf_options options;

    /* Older: as long as the first field, then the second; nothing beyond is read. */
    for (size_t size = sizeof(size_t); size <= sizeof(wharf_options); size += sizeof(size_t)) {
        old = (wharf_options *)malloc(size);
        CHECK(old != NULL);
        memset(old, 0, size);
        memcpy(old, &size, sizeof size);
        open_with(old, WHARF_OK);
        free(old);
    }
    /* What an older structure has is heeded. */
    WHARF_INIT(options);
    options.struct_size = offsetof(wharf_options, capacity);
    options.directory = "/proc/no/such/place";
    open_with(&options, WHARF_ERROR_DIRECTORY);
    options.struct_size = offsetof(wharf_options, directory);
    open_with(&options, WHARF_OK);

    /* Newer: what is not known here may say nothing. */
    memset(&newer, 0, sizeof newer);
    newer.the.struct_size = sizeof newer;
    open_with(&newer.the.options, WHARF_OK);
    newer.after[63] = 1;
    open_with(&newer.the.options, WHARF_ERROR_STRUCT_SIZE);

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        WHARF_INIT(options);
        options.struct_size = none[i];
        open_with(&options, WHARF_ERROR_STRUCT_SIZE);
    }
    open_with(NULL, WHARF_OK);
}

/* The options of a store as they were before it could be placed. */
static void older_store(void)
{
    struct {
        size_t struct_size;
        uint64_t capacity;
        wharf_lifetime lifetime;
    } older;
    wharf_fabric *fabric = open_fabric();
    wharf_store_usage usage;
    wharf_store *store;
    WHARF_INIT(older);
    CHECK(sizeof older == offsetof(wharf_store_options, numa));
    older.capacity = 1 << 20;
    OK(wharf_store_open(fabric, "older", (const wharf_store_options *)(const void *)&older, &store));
    WHARF_INIT(usage);
    OK(wharf_store_get_usage(store, &usage));
    CHECK(usage.capacity == 1 << 20);
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
}

static void outputs(void)
{
    wharf_fabric *fabric = open_fabric();
    wharf_store *store = open_store(fabric, "options");
    wharf_ticket ticket;
    struct guarded memory;
    const size_t none[] = {0, 4, 12, SIZE_MAX};
    OK(wharf_store_put(store, "12345", 5, &ticket));
    for (size_t size = sizeof(size_t); size <= sizeof memory; size += sizeof(size_t)) {
        const unsigned char *bytes = (const unsigned char *)&memory;
        memset(&memory, 0x5a, sizeof memory);
        memory.the.struct_size = size;
        OK(wharf_fabric_stat(fabric, &ticket, &memory.the.stat));
        CHECK(memory.the.struct_size == size);
        if (size >= offsetof(wharf_object_stat, lifetime)) {
            CHECK(memory.the.stat.size == 5);
        }
        for (size_t i = size; i < sizeof memory; i++) {
            CHECK(bytes[i] == 0x5a);
        }
        for (size_t i = sizeof(wharf_object_stat); i < size; i++) {
            CHECK(bytes[i] == 0);
        }
        memset(&memory, 0x5a, sizeof memory);
        memory.the.struct_size = size;
        OK(wharf_store_get_usage(store, &memory.the.usage));
        for (size_t i = size; i < sizeof memory; i++) {
            CHECK(bytes[i] == 0x5a);
        }
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        memory.the.struct_size = none[i];
        RETURNS(WHARF_ERROR_STRUCT_SIZE, wharf_fabric_stat(fabric, &ticket, &memory.the.stat));
        RETURNS(WHARF_ERROR_STRUCT_SIZE, wharf_store_get_usage(store, &memory.the.usage));
    }
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
}

int main(void)
{
    inputs();
    older_store();
    outputs();
    printf("options: done\n");
    return 0;
}
