//! A customer service for four brands, over one SQLite database.
//!
//! In reading order: what the rows are ([`generator`]), where they are kept ([`database`]), what is
//! asked of them ([`queries`]), what a model may ask ([`tools`]), what the agents do ask
//! ([`scripts`]), what one pass of that costs ([`work`]), two passes side by side ([`comparison`]),
//! and how the program says it ([`report`]).

pub mod clock;
pub mod comparison;
pub mod database;
pub mod error;
pub mod generator;
pub mod money;
pub mod options;
pub mod progress;
pub mod queries;
pub mod report;
pub mod scripts;
pub mod tools;
pub mod work;

pub use self::tools::registry;
