//! A bare get from a cache, by the text itself: no check of the arguments, and other spellings are other keys.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use super::expected;
use crate::measure::Subject;
use crate::order;
use crate::rows::library;

pub(super) fn moka() -> Subject {
    let cache = moka::sync::Cache::<String, Arc<str>>::builder()
        .max_capacity(10_000)
        .time_to_live(Duration::from_hours(1))
        .build();
    cache.insert(order::ARGUMENTS.to_owned(), expected().into());
    Subject::plain(library("moka"), move || {
        let found = cache.get(black_box(order::ARGUMENTS));
        black_box(found.expect("it was inserted"));
    })
}

pub(super) fn quick_cache() -> Subject {
    let cache = quick_cache::sync::Cache::<String, Arc<str>>::new(10_000);
    cache.insert(order::ARGUMENTS.to_owned(), expected().into());
    Subject::plain(library("quick_cache"), move || {
        let found = cache.get(black_box(order::ARGUMENTS));
        black_box(found.expect("it was inserted"));
    })
}
