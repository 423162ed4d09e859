//! The group `traces`: what the result cache makes of recorded calls that meet one world, as the example `replay` tells.

use serde_json::Value;

use super::Findings;
use super::report::{Figure, Row};
use crate::test::command::Cargo;

/// What `--group` calls it.
pub(super) const NAME: &str = "traces";

/// Where the recorded traces are, and the small ones of our own that stand in for them, seen from the workspace.
const DATA: &str = "../shared/data";
const SMALL: &str = "examples/fixtures/traces-small";

/// The policy that is held beside the others.
const OURS: &str = "effects";

/// Replays; it takes seconds, so that there is nothing to be quicker with.
pub(super) fn run(_quick: bool) -> Result<Findings, String> {
    let replay = Cargo::new("run --release --locked -p toolwright-examples --bin replay --")
        .arg("--shared-world")
        .arg("--json");
    let mut findings = Findings::default();
    let replay = if crate::root().join(DATA).is_dir() {
        replay.arg("--data").arg(DATA)
    } else {
        let why = format!("the recorded traces, as {DATA} is not here: those in {SMALL} stand in");
        findings.left_out.push(why);
        let file = |name: &str| format!("{SMALL}/{name}");
        let replay = replay.arg("--runs").arg(&file("runs.jsonl"));
        replay.arg("--sessions").arg(&file("entire.jsonl"))
    };
    let mut figures = String::new();
    // Its report, which is for people, goes to standard error.
    replay.run_and_look(|line| figures.push_str(line))?;
    findings.rows = rows(&figures)?;
    Ok(findings)
}

/// What `replay --json` says, in rows of the table.
fn rows(figures: &str) -> Result<Vec<Row>, String> {
    let mistake = |what: &str| format!("`replay` told {what}");
    let figures: Value =
        serde_json::from_str(figures).map_err(|error| mistake(&format!("no JSON: {error}")))?;
    let passes = figures["rows"].as_array();
    let passes = passes.ok_or_else(|| mistake("no rows"))?;
    let mut rows = Vec::new();
    for ours in passes.iter().filter(|pass| pass["policy"] == OURS) {
        let number = |pass: &Value, key: &str| {
            let number = pass[key].as_f64();
            number.ok_or_else(|| mistake(&format!("no `{key}`")))
        };
        let right = |pass: &Value, key: &str| {
            Ok::<_, String>(Figure::Share(number(pass, key)? / number(pass, "reads")?))
        };
        let trace = ours["trace"].as_str().unwrap_or_default();
        let mut row = |what: &str, ours, peer: &str, theirs| {
            rows.push(Row {
                group: NAME,
                name: format!("{trace}: {what}"),
                ours,
                peer: peer.to_owned(),
                theirs,
            });
        };
        let (stale, hits) = ("stale hits", "right hits of the reads");
        let perfect = right(ours, "perfect_hits")?;
        row(
            hits,
            right(ours, "right_hits")?,
            "perfect invalidation",
            perfect,
        );
        let of_trace = |pass: &&Value| pass["trace"] == ours["trace"] && pass["policy"] != OURS;
        for theirs in passes.iter().filter(of_trace) {
            let peer = theirs["policy"].as_str().unwrap_or_default();
            let (our_stale, their_stale) =
                (number(ours, "stale_hits")?, number(theirs, "stale_hits")?);
            row(
                hits,
                right(ours, "right_hits")?,
                peer,
                right(theirs, "right_hits")?,
            );
            row(
                stale,
                Figure::Count(our_stale),
                peer,
                Figure::Count(their_stale),
            );
        }
    }
    if rows.is_empty() {
        return Err(mistake("nothing of a cache with effects"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_held_beside_a_perfect_invalidation_and_every_other_policy() {
        let figures = r#"{"rows": [
            {"trace": "runs", "policy": "ttl-alone", "reads": 100, "right_hits": 20, "stale_hits": 9, "perfect_hits": 40},
            {"trace": "runs", "policy": "effects", "reads": 100, "right_hits": 36, "stale_hits": 0, "perfect_hits": 40}
        ]}"#;
        let rows = rows(figures).unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| (&*row.name, row.ours, &*row.peer, row.theirs))
            .collect();
        let hits = "runs: right hits of the reads";
        let (share, count) = (Figure::Share, Figure::Count);
        let expected = [
            (hits, share(0.36), "perfect invalidation", share(0.4)),
            (hits, share(0.36), "ttl-alone", share(0.2)),
            ("runs: stale hits", count(0.0), "ttl-alone", count(9.0)),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn figures_that_say_nothing_are_told() {
        for (figures, why) in [
            ("", "`replay` told no JSON: "),
            ("{}", "`replay` told no rows"),
            (
                r#"{"rows":[]}"#,
                "`replay` told nothing of a cache with effects",
            ),
            (
                r#"{"rows":[{"policy":"effects"}]}"#,
                "`replay` told no `perfect_hits`",
            ),
        ] {
            let error = rows(figures).unwrap_err();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
