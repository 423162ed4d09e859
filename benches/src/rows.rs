//! Rows of the table, as lines of JSON.

use serde_json::json;

/// One figure of ours beside a peer's.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// Ours.
    pub ours: Figure,
    /// Whose the other figure is.
    pub peer: String,
    /// The peer's, of the same kind.
    pub theirs: Figure,
}

/// A number with its unit.
#[derive(Debug, Clone, Copy)]
pub enum Figure {
    /// A time.
    Nanos(f64),
    /// A size.
    Bytes(f64),
    /// How many of something.
    Count(f64),
    /// A part of a whole, where more is better.
    Share(f64),
    /// How many a second, where more is better.
    Rate(f64),
}

impl Figure {
    fn parts(self) -> (&'static str, f64) {
        match self {
            Figure::Nanos(number) => ("ns", number),
            Figure::Bytes(number) => ("bytes", number),
            Figure::Count(number) => ("count", number),
            Figure::Share(number) => ("share", number),
            Figure::Rate(number) => ("rate", number),
        }
    }
}

/// Prints rows, a line each.
pub fn print(rows: &[Row]) {
    for row in rows {
        let (unit, ours) = row.ours.parts();
        let (_, theirs) = row.theirs.parts();
        let line = json!({
            "name": row.name,
            format!("ours_{unit}"): ours,
            "peer": row.peer,
            format!("peer_{unit}"): theirs,
        });
        println!("{line}");
    }
}

/// A library with the version that this program was built with.
pub(crate) fn library(name: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = lock
        .split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'));
    let (version, _) = version.expect("every peer is in the lock");
    format!("{name} {version}")
}
