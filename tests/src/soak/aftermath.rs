//! After a soak: whether every permit is there, nothing ran twice, and nothing goes on.

use std::time::Duration;

use tokio::time::timeout;
use toolwright::{Harness, Outcome, ToolCall};

use super::world::World;
use super::{CAP, Tally, Time};

/// How many `soak_narrow` run at once.
const NARROW: usize = 2;

/// How long something may take that cannot take long, unless it waits for what never comes.
const FOR_EVER: Duration = Duration::from_mins(10);

/// Keys that no agent asks for.
const FRESH: usize = 1_000;

pub(super) async fn check(harness: &Harness, world: &World, time: Time, tally: &Tally) {
    for (tool, permits) in [("soak_read", CAP), ("soak_narrow", NARROW)] {
        // Writes whose ticks were given up may still run: these wait for their permits.
        let all = meet(harness, world, tool, permits).await;
        assert!(all, "a permit of `{tool}` was lost");
        if time == Time::Paused {
            let more = meet(harness, world, tool, permits + 1).await;
            assert!(!more, "`{tool}` has more permits than there were");
            // Those that met nobody have given theirs back.
            let all = meet(harness, world, tool, permits).await;
            assert!(all, "a permit of `{tool}` was lost");
        }
    }
    if time == Time::Paused {
        tokio::time::sleep(FOR_EVER).await;
        let groups = harness
            .batch_stats()
            .iter()
            .map(|it| it.groups)
            .sum::<usize>();
        assert_eq!(groups, 0, "nobody waits for a batch");
    }
    let ended = timeout(FOR_EVER, harness.shutdown()).await;
    ended.expect("what runs comes to an end");
    assert_eq!(world.inside(), 0, "every call has left the layer");
    let (ran, least) = (world.writes(), tally.writes);
    let most = least + tally.unknown_writes;
    assert!(
        (least..=most).contains(&ran),
        "{ran} writes ran, of {least} to {most}"
    );
    assert!(world.most() <= CAP, "{} ran at once", world.most());
}

/// Whether so many calls of a tool ever run at once.
async fn meet(harness: &Harness, world: &World, tool: &str, count: usize) -> bool {
    world.meet(count);
    let call = |place: usize| {
        let key = FRESH * count + place;
        let arguments = format!(r#"{{"key":{key},"mood":"meets","millis":0}}"#);
        ToolCall::new(place.to_string(), tool, arguments)
    };
    let session = harness.session().start();
    let dispatched = session.dispatch((0..count).map(call));
    let outcomes = timeout(FOR_EVER, dispatched).await;
    let met = |outcome: Outcome| !outcome.is_error();
    outcomes.is_ok_and(|outcomes| outcomes.into_iter().all(met))
}
