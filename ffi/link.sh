#!/bin/sh
# Links the shared library of the static one: link.sh libwharf_c.a libwharf.so.0.1.0
#
# Not left to rustc, which passes the linker a version script of its own, beside which no other can
# stand: the exported names would have no versions. CC is the C compiler, cc by default.
set -eu
archive=$1
output=$2
here=$(dirname "$0")
exec "${CC:-cc}" -shared -o "$output" \
    -Wl,-soname,libwharf.so.0 -Wl,--version-script="$here/exports.map" \
    -Wl,--whole-archive "$archive" -Wl,--no-whole-archive -Wl,--gc-sections \
    -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--as-needed \
    -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
