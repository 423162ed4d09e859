//! Who wants to run: the parties among whom places go around, and what one of them asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::aboard::RunId;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// One of those among whom places go around in turns: a session, or a group of batches.
#[derive(Debug)]
pub(crate) struct Party {
    id: PartyId,
    cap: Option<usize>,
}

/// Which party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartyId(u64);

impl Party {
    /// A party that has no more runs at once than this, and one at least.
    pub(crate) fn new(cap: Option<usize>) -> Arc<Self> {
        Arc::new(Self {
            id: PartyId(NEXT.fetch_add(1, Ordering::Relaxed)),
            cap: cap.map(|cap| cap.max(1)),
        })
    }

    pub(super) fn id(&self) -> PartyId {
        self.id
    }

    pub(super) fn cap(&self) -> Option<usize> {
        self.cap
    }
}

/// What somebody asks for who wants to run.
#[derive(Debug, Clone)]
pub(crate) struct Claim<'c> {
    /// Whose turn it takes.
    pub(crate) party: &'c Arc<Party>,
    /// Which of the claims of one party goes first: the one with the most, which is how many nanoseconds are still to go
    /// until the last call has ended that waits for this one.
    pub(crate) priority: u64,
    /// The runs that it is a part of, innermost first: each can lend its places.
    pub(crate) within: Vec<RunId>,
}
