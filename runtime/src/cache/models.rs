//! The races of the cache as models: shuttle runs every task step by step, in thousands of orders of its own choosing,
//! and says when nobody can go on any more.
//!
//! Run them with `cargo test -p toolwright --lib --features __shuttle cache::models`. Orderings weaker than sequential
//! consistency are beyond shuttle: what relies on them is in comments where it is used.

mod flights;
mod writes;

/// Tries a model in so many orders.
fn check(model: impl Fn() + Send + Sync + 'static) {
    // Says nothing of orderings, as above.
    let mut config = shuttle::Config::new();
    config.silence_warnings = true;
    let random = shuttle::scheduler::RandomScheduler::new(3000);
    shuttle::Runner::new(random, config).run(model);
}
