//! The facts of the machine that numbers mean nothing without.

use std::fs;
use std::time::SystemTime;

use serde::Serialize;

use crate::context::{SHM, free_bytes, kib_of};
use crate::floors::streaming_name;
use crate::measure::clock_cost_ns;

/// Where and when the numbers were taken.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    /// The version of Wharf.
    pub(crate) wharf: &'static str,
    /// Whether Wharf was compiled as users run it; numbers of any other build mean nothing.
    pub(crate) release: bool,
    /// When, in UTC.
    pub(crate) date: String,
    /// The processor's own name.
    pub(crate) cpu: String,
    /// How many cores are online.
    pub(crate) cores: usize,
    /// The two that were used.
    pub(crate) cores_used: [usize; 2],
    /// The kernel's release.
    pub(crate) kernel: String,
    /// The machine's memory.
    pub(crate) memory_bytes: u64,
    /// Free shared memory when the run began.
    pub(crate) shm_free_bytes: u64,
    /// Huge pages for ordinary memory: the setting in force.
    pub(crate) thp: String,
    /// Huge pages for shared memory: the setting in force.
    pub(crate) thp_shmem: String,
    /// The kernel's clock.
    pub(crate) clock_source: String,
    /// What one reading of it costs, which is in every sample.
    pub(crate) clock_ns: f64,
    /// The instructions of the streaming floor.
    pub(crate) streaming: &'static str,
    /// Processes that wanted to run in the last minute, on average, when the run began: more than none is noise.
    pub(crate) load: f64,
}

impl Machine {
    /// Asks.
    pub(crate) fn facts(cores_used: [usize; 2]) -> Machine {
        let huge = "/sys/kernel/mm/transparent_hugepage";
        Machine {
            wharf: env!("CARGO_PKG_VERSION"),
            release: !cfg!(debug_assertions),
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            cpu: cpu(&read("/proc/cpuinfo")),
            cores: online(&read("/proc/stat")),
            cores_used,
            kernel: read("/proc/sys/kernel/osrelease"),
            memory_bytes: kib_of(&read("/proc/meminfo"), "MemTotal:").unwrap_or(0) * 1024,
            shm_free_bytes: free_bytes(SHM.as_ref()).unwrap_or(0),
            thp: chosen(&read(&format!("{huge}/enabled"))),
            thp_shmem: chosen(&read(&format!("{huge}/shmem_enabled"))),
            clock_source: read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            clock_ns: clock_cost_ns(),
            streaming: streaming_name(),
            load: read("/proc/loadavg")
                .split(' ')
                .next()
                .and_then(|text| text.parse().ok())
                .unwrap_or(0.0),
        }
    }
}

/// A file of the kernel's, or `unknown`.
fn read(path: &str) -> String {
    fs::read_to_string(path).map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// The processor's name; on aarch64 the kernel gives numbers only.
fn cpu(cpuinfo: &str) -> String {
    let field = |name: &str| {
        cpuinfo.lines().find(|line| line.starts_with(name))?.split_once(": ").map(|pair| pair.1)
    };
    match (field("model name"), field("CPU implementer"), field("CPU part")) {
        (Some(name), _, _) => name.to_owned(),
        (None, Some(implementer), Some(part)) => format!("implementer {implementer}, part {part}"),
        _ => "unknown".to_owned(),
    }
}

fn online(stat: &str) -> usize {
    stat.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu ")).count()
}

/// The word in brackets: `always [madvise] never`.
fn chosen(setting: &str) -> String {
    let inside = setting.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    inside.map_or(setting, |(word, _)| word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_files_are_read() {
        assert_eq!(chosen("always [madvise] never"), "madvise");
        assert_eq!(chosen("unknown"), "unknown");
        assert_eq!(online("cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 5\n"), 2);
        assert_eq!(cpu("processor\t: 0\nmodel name\t: A processor\n"), "A processor");
        assert_eq!(
            cpu("CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"),
            "implementer 0x41, part 0xd0c"
        );
        assert_eq!(cpu("unknown"), "unknown");
    }

    #[test]
    fn the_facts_are_those_of_this_machine() {
        let facts = serde_json::to_value(Machine::facts([0, 1])).unwrap();
        for key in [
            "wharf",
            "date",
            "cpu",
            "cores",
            "kernel",
            "memory_bytes",
            "thp",
            "thp_shmem",
            "clock_ns",
        ] {
            assert!(!facts[key].is_null(), "{key} is missing");
        }
        assert!(facts["memory_bytes"].as_u64().unwrap() > 1 << 26);
        assert!(facts["clock_ns"].as_f64().unwrap() > 0.0);
    }
}
