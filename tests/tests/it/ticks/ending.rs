//! A session that ends while calls of a tick wait for others: each has its outcome all the same, and once.

use std::time::Duration;

use tokio::time::sleep;
use toolwright::{ErrorKind, Session, ToolCall};

use super::cells::{Cells, Op, harness};

/// A read, a write and a read of one cell, each of which waits for the one before it.
fn chain() -> [ToolCall; 3] {
    let (speed, cell) = (0, 0);
    let ops = [
        Op::Get { speed, cell },
        Op::Put {
            speed,
            cell,
            value: 1,
        },
        Op::Get { speed, cell },
    ];
    let mut place = 0;
    ops.map(|op| {
        let (tool, arguments) = op.call();
        place += 1;
        ToolCall::new(place.to_string(), tool, arguments)
    })
}

/// Cancels a session while the first call of a chain runs.
async fn cancelled<T>(session: &Session, ticking: impl Future<Output = T>) -> T {
    let cancel = async {
        sleep(Duration::from_millis(5)).await;
        session.cancel();
    };
    tokio::join!(ticking, cancel).0
}

#[tokio::test(start_paused = true)]
async fn every_call_of_a_chain_that_is_cancelled_has_its_outcome() {
    let cells = Cells::default();
    let session = harness(&cells).build().unwrap().session().start();
    let report = cancelled(&session, session.dispatch(chain())).await;
    for (outcome, id) in report.iter().zip(["1", "2", "3"]) {
        let kind = outcome.result().unwrap_err().kind();
        assert_eq!(
            (outcome.id(), kind),
            (id, ErrorKind::Cancelled),
            "{outcome:?}"
        );
    }
    assert_eq!((report.len(), cells.values()[0]), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_a_chain_that_is_cancelled_gives_every_outcome() {
    let cells = Cells::default();
    let session = harness(&cells).build().unwrap().session().start();
    let mut outcomes = session.dispatch_stream(chain());
    let came = cancelled(&session, async {
        let mut came = Vec::new();
        while let Some(outcome) = outcomes.next().await {
            came.push(outcome.id().to_owned());
        }
        came.sort_unstable();
        came
    });
    assert_eq!(came.await, ["1", "2", "3"]);
}
