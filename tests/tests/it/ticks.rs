//! Whole ticks, recorded and random ones: the order that they keep, what they answer, and how long they take.

mod bfcl;
mod bounds;
mod cells;
mod ending;
mod journal;
mod lent;
mod plans;
mod random;
mod soak;
mod textbook;
