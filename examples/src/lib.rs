//! Applications whose tools are declared with toolwright, over SQLite: a [`shop`] with customer-service agents, and an
//! [`airline`] whose agents were recorded and are replayed ([`replay`]); and recorded traces in one shared world, to see
//! what the result cache makes of them ([`traces`]); and a night's messages to the shop, sorted by a model through the
//! request files of a batch API ([`model_batch`]). A [`stage`] of agents on the shop's orders shows what batching does, and
//! recorded [`ticks`] what the dispatcher does.
//!
//! Read them to see how a whole application declares its tools; run them to see what the levers do.

pub mod airline;
pub mod model_batch;
pub mod replay;
pub mod shop;
pub mod stage;
pub mod ticks;
pub mod traces;

#[cfg(test)]
mod tests {
    use crate::{airline, shop};

    #[test]
    fn every_tool_keeps_what_its_schema_promises() {
        for registry in [shop::registry(), airline::tools::registry()] {
            let verified = registry.expect("it is valid").verify().unwrap();
            assert!(verified.values > 20, "{verified:?}");
            assert_eq!(verified.skipped, [] as [&str; 0]);
        }
    }

    #[test]
    fn nothing_is_probably_not_meant() {
        for registry in [shop::registry(), airline::tools::registry()] {
            assert_eq!(registry.expect("it is valid").lints(), []);
        }
    }
}
