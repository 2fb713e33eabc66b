//! The ways in which a user's program finds the library.

use std::path::Path;

use anyhow::Result;

/// A script for bash that builds the examples in the folder that it starts in; `PREFIX` says where the
/// library is.
pub(super) struct Way {
    pub(super) name: &'static str,
    script: &'static str,
}

impl Way {
    pub(super) fn build(&self, prefix: &Path, programs: &Path) -> Result<()> {
        println!("-- {}: build", self.name);
        std::fs::create_dir_all(programs)?;
        super::script(self.script)
            .folder(programs)
            .env("PREFIX", prefix)
            .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
            .env("CFLAGS", "-Wall -Wextra -Werror")
            .env("FFLAGS", "-std=f2018 -Wall -Wextra -Werror -fimplicit-none")
            .env("CXXFLAGS", "-Wall -Wextra -Werror")
            .succeed()
            .map(drop)
    }
}

pub(super) const WAYS: &[Way] = &[
    Way {
        name: "cmake",
        script: r#"
for language in c cpp; do
    cmake -S "$PREFIX/share/wharf/examples/$language" -B build-$language -DCMAKE_PREFIX_PATH="$PREFIX" \
        -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$PWD"
    cmake --build build-$language
done
cmake -S "$PREFIX/share/wharf/examples/fortran" -B fortran -DCMAKE_PREFIX_PATH="$PREFIX"
cmake --build fortran
"#,
    },
    Way {
        name: "cmake static",
        script: r#"
cmake -S "$PREFIX/share/wharf/examples/c" -B build -DCMAKE_PREFIX_PATH="$PREFIX" -DSTATIC=ON \
    -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$PWD"
cmake --build build
ldd producer > needed
fails grep libwharf needed
"#,
    },
    Way {
        name: "pkg-config",
        script: r#"
for program in producer consumer promise waiter gray_scott; do
    cc $CFLAGS -o $program "$PREFIX/share/wharf/examples/c/$program.c" $(pkg-config --cflags --libs wharf)
done
c++ $CXXFLAGS -std=c++20 -o span "$PREFIX/share/wharf/examples/cpp/span.cpp" $(pkg-config --cflags --libs wharf)
mkdir fortran && cd fortran
gfortran $FFLAGS -c $(pkg-config --variable=fortran wharf)
for program in producer consumer; do
    gfortran $FFLAGS -o $program "$PREFIX/share/wharf/examples/fortran/$program.f90" wharf.o \
        $(pkg-config --libs wharf)
done
"#,
    },
    Way {
        name: "pkg-config static",
        script: r#"
for program in producer consumer promise waiter; do
    cc $CFLAGS -o $program "$PREFIX/share/wharf/examples/c/$program.c" \
        $(pkg-config --cflags wharf) $(pkg-config --variable=static wharf)
done
ldd producer > needed
fails grep libwharf needed
"#,
    },
    Way {
        name: "by hand",
        script: r#"
for program in producer consumer promise waiter; do
    cc $CFLAGS -o $program "$PREFIX/share/wharf/examples/c/$program.c" \
        -I"$PREFIX/include" -L"$PREFIX/lib" -lwharf -Wl,-rpath,"$PREFIX/lib"
done
mkdir fortran && cd fortran
gfortran $FFLAGS -c "$PREFIX/share/wharf/fortran/wharf.f90"
for program in producer consumer; do
    gfortran $FFLAGS -o $program "$PREFIX/share/wharf/examples/fortran/$program.f90" wharf.o \
        -L"$PREFIX/lib" -lwharf -Wl,-rpath,"$PREFIX/lib"
done
"#,
    },
    Way {
        name: "by hand static",
        script: r#"
for program in producer consumer promise waiter; do
    cc $CFLAGS -o $program "$PREFIX/share/wharf/examples/c/$program.c" \
        -I"$PREFIX/include" "$PREFIX/lib/libwharf.a" -lgcc_s -lutil -lrt -lpthread -lm -ldl
done
ldd producer > needed
fails grep libwharf needed
"#,
    },
];
