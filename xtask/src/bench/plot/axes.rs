//! The axes of the plot, both of them logarithmic: a factor is the same length everywhere.

use std::fmt::{self, Write as _};

/// Where the lines are drawn: the left, right, upper and lower edge.
const LEFT: f64 = 72.0;
pub(super) const RIGHT: f64 = 590.0;
pub(super) const TOP: f64 = 90.0;
pub(super) const BOTTOM: f64 = 410.0;

/// What the axes span.
#[derive(Debug, PartialEq)]
pub(super) struct Axes {
    /// The numbers of agents that were measured.
    agents: Vec<f64>,
    /// The marks of the other axis, in milliseconds; the first and the last bound it.
    ms: Vec<f64>,
}

impl Axes {
    /// Around these points, of which there are two numbers of agents at least.
    pub(super) fn around(points: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let (mut agents, mut times): (Vec<_>, Vec<_>) = points.unzip();
        agents.sort_by(f64::total_cmp);
        agents.dedup();
        times.sort_by(f64::total_cmp);
        let (quickest, slowest) = (*times.first()?, *times.last()?);
        let marks = marks();
        let first = marks.iter().rposition(|&mark| mark <= quickest)?;
        let last = marks.iter().position(|&mark| mark >= slowest)?;
        let ms = marks.get(first..=last.max(first + 1))?.to_vec();
        (agents.len() > 1).then_some(Self { agents, ms })
    }

    /// Where a point is.
    pub(super) fn place(&self, (agents, ms): (f64, f64)) -> (f64, f64) {
        let part = |of: f64, span: &[f64]| {
            let (first, last) = (span[0].ln(), span[span.len() - 1].ln());
            (of.ln() - first) / (last - first)
        };
        let x = LEFT + (RIGHT - LEFT) * part(agents, &self.agents);
        let y = BOTTOM - (BOTTOM - TOP) * part(ms, &self.ms);
        (x, y)
    }

    pub(super) fn write(&self, svg: &mut String) -> fmt::Result {
        let (agents, ms) = (self.agents[0], self.ms[0]);
        for &mark in &self.ms {
            let (_, y) = self.place((agents, mark));
            writeln!(
                svg,
                r#"<line class="grid" x1="{LEFT}" y1="{y:.1}" x2="{RIGHT}" y2="{y:.1}"/>"#
            )?;
            writeln!(
                svg,
                r#"<text x="{}" y="{:.1}" text-anchor="end">{mark}</text>"#,
                LEFT - 8.0,
                y + 4.0
            )?;
        }
        for &mark in &self.agents {
            let (x, _) = self.place((mark, ms));
            writeln!(
                svg,
                r#"<line class="grid" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{BOTTOM}"/>"#
            )?;
            writeln!(
                svg,
                r#"<text x="{x:.1}" y="{}" text-anchor="middle">{mark}</text>"#,
                BOTTOM + 20.0
            )?;
        }
        writeln!(
            svg,
            r#"<polyline class="axis" fill="none" points="{LEFT},{TOP} {LEFT},{BOTTOM} {RIGHT},{BOTTOM}"/>"#
        )?;
        let (middle, below) = (f64::midpoint(LEFT, RIGHT), BOTTOM + 44.0);
        writeln!(
            svg,
            r#"<text x="{middle}" y="{below}" text-anchor="middle">agents who ask at once (logarithmic)</text>"#
        )?;
        let centre = f64::midpoint(TOP, BOTTOM);
        writeln!(
            svg,
            r#"<text transform="translate(26 {centre}) rotate(-90)" text-anchor="middle">p50 of a call in ms (logarithmic)</text>"#
        )
    }
}

/// One, two and five, and their tenfolds.
fn marks() -> Vec<f64> {
    let decades = [0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0];
    let mut marks: Vec<f64> = decades[2..]
        .iter()
        .flat_map(|&ten| [ten, 2.0 * ten, 5.0 * ten])
        .collect();
    marks.splice(0..0, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
    marks
}
