//! How long the calls of a tick take at least, and at most when none that may run waits while there is room.

/// A call, as far as time goes.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// How long it runs, in milliseconds.
    pub(super) millis: u64,
    /// The earlier calls whose end it waits for.
    pub(super) after: Vec<usize>,
}

impl Job {
    /// The jobs of calls that take so long each, and of which the later of two waits for the earlier one if they
    /// conflict.
    pub(super) fn all(millis: &[u64], conflict: impl Fn(usize, usize) -> bool) -> Vec<Self> {
        let after = |later: usize| {
            (0..later)
                .filter(|&earlier| conflict(earlier, later))
                .collect()
        };
        let jobs = millis.iter().enumerate().map(|(later, &millis)| Self {
            millis,
            after: after(later),
        });
        jobs.collect()
    }
}

/// When each of them begins if there is room for all.
pub(super) fn earliest(jobs: &[Job]) -> Vec<u64> {
    let mut begins: Vec<u64> = Vec::with_capacity(jobs.len());
    for job in jobs {
        let ends = job.after.iter().map(|&it| begins[it] + jobs[it].millis);
        begins.push(ends.max().unwrap_or(0));
    }
    begins
}

/// The longest chain.
pub(super) fn critical_path(jobs: &[Job]) -> u64 {
    let ends = earliest(jobs)
        .into_iter()
        .zip(jobs)
        .map(|(begin, job)| begin + job.millis);
    ends.max().unwrap_or(0)
}

/// All of it, one after the other.
pub(super) fn work(jobs: &[Job]) -> u64 {
    jobs.iter().map(|job| job.millis).sum()
}

/// No schedule with room for so many is shorter.
pub(super) fn least(jobs: &[Job], cap: usize) -> u64 {
    critical_path(jobs).max(work(jobs).div_ceil(cap as u64))
}

/// Graham's bound: no schedule with room for so many is longer, in which nothing waits that may run.
pub(super) fn most(jobs: &[Job], cap: usize) -> u64 {
    let (cap, path) = (cap as u64, critical_path(jobs));
    (work(jobs) + (cap - 1) * path) / cap
}

#[test]
fn the_bounds_of_a_chain_beside_a_single_call() {
    let jobs = Job::all(&[10, 20, 25], |earlier, later| (earlier, later) == (0, 1));
    assert_eq!(earliest(&jobs), [0, 10, 0]);
    assert_eq!((critical_path(&jobs), work(&jobs)), (30, 55));
    assert_eq!((least(&jobs, 1), most(&jobs, 1)), (55, 55));
    assert_eq!((least(&jobs, 2), most(&jobs, 2)), (30, 42));
}
