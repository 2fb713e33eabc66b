/* What a C program does to look at an object. It calls the library through pointers, as a program that was linked with
 * the shared library does. */
#include "callers.h"

int wharf_bench_resolve(const struct wharf_bench_calls *calls, const wharf_fabric *fabric,
                        const wharf_ticket *ticket, int64_t timeout)
{
    wharf_view *view;
    int status = calls->resolve(fabric, ticket, timeout, &view);
    return status == WHARF_OK ? calls->release(view) : status;
}
