//! The plot of the group `batch`: how long a call takes, by how many agents ask at once, a line for everyone.

mod axes;
mod line;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};

use serde_json::Value;

use self::axes::{Axes, BOTTOM, RIGHT, TOP};
use self::line::Line;

/// The downstream that is drawn, in milliseconds a request.
const DOWNSTREAM: f64 = 5.0;

/// Who is drawn in a way of their own.
const ADAPTIVE: &str = "toolwright, adaptive";
const UNBATCHED: &str = "toolwright, no batching";
const FIXED: &str = "toolwright, fixed window";

/// Who is not drawn, as nobody batches: ours without batching is there.
const BARE: &str = "bare requests";

/// The colours of the lines in light and in dark surroundings, in the order of the figures.
const COLOURS: [(&str, &str); 8] = [
    ("#59636e", "#b1bac4"),
    ("#c2410c", "#fb923c"),
    ("#0f766e", "#5eead4"),
    ("#7c3aed", "#c4b5fd"),
    ("#0369a1", "#7dd3fc"),
    ("#15803d", "#86efac"),
    ("#a16207", "#fde047"),
    ("#be185d", "#f9a8d4"),
];

/// The size of the picture.
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 470.0;

/// How everything looks that is not a line of somebody's.
const LIGHT: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}.note{fill:#59636e}\
.ground{fill:#fff}.grid{stroke:#d1d9e0}.axis,.cross{stroke:#59636e}.cross{stroke-dasharray:2 4}\
.line{fill:none;stroke-width:2}.ours{stroke-width:4}.none{stroke-dasharray:8 5;stroke-width:2.5}";
const DARK: &str = "\
text{fill:#f0f6fc}.note{fill:#9198a1}.ground{fill:#0d1117}.grid{stroke:#3d444d}.axis,.cross{stroke:#9198a1}";

/// Draws what `batch` measured, as SVG.
///
/// # Errors
/// The figures are not there.
pub(super) fn draw(figures: &[Value]) -> Result<String, String> {
    let lines = Line::all(figures, DOWNSTREAM);
    let axes = Axes::around(lines.iter().flat_map(|line| line.points.iter().copied()));
    let Some(axes) = axes else {
        return Err(format!(
            "there is nothing to draw of a downstream of {DOWNSTREAM} ms"
        ));
    };
    let mut svg = String::new();
    match write(&mut svg, &lines, &axes) {
        Ok(()) => Ok(svg),
        Err(fmt::Error) => Err("the plot cannot be written".to_owned()),
    }
}

fn write(svg: &mut String, lines: &[Line], axes: &Axes) -> fmt::Result {
    let title = format!("How long a call takes at a downstream of {DOWNSTREAM} ms a request");
    let notes = notes(lines);
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">"#
    )?;
    writeln!(
        svg,
        "<title>{title}</title>\n<desc>{}</desc>",
        notes.join(" ")
    )?;
    write_style(svg)?;
    writeln!(
        svg,
        r#"<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>"#
    )?;
    writeln!(svg, r#"<text class="title" x="20" y="28">{title}</text>"#)?;
    for (note, y) in notes.iter().zip([48, 66]) {
        writeln!(svg, r#"<text class="note" x="20" y="{y}">{note}</text>"#)?;
    }
    axes.write(svg)?;
    if let Some((agents, ms)) = crossing(lines) {
        let (x, y) = axes.place((agents, ms));
        writeln!(
            svg,
            r#"<line class="cross" x1="{x:.1}" y1="{BOTTOM}" x2="{x:.1}" y2="{TOP}"/>"#
        )?;
        writeln!(
            svg,
            r#"<circle class="axis" cx="{x:.1}" cy="{y:.1}" r="7" fill="none"/>"#
        )?;
    }
    for line in lines {
        line.write(svg, axes)?;
    }
    // From top to bottom as the lines end.
    let mut last: Vec<_> = lines.iter().collect();
    last.sort_by(|one, other| other.last().total_cmp(&one.last()));
    for (place, line) in last.into_iter().enumerate() {
        line.write_key(svg, RIGHT + 22.0, place)?;
    }
    writeln!(svg, "</svg>")
}

/// Spelled out, without variables, which not every viewer knows.
fn write_style(svg: &mut String) -> fmt::Result {
    let colours = |svg: &mut String, colour: fn(&(&'static str, &'static str)) -> &'static str| {
        COLOURS.iter().enumerate().try_for_each(|(class, both)| {
            let colour = colour(both);
            write!(
                svg,
                ".c{class} .line{{stroke:{colour}}}.c{class} .dot{{fill:{colour}}}"
            )
        })
    };
    write!(svg, "<style>{LIGHT}")?;
    colours(svg, |(light, _)| light)?;
    write!(svg, "@media(prefers-color-scheme:dark){{{DARK}")?;
    colours(svg, |(_, dark)| dark)?;
    writeln!(svg, "}}</style>")
}

/// What there is to see, in sentences.
fn notes(lines: &[Line]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((agents, _)) = crossing(lines) {
        notes.push(format!(
            "A fixed window crosses over no batching at about {agents:.0} agents: with fewer, they wait for nothing."
        ));
    }
    let worst = |who| Some(find(lines, who)?.worst_beside(find(lines, UNBATCHED)?));
    if let (Some(adaptive), Some(fixed)) = (worst(ADAPTIVE), worst(FIXED)) {
        notes.push(format!(
            "Beside no batching, the adaptive policy takes at most {}, a fixed window at most {}.",
            percent(adaptive),
            percent(fixed),
        ));
    }
    notes
}

/// How much more or less than all of something, in words.
fn percent(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    if percent.round() < 0.0 {
        format!("{:.0} % less", -percent)
    } else {
        format!("{:.0} % more", percent.abs())
    }
}

fn find<'l>(lines: &'l [Line], who: &str) -> Option<&'l Line> {
    lines.iter().find(|line| line.who.starts_with(who))
}

/// Where a fixed window begins to be quicker than no batching: agents and milliseconds.
fn crossing(lines: &[Line]) -> Option<(f64, f64)> {
    find(lines, FIXED)?.crossing_below(find(lines, UNBATCHED)?)
}
