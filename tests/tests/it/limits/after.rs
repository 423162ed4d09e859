//! `after`: the order of a tool's calls among those of others, within one tick.

use toolwright::{Harness, Session, registry, tool};

use super::{Log, calls};

/// Log in, or fail to.
#[tool]
async fn after_login(
    #[state] log: &Log,
    /// Whether to fail.
    #[arg(default)]
    fail: bool,
) -> Result<(), String> {
    log.run("login", 10).await;
    if fail {
        Err("who are you?".to_owned())
    } else {
        Ok(())
    }
}

/// Break.
#[tool]
async fn after_break() -> &'static str {
    panic!("the password is hunter2");
}

/// Search, when one is logged in.
#[tool(after = "after_login, after_break, no_such_tool")]
async fn after_search(#[state] log: &Log) -> &'static str {
    log.run("search", 10).await
}

/// Do something else.
#[tool]
async fn after_nothing(#[state] log: &Log) -> &'static str {
    log.run("free", 5).await
}

fn session(log: &Log) -> Session {
    let registry = registry![after_login, after_break, after_search, after_nothing];
    let harness = Harness::builder(registry.unwrap()).state(log.clone());
    harness.build().unwrap().session().start()
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_every_earlier_call_of_the_tools_it_names() {
    let log = Log::new();
    let tick = [
        ("after_login", ""),
        ("after_nothing", ""),
        ("after_login", ""),
        ("after_search", ""),
        ("after_search", ""),
    ];
    session(&log).dispatch(calls(&tick)).await;
    let expected = [
        // Those that others wait for start first.
        "0 +login",
        "0 +login",
        "0 +free",
        "5 -free",
        "10 -login",
        "10 -login",
        "10 +search",
        "10 +search",
        "20 -search",
        "20 -search",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_call_does_not_wait_for_a_later_call() {
    let log = Log::new();
    let tick = calls(&[("after_search", ""), ("after_login", "")]);
    session(&log).dispatch(tick).await;
    let expected = ["0 +search", "0 +login", "10 -search", "10 -login"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_call_does_not_wait_for_another_tick() {
    let log = Log::new();
    let session = session(&log);
    tokio::join!(
        session.dispatch(calls(&[("after_login", "")])),
        session.dispatch(calls(&[("after_search", "")]))
    );
    assert_eq!(log.take()[..2], ["0 +login", "0 +search"]);
}

#[tokio::test(start_paused = true)]
async fn whether_the_earlier_call_succeeds_does_not_matter() {
    for earlier in [
        ("after_login", r#"{"fail":true}"#),
        ("after_login", "nonsense"),
        ("after_break", ""),
    ] {
        let log = Log::new();
        let tick = calls(&[earlier, ("after_search", "")]);
        let outcomes = session(&log).dispatch(tick).await;
        assert!(
            outcomes[0].is_error() && !outcomes[1].is_error(),
            "{earlier:?}"
        );
        let lines = log.take();
        assert!(lines.last().unwrap().ends_with("-search"), "{lines:?}");
    }
}
