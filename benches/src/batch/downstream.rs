//! What everyone asks: a service that takes a while for a request, a little more for each item in it, and sixteen requests at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::clock;

/// How many requests it works on at once; the others wait in line.
const POOL: usize = 16;

/// What an item costs it.
pub(super) const ITEM: Duration = Duration::from_micros(20);

/// The service.
#[derive(Debug, Clone)]
pub(super) struct Downstream(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    overhead: Duration,
    pool: Semaphore,
    requests: AtomicU64,
    items: AtomicU64,
}

/// What it was asked so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) requests: u64,
    pub(super) items: u64,
}

impl Downstream {
    /// One that takes this long for a request without items.
    pub(super) fn new(overhead: Duration) -> Self {
        Self(Arc::new(Inner {
            overhead,
            pool: Semaphore::new(POOL),
            requests: AtomicU64::new(0),
            items: AtomicU64::new(0),
        }))
    }

    /// One request for so many items.
    pub(super) async fn request(&self, items: usize) {
        let inner = &*self.0;
        inner.requests.fetch_add(1, Ordering::Relaxed);
        inner.items.fetch_add(items as u64, Ordering::Relaxed);
        let _place = inner.pool.acquire().await;
        clock::sleep(service_time(inner.overhead, items)).await;
    }

    /// What it was asked so far.
    pub(super) fn asked(&self) -> Asked {
        Asked {
            requests: self.0.requests.load(Ordering::Relaxed),
            items: self.0.items.load(Ordering::Relaxed),
        }
    }
}

/// How long it works on a request for so many items.
pub(super) fn service_time(overhead: Duration, items: usize) -> Duration {
    overhead + ITEM.saturating_mul(u32::try_from(items).unwrap_or(u32::MAX))
}

/// What there is to say of an item.
pub(super) fn answer(item: u64) -> String {
    format!("item {item}")
}
