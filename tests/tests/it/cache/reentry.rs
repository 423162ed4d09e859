//! A tool that calls tools of its own harness: another question is fine, its own would be waited for in vain.

use std::sync::{Arc, OnceLock};

use toolwright::{ErrorKind, Harness, Session, ToolCall, registry, tool};

use crate::one;

/// Where a tool finds the harness that it is in.
#[derive(Clone, Default)]
struct Own(Arc<OnceLock<Session>>);

/// Ask the next question down to zero; at zero, ask the one that is given.
#[tool(ttl = "1h")]
async fn reentry_ask(
    #[state] own: &Own,
    /// Which question this is.
    depth: u64,
    /// What to ask at zero.
    last: u64,
    /// How many other calls to make beside it.
    #[arg(default = 0)]
    beside: u64,
) -> Result<String, String> {
    let session = own.0.get().unwrap();
    let next = depth.checked_sub(1).unwrap_or(last);
    if depth == 0 && last == 100 {
        return Ok("the end".to_owned());
    }
    let ask = |depth: u64| format!(r#"{{"depth":{depth},"last":{last},"beside":{beside}}}"#);
    let asked = ToolCall::new("asked", "reentry_ask", ask(next));
    let others = (0..beside).map(|id| ToolCall::new(format!("{id}"), "reentry_write", "{}"));
    let outcomes = session.dispatch([asked].into_iter().chain(others)).await;
    outcomes[0]
        .result()
        .map(|it| it.text().to_owned())
        .map_err(ToString::to_string)
}

/// Write something.
#[tool(writes = "reentry")]
async fn reentry_write() -> u64 {
    0
}

async fn ask(depth: u64, last: u64, beside: u64) -> toolwright::Outcome {
    let own = Own::default();
    let harness = Harness::builder(registry![reentry_ask, reentry_write].unwrap())
        .state(own.clone())
        .build()
        .unwrap();
    let session = harness.session().start();
    assert!(own.0.set(session.clone()).is_ok());
    let arguments = format!(r#"{{"depth":{depth},"last":{last},"beside":{beside}}}"#);
    one(&session, "reentry_ask", &arguments).await
}

/// F7: other questions from within a run are fine.
#[tokio::test(start_paused = true)]
async fn f7_a_tool_may_ask_other_questions_of_its_own_harness() {
    assert_eq!(ask(3, 100, 0).await.text(), "the end");
    assert_eq!(ask(3, 100, 2).await.text(), "the end");
}

/// F7: the same question is an error and no deadlock, however far down it is asked.
#[tokio::test(start_paused = true)]
async fn f7_a_tool_that_asks_for_its_own_result_is_told() {
    for (depth, last, beside) in [(0, 0, 0), (2, 2, 0), (2, 1, 3)] {
        let outcome = ask(depth, last, beside).await;
        let error = outcome.result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert!(
            error.message().contains("it would wait for itself"),
            "{error}"
        );
    }
}
