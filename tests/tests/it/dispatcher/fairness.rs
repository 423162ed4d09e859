//! Who runs next where there is less room than calls.

use toolwright::{Levers, registry, tool};

use super::{World, call, ends, ms, read, sleep};

/// One agent with a hundred calls does not keep another from its one.
#[tokio::test(start_paused = true)]
async fn a_session_with_one_call_does_not_wait_for_a_session_with_a_hundred() {
    let world = World::new();
    let harness = world.harness().max_concurrency(2).build().unwrap();
    let (many, one) = (harness.session().start(), harness.session().start());
    let calls = (0..100).map(|cell| read(&format!("many {cell}"), 10));
    let (many, one) = tokio::join!(many.dispatch(calls), async {
        sleep(15).await;
        one.dispatch([read("one", 10)]).await
    });
    // The runs of that moment end at 20 ms, and then it is its turn.
    assert_eq!(one.elapsed(), ms(15));
    assert_eq!((one[0].queue_time(), one[0].run_time()), (ms(5), ms(10)));
    // Nothing is lost to it: 101 runs of 10 ms, two at a time.
    assert_eq!(many.elapsed(), ms(510));
    assert!(!many.iter().any(toolwright::Outcome::is_error));
}

/// A session's own cap is for its calls alone.
#[tokio::test(start_paused = true)]
async fn a_session_has_a_cap_of_its_own() {
    let world = World::new();
    let harness = world.harness().build().unwrap();
    let narrow = harness.session().max_concurrency(2).start();
    let wide = harness.session().start();
    let calls = |who: &str| {
        (0..6)
            .map(|cell| read(&format!("{who} {cell}"), 10))
            .collect::<Vec<_>>()
    };
    let (narrow, wide) = tokio::join!(narrow.dispatch(calls("n")), wide.dispatch(calls("w")));
    assert_eq!((narrow.elapsed(), wide.elapsed()), (ms(30), ms(10)));
    assert_eq!(ends(&narrow), [Ok("0"); 6]);
}

/// When there is room for one, the call goes first on which the longest chain hangs, by how long runs took before.
#[tokio::test(start_paused = true)]
async fn the_longest_chain_goes_first() {
    /// Take a while.
    #[tool]
    async fn fairness_short(#[state] world: &World) -> &'static str {
        world.run("short", 10).await
    }
    /// Take long.
    #[tool]
    async fn fairness_long(#[state] world: &World) -> &'static str {
        world.run("long", 50).await
    }
    /// Take a while, after what is short.
    #[tool(after = "fairness_first")]
    async fn fairness_second(#[state] world: &World) -> &'static str {
        world.run("second", 45).await
    }
    /// Take a while, and have another wait.
    #[tool]
    async fn fairness_first(#[state] world: &World) -> &'static str {
        world.run("first", 10).await
    }
    let world = World::new();
    let registry = registry![
        fairness_short,
        fairness_long,
        fairness_first,
        fairness_second
    ];
    let harness = world.harness_of(registry.unwrap()).max_concurrency(1);
    let session = harness.build().unwrap().session().start();
    let tools = ["short", "long", "first", "second"];
    let tick = || tools.map(|tool| call(tool, &format!("fairness_{tool}"), "{}"));
    // What is not known yet goes by the number of calls.
    session.dispatch(tick()).await;
    let begun = || -> Vec<String> {
        let lines = world.take().into_iter();
        let begun = lines.filter_map(|line| Some(line.split_once('+')?.1.to_owned()));
        begun.collect()
    };
    assert_eq!(begun()[0], "first");
    session.dispatch(tick()).await;
    // 55, 50, 45 and 10 ms hang on them.
    assert_eq!(begun(), ["first", "long", "second", "short"]);
    let serial = world.harness().levers(Levers::none()).build().unwrap();
    let calls = ["c", "a", "b"].map(|cell| read(cell, 10));
    let report = serial.session().start().dispatch(calls).await;
    assert_eq!(
        [0, 1, 2].map(|at| report.ended_at(at)),
        [10, 20, 30].map(|it| Some(ms(it)))
    );
}
