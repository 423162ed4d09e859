//! The tier: asks, keeps and tells, each within a deadline, and never fails.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use redis::{RedisResult, cmd};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::breaker::Breaker;
use super::bus::Bus;
use super::config::Settings;
use super::control::Control;
use super::counters::Counters;
use super::envelope::Sealer;
use super::health::{Health, Use};
use super::link::{Connected, Failure, Link, within};
use super::pending::Pending;
use super::pump::Pump;
use super::seen::Seen;
use crate::cache::slot::Slot;
use crate::cache::tier::{Fetched, Heard, Keeping, SharedTier, TierStats};
use crate::key::CacheKey;

/// A Redis server, as one harness uses it.
pub(super) struct Tier {
    pub(super) settings: Settings,
    pub(super) sealer: Sealer,
    pub(super) control: Arc<Control>,
    pub(super) link: Link,
    breaker: Breaker,
    health: Arc<Health>,
    pub(super) pending: Arc<Pending>,
    pub(super) counters: Arc<Counters>,
    pub(super) seen: Arc<Seen>,
    tasks: Mutex<Option<Tasks>>,
    closed: Arc<AtomicBool>,
}

/// Who gets what is heard.
type Hear = Arc<dyn Fn(Heard<'_>) + Send + Sync>;

/// What goes on in the background.
struct Tasks {
    hear: Hear,
    bus: JoinHandle<()>,
    pump: JoinHandle<()>,
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
            tasks: Mutex::default(),
            closed: Arc::default(),
        }
    }

    /// Makes a request, if the breaker lets it, and no longer than the deadline.
    pub(super) async fn request<T>(
        &self,
        request: impl Future<Output = Result<T, Failure>>,
    ) -> Option<T> {
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
        self.count_failure();
    }

    fn count_failure(&self) {
        if self.breaker.fail(Instant::now()) {
            // Perhaps it is the connection that leads nowhere.
            self.link.discard_any();
            #[cfg(feature = "tracing")]
            tracing::warn!(
                server = %self.link,
                "Redis does not answer: nothing is asked of it for a while, and tools run instead"
            );
        }
    }

    /// Starts what goes on in the background.
    fn spawn(&self, hear: Hear) -> Tasks {
        let step = self.settings.lease / 4;
        let limit = self.settings.deadline.max(step);
        let bus = Bus {
            link: self.link.clone(),
            control: Arc::clone(&self.control),
            health: Arc::clone(&self.health),
            counters: Arc::clone(&self.counters),
            hear: Arc::clone(&hear),
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
        Tasks {
            hear,
            bus: tokio::spawn(bus.run()),
            pump: tokio::spawn(pump.run()),
        }
    }

    /// What goes on in the background ends with the runtime in which it began: a later one takes it up again.
    fn revive(&self) {
        let mut tasks = self.tasks();
        if let Some(ended) = &*tasks
            && (ended.bus.is_finished() || ended.pump.is_finished())
        {
            ended.bus.abort();
            ended.pump.abort();
            let hear = Arc::clone(&ended.hear);
            *tasks = Some(self.spawn(hear));
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Option<Tasks>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection, and what is done with an answer that says that it is broken.
    pub(super) async fn on_connection<T>(
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
}

#[async_trait]
impl SharedTier for Tier {
    async fn fetch(&self, key: &CacheKey, watch: &[Slot]) -> Fetched {
        let may_serve = match self.health.allows(Instant::now()) {
            Use::Nothing => {
                self.revive();
                self.counters.skipped.add();
                return Fetched::default();
            }
            Use::KeepOnly => false,
            Use::All => true,
        };
        let fetched = self.request(self.ask(key, watch, may_serve)).await;
        let fetched = fetched.unwrap_or_default();
        if self.settings.single_flight && may_serve {
            return self.join_flight(key, watch, fetched).await;
        }
        fetched
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
        self.revive();
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
            Ok(_) => self.count_failure(),
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

    fn listen(&self, hear: Hear) {
        self.health.begin(Instant::now());
        let tasks = self.spawn(hear);
        *self.tasks() = Some(tasks);
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
        if let Some(tasks) = self.tasks().take() {
            tasks.bus.abort();
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
