//! How a harness is told of a Redis server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{Client, ConnectionAddr, IntoConnectionInfo as _};

use super::control::Control;
use super::envelope::Sealer;
use super::keys::Keys;
use super::link::Link;
use super::tier::Tier;
use crate::cache::tier::SharedTier;

/// A Redis server as a second tier of the result cache, which the processes of a deployment share.
///
/// What one process has asked, no other needs to ask; what one process writes is invalidated in all of them, within a
/// stated time. A Redis that is down, slow or broken never fails a call: the tool runs.
///
/// Nothing connects before the first call.
///
/// ```
/// use std::time::Duration;
///
/// use toolwright::RedisTier;
///
/// let tier = RedisTier::new("rediss://agents:s3cret@cache.example.com/2")?
///     .prefix("agents:")
///     .lease(Duration::from_millis(500));
/// assert!(!format!("{tier:?}").contains("s3cret"));
/// # Ok::<(), toolwright::RedisTierError>(())
/// ```
#[derive(Clone)]
#[must_use = "give it to `HarnessBuilder::redis`"]
pub struct RedisTier {
    client: Client,
    settings: Settings,
}

/// What can be set, in a [`RedisTier`].
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) lease: Duration,
    pub(super) deadline: Duration,
    pub(super) max_ttl: Duration,
    pub(super) prefix: String,
    pub(super) single_flight: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(1),
            deadline: Duration::from_millis(50),
            max_ttl: Duration::from_hours(24),
            prefix: String::new(),
            single_flight: false,
        }
    }
}

/// The shortest lease: less is gone before Redis has answered.
const SHORTEST_LEASE: Duration = Duration::from_millis(20);
/// The longest lease and deadline, so that no moment that is computed from them is past the end of time.
const LONGEST: Duration = Duration::from_hours(1);

impl RedisTier {
    /// The server at a URL: `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS, or
    /// `unix:///path/to/socket`. Nothing is connected yet.
    ///
    /// A server's certificate is checked against the certificates that the machine trusts, or those in the file that
    /// the environment's `SSL_CERT_FILE` names.
    ///
    /// # Errors
    /// [`RedisTierError`] if it is no such URL.
    pub fn new(url: impl AsRef<str>) -> Result<Self, RedisTierError> {
        let url = url.as_ref();
        let info = url.into_connection_info();
        let info = info.map_err(|_| RedisTierError(Problem::NotAUrl))?;
        if let ConnectionAddr::TcpTls { insecure: true, .. } = info.addr() {
            return Err(RedisTierError(Problem::Insecure));
        }
        // Not every server knows the command by which the library would tell its name.
        let settings = info.redis_settings().clone().set_skip_set_lib_name();
        let client = Client::open(info.set_redis_settings(settings));
        Ok(Self {
            client: client.map_err(|_| RedisTierError(Problem::NotAUrl))?,
            settings: Settings::default(),
        })
    }

    /// For how long memory is trusted after Redis was heard last: 1 s, unless this is called; from 20 ms to 1 h.
    ///
    /// What another process writes is known here at once as a rule, and within a lease at worst. While Redis is not
    /// heard for longer, nothing is answered from the cache. A short lease costs requests: about eight a lease.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease.clamp(SHORTEST_LEASE, LONGEST);
        self
    }

    /// How long a call waits for Redis before it goes on without: 50 ms, unless this is called; at most 1 h.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline.min(LONGEST);
        self
    }

    /// How long Redis keeps a result at most, whatever its tool says: 24 h, unless this is called.
    pub fn max_ttl(mut self, max_ttl: Duration) -> Self {
        self.settings.max_ttl = max_ttl;
        self
    }

    /// What the name of every key begins with: nothing, unless this is called. Braces are left out, as they mean
    /// something to a cluster.
    pub fn prefix(mut self, prefix: impl AsRef<str>) -> Self {
        self.settings.prefix = prefix.as_ref().replace(['{', '}'], "");
        self
    }

    /// Whether equal calls of several processes at the same time run once: not, unless this is called.
    ///
    /// One process runs the tool, under a short lock that it renews; the others ask again until the result is there, for
    /// at most 30 s, and then run it themselves. If the one that runs it dies, they wait for a second. Within a process,
    /// equal calls are always one run.
    pub fn single_flight(mut self, single_flight: bool) -> Self {
        self.settings.single_flight = single_flight;
        self
    }

    /// The tier of the deployment that this secret belongs to.
    pub(crate) fn open(&self, secret: &[u8; 32]) -> Arc<dyn SharedTier> {
        let keys = Keys::new(&self.settings.prefix, secret);
        let control = Arc::new(Control::new(keys));
        let link = Link::new(self.client.clone(), Arc::clone(&control));
        Arc::new(Tier::new(
            self.settings.clone(),
            Sealer::new(secret),
            link,
            control,
        ))
    }
}

/// Shows where the server is, and neither user nor password.
impl fmt::Debug for RedisTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.client.get_connection_info();
        f.debug_struct("RedisTier")
            .field("address", &format_args!("{}", info.addr()))
            .field("database", &info.redis_settings().db())
            .field("tls", &matches!(info.addr(), ConnectionAddr::TcpTls { .. }))
            .field("settings", &self.settings)
            .finish()
    }
}

/// Why a URL is not that of a Redis server. It does not repeat the URL, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisTierError(Problem);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    NotAUrl,
    Insecure,
}

impl fmt::Display for RedisTierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Problem::NotAUrl => {
                "not the URL of a Redis server: write `redis://[user:password@]host[:port][/database]`, `rediss://…` for \
                 TLS or `unix:///path/to/socket`, with special characters in user and password percent-encoded"
            }
            Problem::Insecure => {
                "a certificate that is not checked protects from nobody: leave out `#insecure`, and name a file with the \
                 certificates to trust in the environment variable `SSL_CERT_FILE`"
            }
        })
    }
}

impl std::error::Error for RedisTierError {}

#[cfg(test)]
mod tests {
    use super::RedisTier;

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "redis://agent-7:hunter2@localhost:6380/3",
            "rediss://agent-7:hunter2@localhost",
            "unix:///run/redis.sock?user=agent-7&pass=hunter2",
        ] {
            let shown = format!("{:?}", RedisTier::new(url).unwrap());
            assert!(
                !shown.contains("hunter2") && !shown.contains("agent-7"),
                "{shown}"
            );
            assert!(
                shown.contains("localhost") || shown.contains("/run/redis.sock"),
                "{shown}"
            );
        }
    }

    #[test]
    fn what_is_no_url_is_told_without_the_password() {
        for url in [
            "",
            "localhost:6379",
            "http://:hunter2@localhost",
            "redis://:hunter2@localhost/first",
            "redis://:hunter2@localhost?protocol=9",
            "redis://:hunter2%ff@localhost",
            "redis://:hunter2@0.0.0.0",
        ] {
            let error = RedisTier::new(url).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(
                shown.starts_with("not the URL of a Redis server: write `redis://"),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_certificate_is_always_checked() {
        let error = RedisTier::new("rediss://localhost#insecure").unwrap_err();
        assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
    }

    #[test]
    fn braces_do_not_get_into_keys() {
        let tier = RedisTier::new("redis://localhost")
            .unwrap()
            .prefix("{}a{b}:");
        assert_eq!(tier.settings.prefix, "ab:");
    }
}
