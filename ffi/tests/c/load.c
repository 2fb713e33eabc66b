/* Loads the library that is named, `load libwharf.so`, and does not use it: how long that takes, and that it
 * leaves everything alone. */
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

#include "habits.h"

static struct habits before, after;

int main(int count, char **arguments)
{
    struct timespec start, end;
    void *library;
    CHECK(count == 2);
    look(&before);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &start) == 0);
    library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &end) == 0);
    CHECK(library != NULL && dlsym(library, "wharf_fabric_open") != NULL);
    look(&after);
    check_same(&before, &after);
    printf("loaded in %ld us\n",
           (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000);
    return 0;
}
