//! A read: what is under a key, the state of what it depends on, and whether the one is valid in the other.

use std::sync::Arc;
use std::time::Duration;

use redis::{RedisResult, Value, pipe};

use super::control::{Over, Point};
use super::envelope::{Envelope, LONGEST};
use super::link::{Connected, Failure, within};
use super::state::{self, State};
use super::tier::Tier;
use crate::cache::slot::Slot;
use crate::cache::tier::{Fetched, Found, SharedBegan};
use crate::key::CacheKey;

/// What is under the name of a result.
enum Kept {
    Nothing,
    Value(Vec<u8>),
    /// Something that is no string.
    OtherType,
}

impl Tier {
    /// Asks once.
    pub(super) async fn ask(
        &self,
        key: &CacheKey,
        watch: &[Slot],
        may_serve: bool,
    ) -> Result<Fetched, Failure> {
        let before = self.seen.latest();
        // Before Redis is asked: what it is told meanwhile shows in its answer.
        let may_serve = may_serve && !self.pending.has_any(watch);
        let name = self.control.keys.value(key);
        let mut request = pipe();
        request.ignore_errors();
        // The time that is left comes first, so that it is never that of a later value.
        request.cmd("PTTL").arg(&name);
        request.cmd("GETRANGE").arg(&name).arg(0).arg(LONGEST);
        request.add_command(state::ask(&self.control.keys.state, watch));
        let (left, value, state): (RedisResult<Value>, RedisResult<Value>, RedisResult<Value>) =
            self.on_connection(async |connected| {
                request.query_async(&mut connected.connection).await
            })
            .await?;
        let Some(state) = understood(state)?.as_ref().and_then(state::read) else {
            return self.begin_epoch(Over::None).await;
        };
        let has_forgotten = |seen: &Point| seen.epoch == state.epoch && seen.ticket > state.ticket;
        if before.as_ref().is_some_and(has_forgotten) {
            return self.begin_epoch(Over::This(&state.epoch)).await;
        }
        let began = Point {
            epoch: Arc::clone(&state.epoch),
            ticket: state.ticket,
        };
        self.seen.add(&began);
        let found = match kept(value)? {
            _ if !may_serve => None,
            Kept::Nothing => {
                self.counters.misses.add();
                None
            }
            Kept::OtherType => {
                self.corrupt(name, None);
                None
            }
            Kept::Value(bytes) => self.serve(key, name, bytes, left, &state, watch).await?,
        };
        Ok(Fetched {
            found,
            began: Some(began.into()),
        })
    }

    /// What a value says, if it is valid.
    async fn serve(
        &self,
        key: &CacheKey,
        name: String,
        bytes: Vec<u8>,
        left: RedisResult<Value>,
        state: &State,
        watch: &[Slot],
    ) -> Result<Option<Found>, Failure> {
        let Some(envelope) = self.sealer.open(key, &bytes) else {
            self.corrupt(name, Some(bytes));
            return Ok(None);
        };
        if !self.is_valid(&envelope, state, watch).await? {
            self.counters.invalid.add();
            return Ok(None);
        }
        // Negative: it has gone meanwhile, or somebody has made it stay for ever.
        let left = match left? {
            Value::Int(left) => u64::try_from(left).map(Duration::from_millis).ok(),
            _ => None,
        };
        let Some(left) = left else {
            self.counters.misses.add();
            return Ok(None);
        };
        let Some(content) = envelope.content() else {
            self.corrupt(name, Some(bytes));
            return Ok(None);
        };
        self.counters.hits.add();
        Ok(Some(Found {
            content,
            age: envelope.lifetime.saturating_sub(left),
            ttl: envelope.ttl,
            stale: envelope.stale,
            watch: envelope.watch,
        }))
    }

    /// Whether nothing that a result depends on was written since its run began.
    async fn is_valid(
        &self,
        envelope: &Envelope<'_>,
        state: &State,
        watch: &[Slot],
    ) -> Result<bool, Failure> {
        let began = &envelope.began;
        if began.epoch != state.epoch || state.latest > began.ticket {
            return Ok(false);
        }
        // What the run has found out that it depends on was not asked for yet.
        let more = envelope.watch.iter().filter(|slot| !watch.contains(slot));
        let more: Vec<Slot> = more.copied().collect();
        if more.is_empty() {
            return Ok(true);
        }
        if self.pending.has_any(&more) {
            return Ok(false);
        }
        let request = state::ask(&self.control.keys.state, &more);
        let answer = self
            .on_connection(async |connected| request.query_async(&mut connected.connection).await)
            .await?;
        let state = state::read(&answer);
        Ok(state.is_some_and(|state| began.epoch == state.epoch && state.latest <= began.ticket))
    }

    /// There is no epoch, or it is over.
    async fn begin_epoch(&self, over: Over<'_>) -> Result<Fetched, Failure> {
        let look = async |connected: &mut Connected| {
            self.control.look(&mut connected.connection, over).await
        };
        let began = self.on_connection(look).await?.into_point();
        self.seen.add(&began);
        self.counters.misses.add();
        Ok(Fetched {
            found: None,
            began: Some(began.into()),
        })
    }

    /// Something that is no result of ours. Nobody waits until it has gone.
    fn corrupt(&self, name: String, value: Option<Vec<u8>>) {
        self.counters.corrupt.add();
        let (link, control, limit) = (
            self.link.clone(),
            Arc::clone(&self.control),
            self.settings.deadline,
        );
        tokio::spawn(async move {
            let discard = async {
                let mut connection = link.connection().await?.connection;
                control
                    .discard(&mut connection, &name, value.as_deref())
                    .await?;
                Ok::<_, Failure>(())
            };
            // If it stays, it is found again.
            within(limit, discard).await.ok();
        });
    }
}

/// What one command of several answered: nothing, if something of another type is under the name.
fn understood(answer: RedisResult<Value>) -> Result<Option<Value>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Some("WRONGTYPE") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn kept(answer: RedisResult<Value>) -> Result<Kept, Failure> {
    Ok(match understood(answer)? {
        Some(Value::BulkString(bytes)) if !bytes.is_empty() => Kept::Value(bytes),
        Some(_) => Kept::Nothing,
        None => Kept::OtherType,
    })
}

impl From<Point> for SharedBegan {
    fn from(Point { epoch, ticket }: Point) -> Self {
        Self {
            epoch,
            ticket,
            hold: None,
        }
    }
}
