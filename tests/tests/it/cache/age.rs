//! How old a kept result is: what the outcome says, and what the model is told.

use std::time::Duration;

use tokio::time::advance;
use toolwright::{CacheStatus, Harness, HarnessProblem, registry, tool};

use crate::one;

/// The price of a share.
#[tool(ttl = "1d", disclose_age)]
async fn age_price() -> u64 {
    42
}

/// The price of a share, of which nobody asks how old it is.
#[tool(ttl = "1d")]
async fn age_silent() -> u64 {
    42
}

#[tokio::test(start_paused = true)]
async fn the_model_is_told_the_age_of_a_kept_result_in_words_that_stay_the_same() {
    let registry = registry![age_price, age_silent].unwrap();
    let harness = Harness::builder(registry).build().unwrap();
    let session = harness.session().start();
    let price = async || {
        let outcome = one(&session, "age_price", "").await;
        (outcome.cache(), outcome.text().to_owned())
    };
    assert_eq!(price().await, (CacheStatus::Miss, "42".to_owned()));
    let hit = |text: &str| (CacheStatus::Hit, text.to_owned());
    advance(Duration::from_secs(59)).await;
    assert_eq!(price().await, hit("42\n[cached, less than 1 min old]"));
    advance(Duration::from_secs(1)).await;
    assert_eq!(price().await, hit("42\n[cached, 1 min old]"));
    advance(Duration::from_secs(59)).await;
    assert_eq!(price().await, hit("42\n[cached, 1 min old]"));
    advance(Duration::from_hours(3)).await;
    assert_eq!(price().await, hit("42\n[cached, 3 h old]"));
    one(&session, "age_silent", "").await;
    assert_eq!(one(&session, "age_silent", "").await.text(), "42");
}

#[tokio::test(start_paused = true)]
async fn a_harness_can_disclose_the_age_of_every_result() {
    let harness = Harness::builder(registry![age_silent].unwrap())
        .disclose_age(true)
        .build()
        .unwrap();
    let session = harness.session().start();
    one(&session, "age_silent", "").await;
    advance(Duration::from_mins(5)).await;
    let outcome = session.call("age_silent", "").await;
    assert_eq!(outcome.text(), "42\n[cached, 5 min old]");
    assert_eq!(outcome.age(), Some(Duration::from_mins(5)));
    // What is kept is the result alone: it does not grow with every hit.
    let outcome = session.call("age_silent", "").await;
    assert_eq!(outcome.text(), "42\n[cached, 5 min old]");
}

#[tokio::test(start_paused = true)]
async fn a_ttl_is_shortened_by_no_more_than_the_harness_says() {
    let harness = Harness::builder(registry![age_silent].unwrap());
    let session = harness.build().unwrap().session().start();
    one(&session, "age_silent", "").await;
    advance(Duration::from_mins(24 * 60 * 95 / 100 - 1)).await;
    assert_eq!(
        one(&session, "age_silent", "").await.cache(),
        CacheStatus::Hit
    );
    advance(Duration::from_mins(24 * 60 * 5 / 100 + 1)).await;
    assert_eq!(
        one(&session, "age_silent", "").await.cache(),
        CacheStatus::Miss
    );
}

#[test]
fn a_jitter_that_is_no_part_and_a_cost_of_no_tool_are_refused() {
    for jitter in [-0.1, 1.1, f64::NAN] {
        let harness = Harness::builder(registry![age_silent].unwrap());
        let error = harness.ttl_jitter(jitter).build().unwrap_err();
        assert_eq!(error.problems(), [HarnessProblem::InvalidJitter]);
    }
    let harness = Harness::builder(registry![age_silent].unwrap());
    let error = harness.run_cost("age_silnt", 1.0).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`run_cost` or `batching_of` was given for `age_silnt`, which is not in the registry"
    );
}
