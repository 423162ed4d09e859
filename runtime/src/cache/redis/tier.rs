//! The tier: asks, keeps and tells, each within a deadline, and never fails.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use redis::{RedisResult, Value, cmd, pipe};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::breaker::Breaker;
use super::bus::Bus;
use super::config::Settings;
use super::control::{Control, Over};
use super::counters::Counters;
use super::envelope::{Envelope, LONGEST, Sealer};
use super::health::{Health, Use};
use super::link::{Connected, Failure, Link, within};
use super::pending::Pending;
use super::pump::Pump;
use super::seen::Seen;
use super::state::{self, State};
use crate::cache::slot::Slot;
use crate::cache::tier::{Fetched, Found, Heard, Keeping, SharedBegan, SharedTier, TierStats};
use crate::key::CacheKey;

/// A Redis server, as one harness uses it.
pub(super) struct Tier {
    settings: Settings,
    sealer: Sealer,
    control: Arc<Control>,
    link: Link,
    breaker: Breaker,
    health: Arc<Health>,
    pending: Arc<Pending>,
    counters: Arc<Counters>,
    seen: Arc<Seen>,
    bus: Mutex<Option<JoinHandle<()>>>,
    closed: Arc<AtomicBool>,
}

/// What is under the name of a result.
enum Kept {
    Nothing,
    Value(Vec<u8>),
    /// Something that is no string.
    OtherType,
}

impl Tier {
    pub(super) fn new(
        settings: Settings,
        sealer: Sealer,
        link: Link,
        control: Arc<Control>,
    ) -> Self {
        Self {
            health: Arc::new(Health::new(settings.lease)),
            settings,
            sealer,
            control,
            link,
            breaker: Breaker::default(),
            pending: Arc::default(),
            counters: Arc::default(),
            seen: Arc::default(),
            bus: Mutex::default(),
            closed: Arc::default(),
        }
    }

    /// Makes a request, if the breaker lets it, and no longer than the deadline.
    async fn request<T>(&self, request: impl Future<Output = Result<T, Failure>>) -> Option<T> {
        if !self.breaker.admits(Instant::now()) {
            self.counters.skipped.add();
            return None;
        }
        match within(self.settings.deadline, request).await {
            Ok(answer) => {
                self.breaker.succeed();
                Some(answer)
            }
            Err(failure) => {
                self.failed(&failure);
                None
            }
        }
    }

    fn failed(&self, failure: &Failure) {
        self.counters.failed(failure);
        if self.breaker.fail(Instant::now()) {
            // Perhaps it is the connection that leads nowhere.
            self.link.discard_any();
        }
    }

    /// A connection, and what is done with an answer that says that it is broken.
    async fn on_connection<T>(
        &self,
        ask: impl AsyncFnOnce(&mut Connected) -> RedisResult<T>,
    ) -> Result<T, Failure> {
        let mut connected = self.link.connection().await?;
        let answer = ask(&mut connected).await;
        if answer
            .as_ref()
            .is_err_and(|error| error.is_unrecoverable_error() || error.is_io_error())
        {
            self.link.discard(connected.number);
        }
        Ok(answer?)
    }

    async fn ask(
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
        let has_forgotten =
            |seen: &SharedBegan| seen.epoch == state.epoch && seen.ticket > state.ticket;
        if before.as_ref().is_some_and(has_forgotten) {
            return self.begin_epoch(Over::This(&state.epoch)).await;
        }
        let began = SharedBegan {
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
            began: Some(began),
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
        let began = self.on_connection(look).await?.into_began();
        self.seen.add(&began);
        self.counters.misses.add();
        Ok(Fetched {
            found: None,
            began: Some(began),
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

#[async_trait]
impl SharedTier for Tier {
    async fn fetch(&self, key: &CacheKey, watch: &[Slot]) -> Fetched {
        let may_serve = match self.health.allows(Instant::now()) {
            Use::Nothing => {
                self.counters.skipped.add();
                return Fetched::default();
            }
            Use::KeepOnly => false,
            Use::All => true,
        };
        let fetched = self.request(self.ask(key, watch, may_serve)).await;
        fetched.unwrap_or_default()
    }

    async fn keep(&self, key: &CacheKey, result: Keeping<'_>) {
        let lifetime = result
            .ttl
            .saturating_add(result.stale)
            .min(self.settings.max_ttl);
        let millis = lifetime.as_millis();
        if millis == 0 {
            return;
        }
        let Some(bytes) = self.sealer.seal(key, &result, lifetime) else {
            return;
        };
        let mut command = cmd("SET");
        command.arg(self.control.keys.value(key)).arg(bytes);
        command.arg("PX").arg(millis.to_string());
        let keep = async |connected: &mut Connected| {
            command.query_async::<()>(&mut connected.connection).await
        };
        self.request(self.on_connection(keep)).await;
    }

    async fn publish(&self, slots: &[Slot]) {
        if slots.is_empty() {
            return;
        }
        let mut progress = self.pending.progress();
        let number = self.pending.add(slots);
        if !self.breaker.admits(Instant::now()) {
            self.counters.skipped.add();
            return;
        }
        let waited = progress.wait_for(|now| now.told >= number || now.tried >= number);
        match timeout(self.settings.deadline, waited).await {
            Ok(Ok(now)) if now.told >= number => self.breaker.succeed(),
            // The one who tells counts why.
            Ok(_) => {
                if self.breaker.fail(Instant::now()) {
                    self.link.discard_any();
                }
            }
            Err(_) => self.failed(&Failure::TimedOut),
        }
    }

    fn publish_later(&self, slots: Vec<Slot>) {
        if !slots.is_empty() {
            self.pending.add(&slots);
        }
    }

    fn trusts_memory(&self, now: Instant) -> bool {
        self.health.trusts_memory(now)
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    fn listen(&self, hear: Arc<dyn Fn(Heard<'_>) + Send + Sync>) {
        self.health.begin(Instant::now());
        let step = self.settings.lease / 4;
        let limit = self.settings.deadline.max(step);
        let bus = Bus {
            link: self.link.clone(),
            control: Arc::clone(&self.control),
            health: Arc::clone(&self.health),
            counters: Arc::clone(&self.counters),
            hear,
            step,
            limit,
        };
        let pump = Pump {
            link: self.link.clone(),
            control: Arc::clone(&self.control),
            pending: Arc::clone(&self.pending),
            seen: Arc::clone(&self.seen),
            counters: Arc::clone(&self.counters),
            limit,
            pause: step,
            closed: Arc::clone(&self.closed),
        };
        tokio::spawn(pump.run());
        let bus = tokio::spawn(bus.run());
        *self.bus.lock().unwrap_or_else(PoisonError::into_inner) = Some(bus);
    }

    fn counters(&self) -> TierStats {
        let counters = &self.counters;
        TierStats {
            hits: counters.hits.get(),
            misses: counters.misses.get(),
            invalid: counters.invalid.get(),
            corrupt: counters.corrupt.get(),
            errors: counters.errors.get(),
            timeouts: counters.timeouts.get(),
            skipped: counters.skipped.get(),
            opened: self.breaker.opened(),
            pending: self.pending.len() as u64,
        }
    }
}

impl Drop for Tier {
    fn drop(&mut self) {
        let bus = self.bus.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(bus) = bus.take() {
            bus.abort();
        }
        self.closed.store(true, Ordering::Release);
        self.pending.wake.notify_one();
    }
}

impl fmt::Debug for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tier").finish_non_exhaustive()
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
