//! Tells Redis of the writes, in one request for all that wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use super::control::{Control, Over, Place};
use super::counters::Counters;
use super::link::{Failure, Link, within};
use super::pending::{Batch, Pending};
use super::seen::Seen;

pub(super) struct Pump {
    pub(super) link: Link,
    pub(super) control: Arc<Control>,
    pub(super) pending: Arc<Pending>,
    pub(super) seen: Arc<Seen>,
    pub(super) counters: Arc<Counters>,
    /// How long telling may take.
    pub(super) limit: Duration,
    /// How long it is not tried again when it has failed.
    pub(super) pause: Duration,
    /// Nobody adds anything any more.
    pub(super) closed: Arc<AtomicBool>,
}

impl Pump {
    /// Ends when it is closed: not before what is pending was told, or was tried once more.
    pub(super) async fn run(self) {
        loop {
            let Some(batch) = self.pending.next() else {
                if self.closed.load(Ordering::Acquire) {
                    return;
                }
                self.pending.wake.notified().await;
                continue;
            };
            let closed = self.closed.load(Ordering::Acquire);
            match within(self.limit, self.tell(&batch)).await {
                Ok(()) => self.pending.told(&batch),
                Err(failure) => {
                    self.counters.failed(&failure);
                    self.pending.refused();
                    if closed {
                        return;
                    }
                    sleep(self.pause).await;
                }
            }
        }
    }

    async fn tell(&self, batch: &Batch) -> Result<(), Failure> {
        let mut connected = self.link.connection().await?;
        let connection = &mut connected.connection;
        let told = match batch {
            Batch::Slots { slots, .. } => self.control.publish(connection, slots).await,
            Batch::Everything(_) => {
                let place = self.control.look(connection, Over::Any).await;
                place.map(Place::into_point)
            }
        };
        match told {
            Ok(now) => {
                self.seen.add(&now);
                Ok(())
            }
            Err(error) => {
                self.link.discard(connected.number);
                Err(error.into())
            }
        }
    }
}
