//! What the examples do together, in processes of their own.

/// A script for bash, which starts in the folder of the programs that it needs and has the installed command
/// and the demonstration's followers on its path.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) programs: &'static [&'static str],
    pub(super) script: &'static str,
}

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "an array from C to C, once",
        programs: &["producer", "consumer"],
        script: r#"
ticket=$(./producer)
diff - <(./consumer "$ticket") <<END
3 rows of 4 numbers
11 12 13 14
21 22 23 24
31 32 33 34
END
fails ./consumer "$ticket" 2> said
grep WHARF_ERROR_EVICTED said
fails ./consumer "${ticket}x" 2> said
grep WHARF_ERROR_TICKET said
"#,
    },
    Scenario {
        name: "an array from C to Fortran, and back",
        programs: &["producer", "consumer", "fortran/producer", "fortran/consumer"],
        script: r#"
numbers() { sed 's/[.]//g; /rows/d' | diff - <(printf '%s\n' '11 12 13 14' '21 22 23 24' '31 32 33 34'); }
ticket=$(./producer)
fortran/consumer "$ticket" | numbers
fails fortran/consumer "$ticket" 2> said
grep 'it has been read' said
./consumer "$(fortran/producer)" | numbers
fortran/consumer "$(fortran/producer)" | numbers
"#,
    },
    Scenario {
        name: "a pending object",
        programs: &["promise", "waiter"],
        script: r#"
read -r ticket < <(./promise)
./waiter "$ticket" | tee said
grep '^42, ' said
"#,
    },
    Scenario {
        name: "a producer that fails",
        programs: &["promise", "waiter"],
        script: r#"
coproc ./promise 'no convergence'
producer=$COPROC_PID
read -r ticket <&"${COPROC[0]}"
fails ./waiter "$ticket" > said
grep 'the producer failed: no convergence' said
exec {COPROC[1]}>&-
wait $producer
"#,
    },
    Scenario {
        name: "a producer that is killed",
        programs: &["promise", "waiter"],
        script: r#"
read -r ticket < <(exec ./promise); producer=$!
kill -STOP $producer
./waiter "$ticket" > said 2>&1 & waiter=$!
kill -KILL $producer
fails wait $waiter
# Whoever waits is told so, and whoever comes later that the object is gone: either may be the case here.
grep -E 'the producer died|WHARF_ERROR_EVICTED' said
"#,
    },
    Scenario {
        name: "a span of C++",
        programs: &["producer", "span"],
        script: r#"
ticket=$(./producer)
[ "$(./span "$ticket")" = "12 numbers from 11 to 34, mean 22.5" ]
wharf evict "$ticket"
fails ./span "$ticket" 2> said
grep WHARF_ERROR_EVICTED said
"#,
    },
    Scenario {
        name: "Gray-Scott in C, followed by the Rust demonstration",
        programs: &["gray_scott"],
        script: r#"
./gray_scott 64 7 50 | gray-scott statistics > lines
[ "$(wc -l < lines)" = 8 ]
[ "$(grep -c '"seen":{' lines)" = 8 ]
./gray_scott 64 7 50 | gray-scott frames --out frames > lines
[ "$(ls frames | wc -l)" = 8 ]
"#,
    },
    Scenario {
        name: "Gray-Scott in C, followed in Fortran",
        programs: &["gray_scott", "fortran/follow"],
        script: r#"
./gray_scott 64 7 50 | fortran/follow > lines
[ "$(grep -c 'mean of V' lines)" = 8 ]
"#,
    },
];
