//! What a replay of traces finds, to be read.

use std::fmt;

use super::policy::Ttl;
use super::report::{Report, TraceReport, share};
use super::trace::{Flaw, Kind};

/// How many flaws and wrong hits are listed.
const MOST: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, trace) in self.traces.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            trace.write(f, self.ttl)?;
        }
        Ok(())
    }
}

impl TraceReport {
    fn write(&self, f: &mut fmt::Formatter<'_>, ttl: Ttl) -> fmt::Result {
        let trace = &self.trace;
        let writes = trace.count(Kind::Write);
        let shell = trace.count(Kind::Shell);
        write!(f, "{}: {} calls, ", trace.name, trace.calls.len())?;
        write!(f, "{} reads, {writes} writes", trace.count(Kind::Read))?;
        if shell > 0 {
            write!(f, ", {shell} shell commands")?;
        }
        if trace.is_timed {
            writeln!(f, "; TTL {}, recorded times", ttl.text())?;
        } else {
            writeln!(f, "; no times, so nothing expires")?;
        }
        writeln!(
            f,
            "{:<26}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}",
            "", "hits", "ratio", "stale", "unseen", "right", "kept"
        )?;
        for (policy, pass) in &self.passes {
            let row = self.row(*policy, pass, ttl);
            writeln!(
                f,
                "{policy:<26}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}",
                row.hits,
                percent(row.hit_ratio),
                row.stale_hits,
                row.unseen_hits,
                row.right_hits,
                percent(row.kept),
            )?;
        }
        writeln!(f, "{:<26}{:>7}", "perfect invalidation", self.perfect)?;
        self.write_keys(f)?;
        self.write_writes(f)?;
        self.write_wrong(f)?;
        self.write_flaws(f)
    }

    fn write_keys(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(keys) = self.keys() else {
            return Ok(());
        };
        let lost = keys.hits_canonical.saturating_sub(keys.hits_as_sent);
        writeln!(
            f,
            "{} of {} argument texts ({}) are not canonical as sent; with the text as the key {lost} of {} hits ({}) are lost",
            keys.not_canonical,
            keys.texts,
            percent(share(keys.not_canonical, keys.texts)),
            keys.hits_canonical,
            percent(share(lost, keys.hits_canonical)),
        )
    }

    fn write_writes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ran = self.passes.iter().map(|(_, pass)| pass.writes).min();
        let (writes, ran) = (self.trace.writes(), ran.unwrap_or_default());
        let repeated = self.trace.repeated_writes();
        if ran < writes {
            writeln!(f, "of {writes} writes and commands only {ran} ran")
        } else if repeated > 0 {
            writeln!(
                f,
                "{repeated} writes say the same as an earlier one of their run, and every write ran"
            )
        } else {
            Ok(())
        }
    }

    fn write_wrong(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (policy, pass) in &self.passes {
            if !policy.promises_no_stale_hit() {
                continue;
            }
            let stale = pass.stale.iter().map(|wrong| ("stale", wrong));
            let unseen = pass.unseen.iter().map(|wrong| ("unseen", wrong));
            for (what, wrong) in stale.chain(unseen).take(MOST) {
                writeln!(
                    f,
                    "{policy}: {what}: line {} ({}) was given the answer of line {}",
                    wrong.line, wrong.tool, wrong.from
                )?;
            }
            if pass.overtaken > 0 {
                writeln!(
                    f,
                    "{policy}: {} hits were made wrong by a call that was still running",
                    pass.overtaken
                )?;
            }
        }
        Ok(())
    }

    fn write_flaws(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flaws = self.flaws();
        if flaws.is_empty() {
            return Ok(());
        }
        writeln!(f, "{} things could not be taken as they are:", flaws.len())?;
        for Flaw { line, message } in flaws.iter().take(MOST) {
            writeln!(f, "  line {line}: {message}")?;
        }
        match flaws.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more"),
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}
