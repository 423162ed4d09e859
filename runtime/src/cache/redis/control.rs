//! What is done with the control keys, each by one script.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Script};

use super::keys::Keys;
use crate::cache::slot::Slot;

/// About how many writes the bus holds. Who is further behind forgets everything.
const BUS_LENGTH: usize = 10_000;
/// How many slots the state holds before a new epoch begins.
const MOST_SLOTS: usize = 1 << 20;

/// The scripts, for the keys of one deployment.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) keys: Keys,
    /// Who we are on the bus.
    pub(super) origin: String,
    look: Script,
    publish: Script,
    discard: Script,
    renew: Script,
}

/// How many writes there were, at one moment of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) epoch: Arc<str>,
    /// The last write.
    pub(super) ticket: u64,
}

/// Where the writes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) epoch: Arc<str>,
    /// The last write.
    pub(super) ticket: u64,
    /// The last entry of the bus.
    pub(super) entry: String,
}

/// Which epoch is over.
#[derive(Debug, Clone, Copy)]
pub(super) enum Over<'a> {
    None,
    This(&'a str),
    Any,
}

impl Place {
    pub(super) fn into_point(self) -> Point {
        Point {
            epoch: self.epoch,
            ticket: self.ticket,
        }
    }
}

impl Control {
    pub(super) fn new(keys: Keys) -> Self {
        let prelude = include_str!("prelude.lua");
        let script = |own: &str| Script::new(&[prelude, own].concat());
        Self {
            keys,
            origin: random(),
            look: script(include_str!("look.lua")),
            publish: script(include_str!("publish.lua")),
            discard: Script::new(include_str!("discard.lua")),
            renew: Script::new(include_str!("renew.lua")),
        }
    }

    /// Finds out where the writes are. Begins a new epoch if there is none, if the one there is over, and if the server
    /// is not the one in which it began: that one may have lost writes.
    pub(super) async fn look(
        &self,
        connection: &mut MultiplexedConnection,
        over: Over<'_>,
    ) -> RedisResult<Place> {
        let over = match over {
            Over::None => "",
            Over::This(epoch) => epoch,
            Over::Any => "*",
        };
        let mut call = self.look.prepare_invoke();
        call.key(&self.keys.state).key(&self.keys.bus);
        call.arg(random()).arg(BUS_LENGTH).arg(over);
        let (epoch, ticket, entry): (String, u64, String) = call.invoke_async(connection).await?;
        Ok(Place {
            epoch: epoch.into(),
            ticket,
            entry,
        })
    }

    /// Records a write and tells everyone. The state after it.
    pub(super) async fn publish(
        &self,
        connection: &mut MultiplexedConnection,
        slots: &[Slot],
    ) -> RedisResult<Point> {
        let slots: Vec<u8> = slots.iter().flat_map(|slot| slot.to_le_bytes()).collect();
        let mut call = self.publish.prepare_invoke();
        call.key(&self.keys.state).key(&self.keys.bus);
        call.arg(random()).arg(BUS_LENGTH).arg(MOST_SLOTS);
        call.arg(&self.origin).arg(slots);
        let (epoch, ticket): (String, u64) = call.invoke_async(connection).await?;
        Ok(Point {
            epoch: epoch.into(),
            ticket,
        })
    }

    /// Deletes what is no result; `found` is what was there, if that was a string.
    pub(super) async fn discard(
        &self,
        connection: &mut MultiplexedConnection,
        name: &str,
        found: Option<&[u8]>,
    ) -> RedisResult<()> {
        let mut call = self.discard.key(name);
        if let Some(found) = found {
            call.arg(found);
        }
        call.invoke_async(connection).await
    }

    /// Lets a lock stand for longer; whether it was still ours.
    pub(super) async fn renew(
        &self,
        connection: &mut MultiplexedConnection,
        name: &str,
        owner: &str,
        time: Duration,
    ) -> RedisResult<bool> {
        let mut call = self.renew.key(name);
        call.arg(owner).arg(time.as_millis().to_string());
        call.invoke_async(connection).await
    }
}

/// Sixteen digits that nobody else has: the keys of a `RandomState` come from the system.
pub(super) fn random() -> String {
    format!("{:016x}", RandomState::new().hash_one(()))
}
