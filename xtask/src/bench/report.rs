//! What was measured, as a table and as JSON.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// One figure beside a peer's.
#[derive(Debug)]
pub(super) struct Row {
    /// The group that measured it.
    pub(super) group: &'static str,
    /// What was measured.
    pub(super) name: String,
    /// Ours.
    pub(super) ours: Figure,
    /// Whose the other figure is.
    pub(super) peer: String,
    /// The peer's, of the same kind.
    pub(super) theirs: Figure,
}

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Figure {
    /// A time.
    Time(Duration),
    /// A size in bytes.
    Size(u64),
    /// How many of something.
    Count(f64),
    /// A part of a whole, of which more is better.
    Share(f64),
    /// How many a second, of which more is better.
    Rate(f64),
}

impl Figure {
    /// A number in the unit that the JSON's keys end with.
    pub(super) fn of(unit: &str, number: f64) -> Option<Self> {
        match unit {
            // Finer than a nanosecond, a time of some nanoseconds is no figure of one machine.
            "ns" => Some(Figure::Time(Duration::from_secs_f64(number.max(0.0) / 1e9))),
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a size is a whole number"
            )]
            "bytes" => Some(Figure::Size(number as u64)),
            "count" => Some(Figure::Count(number)),
            "share" => Some(Figure::Share(number)),
            "rate" => Some(Figure::Rate(number)),
            _ => None,
        }
    }

    /// The unit, as the JSON's keys end.
    fn unit(self) -> &'static str {
        match self {
            Figure::Time(_) => "ns",
            Figure::Size(_) => "bytes",
            Figure::Count(_) => "count",
            Figure::Share(_) => "share",
            Figure::Rate(_) => "rate",
        }
    }

    /// The number in that unit.
    #[allow(clippy::cast_precision_loss, reason = "a ratio needs no more digits")]
    fn number(self) -> f64 {
        match self {
            Figure::Time(time) => time.as_nanos() as f64,
            Figure::Size(bytes) => bytes as f64,
            Figure::Count(number) | Figure::Share(number) | Figure::Rate(number) => number,
        }
    }

    /// The same for a program, times and sizes without a fraction.
    fn json(self) -> Value {
        match self {
            Figure::Time(time) => u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).into(),
            Figure::Size(bytes) => bytes.into(),
            Figure::Count(number) | Figure::Share(number) | Figure::Rate(number) => number.into(),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [[&str; 4]; 3] = [
            ["ns", "µs", "ms", "s"],
            ["B", "kB", "MB", "GB"],
            ["/s", "k/s", "M/s", "G/s"],
        ];
        let units = match self {
            Figure::Time(_) => UNITS[0],
            Figure::Size(_) => UNITS[1],
            Figure::Rate(_) => UNITS[2],
            Figure::Count(number) => {
                let text = format!("{number:.2}");
                return f.pad(text.strip_suffix(".00").unwrap_or(&text));
            }
            Figure::Share(share) => return f.pad(&format!("{:.1} %", share * 100.0)),
        };
        let mut number = self.number();
        let mut unit = 0;
        // What would be shown as 1000 is 1.00 of the next unit.
        while number >= 999.5 && unit + 1 < units.len() {
            number /= 1000.0;
            unit += 1;
        }
        let digits = match number {
            _ if unit == 0 || number >= 99.95 => 0,
            _ if number >= 9.995 => 1,
            _ => 2,
        };
        f.pad(&format!("{number:.digits$} {}", units[unit]))
    }
}

impl Row {
    /// Ours over theirs: below 1 where ours is better, unless it is a share or a rate. None, if theirs is nothing.
    fn ratio(&self) -> Option<f64> {
        let ratio = self.ours.number() / self.theirs.number();
        ratio.is_finite().then_some(ratio)
    }

    fn json(&self) -> Value {
        let unit = self.ours.unit();
        json!({
            "group": self.group,
            "name": self.name,
            format!("ours_{unit}"): self.ours.json(),
            "peer": self.peer,
            format!("peer_{unit}"): self.theirs.json(),
            "ratio": self.ratio(),
        })
    }
}

/// Everything that was measured, and what was not.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The figures.
    pub(super) rows: Vec<Row>,
    /// What could not be measured, and why.
    pub(super) left_out: Vec<String>,
    /// Groups that could not be run, and why.
    pub(super) failures: Vec<String>,
    /// What a group measured beyond its rows.
    pub(super) figures: Vec<Value>,
}

impl Report {
    /// An object with the `rows`, what was `left_out`, the `failures`, and other `figures`.
    pub(super) fn json(&self) -> String {
        let rows: Vec<_> = self.rows.iter().map(Row::json).collect();
        let report = json!({
            "rows": rows,
            "left_out": self.left_out,
            "failures": self.failures,
            "figures": self.figures,
        });
        format!("{report:#}\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.rows.is_empty() {
            let longest = |text: fn(&Row) -> &str| {
                let lengths = self.rows.iter().map(|row| text(row).chars().count());
                lengths.max().unwrap_or_default().max("group".len())
            };
            let (group, name) = (longest(|row| row.group), longest(|row| &row.name));
            let mut line = |texts: [&dyn fmt::Display; 6]| {
                let [of, what, ours, theirs, ratio, peer] = texts;
                writeln!(
                    f,
                    "{of:group$}  {what:name$}{ours:>10}{theirs:>10}{ratio:>8}  {peer}"
                )
            };
            line([&"group", &"name", &"ours", &"theirs", &"ratio", &"peer"])?;
            for row in &self.rows {
                let ratio = row
                    .ratio()
                    .map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
                line([
                    &row.group,
                    &row.name,
                    &row.ours,
                    &row.theirs,
                    &ratio,
                    &row.peer,
                ])?;
            }
            let any = |is_meant: fn(&Row) -> bool| self.rows.iter().any(is_meant);
            let shares = any(|row| matches!(row.ours, Figure::Share(_)));
            let rates = any(|row| matches!(row.ours, Figure::Rate(_)));
            let but = match (shares, rates) {
                (true, true) => ", and above 1 where it is a part in percent or a rate",
                (true, false) => ", and above 1 where it is a part in percent",
                (false, true) => ", and above 1 where it is a rate",
                (false, false) => "",
            };
            writeln!(
                f,
                "ratio: ours over theirs; below 1 where ours is better{but}"
            )?;
        }
        for peer in &self.left_out {
            writeln!(f, "left out: {peer}")?;
        }
        for group in &self.failures {
            writeln!(f, "FAILED: {group}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, ours: Figure, theirs: Figure) -> Row {
        Row {
            group: "compile",
            name: name.to_owned(),
            ours,
            peer: "other 1.0".to_owned(),
            theirs,
        }
    }

    fn time(nanos: u64) -> Figure {
        Figure::Time(Duration::from_nanos(nanos))
    }

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        for (figure, shown) in [
            (time(7), "7 ns"),
            (time(1_250), "1.25 µs"),
            (time(12_340_000), "12.3 ms"),
            (time(999_499_000), "999 ms"),
            (time(999_600_000), "1.00 s"),
            (time(9_996_000_000), "10.0 s"),
            (time(1_234_000_000_000), "1234 s"),
            (Figure::Size(512), "512 B"),
            (Figure::Size(5_240_000), "5.24 MB"),
            (Figure::Count(3.0), "3"),
            (Figure::Count(7.004), "7"),
            (Figure::Count(7.254), "7.25"),
            (Figure::Share(0.5672), "56.7 %"),
            (Figure::Rate(158.2), "158 /s"),
            (Figure::Rate(97_512.0), "97.5 k/s"),
        ] {
            assert_eq!(figure.to_string(), shown);
        }
        assert_eq!(format!("{:>8}", time(7)), "    7 ns");
    }

    #[test]
    fn the_table_has_a_line_for_each_figure_then_what_is_missing() {
        let report = Report {
            rows: vec![
                row("check", time(500_000_000), time(2_000_000_000)),
                row(
                    "release rlib",
                    Figure::Size(3_000_000),
                    Figure::Size(2_000_000),
                ),
            ],
            left_out: vec!["another 2.0: cannot be fetched".to_owned()],
            failures: vec!["dispatch: does not build".to_owned()],
            ..Report::default()
        };
        assert_eq!(
            report.to_string(),
            "group    name              ours    theirs   ratio  peer\n\
             compile  check           500 ms    2.00 s    0.25  other 1.0\n\
             compile  release rlib   3.00 MB   2.00 MB    1.50  other 1.0\n\
             ratio: ours over theirs; below 1 where ours is better\n\
             left out: another 2.0: cannot be fetched\n\
             FAILED: dispatch: does not build\n"
        );
    }

    #[test]
    fn of_a_share_more_is_better_and_of_nothing_there_is_no_ratio() {
        let report = Report {
            rows: vec![
                row("hit ratio", Figure::Share(0.5), Figure::Share(0.4)),
                row("allocations", Figure::Count(3.0), Figure::Count(0.0)),
            ],
            ..Report::default()
        };
        assert_eq!(
            report.to_string(),
            "group    name             ours    theirs   ratio  peer\n\
             compile  hit ratio      50.0 %    40.0 %    1.25  other 1.0\n\
             compile  allocations         3         0       -  other 1.0\n\
             ratio: ours over theirs; below 1 where ours is better, and above 1 where it is a part in percent\n"
        );
        let value: Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(value["rows"][0]["ours_share"], 0.5);
        assert_eq!(value["rows"][1]["peer_count"], 0.0);
        assert_eq!(value["rows"][1]["ratio"], Value::Null);
    }

    #[test]
    fn of_a_rate_more_is_better() {
        let mut report = Report {
            rows: vec![row("items", Figure::Rate(50.0), Figure::Rate(40.0))],
            ..Report::default()
        };
        let last = |report: &Report| report.to_string().lines().last().map(str::to_owned);
        let below =
            "ratio: ours over theirs; below 1 where ours is better, and above 1 where it is a";
        assert_eq!(last(&report), Some(format!("{below} rate")));
        let share = row("hit ratio", Figure::Share(0.5), Figure::Share(0.4));
        report.rows.push(share);
        assert_eq!(
            last(&report),
            Some(format!("{below} part in percent or a rate"))
        );
    }

    #[test]
    fn a_figure_is_of_a_unit() {
        assert_eq!(Figure::of("ns", 7.4), Some(time(7)));
        assert_eq!(Figure::of("bytes", 512.0), Some(Figure::Size(512)));
        assert_eq!(Figure::of("count", 2.5), Some(Figure::Count(2.5)));
        assert_eq!(Figure::of("share", 0.5), Some(Figure::Share(0.5)));
        assert_eq!(Figure::of("rate", 9.5), Some(Figure::Rate(9.5)));
        assert_eq!(Figure::of("miles", 1.0), None);
    }

    #[test]
    fn the_keys_of_the_json_name_the_unit() {
        let report = Report {
            rows: vec![
                row("check", time(5), time(20)),
                row("rlib", Figure::Size(3), Figure::Size(2)),
            ],
            left_out: vec!["x".to_owned()],
            failures: vec![],
            figures: vec![json!({"who": "y"})],
        };
        let value: Value = serde_json::from_str(&report.json()).unwrap();
        let expected = json!({
            "rows": [
                {"group": "compile", "name": "check", "ours_ns": 5, "peer": "other 1.0", "peer_ns": 20, "ratio": 0.25},
                {"group": "compile", "name": "rlib", "ours_bytes": 3, "peer": "other 1.0", "peer_bytes": 2, "ratio": 1.5},
            ],
            "left_out": ["x"],
            "failures": [],
            "figures": [{"who": "y"}],
        });
        assert_eq!(value, expected);
    }
}
