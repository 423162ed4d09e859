//! The tick of the textbooks: who the user is, what is on the account, and what happened there.

use serde_json::{Value, json};
use toolwright::{Context, Harness, Levers, Outcome, registry, tool};

use super::journal::Journal;

/// Look up a user.
#[tool]
async fn bank_user(#[state] journal: &Journal, #[context] ctx: &Context) -> &'static str {
    journal.spend(ctx, 300).await;
    USER
}

/// Look up the balance of a user.
#[tool]
async fn bank_balance(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// The user.
    #[arg(refs)]
    user: String,
) -> String {
    journal.spend(ctx, 700).await;
    format!("{user} has 100")
}

/// Look up what happened on an account.
#[tool]
async fn bank_history(#[state] journal: &Journal, #[context] ctx: &Context) -> &'static str {
    journal.spend(ctx, 500).await;
    "nothing"
}

/// The user.
const USER: &str = "u-1";

/// The tick, whose second call is about this user.
async fn check(user: Value, levers: Levers, began: [u64; 3], took: u64) {
    let journal = Journal::default();
    let registry = registry![bank_user, bank_balance, bank_history].unwrap();
    let harness = Harness::builder(registry.with_references().unwrap()).state(journal.clone());
    let session = harness.levers(levers).build().unwrap().session().start();
    let calls = [
        ("bank_user", "{}".to_owned()),
        ("bank_balance", json!({ "user": user }).to_string()),
        ("bank_history", "{}".to_owned()),
    ];
    let tick = journal.tick(&session, calls).await;
    let answers: Vec<_> = tick.outcomes.iter().map(Outcome::text).collect();
    assert_eq!(answers, ["u-1", "u-1 has 100", "nothing"]);
    let begins: Vec<u64> = tick.runs().iter().map(|run| run.0).collect();
    assert_eq!((begins.as_slice(), tick.took), (began.as_slice(), took));
}

#[tokio::test(start_paused = true)]
async fn one_call_after_the_other_takes_as_long_as_all_of_them() {
    let serial = Levers::all().without_parallel_calls();
    check(json!(USER), serial, [0, 300, 1_000], 1_500).await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_need_nothing_of_each_other_take_as_long_as_the_longest() {
    check(json!(USER), Levers::all(), [0, 0, 0], 700).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_needs_another_begins_when_that_ends() {
    let first = json!({ "_ref": { "call": 1 } });
    check(first, Levers::all(), [0, 300, 0], 1_000).await;
}
