//! The names of what is in Redis.
//!
//! Two control keys share a hash tag, so that a cluster has them on one node; the values are spread over all of it.

use std::fmt::Write as _;

use crate::key::CacheKey;

/// The names that one deployment uses.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    /// A hash: the epoch, the last ticket, and the ticket of the last write to each slot.
    pub(super) state: String,
    /// A stream: every write.
    pub(super) bus: String,
    values: String,
    flights: String,
}

impl Keys {
    /// The names for what `secret` belongs to. They tell nothing of it.
    pub(super) fn new(prefix: &str, secret: &[u8; 32]) -> Self {
        let digest = blake3::keyed_hash(secret, b"names");
        let (digest, _) = digest
            .as_bytes()
            .split_first_chunk::<16>()
            .expect("a digest is 32 bytes");
        let digest = hex(digest);
        Self {
            state: format!("{prefix}{{tw1:{digest}}}:state"),
            bus: format!("{prefix}{{tw1:{digest}}}:bus"),
            values: format!("{prefix}tw1:{digest}:v:"),
            flights: format!("{prefix}tw1:{digest}:f:"),
        }
    }

    /// The name of a result.
    pub(super) fn value(&self, key: &CacheKey) -> String {
        [self.values.as_str(), &hex(key.bytes())].concat()
    }

    /// The name of the lock under which a result is made.
    pub(super) fn flight(&self, key: &CacheKey) -> String {
        [self.flights.as_str(), &hex(key.bytes())].concat()
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes everything");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use crate::key::{KeyMaker, Scope};

    #[test]
    fn names_are_these_to_the_byte() {
        let maker = KeyMaker::new("shop", b"secret");
        let keys = Keys::new("", &maker.derive("toolwright 2026-11 shared tier"));
        let key = maker.key("lookup", 1, Scope::Tenant("acme"), b"{}");
        assert_eq!(keys.state, "{tw1:accd053d4c57a299de149de8f131cd60}:state");
        assert_eq!(keys.bus, "{tw1:accd053d4c57a299de149de8f131cd60}:bus");
        assert_eq!(
            keys.value(&key),
            "tw1:accd053d4c57a299de149de8f131cd60:v:4b368e86b3f3f7688a67f5264a8bcf3f861e9a566bac3ea8c050f0221c0fd133"
        );
    }

    #[test]
    fn a_prefix_stands_before_everything() {
        let keys = Keys::new("app:", &[7; 32]);
        assert!(keys.state.starts_with("app:{tw1:"), "{}", keys.state);
        assert!(keys.bus.starts_with("app:{tw1:"), "{}", keys.bus);
        assert!(keys.values.starts_with("app:tw1:"), "{}", keys.values);
    }

    #[test]
    fn another_secret_has_other_names() {
        let (one, other) = (Keys::new("", &[7; 32]), Keys::new("", &[8; 32]));
        assert_ne!(one.state, other.state);
        assert_ne!(one.values, other.values);
    }
}
