/* Programs in C that call the library, to be timed. */
#ifndef WHARF_BENCH_CALLERS_H
#define WHARF_BENCH_CALLERS_H

#include "wharf.h"

/* The functions of the library. */
struct wharf_bench_calls {
    int (*resolve)(const wharf_fabric *, const wharf_ticket *, int64_t, wharf_view **);
    int (*release)(wharf_view *);
};

/* Resolves an object and releases its view; what of these failed first. */
int wharf_bench_resolve(const struct wharf_bench_calls *calls, const wharf_fabric *fabric,
                        const wharf_ticket *ticket, int64_t timeout);

#endif
