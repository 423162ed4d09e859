//! Applications whose tools are declared with toolwright: a [`shop`], with customer-service agents, over SQLite.
//!
//! Read them to see how a whole application declares its tools; run them to see what the levers do.

pub mod shop;
