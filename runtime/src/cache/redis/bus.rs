//! Listens to what other processes write, and knows when it may have missed something.
//!
//! Each entry of the bus has the ticket of its write, and they come without gaps. At times the last ticket is asked for:
//! when the entries up to it have arrived, everything is known that was told until it was asked.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::streams::{StreamId, StreamReadReply};
use redis::{cmd, from_redis_value_ref};
use tokio::time::{Instant, sleep};

use super::control::{Control, Over, Place};
use super::counters::Counters;
use super::health::Health;
use super::link::{Failure, Link, within};
use crate::cache::slot::Slot;
use crate::cache::tier::Heard;

pub(super) struct Bus {
    pub(super) link: Link,
    pub(super) control: Arc<Control>,
    pub(super) health: Arc<Health>,
    pub(super) counters: Arc<Counters>,
    pub(super) hear: Arc<dyn Fn(Heard<'_>) + Send + Sync>,
    /// How often the last ticket is asked for, and how long after a failure it is tried again.
    pub(super) step: Duration,
    /// How long Redis may take for what it answers at once.
    pub(super) limit: Duration,
}

/// An entry is not the one that was expected: some may be missing.
#[derive(Debug)]
struct Missed;

impl Bus {
    /// Listens until it is dropped.
    pub(super) async fn run(self) {
        loop {
            let Err(failure) = self.listen().await;
            self.counters.failed(&failure);
            sleep(self.step).await;
        }
    }

    async fn listen(&self) -> Result<Infallible, Failure> {
        let mut connection = within(self.limit.max(self.step), self.link.separate()).await?;
        let mut place = self.begin(&mut connection).await?;
        loop {
            let asked = Instant::now();
            let look = within(self.limit, self.control.look(&mut connection, Over::None)).await?;
            if look.epoch != place.epoch {
                place = self.begin(&mut connection).await?;
                continue;
            }
            if look.ticket < place.ticket {
                // The server has forgotten writes: what it has kept is worth nothing.
                let over = Over::This(&place.epoch);
                within(self.limit, self.control.look(&mut connection, over)).await?;
                place = self.begin(&mut connection).await?;
                continue;
            }
            if self
                .follow(&mut connection, &mut place, look.ticket, asked)
                .await?
                .is_err()
            {
                place = self.begin(&mut connection).await?;
            }
        }
    }

    /// Forgets everything and listens from now on.
    async fn begin(&self, connection: &mut MultiplexedConnection) -> Result<Place, Failure> {
        let asked = Instant::now();
        let place = within(self.limit, self.control.look(connection, Over::None)).await?;
        (self.hear)(Heard::Gap);
        self.health.hear(asked, Instant::now());
        Ok(place)
    }

    /// Reads for a step. `known` is the last ticket when it was `asked` for.
    async fn follow(
        &self,
        connection: &mut MultiplexedConnection,
        place: &mut Place,
        known: u64,
        asked: Instant,
    ) -> Result<Result<(), Missed>, Failure> {
        if place.ticket == known {
            self.health.hear(asked, Instant::now());
        }
        let until = asked + self.step;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let entries = self.read(connection, place, left).await?;
            for entry in &entries {
                if self.take(place, entry).is_err() {
                    return Ok(Err(Missed));
                }
            }
            if place.ticket < known {
                return Ok(Err(Missed));
            }
            self.health.hear(asked, Instant::now());
            if until <= Instant::now() {
                return Ok(Ok(()));
            }
        }
    }

    /// The entries after a place; none, if none come in time.
    async fn read(
        &self,
        connection: &mut MultiplexedConnection,
        place: &Place,
        wait: Duration,
    ) -> Result<Vec<StreamId>, Failure> {
        let mut command = cmd("XREAD");
        // Zero would be for ever.
        command
            .arg("BLOCK")
            .arg(wait.as_millis().max(1).to_string());
        command
            .arg("STREAMS")
            .arg(&self.control.keys.bus)
            .arg(&place.entry);
        let reply = command.query_async::<Option<StreamReadReply>>(connection);
        let reply = within(wait + self.limit, reply).await?;
        let keys = reply.map(|reply| reply.keys).unwrap_or_default();
        Ok(keys.into_iter().flat_map(|key| key.ids).collect())
    }

    /// Takes an entry, if it is the next.
    fn take(&self, place: &mut Place, entry: &StreamId) -> Result<(), Missed> {
        let field = |name: &str| entry.map.get(name).ok_or(Missed);
        let epoch: String = from_redis_value_ref(field("epoch")?).map_err(|_| Missed)?;
        let ticket: u64 = from_redis_value_ref(field("ticket")?).map_err(|_| Missed)?;
        if epoch != *place.epoch || ticket != place.ticket + 1 {
            return Err(Missed);
        }
        let from: String = from_redis_value_ref(field("from")?).map_err(|_| Missed)?;
        let slots: Vec<u8> = from_redis_value_ref(field("slots")?).map_err(|_| Missed)?;
        let (slots, rest) = slots.as_chunks();
        if !rest.is_empty() {
            return Err(Missed);
        }
        // What was written here was recorded here before it was told.
        if from != self.control.origin {
            let slots: Vec<Slot> = slots
                .iter()
                .map(|slot| Slot::from_le_bytes(*slot))
                .collect();
            (self.hear)(Heard::Written(&slots));
        }
        place.ticket = ticket;
        place.entry.clone_from(&entry.id);
        Ok(())
    }
}
