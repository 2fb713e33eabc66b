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
            .env("CFLAGS", "-std=c11 -Wall -Wextra -Wpedantic -Werror")
            .env("FFLAGS", "-std=f2018 -Wall -Wextra -Werror -fimplicit-none")
            .env("CXXFLAGS", "-Wall -Wextra -Werror")
            .succeed()
            .map(drop)
    }
}

pub(super) const WAYS: &[Way] = &[
    Way {
        name: "cmake",
        // One of them where /lib is a link to /usr/lib.
        script: r#"
mkdir merged
ln -s "$PREFIX" merged/usr
ln -s usr/lib merged/lib
for build in "c $PREFIX" "cpp $PWD/merged"; do
    read -r language prefix <<< "$build"
    cmake -S "$PREFIX/share/wharf/examples/$language" -B build-$language -DCMAKE_PREFIX_PATH="$prefix" \
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
cmake -S "$PREFIX/share/wharf/examples/fortran" -B fortran -DCMAKE_PREFIX_PATH="$PREFIX" -DSTATIC=ON
cmake --build fortran
ldd producer fortran/producer > needed
fails grep libwharf needed
"#,
    },
    Way {
        name: "cmake by way of another library",
        script: r#"
mkdir -p library use
cat > library/shared.f90 <<END
module shared
    use wharf
    implicit none
end module shared
END
cat > library/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.18)
project(mine LANGUAGES Fortran)
find_package(wharf REQUIRED COMPONENTS Fortran)
add_library(mine shared.f90)
target_link_libraries(mine PUBLIC wharf::fortran)
install(TARGETS mine EXPORT mine)
install(EXPORT mine NAMESPACE mine:: FILE mine-targets.cmake DESTINATION lib/cmake/mine)
file(WRITE "\${PROJECT_BINARY_DIR}/mine-config.cmake" "
include(CMakeFindDependencyMacro)
find_dependency(wharf COMPONENTS Fortran)
include(\"\\\${CMAKE_CURRENT_LIST_DIR}/mine-targets.cmake\")
")
install(FILES "\${PROJECT_BINARY_DIR}/mine-config.cmake" DESTINATION lib/cmake/mine)
END
cat > use/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.18)
project(use LANGUAGES C Fortran)
find_package(mine REQUIRED)
foreach(program IN ITEMS producer consumer)
  add_executable(\${program} "$PREFIX/share/wharf/examples/c/\${program}.c")
  target_link_libraries(\${program} PRIVATE wharf::wharf)
  add_executable(fortran_\${program} "$PREFIX/share/wharf/examples/fortran/\${program}.f90")
  target_link_libraries(fortran_\${program} PRIVATE mine::mine)
  set_target_properties(fortran_\${program} PROPERTIES OUTPUT_NAME "\${program}"
    RUNTIME_OUTPUT_DIRECTORY "$PWD/fortran")
endforeach()
END
cmake -S library -B library/build -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_INSTALL_PREFIX="$PWD/mine"
cmake --build library/build
cmake --install library/build
cmake -S use -B use/build -DCMAKE_PREFIX_PATH="$PREFIX;$PWD/mine" -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$PWD"
cmake --build use/build
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
        name: "pkg-config where the prefix has blanks",
        script: r#"
ln -s "$PREFIX" "a prefix"
export PKG_CONFIG_PATH="$PWD/a prefix/lib/pkgconfig"
for program in producer consumer; do
    eval cc $CFLAGS -o $program "$PREFIX/share/wharf/examples/c/$program.c" $(pkg-config --cflags --libs wharf)
done
mkdir fortran && cd fortran
eval gfortran $FFLAGS -c $(pkg-config --variable=fortran wharf)
for program in producer consumer; do
    eval gfortran $FFLAGS -o $program "$PREFIX/share/wharf/examples/fortran/$program.f90" wharf.o \
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
        -I"$PREFIX/include" "$PREFIX/lib/libwharf.a" -lutil -lrt -lpthread -lm -ldl
done
ldd producer > needed
fails grep libwharf needed
"#,
    },
    Way {
        name: "pkg-config, the C library static too",
        script: r#"
for program in producer consumer promise waiter; do
    cc -static $CFLAGS -o $program "$PREFIX/share/wharf/examples/c/$program.c" \
        $(pkg-config --cflags wharf) $(pkg-config --variable=static wharf)
done
fails ldd producer
"#,
    },
];
