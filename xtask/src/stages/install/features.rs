//! The option that chooses cargo's features: what it adds, and that it can be taken back.

use std::path::Path;

use crate::place;
use crate::tally::Tally;

pub(super) fn check(folder: &Path, shared_memory: &Path) -> Tally {
    println!("-- with and without the feature numa");
    let tried = super::script(SCRIPT)
        .folder(folder)
        .env("SOURCE", place::root().join("ffi"))
        .env("CARGO_TARGET_DIR", place::target().join("features"))
        .env("WHARF_SHM_DIR", shared_memory)
        .envs(place::QUICK_RELEASE)
        .succeed();
    let mut tally = Tally { proof: "2 choices of features".to_owned(), ..Tally::default() };
    match tried {
        Ok(_) => tally.passed += 1,
        Err(error) => tally.failed.push(format!("WHARF_FEATURES: {error:#}")),
    }
    tally
}

/// Twice in one build folder, as people do: what the first left must not pass for the second's.
const SCRIPT: &str = r#"
mkdir features && cd features
configure() {
    cmake -S "$SOURCE" -B build -DCMAKE_INSTALL_PREFIX="$PWD/installed" -DWHARF_COMMAND=OFF "-DWHARF_FEATURES=$1"
}
build() {
    configure "$1"
    cmake --build build
    cmake --install build
    cc -Wall -Wextra -Werror -o shared placed.c -Iinstalled/include -Linstalled/lib -lwharf -Wl,-rpath,"$PWD/installed/lib"
    cc -Wall -Wextra -Werror -o static placed.c -Iinstalled/include \
        $(PKG_CONFIG_PATH="$PWD/installed/lib/pkgconfig" pkg-config --variable=static wharf)
}
cat > placed.c <<END
#include <stdio.h>
#include <wharf.h>
int main(void)
{
    wharf_store_options options;
    wharf_fabric *fabric;
    wharf_store *store;
    wharf_ticket ticket;
    int status;
    WHARF_INIT(options);
    options.numa = WHARF_NUMA_LOCAL;
    status = wharf_fabric_open(NULL, &fabric);
    if (status == WHARF_OK) {
        status = wharf_store_open(fabric, "placed", &options, &store);
    }
    if (status == WHARF_OK) {
        status = wharf_store_put(store, "placed", 6, &ticket);
    }
    printf("%d %s\n", wharf_has_feature("numa"), wharf_error_name(status));
    return 0;
}
END
for feature in numa "" numa; do
    build "$feature"
    expected="1 WHARF_OK"
    if [ -z "$feature" ]; then expected="0 WHARF_ERROR_NO_FEATURE"; fi
    [ "$(./shared)" = "$expected" ]
    [ "$(./static)" = "$expected" ]
done
ldd shared | grep libhwloc
configure no-such-feature
fails cmake --build build
"#;
