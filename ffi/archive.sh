#!/bin/sh
# Makes the static library of the one that rustc made: archive.sh libwharf_c.a libwharf.a
#
# Rust's own symbols, the standard library's among them, are global in that one. Here all is one object, in which
# only the functions of wharf.h are: a program may link other libraries written in Rust, of any version. LD,
# OBJCOPY and AR are those of the system by default.
set -eu
archive=$1
output=$2
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sed -n 's/^ *\(wharf_[a-z0-9_]*\);$/\1/p' "$here/exports.map" > "$scratch/names"
# What none of them reaches is left out here, for many programs are linked without --gc-sections.
"${LD:-ld}" -r -o "$scratch/wharf.o" --gc-sections --force-group-allocation \
    $(sed 's/^/--undefined=/' "$scratch/names") --whole-archive "$archive"
# Tools with a plugin for LLVM's bitcode would take that of the standard library for the whole object's.
"${OBJCOPY:-objcopy}" --keep-global-symbols="$scratch/names" \
    --remove-section=.llvmbc --remove-section=.llvmcmd "$scratch/wharf.o"
rm -f "$output"
"${AR:-ar}" rcs "$output" "$scratch/wharf.o"
