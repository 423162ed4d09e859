//! Whether a result that the cache served was right.

use std::time::Duration;

use super::trace::{Call, Trace};

/// What is to be said of a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The world would have answered the same.
    Right,
    /// A recorded call that had ended before had made it wrong.
    Stale,
    /// A recorded call that was still running made it wrong: it was right when it was asked for.
    Overtaken,
    /// It was wrong, and no recorded call can have made it so: something outside did, and nobody said so.
    Unseen,
}

/// Judges a result of a run that began at some time, which was served to a call; `is_equal` says whether the world would
/// have said the same.
pub(super) fn judge(trace: &Trace, ran_at: Duration, to: &Call, is_equal: bool) -> Verdict {
    // Who joins a run that begins later is told something newer.
    if is_equal || ran_at > to.begin {
        return Verdict::Right;
    }
    // What each run had for itself is only changed by what is recorded.
    if to.answer.is_none() {
        return Verdict::Stale;
    }
    let mut writers = trace.calls.iter().filter(|writer| {
        writer.tenant == to.tenant && writer.may_change(&to.entities) && writer.end > ran_at
    });
    // The record does not tell which of two came first that it has at one time.
    if writers.clone().any(|writer| writer.end < to.begin) {
        Verdict::Stale
    } else if writers.any(|writer| writer.begin < to.end) {
        Verdict::Overtaken
    } else {
        Verdict::Unseen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traces::{Entity, Kind};

    fn call(kind: Kind, file: &str, begin: u64, end: u64, answer: Option<&str>) -> Call {
        Call {
            line: 1,
            tool: "tool".to_owned(),
            tenant: "t".into(),
            kind,
            key: file.to_owned(),
            question: String::new(),
            text: None,
            entities: vec![Entity::one("file", file)],
            failed: false,
            begin: Duration::from_secs(begin),
            end: Duration::from_secs(end),
            answer: answer.map(str::to_owned),
        }
    }

    /// A result fetched from second 10 to 11 and served from 20 to 22, with one write.
    #[track_caller]
    fn check(write: Call, expected: Verdict) {
        let calls = vec![
            call(Kind::Read, "a", 10, 11, Some("old")),
            write,
            call(Kind::Read, "a", 20, 22, Some("new")),
        ];
        let trace = Trace {
            name: "made",
            calls,
            is_timed: true,
            flaws: Vec::new(),
        };
        let (to, seconds) = (&trace.calls[2], Duration::from_secs);
        assert_eq!(judge(&trace, seconds(10), to, false), expected);
        assert_eq!(judge(&trace, seconds(10), to, true), Verdict::Right);
        assert_eq!(judge(&trace, seconds(21), to, false), Verdict::Right);
    }

    #[test]
    fn a_wrong_hit_is_stale_if_a_write_had_ended_before() {
        let write = |file, begin, end| call(Kind::Write, file, begin, end, None);
        check(write("a", 12, 19), Verdict::Stale);
        check(write("a", 9, 11), Verdict::Stale);
        check(write("a", 12, 20), Verdict::Overtaken);
        check(write("a", 19, 21), Verdict::Overtaken);
        check(write("a", 21, 30), Verdict::Overtaken);
        check(write("a", 1, 10), Verdict::Unseen);
        check(write("a", 22, 30), Verdict::Unseen);
        check(write("b", 12, 13), Verdict::Unseen);
        check(call(Kind::Shell, "a", 12, 13, None), Verdict::Stale);
        let mut of_another = write("a", 12, 13);
        of_another.tenant = "other".into();
        check(of_another, Verdict::Unseen);
    }

    #[test]
    fn where_only_the_record_changes_the_world_a_wrong_hit_is_stale() {
        let trace = Trace {
            name: "made",
            calls: vec![call(Kind::Read, "a", 0, 0, None)],
            is_timed: false,
            flaws: Vec::new(),
        };
        let read = &trace.calls[0];
        assert_eq!(judge(&trace, Duration::ZERO, read, false), Verdict::Stale);
    }
}
