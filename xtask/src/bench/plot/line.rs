//! One line of the plot.

use std::fmt::{self, Write as _};

use serde_json::Value;

use super::axes::Axes;
use super::{ADAPTIVE, BARE, COLOURS, UNBATCHED};

/// Somebody's times.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) who: String,
    /// The number of agents, and the p50 in milliseconds.
    pub(super) points: Vec<(f64, f64)>,
    /// Which of the colours it has.
    class: usize,
}

impl Line {
    /// Everyone's, of a downstream that takes so many milliseconds for a request, in the order of the figures.
    pub(super) fn all(figures: &[Value], downstream: f64) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for figure in figures {
            let is_meant =
                figure["load"] == "agents" && figure["downstream_ms"].as_f64() == Some(downstream);
            let (who, agents, ms) = (&figure["who"], &figure["size"], &figure["p50_ms"]);
            let (Some(who), Some(agents), Some(ms)) = (who.as_str(), agents.as_f64(), ms.as_f64())
            else {
                continue;
            };
            if !is_meant || who == BARE {
                continue;
            }
            let at = lines.iter().position(|line| line.who == who);
            let at = at.unwrap_or_else(|| {
                lines.push(Self {
                    who: who.to_owned(),
                    points: Vec::new(),
                    class: lines.len() % COLOURS.len(),
                });
                lines.len() - 1
            });
            lines[at].points.push((agents, ms));
        }
        lines
    }

    /// Where it ends, in milliseconds.
    pub(super) fn last(&self) -> f64 {
        self.points.last().map_or(0.0, |(_, ms)| *ms)
    }

    /// Its points beside another's, at the same numbers of agents.
    fn beside<'l>(&'l self, other: &'l Self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.points.iter().filter_map(|&(agents, ours)| {
            let mut points = other.points.iter();
            let (_, theirs) = points.find(|(theirs, _)| (theirs - agents).abs() < f64::EPSILON)?;
            Some((agents, ours, *theirs))
        })
    }

    /// The most that it takes as a part of what the other takes.
    pub(super) fn worst_beside(&self, other: &Self) -> f64 {
        let parts = self.beside(other).map(|(_, ours, theirs)| ours / theirs);
        parts.fold(0.0, f64::max)
    }

    /// Where it gets below another: on straight lines between the points, as they are drawn.
    pub(super) fn crossing_below(&self, other: &Self) -> Option<(f64, f64)> {
        let points: Vec<_> = self.beside(other).collect();
        points.windows(2).find_map(|pair| {
            let [(before, above, theirs), (after, below, theirs_after)] = *pair else {
                return None;
            };
            let (from, to) = ((above / theirs).ln(), (below / theirs_after).ln());
            let part = from / (from - to);
            let between = |one: f64, next: f64| (one.ln() + (next.ln() - one.ln()) * part).exp();
            (from >= 0.0 && to < 0.0).then(|| (between(before, after), between(above, below)))
        })
    }

    pub(super) fn write(&self, svg: &mut String, axes: &Axes) -> fmt::Result {
        let places = || self.points.iter().map(|&point| axes.place(point));
        write!(
            svg,
            r#"<g class="c{}"><polyline class="{}" points=""#,
            self.class,
            self.style()
        )?;
        for (x, y) in places() {
            write!(svg, "{x:.1},{y:.1} ")?;
        }
        writeln!(svg, r#""/>"#)?;
        for (x, y) in places() {
            writeln!(
                svg,
                r#"<circle class="dot" cx="{x:.1}" cy="{y:.1}" r="{}"/>"#,
                self.dot()
            )?;
        }
        writeln!(svg, "</g>")
    }

    /// Its line in the key, which begins here and is so many places from the top.
    #[expect(clippy::cast_precision_loss, reason = "a key has a few lines")]
    pub(super) fn write_key(&self, svg: &mut String, x: f64, place: usize) -> fmt::Result {
        let y = 104.0 + 24.0 * place as f64;
        let (class, style) = (self.class, self.style());
        writeln!(
            svg,
            r#"<g class="c{class}"><polyline class="{style}" points="{x:.1},{y} {:.1},{y}"/></g>"#,
            x + 30.0
        )?;
        writeln!(
            svg,
            r#"<text x="{:.1}" y="{:.1}">{}</text>"#,
            x + 38.0,
            y + 4.0,
            escaped(&self.who)
        )
    }

    fn style(&self) -> &'static str {
        match self.who.as_str() {
            ADAPTIVE => "line ours",
            UNBATCHED => "line none",
            _ => "line",
        }
    }

    fn dot(&self) -> f64 {
        if self.who == ADAPTIVE { 4.5 } else { 3.0 }
    }
}

/// A text as XML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
