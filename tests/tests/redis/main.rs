//! The tier of the result cache that processes share, against a real Redis server.
//!
//! The server is the one that `TOOLWRIGHT_REDIS_SERVER` names, or else `redis-server` on the path. Without one these
//! tests are left out; `cargo xtask test` installs it.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::unused_async,
    reason = "a test that cannot go on fails, and a tool is async, whatever it does"
)]

mod bus;
mod cluster;
mod faults;
mod flights;
mod outside;
mod processes;
mod server;
mod settings;
mod sharing;
mod values;
mod world;
