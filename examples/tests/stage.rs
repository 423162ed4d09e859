//! The stage, played: what is counted, what is printed, and how the program ends. Never how long anything took.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use toolwright_examples::stage::options::Options;
use toolwright_examples::stage::report;
use toolwright_examples::stage::show::{AGENTS, Broken, Show};

const CALLS: usize = 6;

async fn show() -> Show {
    let options = Options {
        calls: CALLS,
        // Everyone asks at once, and again when there is an answer.
        pause: Duration::ZERO,
        latency: Duration::from_millis(1),
        ..Options::default()
    };
    Show::play(options).await.unwrap()
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stage"))
        .args(arguments)
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_has_a_card_and_the_same_answers_from_fewer_round_trips() {
    let show = show().await;
    assert_eq!(show.verdict(), Ok(()));
    let agents: Vec<_> = show.cards.iter().map(|card| card.agents).collect();
    assert_eq!(agents, AGENTS);
    for card in &show.cards {
        let calls = card.agents * CALLS;
        for act in [&card.without, &card.with] {
            assert_eq!(act.times.len(), calls);
            let answers = act.answers.iter().flatten();
            assert!(
                answers
                    .clone()
                    .all(|answer| answer.contains(r#""order_id":"A-"#))
            );
            assert_eq!(answers.count(), calls);
            // A lookup is a statement for the orders and one for their lines.
            assert_eq!(act.round_trips, 2 * act.lookups);
        }
        assert_eq!(card.without.lookups, calls as u64);
        assert!((card.without.mean_batch() - 1.0).abs() < f64::EPSILON);
        if card.agents >= 16 {
            assert!(
                card.with.lookups < card.without.lookups,
                "{} agents",
                card.agents
            );
            assert!(card.with.mean_batch() > 1.0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_promise_is_told() {
    let mut more = show().await;
    more.cards[1].with.round_trips = more.cards[1].without.round_trips + 1;
    assert_eq!(more.verdict(), Err(Broken::RoundTrips(4)));
    let said = report::text(&more).unwrap();
    assert!(said.ends_with(
        "The promise is broken: 4 agents had more round trips with batching than without.\n"
    ));
    let mut other = show().await;
    other.cards[2].with.answers[0][0].push('!');
    assert_eq!(other.verdict(), Err(Broken::Answers(25)));
    let json = report::json(&other);
    assert_eq!(
        [&json["answers_identical"], &json["promise_kept"]],
        [false, false]
    );
}

#[test]
fn the_program_prints_two_lines_a_card() {
    let output = program(&["--calls", "3", "--pause-ms", "0", "--latency-ms", "0"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let cards: Vec<_> = text
        .lines()
        .filter(|line| line.contains(" off ") || line.contains(" on "))
        .map(|line| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(cards.len(), 8, "{text}");
    assert_eq!([&*cards[0], &*cards[4]], ["16 off", "25 off"], "{text}");
    assert!(text.ends_with("All answers are identical.\n"), "{text}");
}

#[test]
fn the_program_prints_the_cards_as_json() {
    let output = program(&[
        "--calls=3",
        "--pause-ms=0",
        "--latency-ms=0",
        "--seed=9",
        "--json",
    ]);
    assert!(output.status.success());
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["seed"], 9);
    assert_eq!(json["promise_kept"], true);
    let card = &json["cards"][2];
    assert_eq!(card["agents"], 25);
    assert_eq!(card["without_batching"]["calls"], 75);
    assert_eq!(card["without_batching"]["round_trips"], 150);
    assert!(card["with_batching"]["p99_ms"].is_f64());
}

#[test]
fn a_command_line_that_makes_no_sense_ends_with_two() {
    let output = program(&["--agents", "3"]);
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        complaint,
        "stage: unknown option `--agents`: `--help` lists the options\n"
    );
    assert!(program(&["--help"]).status.success());
}
