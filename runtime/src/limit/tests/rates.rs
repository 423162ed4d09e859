//! Who waits for a rate: in order, holding nothing, and counted when the run really begins.

use proptest::prelude::*;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{advance, sleep_until};

use super::*;

/// A tool that may begin so many runs in so many milliseconds.
fn rated(calls: u32, millis: u64) -> Arc<Limits> {
    limits(
        &spec("rated", "Rated.").rate(calls, millis),
        &Admission::new(1_000),
    )
}

/// Begins a run, and says when that was, in milliseconds from the start.
async fn begin(limits: Arc<Limits>, party: Arc<Party>, start: Instant) -> u128 {
    let claim = Claim {
        party: &party,
        priority: 0,
        within: Vec::new(),
    };
    let _permits = limits.admit(claim).await.unwrap();
    start.elapsed().as_millis()
}

/// The same for a party of its own, whose run goes on.
async fn begin_alone(limits: Arc<Limits>, start: Instant) -> u128 {
    begin(limits, Party::new(None), start).await
}

fn paused() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Each run begins as soon as it has come, all before it have begun, and the one that many before it is a period old.
    #[test]
    fn every_run_begins_at_the_earliest_moment_in_the_order_of_arrival(
        calls in 1..5_u32,
        per in 1..40_u64,
        is_one_party in any::<bool>(),
        mut arrivals in prop::collection::vec(0..200_u64, 1..40),
    ) {
        arrivals.sort_unstable();
        let begun = paused().block_on(async {
            let (limits, start) = (rated(calls, per), Instant::now());
            let mut running = JoinSet::new();
            let all = Party::new(None);
            for (index, &arrival) in arrivals.iter().enumerate() {
                sleep_until(start + Duration::from_millis(arrival)).await;
                let limits = Arc::clone(&limits);
                let party = if is_one_party { Arc::clone(&all) } else { Party::new(None) };
                running.spawn(async move { (index, begin(limits, party, start).await) });
            }
            let mut begun = running.join_all().await;
            begun.sort_unstable();
            begun
        });
        let mut expected: Vec<u128> = Vec::new();
        for (index, &arrival) in arrivals.iter().enumerate() {
            let a_period_ago = index.checked_sub(calls as usize).map_or(0, |old| expected[old] + u128::from(per));
            let before = expected.last().copied().unwrap_or_default();
            expected.push(u128::from(arrival).max(before).max(a_period_ago));
        }
        let begun: Vec<u128> = begun.into_iter().map(|(_, at)| at).collect();
        prop_assert_eq!(begun, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_rate_keeps_nothing_of_the_harness_and_nothing_of_the_tool() {
    let harness = Admission::new(1);
    let rare = limits(
        &spec("rare", "Rare.").rate(1, 1_000).max_concurrency(1),
        &harness,
    );
    let free = limits(&spec("free", "Free."), &harness);
    drop(admit(&rare).await);
    let start = Instant::now();
    let second = wait(&rare);
    yield_now().await;
    assert!(now(admit(&free)).is_ready());
    drop(second.await.unwrap());
    assert_eq!(start.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_run_counts_for_the_rate_when_it_begins_and_not_when_its_turn_came() {
    let harness = Admission::new(1);
    let rare = limits(&spec("rare", "Rare.").rate(1, 1_000), &harness);
    let free = limits(&spec("free", "Free."), &harness);
    let busy = admit(&free).await;
    let (first, second) = (wait(&rare), wait(&rare));
    advance(3 * SECOND).await;
    yield_now().await;
    drop(busy);
    drop(first.await.unwrap());
    let start = Instant::now();
    drop(second.await.unwrap());
    assert_eq!(start.elapsed(), SECOND, "two turns, two seconds");
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_task_was_late_counts_from_when_it_began() {
    let (limits, start) = (rated(1, 1_000), Instant::now());
    drop(admit(&limits).await);
    let mut late = pin!(admit(&limits));
    assert!(now(late.as_mut()).is_pending());
    let last = tokio::spawn(begin_alone(Arc::clone(&limits), start));
    yield_now().await;
    advance(1_500 * Duration::from_millis(1)).await;
    // Its turn came at 1000, and nobody has looked.
    assert!(now(late.as_mut()).is_ready());
    assert_eq!(last.await.unwrap(), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_not_used_is_not_spent() {
    let harness = Admission::new(1);
    let rare = limits(&spec("rare", "Rare.").rate(1, 1_000), &harness);
    let free = limits(&spec("free", "Free."), &harness);
    let busy = admit(&free).await;
    {
        let mut gone = pin!(admit(&rare));
        assert!(now(gone.as_mut()).is_pending());
        drop(busy);
        assert!(now(admit(&free)).is_pending(), "it is granted already");
    }
    assert!(now(admit(&rare)).is_ready());
}

#[tokio::test(start_paused = true)]
async fn who_looks_at_the_clock_for_all_may_go_away() {
    let (limits, start) = (rated(1, 1_000), Instant::now());
    drop(admit(&limits).await);
    let begin = || tokio::spawn(begin_alone(Arc::clone(&limits), start));
    let (first, second, third) = (begin(), begin(), begin());
    yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(second.await.unwrap(), 1_000);
    assert_eq!(third.await.unwrap(), 2_000);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_leaves_every_line() {
    let harness = Admission::new(1);
    let all = limits(
        &spec("all", "All.").max_concurrency(2).rate(1, 1_000),
        &harness,
    );
    let free = limits(&spec("free", "Free."), &harness);
    let busy = admit(&free).await;
    let waiting = [wait(&all), wait(&all), wait(&all)];
    yield_now().await;
    for waiting in waiting {
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
    }
    drop(busy);
    let start = Instant::now();
    drop(admit(&all).await);
    assert_eq!(start.elapsed(), Duration::ZERO, "no turn was spent");
}

#[tokio::test(start_paused = true)]
async fn whoever_has_no_patience_is_told_at_once() {
    let harness = Admission::new(1_000);
    let start = Instant::now();
    let tool = |patience: u64| {
        let spec = spec("rated", "Rated.").rate(2, 1_000);
        Limits {
            timeout: Some(Duration::from_millis(patience)),
            ..Limits::new(&spec, &harness)
        }
    };
    // One tool, whose callers have more and less patience.
    let rated = tool(1_000).place;
    let tool = |patience| {
        Arc::new(Limits {
            place: rated,
            ..tool(patience)
        })
    };
    drop(admit(&tool(0)).await);
    advance(Duration::from_millis(400)).await;
    drop(admit(&tool(0)).await);
    let mut waiting = JoinSet::new();
    for (least, at) in [(600, 1_000), (1_000, 1_400), (1_600, 2_000), (2_000, 2_400)] {
        let refused = admit_within(&tool(least - 1), &[]).await.unwrap_err();
        assert_eq!(
            refused.kind(),
            ErrorKind::RateLimited,
            "nobody waits in vain"
        );
        assert_eq!(start.elapsed(), Duration::from_millis(400));
        let (sender, receiver) = oneshot::channel();
        let limits = tool(least);
        waiting.spawn(async move {
            let mut begins = pin!(begin_alone(limits, start));
            assert!(now(begins.as_mut()).is_pending());
            sender.send(()).unwrap();
            assert_eq!(begins.await, at);
        });
        receiver.await.unwrap();
    }
    waiting.join_all().await;
}
