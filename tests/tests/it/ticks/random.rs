//! Random ticks of reads and writes: they answer what one call after the other would answer, keep every edge of their
//! graph, and take no longer than its bound.

use proptest::prelude::*;
use tokio::runtime::Builder;
use toolwright::{Levers, Outcome, Session};

use super::bounds::{Job, least, most};
use super::cells::{CELLS, Cells, Op, SPEEDS, harness};
use super::journal::Tick;

/// The cells that a tick of the property has to do with.
const FEW: usize = 4;

/// The calls of a tick at most.
const MOST: usize = 64;

/// The largest cap of a harness.
const CAP: usize = 16;

/// How much longer than the larger of the longest chain and the work for each place a tick may be on average.
const AVERAGE: f64 = 1.05;

/// A call that has to do with one of a few cells, so that many have to do with the same.
fn ops() -> impl Strategy<Value = Op> {
    let cells = || 0..FEW;
    let put = |(speed, cell, value)| Op::Put { speed, cell, value };
    prop_oneof![
        6 => (0..SPEEDS.len(), cells()).prop_map(|(speed, cell)| Op::Get { speed, cell }),
        3 => (0..SPEEDS.len(), cells(), any::<i8>().prop_map(i64::from)).prop_map(put),
        1 => Just(Op::Sum),
        1 => any::<i8>().prop_map(|by| Op::Shift { by: by.into() }),
        1 => (cells(), cells()).prop_map(|(from, to)| Op::Copy { from, to }),
        3 => cells().prop_map(|cell| Op::Fetch { cell }),
    ]
}

/// A tick, in whose middle something writes a cell between two reads of it.
fn ticks() -> impl Strategy<Value = Vec<Op>> {
    let part = || {
        let length = prop_oneof![3 => 0..=5_usize, 1 => 0..=(MOST - 3) / 4];
        length.prop_flat_map(|length| prop::collection::vec(ops(), length))
    };
    let middle = (0..FEW, 0..SPEEDS.len(), any::<i8>());
    let parts = (part(), part(), part(), part(), middle);
    parts.prop_map(|(first, second, third, last, (cell, speed, value))| {
        let (read, value) = (Op::Fetch { cell }, value.into());
        let write = Op::Put { speed, cell, value };
        [
            first,
            vec![read],
            second,
            vec![write],
            third,
            vec![read],
            last,
        ]
        .concat()
    })
}

fn jobs(tick: &[Op]) -> Vec<Job> {
    let millis: Vec<_> = tick.iter().map(|op| op.millis()).collect();
    Job::all(&millis, |earlier, later| {
        tick[earlier].conflicts_with(tick[later])
    })
}

/// Runs a tick, and compares what it answers and leaves with what one call after the other would.
async fn run(cells: &Cells, session: &Session, ops: &[Op], values: &mut [i64; CELLS]) -> Tick {
    let tick = cells
        .journal()
        .tick(session, ops.iter().map(|op| op.call()))
        .await;
    let expected: Vec<_> = ops.iter().map(|op| op.alone(values)).collect();
    let answers: Vec<_> = tick.outcomes.iter().map(Outcome::text).collect();
    assert_eq!(answers, expected, "{ops:?}");
    assert_eq!(cells.values(), *values, "{ops:?}");
    tick
}

fn paused<T>(run: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(run)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_random_tick_answers_what_one_call_after_the_other_does(tick in ticks(), cap in 1..=CAP) {
        for levers in [Levers::all(), Levers::all().without_result_caching()] {
            let took = paused(async {
                let cells = Cells::default();
                let harness = harness(&cells).max_concurrency(cap).levers(levers);
                let session = harness.build().unwrap().session().start();
                run(&cells, &session, &tick, &mut [0; CELLS]).await.took
            });
            // A call whose run is shared, kept or in a batch takes no longer than one that runs alone.
            assert!(took <= most(&jobs(&tick), cap), "{took} ms with {cap}: {tick:?} with {levers:?}");
        }
    }
}

/// A tick of so many calls, most of which need nothing of each other.
fn drawn(draw: &mut fastrand::Rng, count: usize) -> Vec<Op> {
    let op = |draw: &mut fastrand::Rng| {
        let (speed, cell) = (draw.usize(..SPEEDS.len()), draw.usize(..CELLS));
        match draw.u8(..32) {
            0..16 => Op::Get { speed, cell },
            16..22 => Op::Put {
                speed,
                cell,
                value: draw.i64(-100..100),
            },
            22 => Op::Sum,
            23 => Op::Shift {
                by: draw.i64(-100..100),
            },
            24..27 => Op::Copy {
                from: cell,
                to: draw.usize(..CELLS),
            },
            _ => Op::Fetch { cell },
        }
    };
    (0..count).map(|_| op(draw)).collect()
}

/// Each tool once, so that its latency is known.
fn each_tool() -> Vec<Op> {
    let speeds = 0..SPEEDS.len();
    let of_speeds = speeds.flat_map(|speed| {
        let (cell, value) = (speed, 1);
        [Op::Get { speed, cell }, Op::Put { speed, cell, value }]
    });
    let others = [
        Op::Sum,
        Op::Shift { by: 1 },
        Op::Copy { from: 0, to: 1 },
        Op::Fetch { cell: 0 },
    ];
    of_speeds.chain(others).collect()
}

#[test]
fn where_latencies_are_known_random_ticks_are_on_average_nearly_as_short_as_can_be() {
    let mut draw = fastrand::Rng::with_seed(6);
    let levers = Levers::all().without_result_caching().without_batching();
    let mut ratios = Vec::new();
    for _ in 0..1_000 {
        let (count, cap) = (draw.usize(1..=MOST), draw.usize(1..=CAP));
        let ops = drawn(&mut draw, count);
        let took = paused(async {
            let cells = Cells::default();
            let harness = harness(&cells).max_concurrency(cap).levers(levers);
            let session = harness.build().unwrap().session().start();
            let mut values = [0; CELLS];
            run(&cells, &session, &each_tool(), &mut values).await;
            let tick = run(&cells, &session, &ops, &mut values).await;
            let jobs = jobs(&ops);
            tick.check_order(&jobs);
            assert!(tick.most_at_once() <= cap);
            assert!(
                tick.took <= most(&jobs, cap),
                "{} ms with {cap}: {ops:?}",
                tick.took
            );
            tick.took
        });
        ratios.push(float(took) / float(least(&jobs(&ops), cap)));
    }
    let average = ratios.iter().sum::<f64>() / float(ratios.len() as u64);
    let worst = ratios.iter().copied().fold(0.0, f64::max);
    println!("{average:.4} on average, {worst:.3} at worst");
    assert!(average <= AVERAGE, "{average:.4}");
}

fn float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}
