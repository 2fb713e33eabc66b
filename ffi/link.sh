#!/bin/sh
# Links the shared library of the static one: link.sh libwharf_c.a libwharf.so.0.1.0 [FILE]
#
# Not left to rustc, which passes the linker a version script of its own, beside which no other can
# stand: the exported names would have no versions. CC is the C compiler, cc by default. FILE is what rustc says
# that the archive needs from the system; without features that is what stands below.
set -eu
archive=$1
output=$2
libraries="-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc"
[ $# -lt 3 ] || libraries=$(cat "$3")
here=$(dirname "$0")
exec "${CC:-cc}" -shared -o "$output" \
    -Wl,-soname,libwharf.so.0 -Wl,--version-script="$here/exports.map" \
    -Wl,--whole-archive "$archive" -Wl,--no-whole-archive -Wl,--gc-sections \
    -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--as-needed \
    $libraries
