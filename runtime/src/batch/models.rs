//! The races of the batch loader as models: shuttle runs every task step by step, in thousands of orders of its own
//! choosing, and says when nobody can go on any more.
//!
//! Run them with `cargo test -p toolwright --lib --features __shuttle batch::models`. Where time stands still no timer
//! hides a wake-up that was lost: the model then ends with everyone waiting, which shuttle reports.

mod coming;
mod ending;
mod failing;
mod world;

use self::world::World;
use crate::sync::{Time, set_time};

/// In how many orders each is tried.
const ORDERS: usize = 600;

/// Tries a model.
fn check(time: Time, model: impl Fn() + Send + Sync + 'static) {
    let mut config = shuttle::Config::new();
    config.silence_warnings = true;
    let random = shuttle::scheduler::RandomScheduler::new(ORDERS);
    set_time(time);
    shuttle::Runner::new(random, config).run(model);
}
