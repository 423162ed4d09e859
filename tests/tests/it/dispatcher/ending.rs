//! Sessions that end, at their deadline or as somebody cancels them: every call has an outcome at that moment, and what
//! they held is free again.

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use toolwright::{ErrorKind, Session, ToolCall, ToolError, registry, tool};

use super::{World, call, check_places, ends, keep, ms, read, sleep, soon, write};

const LATE: ErrorKind = ErrorKind::DeadlineExceeded;
const CANCELLED: ErrorKind = ErrorKind::Cancelled;

/// Fail, again and again.
#[tool(retries = 9)]
async fn ending_fail(#[state] world: &World) -> Result<(), ToolError> {
    world.run("fail", 5).await;
    Err(ToolError::failed("not yet"))
}

/// A tick of which one call ends after ten milliseconds, and the others would go on for half a second and more.
fn tick() -> Vec<ToolCall> {
    vec![
        read("ended", 10),
        read("running", 500),
        call("kept", "dispatcher_keep", r#"{"cell":"b","millis":500}"#),
        write("begun", "a", 1, 500),
        write("waiting", "a", 2, 500),
        read("a", 500),
    ]
}

fn ended_with(kind: ErrorKind) -> [Result<&'static str, ErrorKind>; 6] {
    let end = Err(kind);
    [Ok("0"), end, end, end, end, end]
}

fn with_deadline(world: &World, millis: u64) -> Session {
    let session = world.harness().build().unwrap().session();
    session.deadline(ms(millis)).start()
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_tick_to_the_moment() {
    let world = World::new();
    let report = soon(with_deadline(&world, 50).dispatch(tick())).await;
    assert_eq!(ends(&report), ended_with(LATE));
    assert_eq!((world.now(), report.elapsed()), (50, ms(50)));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_stream_to_the_moment() {
    let world = World::new();
    let mut outcomes = with_deadline(&world, 50).dispatch_stream(tick());
    let mut came = Vec::new();
    while let Some(outcome) = soon(outcomes.next()).await {
        came.push((world.now(), outcome.id().to_owned(), outcome.is_error()));
    }
    assert_eq!(came.len(), 6, "{came:?}");
    assert_eq!(came[0], (10, "ended".to_owned(), false));
    assert!(came[1..].iter().all(|(at, _, failed)| *at == 50 && *failed));
    assert_eq!(ends(&outcomes.report().await), ended_with(LATE));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_call_alone_to_the_moment() {
    for call in &tick()[1..4] {
        let world = World::new();
        let outcome = soon(with_deadline(&world, 50).call(call.name(), call.arguments())).await;
        assert_eq!((ends(&[outcome]), world.now()), (vec![Err(LATE)], 50));
        let world = World::new();
        let report = soon(with_deadline(&world, 50).dispatch([call.clone()])).await;
        assert_eq!((ends(&report), world.now()), (vec![Err(LATE)], 50));
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_counts_from_the_beginning_of_the_session_and_not_of_a_tick() {
    let world = World::new();
    let session = with_deadline(&world, 50);
    session.dispatch([read("a", 30), read("b", 30)]).await;
    let report = session.dispatch([read("a", 19), read("b", 21)]).await;
    assert_eq!((ends(&report), world.now()), (vec![Ok("0"), Err(LATE)], 50));
}

#[tokio::test(start_paused = true)]
async fn after_the_end_nothing_runs_whatever_the_cache_has() {
    for kind in [LATE, CANCELLED] {
        let world = World::new();
        let session = with_deadline(&world, 50);
        session.dispatch([keep("a", "a")]).await;
        if kind == LATE {
            sleep(40).await;
        } else {
            session.cancel();
        }
        let began = world.now();
        world.take();
        let calls = [keep("a", "a"), read("b", 10), write("c", "c", 1, 10)];
        let report = session.dispatch(calls.clone()).await;
        assert_eq!(ends(&report), [Err(kind); 3]);
        let report = session.dispatch_stream(calls.clone()).report().await;
        assert_eq!(ends(&report), [Err(kind); 3]);
        let mut open = session.open_tick();
        for call in &calls {
            open.push(call.clone());
        }
        assert_eq!(ends(&open.finish().await), [Err(kind); 3]);
        for call in calls {
            let outcome = session.call(call.name(), call.arguments()).await;
            assert_eq!(ends(&[outcome]), [Err(kind)]);
            assert_eq!(ends(&session.dispatch([call]).await), [Err(kind)]);
        }
        assert_eq!((world.take(), world.now()), (vec![], began));
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_no_clock_reaches_is_none() {
    let world = World::new();
    let session = world.harness().build().unwrap().session();
    let session = session.deadline(std::time::Duration::MAX).start();
    let report = session.dispatch([read("a", 10), read("b", 10)]).await;
    assert_eq!(ends(&report), [Ok("0"), Ok("0")]);
}

#[tokio::test(start_paused = true)]
async fn cancelling_a_session_ends_its_tick_at_once() {
    let world = World::new();
    let session = world.session();
    let (report, ()) = tokio::join!(session.dispatch(tick()), async {
        sleep(20).await;
        session.cancel();
    });
    assert_eq!(
        (ends(&report), world.now()),
        (ended_with(CANCELLED).into(), 20)
    );
    sleep(2_000).await;
    let lines = world.take();
    for never in ["write a", "+read a"] {
        let begun = lines.iter().filter(|line| line.contains(never)).count();
        let expected = if never == "write a" { 2 } else { 0 };
        assert_eq!(
            begun, expected,
            "the first write began and ended: {lines:?}"
        );
    }
    assert!(lines.contains(&"20 dropped read running".to_owned()));
    assert!(lines.contains(&"20 dropped keep b".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_all_sessions_that_it_was_given_to_and_no_session_ends_the_token() {
    let world = World::new();
    let harness = world.harness().build().unwrap();
    let token = CancellationToken::new();
    let [first, second, third] = [(); 3].map(|()| harness.session().cancellation(&token).start());
    let other = harness.session().start();
    third.cancel();
    assert!(!token.is_cancelled());
    let at_20 = async {
        sleep(20).await;
        token.cancel();
    };
    let one = |session: &Session| {
        let session = session.clone();
        async move { session.dispatch([read("a", 50), read("b", 10)]).await }
    };
    let (first, second, other, ()) = tokio::join!(one(&first), one(&second), one(&other), at_20);
    for ended in [first, second] {
        assert_eq!(ends(&ended), [Err(CANCELLED), Ok("0")]);
        assert_eq!(ended.elapsed(), ms(20));
    }
    assert_eq!(ends(&other), [Ok("0"), Ok("0")]);
}

/// What is taken of a harness is there again afterwards.
#[tokio::test(start_paused = true)]
async fn every_place_is_free_when_a_session_has_ended() {
    let world = World::new();
    let harness = world.harness().max_concurrency(4).build().unwrap();
    let full = || {
        let reads = (0..9).map(|cell| read(&cell.to_string(), 3_600_000));
        reads.chain([
            keep("kept", "kept"),
            call("f", "dispatcher_fetch", r#"{"cell":"a"}"#),
        ])
    };
    for _ in 0..3 {
        let session = harness.session().start();
        let (report, ()) = tokio::join!(soon(session.dispatch(full())), async {
            sleep(20).await;
            session.cancel();
        });
        assert_eq!(ends(&report), [Err(CANCELLED); 11]);
        check_places(&harness, &world, 4).await;
        let session = harness.session().deadline(ms(20)).start();
        let report = soon(session.dispatch(full())).await;
        assert_eq!(ends(&report), [Err(LATE); 11]);
        check_places(&harness, &world, 4).await;
        let session = harness.session().start();
        let mut outcomes = session.dispatch_stream(full());
        assert!(timeout(ms(20), outcomes.next()).await.is_err());
        drop(outcomes);
        check_places(&harness, &world, 4).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_its_turn_for_company_or_for_a_pause_to_end_is_ended_too() {
    let world = World::new();
    let registry = registry![super::dispatcher_read, super::dispatcher_fetch, ending_fail];
    let harness = world.harness_of(registry.unwrap());
    let harness = harness.max_concurrency(1).build().unwrap();
    let session = harness.session().deadline(ms(40)).start();
    let calls = [
        read("running", 500),
        read("queued", 500),
        call("fetch", "dispatcher_fetch", r#"{"cell":"a"}"#),
    ];
    let report = soon(session.dispatch(calls)).await;
    assert_eq!((ends(&report), world.now()), (vec![Err(LATE); 3], 40));
    let session = harness.session().start();
    world.take();
    let ended = async {
        // It has failed, and pauses or has begun anew.
        while world.lines.lock().unwrap().len() < 2 {
            sleep(1).await;
        }
        session.cancel();
        world.now()
    };
    let (outcome, at) = tokio::join!(soon(session.call("ending_fail", "")), ended);
    assert_eq!((ends(&[outcome]), world.now()), (vec![Err(CANCELLED)], at));
    world.take();
    sleep(60_000).await;
    assert_eq!(world.take(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_another_session_shares_goes_on_for_that_one() {
    let world = World::new();
    let harness = world.harness().build().unwrap();
    let [first, second] = [(); 2].map(|()| harness.session().start());
    let long = || call("a", "dispatcher_keep", r#"{"cell":"a","millis":100}"#);
    let later = async {
        sleep(10).await;
        let (report, ()) = tokio::join!(second.dispatch([long(), read("b", 10)]), async {
            sleep(10).await;
            first.cancel();
        });
        report
    };
    let (cancelled, report) = tokio::join!(first.dispatch([long(), read("b", 10)]), later);
    assert_eq!(ends(&cancelled), [Err(CANCELLED), Ok("0")]);
    assert_eq!(ends(&report), [Ok("0"), Ok("0")]);
    assert_eq!(world.now(), 100, "it was not begun again");
}
