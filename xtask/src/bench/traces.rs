//! What real traces say of the result cache: the replay of recorded calls in one shared world, beside an invalidation that
//! knows everything and beside none.

use serde_json::Value;

use super::Findings;
use super::report::{Figure, Row};
use crate::test::command::Cargo;
use crate::test::data;

const GROUP: &str = "traces";
/// The replay, on the data beside the workspace.
const REPLAY: &str = "run --release --locked -p toolwright-examples --bin replay -- --shared-world";

/// Replays the traces, shows the replay's own table, and picks the rows out of its figures.
pub(super) fn run(_quick: bool) -> Result<Findings, String> {
    let root = crate::root();
    if !data::is_there(&root) {
        let why = format!("the traces: {} is not here", data::DATA);
        return Ok(Findings {
            rows: Vec::new(),
            left_out: vec![why],
        });
    }
    let replay = || Cargo::new(REPLAY).arg("--data").arg(data::DATA);
    replay().run_and_look(|line| println!("{line}"))?;
    let figures = replay().arg("--json").read()?;
    Ok(Findings {
        rows: rows(&figures)?,
        left_out: Vec::new(),
    })
}

/// The rows of the figures that the replay prints as JSON.
fn rows(figures: &str) -> Result<Vec<Row>, String> {
    let figures: Value = serde_json::from_str(figures)
        .map_err(|error| format!("the replay's figures are no JSON: {error}"))?;
    let passes = figures["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let number = |pass: &Value, key: &str| {
        let number = pass[key].as_f64();
        number.ok_or_else(|| format!("the replay's figures have no `{key}` in {pass}"))
    };
    let mut rows = Vec::new();
    for pass in passes {
        let trace = pass["trace"].as_str().unwrap_or("a trace");
        let policy = pass["policy"].as_str().unwrap_or("a policy");
        let alone = |other: &&Value| other["trace"] == trace && other["policy"] == "ttl-alone";
        let alone = passes.iter().find(alone).unwrap_or(pass);
        rows.push(Row {
            group: GROUP,
            name: format!("{trace}, {policy}: right hits of those that can be kept"),
            ours: Figure::Share(number(pass, "kept")?),
            peer: "perfect invalidation".to_owned(),
            theirs: Figure::Share(1.0),
        });
        rows.push(Row {
            group: GROUP,
            name: format!("{trace}, {policy}: stale hits"),
            ours: Figure::Count(number(pass, "stale_hits")?),
            peer: "TTL alone".to_owned(),
            theirs: Figure::Count(number(alone, "stale_hits")?),
        });
    }
    if rows.is_empty() {
        return Err("the replay's figures have no rows".to_owned());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pass_is_two_rows() {
        let figures = r#"{"rows": [
            {"trace": "runs", "policy": "ttl-alone", "stale_hits": 176, "kept": 0.859},
            {"trace": "runs", "policy": "effects", "stale_hits": 0, "kept": 0.968},
            {"trace": "sessions", "policy": "effects", "stale_hits": 0, "kept": 0.906}
        ], "keys": [], "flaws": 0}"#;
        let rows = rows(figures).unwrap();
        let stale = |row: &&Row| row.name == "runs, effects: stale hits";
        let stale = rows.iter().find(stale).unwrap();
        assert_eq!(
            (stale.ours, stale.theirs),
            (Figure::Count(0.0), Figure::Count(176.0))
        );
        let kept = |row: &&Row| row.name.starts_with("sessions, effects: right hits");
        let kept = rows.iter().find(kept).unwrap();
        assert_eq!(
            (kept.ours, kept.theirs),
            (Figure::Share(0.906), Figure::Share(1.0))
        );
        assert_eq!(rows.len(), 6);
    }

    #[test]
    fn figures_that_say_nothing_are_told() {
        for (figures, why) in [
            ("x", "the replay's figures are no JSON: "),
            (r#"{"rows": []}"#, "the replay's figures have no rows"),
            (
                r#"{"rows": [{}]}"#,
                "the replay's figures have no `kept` in {}",
            ),
        ] {
            let error = rows(figures).unwrap_err();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
