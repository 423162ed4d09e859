//! One flight across processes: who runs a call holds a lock, and the others ask again until there is a result.
//!
//! The lock is short and renewed while the run goes on, so that a process that dies lets the others go soon. A lock that
//! is lost leads to a second run and never to a wrong answer.

use std::sync::Arc;
use std::time::Duration;

use redis::cmd;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::control::{Control, random};
use super::link::{Connected, Failure, Link, within};
use super::tier::Tier;
use crate::cache::slot::Slot;
use crate::cache::tier::Fetched;
use crate::key::CacheKey;

/// How long a lock stands that nobody renews.
const LOCK: Duration = Duration::from_secs(1);
/// How long a call waits for the run of another process at most, before it runs itself.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long it waits before it asks again: at first, and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(50)];

/// A lock that is ours until this is dropped.
struct Hold {
    lock: Lock,
    renewing: JoinHandle<()>,
}

#[derive(Clone)]
struct Lock {
    link: Link,
    control: Arc<Control>,
    name: String,
    owner: String,
    limit: Duration,
}

impl Tier {
    /// If nothing was found: holds the lock for the run that follows, or waits for the one who does.
    pub(super) async fn join_flight(
        &self,
        key: &CacheKey,
        watch: &[Slot],
        mut fetched: Fetched,
    ) -> Fetched {
        let until = Instant::now() + LONGEST_WAIT;
        let [mut pause, longest] = PAUSES;
        while fetched.found.is_none() && fetched.began.is_some() {
            let Some(hold) = self.request(self.lock(key)).await else {
                break;
            };
            let is_held = hold.is_some();
            if !is_held {
                if until <= Instant::now() {
                    break;
                }
                sleep(pause).await;
                pause = (2 * pause).min(longest);
            }
            // Also when the lock is ours: the one who had it may have kept a result since we asked.
            let again = self.request(self.ask(key, watch, true)).await;
            let Some(again) = again else { break };
            fetched = again;
            if is_held {
                if let (None, Some(began)) = (&fetched.found, &mut fetched.began) {
                    began.hold = hold.map(|hold| Arc::new(hold) as _);
                }
                break;
            }
        }
        fetched
    }

    /// Tries to take the lock of a key.
    async fn lock(&self, key: &CacheKey) -> Result<Option<Hold>, Failure> {
        let lock = Lock {
            link: self.link.clone(),
            control: Arc::clone(&self.control),
            name: self.control.keys.flight(key),
            owner: random(),
            limit: self.settings.deadline.max(LOCK / 4),
        };
        let mut command = cmd("SET");
        command.arg(&lock.name).arg(&lock.owner);
        command
            .arg("NX")
            .arg("PX")
            .arg(LOCK.as_millis().to_string());
        let set = async |connected: &mut Connected| {
            let answer = command.query_async::<Option<String>>(&mut connected.connection);
            answer.await
        };
        let is_ours = self.on_connection(set).await?.is_some();
        Ok(is_ours.then(|| Hold {
            renewing: tokio::spawn(lock.clone().renew()),
            lock,
        }))
    }
}

impl Lock {
    /// Renews it as long as it is ours.
    async fn renew(self) {
        loop {
            sleep(LOCK / 4).await;
            let renew = async {
                let mut connection = self.link.connection().await?.connection;
                let renewed = self
                    .control
                    .renew(&mut connection, &self.name, &self.owner, LOCK);
                Ok::<_, Failure>(renewed.await?)
            };
            if let Ok(false) = within(self.limit, renew).await {
                return;
            }
        }
    }

    async fn release(self) {
        let release = async {
            let mut connection = self.link.connection().await?.connection;
            let owner = Some(self.owner.as_bytes());
            self.control
                .discard(&mut connection, &self.name, owner)
                .await?;
            Ok::<_, Failure>(())
        };
        // If it stays, it ends by itself.
        within(self.limit, release).await.ok();
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.renewing.abort();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.lock.clone().release());
        }
    }
}
