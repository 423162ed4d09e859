//! Recorded turns of a function-calling benchmark, each as one tick: what the order of their calls costs, how near the
//! dispatcher comes to the shortest that their graphs allow, and what firing every call at once would break.
//!
//! In reading order: the recorded calls and what they probably do ([`turns`]), the tools that stand for them ([`tools`]),
//! all turns of a file in one harness ([`pass`]), how the program is called ([`options`]), and what it prints ([`report`]).

pub mod options;
pub mod pass;
pub mod report;
pub mod tools;
pub mod turns;
