//! The rate alone: so many turns in any such time, in order, and those who leave take none.

use std::sync::Arc;

use proptest::prelude::*;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::advance;

use super::*;

fn limiter(calls: u32, millis: u64) -> Arc<RateLimiter> {
    let per = Duration::from_millis(millis);
    Arc::new(RateLimiter::new(Rate { calls, per }))
}

/// Waits for its turn, begins, and says when that was, in milliseconds from the start.
async fn begin(limiter: Arc<RateLimiter>, start: Instant) -> u128 {
    limiter.turn(None).await.unwrap().begin();
    start.elapsed().as_millis()
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
        mut arrivals in prop::collection::vec(0..200_u64, 1..40),
    ) {
        arrivals.sort_unstable();
        let begun = paused().block_on(async {
            let (limiter, start) = (limiter(calls, per), Instant::now());
            let mut running = JoinSet::new();
            for (index, &arrival) in arrivals.iter().enumerate() {
                sleep_until(start + Duration::from_millis(arrival)).await;
                let limiter = Arc::clone(&limiter);
                running.spawn(async move { (index, begin(limiter, start).await) });
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

    /// A rate of very many runs, at random distances: never too many in a period, and few entries.
    #[test]
    fn a_high_rate_holds_and_remembers_little(gaps in prop::collection::vec(0..3_u64, 3..12)) {
        let (calls, per) = (5_000, Duration::from_secs(5));
        let mut log = Log { rate: Rate { calls, per }, entries: VecDeque::new(), runs: 0, waiting: 0 };
        let mut now = Instant::now();
        let mut begun: Vec<Instant> = Vec::new();
        for gap in gaps.iter().cycle().take(20_000) {
            now += Duration::from_micros(*gap * 300);
            if let Some(next) = log.next(0, now) {
                prop_assert!(next > now, "it would be refused for ever");
                // Groups make it wait a little longer, and no more than that.
                let exact = begun[begun.len() - calls as usize] + per;
                prop_assert!(next >= exact && next <= exact + per / 512);
                now = next;
            }
            log.begin(now);
            begun.push(now);
        }
        for (first, last) in begun.iter().zip(begun.iter().skip(calls as usize)) {
            prop_assert!(last.duration_since(*first) >= per);
        }
        prop_assert!(log.entries.len() <= MOST as usize + 1, "{}", log.entries.len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_not_used_is_not_spent() {
    let limiter = limiter(1, 1_000);
    drop(limiter.turn(None).await.unwrap());
    let start = Instant::now();
    assert_eq!(begin(limiter, start).await, 0);
}

#[tokio::test(start_paused = true)]
async fn the_period_is_counted_from_the_begin_and_not_from_the_turn() {
    let (limiter, start) = (limiter(1, 1_000), Instant::now());
    let turn = limiter.turn(None).await.unwrap();
    advance(Duration::from_millis(300)).await;
    turn.begin();
    assert_eq!(begin(limiter, start).await, 1_300);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_leaves_the_queue() {
    let (limiter, start) = (limiter(1, 1_000), Instant::now());
    begin(Arc::clone(&limiter), start).await;
    let (gone, next) = (
        tokio::spawn(begin(Arc::clone(&limiter), start)),
        tokio::spawn(begin(Arc::clone(&limiter), start)),
    );
    tokio::task::yield_now().await;
    assert_eq!(limiter.log().waiting, 2);
    gone.abort();
    assert_eq!(next.await.unwrap(), 1_000);
    assert_eq!(limiter.log().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_no_patience_is_told_at_once() {
    let (limiter, start) = (limiter(2, 1_000), Instant::now());
    let patience = |millis| Some(Duration::from_millis(millis));
    begin(Arc::clone(&limiter), start).await;
    advance(Duration::from_millis(400)).await;
    begin(Arc::clone(&limiter), start).await;
    // The first begun is forgotten at 1000, the second at 1400, and then those that wait now, in the same steps.
    let mut waiting = JoinSet::new();
    for (least, at) in [(600, 1_000), (1_000, 1_400), (1_600, 2_000), (2_000, 2_400)] {
        let refused = limiter.turn(patience(least - 1)).await.err();
        assert_eq!(refused, patience(least), "nobody waits in vain");
        assert_eq!(start.elapsed(), Duration::from_millis(400));
        let (sender, receiver) = oneshot::channel();
        let limiter = Arc::clone(&limiter);
        waiting.spawn(async move {
            let turn = limiter.turn(patience(least));
            tokio::pin!(turn);
            assert!(poll_once(turn.as_mut()).await.is_none());
            sender.send(()).unwrap();
            turn.await.unwrap().begin();
            assert_eq!(start.elapsed(), Duration::from_millis(at));
        });
        receiver.await.unwrap();
    }
    waiting.join_all().await;
}

/// Polls a future once.
async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
