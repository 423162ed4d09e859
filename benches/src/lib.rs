//! What calls, keys, the cache and flights cost, beside other libraries: the work that `cargo xtask bench` measures.
//!
//! Two programs do it. `toolwright-benches` times: it prints a line of JSON for each row of the table. `allocations`
//! counts what the same work allocates; it is a program of its own, since an allocator that counts is slower.

#[cfg(feature = "batchers")]
pub mod batch;
pub mod cache;
#[cfg(feature = "agents")]
pub mod dispatch;
pub mod flight;
pub mod key;
pub mod measure;
mod order;
pub mod rows;
mod runtime;
