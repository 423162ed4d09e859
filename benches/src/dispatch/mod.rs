//! The group `dispatch`: from the text of the arguments to the text of the result, of a trivial tool among eight.

mod floor;
mod gets;
mod ours;
mod rig;
mod rmcp;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::measure::Contest;
use crate::order;

/// The names of the tools that everyone registers besides the one that is called.
const OTHERS: [&str; 6] = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];

/// The arguments, for libraries whose tools take a struct.
#[derive(Debug, Deserialize, JsonSchema)]
struct Arguments {
    /// The order's id.
    pub(super) order_id: String,
    /// How many lines at most.
    pub(super) limit: u32,
    /// The currency.
    pub(super) currency: String,
}

/// How many calls a large tick has.
const MANY: usize = 64;

/// What everyone must answer to [`order::ARGUMENTS`].
fn expected() -> String {
    order::answer("A-1234", 10, "EUR")
}

/// Everyone.
#[must_use]
pub fn contest() -> Contest {
    let mut contest = Contest::default();
    let hit = contest.add(ours::hit());
    let tick = contest.add(ours::hit_in_a_tick());
    let uncached = contest.add(ours::uncached());
    let miss = contest.add(ours::miss());
    let large = contest.add(ours::large_tick());
    let floor = [contest.add(floor::one())];
    let large_floor = [contest.add(floor::many())];
    let dispatches = [contest.add(rig::dispatch()), contest.add(rmcp::dispatch())];
    let gets = [contest.add(gets::moka()), contest.add(gets::quick_cache())];
    contest.beside("hit, beside a dispatch", hit, dispatches);
    contest.beside("hit of a tick, beside a dispatch", tick, dispatches);
    contest.beside("hit, beside a bare get", hit, gets);
    contest.beside("uncached, beside a dispatch", uncached, dispatches);
    contest.beside("uncached, beside the floor", uncached, floor);
    contest.beside("tick of 64, beside the floor", large, large_floor);
    contest.beside("miss, beside a dispatch", miss, dispatches);
    contest
}
