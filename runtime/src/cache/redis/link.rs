//! The connection that all requests share. It is made when it is needed first, and again when it broke.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, RedisError};
use tokio::sync::watch;
use tokio::time::timeout;

use super::control::{Control, Over};

/// How long connecting may take. Nobody waits for it longer than for an answer.
const CONNECTING: Duration = Duration::from_secs(2);

/// Why Redis gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// It said so, or there is no connection.
    Failed,
    /// It said nothing in time.
    TimedOut,
}

impl From<RedisError> for Failure {
    fn from(_: RedisError) -> Self {
        Self::Failed
    }
}

/// Waits for an answer and no longer than this.
pub(super) async fn within<T, E: Into<Failure>>(
    limit: Duration,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    let answer = timeout(limit, answer).await;
    answer.map_or(Err(Failure::TimedOut), |answer| answer.map_err(Into::into))
}

#[derive(Clone)]
pub(super) struct Link {
    client: Client,
    control: Arc<Control>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// With its number.
    connection: Option<(u64, MultiplexedConnection)>,
    made: u64,
    /// Ends when the attempt does.
    attempt: Option<watch::Receiver<()>>,
}

/// A connection, and its number.
pub(super) struct Connected {
    pub(super) number: u64,
    pub(super) connection: MultiplexedConnection,
}

impl Link {
    pub(super) fn new(client: Client, control: Arc<Control>) -> Self {
        Self {
            client,
            control,
            state: Arc::default(),
        }
    }

    /// The connection. If there is none, one is made, by a task that goes on when whoever asked first has gone.
    pub(super) async fn connection(&self) -> Result<Connected, Failure> {
        let mut attempt = {
            let mut state = self.state();
            if let Some(connected) = state.connected() {
                return Ok(connected);
            }
            let running = state.attempt.clone();
            running
                // One whose runtime has gone never ends.
                .filter(|attempt| attempt.has_changed().is_ok())
                .unwrap_or_else(|| {
                    let attempt = self.attempt();
                    state.attempt = Some(attempt.clone());
                    attempt
                })
        };
        // It says nothing; it ends.
        attempt.changed().await.ok();
        self.state().connected().ok_or(Failure::Failed)
    }

    fn attempt(&self) -> watch::Receiver<()> {
        let (ends, attempt) = watch::channel(());
        let link = self.clone();
        tokio::spawn(async move {
            let connected = within(CONNECTING, link.connect()).await;
            let mut state = link.state();
            if let Ok(connection) = connected {
                state.made += 1;
                state.connection = Some((state.made, connection));
            }
            drop(ends);
        });
        attempt
    }

    /// A connection that nobody has used, to a server whose epoch is known to be its own.
    async fn connect(&self) -> Result<MultiplexedConnection, Failure> {
        let mut connection = self.separate().await?;
        self.control.look(&mut connection, Over::None).await?;
        Ok(connection)
    }

    /// A connection for something that would hold up all others.
    pub(super) async fn separate(&self) -> Result<MultiplexedConnection, Failure> {
        if let ConnectionAddr::TcpTls { .. } = self.client.get_connection_info().addr() {
            provide_cryptography();
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        Ok(connection.await?)
    }

    /// Gives up a connection, unless there is another one by now.
    pub(super) fn discard(&self, number: u64) {
        let mut state = self.state();
        if state
            .connection
            .as_ref()
            .is_some_and(|(known, _)| *known == number)
        {
            state.connection = None;
        }
    }

    /// Gives up the connection.
    pub(super) fn discard_any(&self) {
        self.state().connection = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn connected(&self) -> Option<Connected> {
        let (number, connection) = self.connection.clone()?;
        Some(Connected { number, connection })
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

/// Where the server is, and not who asks.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.get_connection_info().addr().fmt(f)
    }
}

/// TLS takes its cryptography from the process. Where the application has chosen none, this one is chosen.
fn provide_cryptography() {
    use rustls::crypto::{CryptoProvider, ring};
    if CryptoProvider::get_default().is_none() {
        // It fails if another one was chosen just now, which is as good.
        ring::default_provider().install_default().ok();
    }
}
