//! A group that is a command: it prints a line of JSON for each row, and what else it prints is shown.

use serde_json::Value;

use super::Findings;
use super::report::{Figure, Row};
use crate::test::command::Cargo;

/// Runs a command, and reads the rows that it prints.
///
/// A row is an object with a `name`, a `peer`, and two figures: `ours_ns` and `peer_ns`, or the same with another unit of
/// [`Figure::of`]. One of them may be null where there is nothing to compare with.
pub(super) fn run(group: &'static str, command: Cargo) -> Result<Findings, String> {
    let mut findings = Findings::default();
    let mut broken = None;
    command.run_and_look(|line| match row(group, line) {
        Ok(Some(row)) => findings.rows.push(row),
        Ok(None) => println!("{line}"),
        Err(why) => broken = Some(why),
    })?;
    match broken {
        None => Ok(findings),
        Some(why) => Err(why),
    }
}

/// The row that a line holds; none for a line that is no JSON object.
fn row(group: &'static str, line: &str) -> Result<Option<Row>, String> {
    let Ok(Value::Object(object)) = serde_json::from_str(line) else {
        return Ok(None);
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let figure = |whose: &str| {
        object.iter().find_map(|(key, value)| {
            let unit = key.strip_prefix(whose)?;
            Figure::of(unit, value.as_f64()?)
        })
    };
    let (name, peer) = (text("name"), text("peer"));
    let (Some(name), Some(peer)) = (name, peer) else {
        return Err(format!("a row without a name or a peer: {line}"));
    };
    let (Some(ours), Some(theirs)) = (figure("ours_"), figure("peer_")) else {
        return Err(format!("a row without two figures: {line}"));
    };
    Ok(Some(Row {
        group,
        name,
        ours,
        peer,
        theirs,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_is_a_row() {
        let line = r#"{"name":"a hit","ours_ns":250.4,"peer":"other 1.0","peer_ns":1000.0}"#;
        let row = row("dispatch", line).unwrap().unwrap();
        assert_eq!(
            (row.group, &*row.name, &*row.peer),
            ("dispatch", "a hit", "other 1.0")
        );
        let figure = |nanos| Figure::of("ns", nanos).unwrap();
        assert_eq!((row.ours, row.theirs), (figure(250.4), figure(1000.0)));
    }

    #[test]
    fn other_lines_are_no_rows() {
        for line in ["", "replayed 12 runs", "12", "[1]", "{"] {
            assert!(row("traces", line).unwrap().is_none(), "{line}");
        }
    }

    #[test]
    fn a_row_that_lacks_something_is_told() {
        let nameless = r#"{"ours_ns":1,"peer":"x","peer_ns":2}"#;
        let error = row("dispatch", nameless).unwrap_err();
        assert_eq!(error, format!("a row without a name or a peer: {nameless}"));
        let unknown = r#"{"name":"x","ours_miles":1,"peer":"x","peer_miles":2}"#;
        let error = row("dispatch", unknown).unwrap_err();
        assert_eq!(error, format!("a row without two figures: {unknown}"));
    }

    #[test]
    fn the_rows_of_a_command_are_read() {
        // Whatever cargo says of itself is no row.
        let found = run("any", Cargo::new("--version")).unwrap();
        assert!(found.rows.is_empty());
        let failed = run("any", Cargo::new("no-such-subcommand")).unwrap_err();
        assert!(
            failed.contains("`cargo no-such-subcommand` ended with"),
            "{failed}"
        );
    }
}
