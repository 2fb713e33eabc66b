//! Compiles the floors: plain C, so that what Wharf is compared with shares no code with Wharf; and the callers, which
//! are programs in C that use it.

fn main() {
    let sources = [
        "floors/cacheline.c",
        "floors/futex.c",
        "floors/copy.c",
        "floors/attach.c",
        "floors/stream.c",
    ];
    for file in sources.iter().chain(&["floors/floors.h"]) {
        println!("cargo:rerun-if-changed={file}");
    }
    cc::Build::new()
        .files(sources)
        .opt_level(2)
        .std("gnu11")
        .warnings(true)
        .extra_warnings(true)
        .compile("wharf_bench_floors");
    callers();
}

fn callers() {
    let header = "../ffi/include/wharf.h";
    for file in ["callers/resolve.c", "callers/callers.h", header] {
        println!("cargo:rerun-if-changed={file}");
    }
    cc::Build::new()
        .file("callers/resolve.c")
        .include("../ffi/include")
        .opt_level(2)
        .std("c11")
        .warnings(true)
        .extra_warnings(true)
        .compile("wharf_bench_callers");
}
