//! The group `cache`: the result cache alone, by keys that are ready, beside other caches.

mod memory;
mod stores;
mod zipf;

use std::sync::{Arc, Barrier};
use std::thread;

use self::stores::{Moka, Ours, Quick, Store};
use self::zipf::Zipf;
use crate::measure::{Contest, Meter, Subject};
use crate::rows::Row;
use crate::runtime;

pub use self::memory::memory;

/// How many keys are resident where every get is a hit.
const RESIDENT: u16 = 8192;

/// How many keys there are where not all of them fit, and how many fit.
const KEYS: usize = 100_000;
const CAPACITY: usize = 10_000;

/// The exponents of the two distributions.
const EXPONENTS: [f64; 2] = [0.8, 1.0];

/// Everyone, by one thread and by two.
#[must_use]
pub fn contest() -> Contest {
    let mut contest = Contest::default();
    for threads in [1, 2] {
        let name = format!("get of a resident key, {}", of_threads(threads));
        let ours = contest.add(resident::<Ours>(threads));
        let theirs = [
            contest.add(resident::<Moka>(threads)),
            contest.add(resident::<Quick>(threads)),
        ];
        contest.beside(&name, ours, theirs);
    }
    for exponent in EXPONENTS {
        let drawn = Arc::new(Zipf::new(KEYS, exponent).draw(1 << 19));
        for threads in [1, 2] {
            let name = format!("get or insert, Zipf {exponent:.1}, {}", of_threads(threads));
            let ours = contest.add(mixed::<Ours>(&drawn, threads));
            let theirs = [
                contest.add(mixed::<Moka>(&drawn, threads)),
                contest.add(mixed::<Quick>(&drawn, threads)),
            ];
            contest.beside(&name, ours, theirs);
        }
    }
    contest
}

/// How many gets find something, each cache beside the others and beside one that knows what will be asked for most.
#[must_use]
pub fn hit_ratios(quick: bool) -> Vec<Row> {
    let draws = if quick { 200_000 } else { 2_000_000 };
    let rows = EXPONENTS.into_iter().flat_map(|exponent| {
        let zipf = Zipf::new(KEYS, exponent);
        zipf::hit_ratios(
            &zipf,
            CAPACITY,
            draws,
            &format!("hit ratio, Zipf {exponent:.1}"),
        )
    });
    rows.collect()
}

fn of_threads(threads: usize) -> &'static str {
    if threads == 1 {
        "1 thread"
    } else {
        "2 threads"
    }
}

/// Gets of keys that are all there.
fn resident<S: Store>(threads: usize) -> Subject {
    let keys = usize::from(RESIDENT);
    let store = S::new(keys, 4 * keys);
    (0..keys).for_each(|key| store.insert(key));
    let mut draw = fastrand::Rng::with_seed(1);
    let drawn: Vec<_> = (0..1 << 17).map(|_| draw.u16(..RESIDENT).into()).collect();
    let mut turns = Turns::new(store, Arc::new(drawn), threads);
    subject::<S>(threads, move |times, meter| {
        turns.turn(times, meter, |store, key| assert!(store.get(key)));
    })
}

/// Gets, with an insert after each that finds nothing.
fn mixed<S: Store>(drawn: &Arc<Vec<u32>>, threads: usize) -> Subject {
    let store = S::new(KEYS, CAPACITY);
    let mut turns = Turns::new(store, Arc::clone(drawn), threads);
    subject::<S>(threads, move |times, meter| {
        turns.turn(times, meter, get_or_insert);
    })
}

fn subject<S: Store>(threads: usize, turn: impl FnMut(u64, &mut Meter<'_>) + 'static) -> Subject {
    let subject = Subject::new(S::label(), turn);
    if threads > 1 {
        subject.with_threads()
    } else {
        subject
    }
}

/// Whether it was there.
fn get_or_insert<S: Store>(store: &S, key: usize) -> bool {
    let is_there = store.get(key);
    if !is_there {
        store.insert(key);
    }
    is_there
}

/// A store, and the keys that its threads ask for: each begins elsewhere and goes on where it was.
struct Turns<S> {
    store: S,
    drawn: Arc<Vec<u32>>,
    places: Vec<usize>,
    runtime: tokio::runtime::Handle,
    _runtime: std::rc::Rc<tokio::runtime::Runtime>,
}

impl<S: Store> Turns<S> {
    fn new(store: S, drawn: Arc<Vec<u32>>, threads: usize) -> Self {
        let runtime = runtime::new();
        Self {
            places: (0..threads)
                .map(|thread| thread * drawn.len() / threads)
                .collect(),
            store,
            drawn,
            runtime: runtime.handle().clone(),
            _runtime: runtime,
        }
    }

    /// So many times on every thread.
    fn turn<T>(&mut self, times: u64, meter: &mut Meter<'_>, work: impl Fn(&S, usize) -> T + Sync) {
        let (store, drawn, runtime) = (&self.store, &*self.drawn, &self.runtime);
        let run = |place: &mut usize| {
            // Ours sweeps in the background.
            let _runtime = runtime.enter();
            for _ in 0..times {
                work(store, drawn[*place] as usize);
                *place = (*place + 1) % drawn.len();
            }
        };
        let places = &mut self.places;
        if let [place] = places.as_mut_slice() {
            return meter(&mut || run(place));
        }
        let together = Barrier::new(places.len() + 1);
        let (together, run) = (&together, &run);
        thread::scope(|scope| {
            for place in places {
                scope.spawn(move || {
                    // They are there; they begin; they are done.
                    together.wait();
                    together.wait();
                    run(place);
                    together.wait();
                });
            }
            together.wait();
            meter(&mut || {
                together.wait();
                together.wait();
            });
        });
    }
}
