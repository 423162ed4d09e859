//! What the agents do: scripted conversations, the same for the same rows.
//!
//! A script stands for a model. It decides what is asked and in which tick, and it spells arguments
//! as models do: keys in any order, white space or none, absent optionals left out, as `null` or as
//! their default. Regular customers come back to several agents of a shop. The customer whose order
//! an agent refunds talks to that agent alone, so no answer depends on how the agents interleave.

mod cast;
mod conversations;
mod spelling;

pub use self::cast::{TooFewOrders, orders_needed};

use self::cast::Cast;
use self::conversations::{Topic, Writer};
use super::generator::{Rng, Rows, words::TENANTS};

/// The work of one agent, in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// For which shop it works.
    pub tenant: &'static str,
    /// What it asks, tick by tick.
    pub ticks: Vec<Tick>,
}

impl Script {
    /// How many calls it makes in all.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.ticks.iter().map(|tick| tick.calls.len()).sum()
    }
}

/// The calls of one message of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// One to six, in order of emission.
    pub calls: Vec<ScriptedCall>,
}

/// A call as a model emits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedCall {
    /// The tool's name.
    pub tool: &'static str,
    /// JSON text, in one of its many spellings.
    pub arguments: String,
}

/// Writes one script for each agent; the agents are spread over the tenants in turn.
///
/// # Errors
///
/// When the shops have too few customers to give every agent one of its own.
pub fn scripts(rows: &Rows, agents: usize) -> Result<Vec<Script>, TooFewOrders> {
    let casts = Cast::of(rows, agents)?;
    Ok((0..agents)
        .map(|agent| {
            let shop = agent % TENANTS.len();
            let seat = agent / TENANTS.len();
            let rng = Rng::new(5_000 + agent as u64);
            Script {
                tenant: TENANTS[shop],
                ticks: day(Writer::new(rng), &casts[shop], seat),
            }
        })
        .collect())
}

/// One agent's day: conversation after conversation, shifted by its seat in the shop.
fn day(mut writer: Writer, cast: &Cast<'_>, seat: usize) -> Vec<Tick> {
    let regular = |shift: usize| &cast.regulars[(seat + shift) % cast.regulars.len()];
    let topic = |shift: usize| &Topic::ALL[(seat + shift) % Topic::ALL.len()];
    let own = &cast.own[seat];

    writer.where_is_my_order(regular(0));
    writer.compare_products(topic(0));
    writer.several_orders(regular(1));
    writer.mistyped(regular(0));
    if seat.is_multiple_of(2) {
        writer.refund(own);
    } else {
        writer.store_credit(own);
    }
    writer.where_is_my_order(regular(2));
    writer.gift(regular(0), regular(1));
    writer.compare_products(topic(1));
    writer.several_orders(regular(0));
    writer.store_credit(regular(2));
    // They call again before the day is over.
    writer.where_is_my_order(regular(1));
    writer.several_orders(regular(1));
    writer.compare_products(topic(0));
    writer.where_is_my_order(regular(2));
    writer.ticks()
}

#[cfg(test)]
mod tests;
