//! The tier of the result cache that processes share through Redis. What it guarantees is in `docs/redis.md`.

mod breaker;
mod bus;
mod bytes;
mod config;
mod content;
mod control;
mod counters;
mod envelope;
mod flight;
mod health;
mod keys;
mod link;
mod pending;
mod pump;
mod reading;
mod seen;
mod state;
mod tier;

pub use self::config::{RedisTier, RedisTierError};
