//! What is drawn of which figures.

use serde_json::{Value, json};

use super::line::Line;
use super::{crossing, draw, notes};

fn figures(who: &str, times: &[(u32, f64)]) -> Vec<Value> {
    let figure = |&(agents, ms): &(u32, f64)| json!({"downstream_ms": 5.0, "load": "agents", "size": agents, "who": who, "p50_ms": ms});
    times.iter().map(figure).collect()
}

/// No batching takes four times as long for ten times the agents; a fixed window takes 20 ms throughout.
fn everyone() -> Vec<Value> {
    let mut everyone = figures(
        "toolwright, no batching",
        &[(1, 5.0), (10, 10.0), (100, 40.0)],
    );
    everyone.extend(figures(
        "toolwright, adaptive",
        &[(1, 5.0), (10, 10.2), (100, 20.0)],
    ));
    everyone.extend(figures(
        "toolwright, fixed window 2 ms",
        &[(1, 20.0), (10, 20.0), (100, 20.0)],
    ));
    everyone.extend(figures("bare requests", &[(1, 0.5)]));
    everyone
}

#[test]
fn a_line_has_the_times_of_one_downstream_by_agents() {
    let mut all = everyone();
    all.push(
        json!({"downstream_ms": 50.0, "load": "agents", "size": 1, "who": "x", "p50_ms": 1.0}),
    );
    all.push(json!({"downstream_ms": 5.0, "load": "burst", "size": 1, "who": "x", "p50_ms": 1.0}));
    let lines = Line::all(&all, 5.0);
    let names: Vec<_> = lines.iter().map(|line| &*line.who).collect();
    let expected = [
        "toolwright, no batching",
        "toolwright, adaptive",
        "toolwright, fixed window 2 ms",
    ];
    assert_eq!(names, expected);
    assert_eq!(lines[1].points, [(1.0, 5.0), (10.0, 10.2), (100.0, 20.0)]);
}

#[test]
fn a_fixed_window_crosses_where_the_drawn_lines_do() {
    let (agents, ms) = crossing(&Line::all(&everyone(), 5.0)).unwrap();
    // Half way, in factors, from 10 to 100 agents and from 10 to 40 ms.
    assert!((agents - 1000.0_f64.sqrt()).abs() < 1e-9, "{agents}");
    assert!((ms - 20.0).abs() < 1e-9, "{ms}");
    let mut never = figures("toolwright, no batching", &[(1, 5.0), (10, 5.0)]);
    never.extend(figures(
        "toolwright, fixed window 2 ms",
        &[(1, 7.0), (10, 7.0)],
    ));
    assert_eq!(crossing(&Line::all(&never, 5.0)), None);
}

#[test]
fn the_notes_say_what_is_drawn() {
    assert_eq!(
        notes(&Line::all(&everyone(), 5.0)),
        [
            "A fixed window crosses over no batching at about 32 agents: with fewer, they wait for nothing.",
            "Beside no batching, the adaptive policy takes at most 2 % more, a fixed window at most 300 % more.",
        ]
    );
}

#[test]
fn everyone_has_a_line_a_point_for_each_figure_and_a_place_in_the_key() {
    let svg = draw(&everyone()).unwrap();
    assert_eq!(svg.matches(r#"<polyline class="line"#).count(), 2 * 3);
    assert_eq!(svg.matches(r#"class="dot""#).count(), 3 * 3);
    for text in [
        ">toolwright, fixed window 2 ms</text>",
        ">agents who ask at once (logarithmic)</text>",
        ">p50 of a call in ms (logarithmic)</text>",
        "prefers-color-scheme:dark",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    // The first and the last of the agents are the edges; 5 ms is the lower one, 50 ms the upper one.
    assert!(svg.contains(r#"points="72.0,410.0 "#), "{svg}");
    assert!(svg.ends_with("</svg>\n"));
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let none = draw(&[]).unwrap_err();
    assert_eq!(none, "there is nothing to draw of a downstream of 5 ms");
}
