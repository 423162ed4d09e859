//! A Redis server of a test's own.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use redis::Connection;
use tempfile::TempDir;
use toolwright::RedisTier;

/// For what happens at once on an idle machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that listens on a socket in a folder of its own, keeps nothing on disk, and ends with this value.
pub(crate) struct Server {
    program: PathBuf,
    arguments: Vec<String>,
    folder: TempDir,
    child: Mutex<Option<Child>>,
}

impl Server {
    /// Starts one; none, if there is no program for it, which is said once.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same, with more arguments.
    pub(crate) fn start_with(arguments: &[&str]) -> Option<Self> {
        let program = program()?;
        let server = Self {
            program,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            folder: TempDir::new().unwrap(),
            child: Mutex::new(None),
        };
        server.start_again();
        Some(server)
    }

    /// Starts it after [`Server::stop`]: a server that knows nothing.
    pub(crate) fn start_again(&self) {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let child = Command::new(&self.program)
            .args(["--port", "0", "--save", "", "--appendonly", "no"])
            .arg("--unixsocket")
            .arg(self.socket())
            .arg("--dir")
            .arg(self.folder.path())
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(log)
            .spawn();
        *self.child.lock().unwrap() = Some(child.unwrap());
        eventually("the server answers", || {
            let client = redis::Client::open(self.admin_url()).unwrap();
            let mut connection = client.get_connection_with_timeout(PATIENCE).ok()?;
            redis::cmd("PING").query::<String>(&mut connection).ok()
        });
    }

    /// Ends it, with all that it knows.
    pub(crate) fn stop(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops it where it is: it holds its connections and answers nothing.
    pub(crate) fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.lock().unwrap();
        let id = child.as_ref().expect("it runs").id();
        kill(Pid::from_raw(id.try_into().unwrap()), signal).unwrap();
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// A folder that goes when the server does.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The URL of its socket.
    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// The same with the password, if there is one.
    fn admin_url(&self) -> String {
        let mut arguments = self.arguments.iter();
        arguments.find(|argument| *argument == "--requirepass");
        match arguments.next() {
            Some(password) => format!("{}?pass={password}", self.url()),
            None => self.url(),
        }
    }

    /// A connection to look at what it holds, and to change that.
    pub(crate) fn connection(&self) -> Connection {
        let client = redis::Client::open(self.admin_url()).unwrap();
        client.get_connection().unwrap()
    }

    /// All keys that match a pattern.
    pub(crate) fn keys(&self, pattern: &str) -> Vec<String> {
        let keys = redis::cmd("KEYS")
            .arg(pattern)
            .query(&mut self.connection());
        keys.unwrap()
    }

    /// A number of the `INFO` of the server.
    pub(crate) fn info(&self, section: &str, name: &str) -> u64 {
        let info = redis::cmd("INFO")
            .arg(section)
            .query(&mut self.connection());
        let info: String = info.unwrap();
        let mut lines = info.lines();
        let number = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        number.unwrap().trim().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits for something that happens by itself.
pub(crate) fn eventually<T>(what: &str, mut is: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(it) = is() {
            return it;
        }
        assert!(Instant::now() < until, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The same, for what is asked in a task.
pub(crate) async fn eventually_async<T>(what: &str, mut is: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(it) = is().await {
            return it;
        }
        assert!(Instant::now() < until, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn program() -> Option<PathBuf> {
    static SAID: Once = Once::new();
    let given = std::env::var_os("TOOLWRIGHT_REDIS_SERVER").filter(|given| !given.is_empty());
    let program = PathBuf::from(given.unwrap_or_else(|| "redis-server".into()));
    let version = Command::new(&program).arg("--version").output();
    if version.is_ok_and(|version| version.status.success()) {
        return Some(program);
    }
    // Not by a macro of the standard library: the test harness would keep it to itself.
    SAID.call_once(|| {
        let line = "LEFT OUT: the tests of the Redis tier, as there is no redis-server; `cargo xtask test` installs it\n";
        std::io::stderr().write_all(line.as_bytes()).ok();
    });
    None
}

/// A tier that waits for its server, however busy the machine is.
pub(crate) fn patient(server: &Server) -> RedisTier {
    let tier = RedisTier::new(server.url()).unwrap();
    tier.deadline(Duration::from_secs(10))
        .lease(Duration::from_secs(10))
}

/// Waits until this many results are in Redis.
pub(crate) fn kept(server: &Server, count: usize) {
    eventually("results are kept", || {
        (server.keys("*:v:*").len() == count).then_some(())
    });
}

/// Ports that nobody listens on.
pub(crate) fn free_ports<const N: usize>() -> [String; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port().to_string())
}
