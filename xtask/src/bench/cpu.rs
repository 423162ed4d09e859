//! The processor time of child processes, which other work on the machine stretches far less than the time on the clock.

use std::time::Duration;

/// Does something, and tells how long its child processes computed: all their threads, in user mode and in the kernel.
#[cfg(unix)]
pub(super) fn of_children<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::{TimeVal, TimeValLike as _};

    let duration = |time: TimeVal| {
        Duration::from_micros(u64::try_from(time.num_microseconds()).unwrap_or_default())
    };
    let so_far = || {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)
            .expect("every Unix knows what a process's children used");
        duration(usage.user_time()) + duration(usage.system_time())
    };
    let before = so_far();
    let done = work();
    (done, so_far().saturating_sub(before))
}

/// Does something, and tells how long it took: the nearest that is at hand on systems other than Unix.
#[cfg(not(unix))]
pub(super) fn of_children<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = std::time::Instant::now();
    let done = work();
    (done, started.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::command::Cargo;

    #[test]
    fn the_work_of_a_child_is_counted() {
        let (read, time) = of_children(|| Cargo::new("--version").read());
        assert!(read.unwrap().starts_with("cargo "));
        assert!(time > Duration::ZERO);
    }
}
