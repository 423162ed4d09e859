//! A group that is a command: it prints a line of JSON for each row, and what else it prints is shown.

use serde_json::{Map, Value};

use super::Findings;
use super::report::{Figure, Row};
use crate::test::command::Cargo;

/// Runs a command, and reads the rows that it prints.
///
/// A row is an object with a `name`, a `peer`, and two figures: `ours_ns` and `peer_ns`, or the same with another unit of
/// [`Figure::of`]. One of them may be null where there is nothing to compare with. An object with the one member
/// `figures` is kept as it is, for `--json` and `--svg`.
pub(super) fn run(group: &'static str, command: Cargo) -> Result<Findings, String> {
    let mut findings = Findings::default();
    let mut broken = None;
    command.run_and_look(|line| match Line::read(group, line) {
        Ok(Line::Row(row)) => findings.rows.push(row),
        Ok(Line::Figures(figures)) => findings.figures.push(figures),
        Ok(Line::Other) => println!("{line}"),
        Err(why) => broken = Some(why),
    })?;
    match broken {
        None => Ok(findings),
        Some(why) => Err(why),
    }
}

/// What a command prints.
#[derive(Debug)]
enum Line {
    Row(Row),
    /// Figures that are no row.
    Figures(Value),
    /// No JSON object: for people.
    Other,
}

impl Line {
    fn read(group: &'static str, line: &str) -> Result<Self, String> {
        match serde_json::from_str(line) {
            Ok(Value::Object(mut object)) => match object.remove("figures") {
                Some(figures) if object.is_empty() => Ok(Line::Figures(figures)),
                _ => row(group, line, &object).map(Line::Row),
            },
            _ => Ok(Line::Other),
        }
    }
}

/// The row that a line holds.
fn row(group: &'static str, line: &str, object: &Map<String, Value>) -> Result<Row, String> {
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
    Ok(Row {
        group,
        name,
        ours,
        peer,
        theirs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_is_a_row() {
        let line = r#"{"name":"a hit","ours_ns":250.4,"peer":"other 1.0","peer_ns":1000.0}"#;
        let Ok(Line::Row(row)) = Line::read("dispatch", line) else {
            panic!("no row");
        };
        assert_eq!(
            (row.group, &*row.name, &*row.peer),
            ("dispatch", "a hit", "other 1.0")
        );
        let figure = |nanos| Figure::of("ns", nanos).unwrap();
        assert_eq!((row.ours, row.theirs), (figure(250.4), figure(1000.0)));
    }

    #[test]
    fn figures_are_kept_as_they_are() {
        let line = r#"{"figures":{"who":"x","p50_ms":1.5}}"#;
        let Ok(Line::Figures(figures)) = Line::read("batch", line) else {
            panic!("no figures");
        };
        assert_eq!(figures["p50_ms"], 1.5);
        let more = r#"{"figures":1,"name":"x"}"#;
        let error = Line::read("batch", more).unwrap_err();
        assert_eq!(error, format!("a row without a name or a peer: {more}"));
    }

    #[test]
    fn other_lines_are_no_rows() {
        for line in ["", "replayed 12 runs", "12", "[1]", "{"] {
            assert!(
                matches!(Line::read("traces", line), Ok(Line::Other)),
                "{line}"
            );
        }
    }

    #[test]
    fn a_row_that_lacks_something_is_told() {
        let nameless = r#"{"ours_ns":1,"peer":"x","peer_ns":2}"#;
        let error = Line::read("dispatch", nameless).unwrap_err();
        assert_eq!(error, format!("a row without a name or a peer: {nameless}"));
        let unknown = r#"{"name":"x","ours_miles":1,"peer":"x","peer_miles":2}"#;
        let error = Line::read("dispatch", unknown).unwrap_err();
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
