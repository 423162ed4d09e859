//! The tick of the textbooks: who the user is, what is on the account, and what happened there.

use toolwright::{Context, Harness, Levers, registry, tool};

use super::journal::Journal;

/// Look up a user.
#[tool(writes = "session")]
async fn bank_user(#[state] journal: &Journal, #[context] ctx: &Context) -> &'static str {
    journal.spend(ctx, 300).await;
    "u-1"
}

/// Look up a balance.
#[tool]
async fn bank_balance(#[state] journal: &Journal, #[context] ctx: &Context) -> u32 {
    journal.spend(ctx, 700).await;
    100
}

/// Look up the balance of whoever was looked up.
#[tool(reads = "session")]
async fn bank_own_balance(#[state] journal: &Journal, #[context] ctx: &Context) -> u32 {
    journal.spend(ctx, 700).await;
    100
}

/// Look up what happened on an account.
#[tool]
async fn bank_history(#[state] journal: &Journal, #[context] ctx: &Context) -> &'static str {
    journal.spend(ctx, 500).await;
    "nothing"
}

async fn check(tools: [&str; 3], levers: Levers, began: [u64; 3], took: u64) {
    let journal = Journal::default();
    let registry = registry![bank_user, bank_balance, bank_own_balance, bank_history].unwrap();
    let harness = Harness::builder(registry).state(journal.clone());
    let harness = harness.levers(levers).build().unwrap();
    let calls = tools.map(|tool| (tool, "{}".to_owned()));
    let tick = journal.tick(&harness.session().start(), calls).await;
    assert!(tick.outcomes.iter().all(|outcome| !outcome.is_error()));
    let begins: Vec<u64> = tick.runs().iter().map(|run| run.0).collect();
    assert_eq!((begins.as_slice(), tick.took), (began.as_slice(), took));
}

#[tokio::test(start_paused = true)]
async fn one_call_after_the_other_takes_as_long_as_all_of_them() {
    let serial = Levers::all().without_parallel_calls();
    check(
        ["bank_user", "bank_balance", "bank_history"],
        serial,
        [0, 300, 1_000],
        1_500,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_need_nothing_of_each_other_take_as_long_as_the_longest() {
    check(
        ["bank_user", "bank_balance", "bank_history"],
        Levers::all(),
        [0, 0, 0],
        700,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_needs_another_begins_when_that_ends() {
    check(
        ["bank_user", "bank_own_balance", "bank_history"],
        Levers::all(),
        [0, 300, 0],
        1_000,
    )
    .await;
}
