//! Sixteen agents who look up orders, then 4, 25 and 2: each act of the stage once without batching and once with it.
//!
//! In reading order: who asks for what, and when ([`script`]), one act on the shop's database ([`act`]), all of them
//! ([`show`]), how the program is called ([`options`]), and what it prints ([`report`]).

pub mod act;
pub mod options;
pub mod report;
pub mod script;
pub mod show;
