//! One flight a key: calls that ask the same question while it is being answered share the answer.
//!
//! The run is a task of its own, and every caller only waits for it, the first one as well: a caller that goes away
//! neither fails nor restarts it. When the last one has gone, the run is dropped. A panic or an error reaches those who
//! wait at that moment and nobody later.

use std::hash::Hash;
use std::pin::pin;
use std::sync::Arc;

use dashmap::mapref::entry::Entry;
use tokio::sync::watch;

use crate::error::contained;
use crate::sync::{Map, spawn};

/// Where those who wait for a flight are told how it ended.
type Tower<T> = Arc<watch::Sender<Option<Landing<T>>>>;
/// The flights that are in the air.
type Table<K, T> = Arc<Map<K, Tower<T>>>;

/// The flights of one harness. Cheap to clone.
pub(crate) struct Flights<K, T> {
    table: Table<K, T>,
}

/// How a flight ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landing<T> {
    /// With a value.
    Landed(T),
    /// The run panicked.
    Panicked,
}

/// Whether a caller began the flight that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It began it.
    Leader,
    /// It joined it.
    Follower,
}

impl<K, T> Clone for Flights<K, T> {
    fn clone(&self) -> Self {
        Self {
            table: Arc::clone(&self.table),
        }
    }
}

impl<K: Eq + Hash, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self {
            table: Arc::default(),
        }
    }
}

impl<K, T> Flights<K, T>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Takes the flight of this key; begins it with `run`, if there is none.
    #[cfg(test)]
    pub(crate) async fn take<F>(&self, key: K, run: impl FnOnce() -> F) -> (Landing<T>, Role)
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.take_or_join(key, run, || {}).await
    }

    /// Takes the flight of this key: says `joins` if there is one, and begins it with `run` if there is none.
    pub(crate) async fn take_or_join<F>(
        &self,
        key: K,
        run: impl FnOnce() -> F,
        joins: impl Fn(),
    ) -> (Landing<T>, Role)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut run = Some(run);
        loop {
            let (mut landing, role) = match self.table.entry(key.clone()) {
                Entry::Occupied(flight) => {
                    joins();
                    (flight.get().subscribe(), Role::Follower)
                }
                Entry::Vacant(place) => {
                    let Some(run) = run.take() else {
                        // It began one already, which cannot be lost: its own receiver kept it.
                        return (Landing::Panicked, Role::Leader);
                    };
                    let (sender, receiver) = watch::channel(None);
                    let sender = Arc::new(sender);
                    let flight = Flight {
                        table: Arc::clone(&self.table),
                        key: key.clone(),
                        sender: Arc::clone(&sender),
                    };
                    place.insert(sender);
                    spawn(flight.fly(run()));
                    (receiver, Role::Leader)
                }
            };
            let landed = landing.wait_for(Option::is_some).await;
            if let Ok(landed) = landed
                && let Some(landed) = landed.as_ref()
            {
                return (landed.clone(), role);
            }
            // Everyone had left it at the very moment when this caller came: there is another, or there is none.
            if role == Role::Leader {
                return (Landing::Panicked, role);
            }
        }
    }

    /// Whether there is a flight of this key.
    pub(crate) fn is_flying(&self, key: &K) -> bool {
        self.table.contains_key(key)
    }

    /// How many flights are in the air.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }
}

/// One run, and its place in the table, which it leaves however it ends.
struct Flight<K: Eq + Hash, T> {
    table: Table<K, T>,
    key: K,
    sender: Tower<T>,
}

impl<K: Eq + Hash, T> Flight<K, T> {
    async fn fly(self, run: impl Future<Output = T>) {
        let run = pin!(run);
        let run = contained(run);
        let landing = tokio::select! {
            biased;
            landed = run => match landed {
                Ok(value) => Landing::Landed(value),
                Err(_) => Landing::Panicked,
            },
            // The last caller has gone.
            () = self.sender.closed() => return,
        };
        // Nobody joins it any more, and then those who did are told.
        self.leave();
        self.sender.send_replace(Some(landing));
    }

    fn leave(&self) {
        self.table
            .remove_if(&self.key, |_, sender| Arc::ptr_eq(sender, &self.sender));
    }
}

impl<K: Eq + Hash, T> Drop for Flight<K, T> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests;
