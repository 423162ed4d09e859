//! What tasks of the cache and of the batches meet at: counters, maps, locks, and the tasks themselves.
//!
//! In the models they are shuttle's, which decides at each of them who goes on.

#[cfg(not(all(test, feature = "__shuttle")))]
pub(crate) use self::real::{AtomicU64, Map, Mutex, sleep_until, spawn, yield_now};
#[cfg(all(test, feature = "__shuttle"))]
pub(crate) use self::shuttled::{
    AtomicU64, Map, Mutex, Time, set_time, sleep_until, spawn, yield_now,
};

#[cfg(not(all(test, feature = "__shuttle")))]
mod real {
    pub(crate) use std::sync::Mutex;
    pub(crate) use std::sync::atomic::AtomicU64;

    pub(crate) use dashmap::DashMap as Map;
    pub(crate) use tokio::spawn;
    pub(crate) use tokio::task::yield_now;
    pub(crate) use tokio::time::sleep_until;
}

#[cfg(all(test, feature = "__shuttle"))]
mod shuttled {
    use std::cell::Cell;
    use std::future::pending;
    use std::hash::{BuildHasher, DefaultHasher, Hash};
    use std::ops::Deref;

    use dashmap::DashMap;
    pub(crate) use shuttle::future::{spawn, yield_now};
    pub(crate) use shuttle::sync::Mutex;
    pub(crate) use shuttle::sync::atomic::AtomicU64;
    use tokio::time::Instant;

    /// What timers do in a model.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Time {
        /// They end when others have had a turn.
        Passes,
        /// They never end: whoever needs one to go on has missed something.
        Stands,
    }

    thread_local! {
        // Of the test's thread, which runs all tasks of its models.
        static TIME: Cell<Time> = const { Cell::new(Time::Passes) };
    }

    /// What timers do in the models that this test checks from now on.
    pub(crate) fn set_time(time: Time) {
        TIME.set(time);
    }

    pub(crate) async fn sleep_until(_: Instant) {
        if TIME.get() == Time::Stands {
            return pending().await;
        }
        for _ in 0..3 {
            yield_now().await;
        }
    }

    /// A map whose operations each begin with a step at which another task may go on.
    pub(crate) struct Map<K, V>(DashMap<K, V, Steps>);

    impl<K: Eq + Hash, V> Default for Map<K, V> {
        fn default() -> Self {
            // More room than a model needs: a map that grows hashes its keys anew while it is locked.
            Self(DashMap::with_capacity_and_hasher(1024, Steps))
        }
    }

    impl<K, V> Deref for Map<K, V> {
        type Target = DashMap<K, V, Steps>;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }

    /// Makes a step of every hash of a key, which is taken before anything is locked.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Steps;

    impl BuildHasher for Steps {
        type Hasher = DefaultHasher;

        fn build_hasher(&self) -> DefaultHasher {
            shuttle::hint::spin_loop();
            DefaultHasher::new()
        }
    }
}
