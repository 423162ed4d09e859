//! How large arguments and results may be: a model sees where something is missing, and the cache misses nothing.

use std::sync::Arc;

use serde_json::json;
use toolwright::{
    Content, Context, ErrorKind, HarnessBuilder, Outcome, Part, Session, ToolError, registry, tool,
};

use super::{World, call, ends};
use crate::Runs;

/// Repeat a letter.
#[tool(ttl = "1h")]
async fn sizes_text(
    #[state] runs: &Runs,
    /// Which.
    letter: String,
    /// How often.
    times: usize,
) -> String {
    runs.add();
    letter.repeat(times)
}

/// Count up.
#[tool]
async fn sizes_json(
    /// How far.
    to: u64,
) -> Vec<u64> {
    (0..to).collect()
}

/// Show a picture between two texts.
#[tool]
async fn sizes_picture() -> Result<Content, ToolError> {
    Ok(Content::from_parts([
        Part::text("before"),
        Part::image("image/png", [7; 300])?,
        Part::text("after"),
    ]))
}

/// Say how long a text is that another tool makes.
#[tool]
async fn sizes_inner(
    #[context] ctx: &Context,
    /// How often.
    times: usize,
) -> Result<usize, ToolError> {
    let arguments = json!({"letter": "ä", "times": times});
    Ok(ctx.call::<sizes_text>(arguments).await?.text().len())
}

fn session(runs: &Runs, with: impl FnOnce(HarnessBuilder) -> HarnessBuilder) -> Session {
    let registry = registry![sizes_text, sizes_json, sizes_picture, sizes_inner];
    let harness = World::new().harness_of(registry.unwrap());
    let harness = with(harness.state(runs.clone())).build().unwrap();
    harness.session().start()
}

fn text(letter: &str, times: usize) -> String {
    json!({"letter": letter, "times": times}).to_string()
}

/// The same call in every way that a model's calls come.
async fn everywhere(session: &Session, tool: &str, arguments: &str) -> Vec<Outcome> {
    let two = || ["a", "b"].map(|id| call(id, tool, arguments));
    let mut all = session.dispatch(two()).await.into_outcomes();
    all.extend(session.dispatch_stream(two()).report().await);
    all.extend(session.dispatch([call("", tool, arguments)]).await);
    all.push(session.call(tool, arguments).await);
    all
}

#[tokio::test]
async fn a_long_result_is_cut_between_two_characters_and_says_what_is_missing() {
    let runs = Runs::default();
    let session = session(&runs, |it| it.result_limit(101));
    let expected = format!(
        "{}\n[truncated: these are the first 100 of 200 bytes]",
        "ä".repeat(50)
    );
    let outcomes = everywhere(&session, "sizes_text", &text("ä", 100)).await;
    assert_eq!(ends(&outcomes), [Ok(expected.as_str()); 6]);
    let expected = format!(
        "{}\n[truncated: these are the first 99 of 120 bytes]",
        "€".repeat(33)
    );
    let outcome = session.call("sizes_text", &text("€", 40)).await;
    assert_eq!(outcome.text(), expected);
}

#[tokio::test]
async fn a_result_that_just_fits_is_left_alone() {
    let session = session(&Runs::default(), |it| it.result_limit(100));
    let outcome = session.call("sizes_text", &text("ä", 50)).await;
    assert_eq!(outcome.text(), "ä".repeat(50));
    let outcome = session.call("sizes_text", &text("x", 101)).await;
    assert!(
        outcome
            .text()
            .ends_with("x\n[truncated: these are the first 100 of 101 bytes]")
    );
}

#[tokio::test]
async fn json_that_was_cut_is_not_json() {
    let session = session(&Runs::default(), |it| it.result_limit(10));
    for outcome in everywhere(&session, "sizes_json", r#"{"to":6}"#).await {
        let content = outcome.into_result().unwrap();
        assert_eq!(
            content.text(),
            "[0,1,2,3,4\n[truncated: these are the first 10 of 13 bytes]"
        );
        assert!(!content.is_json());
    }
    let whole = session.call("sizes_json", r#"{"to":4}"#).await;
    assert!(whole.result().unwrap().is_json());
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_left_out() {
    let session = session(&Runs::default(), |it| it.result_limit(100));
    for outcome in everywhere(&session, "sizes_picture", "").await {
        let content = outcome.into_result().unwrap();
        assert!(content.parts().iter().all(|part| part.base64().is_none()));
        let text = content.text();
        assert!(text.starts_with("before\n"), "{text}");
        assert!(
            text.contains("[truncated: these are the first 6 of "),
            "{text}"
        );
    }
    let session = self::session(&Runs::default(), |it| it.result_limit(1_000));
    let whole = session.call("sizes_picture", "").await;
    assert_eq!(whole.result().unwrap().parts().len(), 3);
}

/// What is kept is whole, and so is what another tool gets.
#[tokio::test]
async fn only_what_a_model_reads_is_cut() {
    let runs = Runs::default();
    let session = session(&runs, |it| it.result_limit(10));
    let cut = session.call("sizes_text", &text("ä", 100)).await;
    assert!(cut.text().contains("truncated"));
    let inner = session.call("sizes_inner", r#"{"times":100}"#).await;
    assert_eq!((inner.text(), runs.get()), ("200", 1), "it was kept whole");
    let inner = session.call("sizes_inner", r#"{"times":60}"#).await;
    assert_eq!(
        (inner.text(), runs.get()),
        ("120", 2),
        "and comes whole from a run"
    );
    let again = session.call("sizes_text", &text("ä", 60)).await;
    assert!(
        again
            .text()
            .contains("[truncated: these are the first 10 of 120 bytes]")
    );
    assert_eq!(runs.get(), 2);
}

#[tokio::test]
async fn a_limit_of_nothing_leaves_the_note() {
    let session = session(&Runs::default(), |it| it.result_limit(0));
    let outcome = session.call("sizes_text", &text("ä", 3)).await;
    let note = "[truncated: these are the first 0 of 6 bytes]";
    assert_eq!(outcome.text().trim_start(), note);
    assert_eq!(session.call("sizes_text", &text("ä", 0)).await.text(), "");
}

#[tokio::test]
async fn arguments_that_are_too_long_are_refused_before_anything_reads_them() {
    let runs = Runs::default();
    let long = text(&"x".repeat(60), 1);
    let length = long.len();
    let tight = session(&runs, |it| it.argument_limit(length - 1));
    let expected = format!(
        "the arguments of `sizes_text` have {length} bytes, and may have {}: send less at once",
        length - 1
    );
    for outcome in everywhere(&tight, "sizes_text", &long).await {
        let error = outcome.result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArguments);
        assert_eq!(error.message(), expected);
    }
    assert_eq!(runs.get(), 0);
    // It need not be JSON to be too long.
    let nonsense: Arc<str> = "[".repeat(length).into();
    let outcome = tight.call("sizes_text", &nonsense).await;
    assert!(outcome.text().contains("send less at once"));
    let enough = session(&runs, |it| it.argument_limit(length));
    let outcome = enough.call("sizes_text", &long).await;
    assert_eq!((outcome.is_error(), runs.get()), (false, 1));
}
