//! Who a call is: its session, its tick, its place there. So the same text is had for every try of it.

use std::fmt::Write as _;
use std::sync::Arc;

/// What makes a session unlike any other.
pub(crate) type SessionSeed = [u8; 16];

/// Who a call is. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct CallIdentity {
    pub(crate) session: SessionSeed,
    /// The number of the tick in its session.
    pub(crate) tick: u64,
    /// The place in its tick.
    pub(crate) position: u64,
    /// The id that the provider gave it.
    pub(crate) id: Arc<str>,
    /// Who made it, and which of the calls of that run it is, if it was a running tool.
    pub(crate) outer: Option<Arc<(CallIdentity, u64)>>,
}

impl CallIdentity {
    /// The id that the provider gave the call.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// A text that no other call has.
    pub(crate) fn key(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("toolwright 2026-11 idempotency");
        self.hash(&mut hasher);
        let mut digest = [0; 16];
        hasher.finalize_xof().fill(&mut digest);
        digest
            .iter()
            .fold(String::with_capacity(32), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    fn hash(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&self.session);
        hasher.update(&self.tick.to_le_bytes());
        hasher.update(&self.position.to_le_bytes());
        hasher.update(&(self.id.len() as u64).to_le_bytes());
        hasher.update(self.id.as_bytes());
        if let Some(outer) = &self.outer {
            let (outer, number) = &**outer;
            hasher.update(&number.to_le_bytes());
            outer.hash(hasher);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::CallIdentity;

    fn call() -> CallIdentity {
        CallIdentity {
            session: [7; 16],
            tick: 1,
            position: 2,
            id: Arc::from("call_1"),
            outer: None,
        }
    }

    #[test]
    fn a_call_has_one_key_and_shares_it_with_no_other() {
        let all = [
            call(),
            CallIdentity {
                session: [8; 16],
                ..call()
            },
            CallIdentity { tick: 2, ..call() },
            CallIdentity {
                position: 1,
                ..call()
            },
            CallIdentity {
                id: Arc::from("call_2"),
                ..call()
            },
            CallIdentity {
                outer: Some(Arc::new((call(), 1))),
                ..call()
            },
            CallIdentity {
                outer: Some(Arc::new((call(), 2))),
                ..call()
            },
        ];
        let mut keys: Vec<String> = all.iter().map(CallIdentity::key).collect();
        assert_eq!(call().key(), keys[0]);
        assert!(keys.iter().all(|key| key.len() == 32));
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all.len());
    }
}
