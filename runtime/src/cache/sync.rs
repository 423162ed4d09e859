//! What the tasks of the cache meet at: counters, maps, and the tasks themselves.
//!
//! In the models they are shuttle's, which decides at each of them who goes on.

#[cfg(not(all(test, feature = "__shuttle")))]
pub(super) use self::real::{AtomicU64, Map, spawn};
#[cfg(all(test, feature = "__shuttle"))]
pub(super) use self::shuttled::{AtomicU64, Map, spawn};

#[cfg(not(all(test, feature = "__shuttle")))]
mod real {
    pub(in super::super) use std::sync::atomic::AtomicU64;

    pub(in super::super) use dashmap::DashMap as Map;
    pub(in super::super) use tokio::spawn;
}

#[cfg(all(test, feature = "__shuttle"))]
mod shuttled {
    use std::hash::{BuildHasher, DefaultHasher, Hash};
    use std::ops::Deref;

    use dashmap::DashMap;
    pub(in super::super) use shuttle::future::spawn;
    pub(in super::super) use shuttle::sync::atomic::AtomicU64;

    /// A map whose operations each begin with a step at which another task may go on.
    pub(in super::super) struct Map<K, V>(DashMap<K, V, Steps>);

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
    pub(in super::super) struct Steps;

    impl BuildHasher for Steps {
        type Hasher = DefaultHasher;

        fn build_hasher(&self) -> DefaultHasher {
            shuttle::hint::spin_loop();
            DefaultHasher::new()
        }
    }
}
