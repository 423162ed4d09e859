//! Two processes and one Redis: the test starts its own program twice more, each time as a process that does what it is
//! told through its standard input. What is true is in files, so that nothing but Redis makes the caches agree.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use toolwright::{CacheStatus, Harness, RedisTier, Session, registry, tool};

use crate::server::{Server, eventually};

/// What a process is told at its start: the URL, the folder, and the lease in milliseconds.
const TOLD: &str = "TOOLWRIGHT_TEST_PROCESS";
/// What an answer begins with: the test harness of the process writes lines of its own.
const ANSWER: &str = "answer: ";

#[derive(Clone)]
struct Files(PathBuf);

impl Files {
    fn read(&self, id: &str) -> u64 {
        let text = std::fs::read_to_string(self.0.join(id)).unwrap_or_else(|_| "0".to_owned());
        text.parse().unwrap()
    }

    fn write(&self, id: &str, version: u64) {
        let new = self.0.join(format!("{id}.new"));
        std::fs::write(&new, version.to_string()).unwrap();
        std::fs::rename(new, self.0.join(id)).unwrap();
    }
}

/// Look up the version of a document.
#[tool(ttl = "1h", reads = "document/{id}")]
async fn document_version(
    #[state] files: &Files,
    /// The document's id.
    id: String,
) -> u64 {
    files.read(&id)
}

/// Look up the versions of all documents.
#[tool(ttl = "1h", reads = "document/*")]
async fn document_versions(#[state] files: &Files) -> Vec<u64> {
    DOCUMENTS.map(|id| files.read(id)).to_vec()
}

/// Set the version of a document.
#[tool(writes = "document/{id}")]
async fn set_document_version(
    #[state] files: &Files,
    /// The document's id.
    id: String,
    /// The new version.
    version: u64,
) -> u64 {
    files.write(&id, version);
    version
}

const DOCUMENTS: [&str; 3] = ["a", "b", "c"];

/// Another process.
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(server: &Server, lease: Duration) -> Self {
        let (url, folder) = (server.url(), server.folder().display());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "processes::does_what_it_is_told",
                "--ignored",
                "--nocapture",
            ])
            .env(TOLD, format!("{url}\n{folder}\n{}", lease.as_millis()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// Makes a call: what it gave, and whether it was a hit.
    fn call(&mut self, tool: &str, arguments: &str) -> (String, bool) {
        writeln!(self.input, "{tool} {arguments}").unwrap();
        for line in self.output.by_ref().lines() {
            let line = line.unwrap();
            // The test harness may have begun the line.
            if let Some((_, answer)) = line.split_once(ANSWER) {
                let (cache, text) = answer.split_once(' ').unwrap();
                return (text.to_owned(), cache == CacheStatus::Hit.as_str());
            }
        }
        panic!("the process has ended");
    }

    fn read(&mut self, id: &str) -> (u64, bool) {
        let (version, hit) = self.call("document_version", &format!(r#"{{"id": "{id}"}}"#));
        (version.parse().unwrap(), hit)
    }

    fn read_all(&mut self) -> Vec<u64> {
        let (versions, _) = self.call("document_versions", "{}");
        serde_json::from_str(&versions).unwrap()
    }

    fn write(&mut self, id: &str, version: u64) {
        self.call(
            "set_document_version",
            &format!(r#"{{"id": "{id}", "version": {version}}}"#),
        );
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
#[ignore = "what other tests start as a process of its own"]
fn does_what_it_is_told() {
    let Ok(told) = std::env::var(TOLD) else {
        return;
    };
    let [url, folder, lease] = told.split('\n').collect::<Vec<_>>().try_into().unwrap();
    let tier = RedisTier::new(url)
        .unwrap()
        .deadline(Duration::from_secs(20));
    let tier = tier.lease(Duration::from_millis(lease.parse().unwrap()));
    let tools = registry![document_version, document_versions, set_document_version];
    let builder = Harness::builder(tools.unwrap()).state(Files(Path::new(folder).to_owned()));
    let harness = builder.redis(tier).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.unwrap();
    let session: Session = harness.session().start();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (tool, arguments) = line.split_once(' ').unwrap();
        let outcome = runtime.block_on(session.call(tool, arguments));
        assert!(!outcome.is_error(), "{}", outcome.text());
        println!("{ANSWER}{} {}", outcome.cache().as_str(), outcome.text());
    }
}

#[test]
fn a_write_in_one_process_is_seen_by_reads_in_the_other_within_the_lease() {
    let Some(server) = Server::start() else {
        return;
    };
    let lease = Duration::from_millis(400);
    let (mut one, mut other) = (
        Process::start(&server, lease),
        Process::start(&server, lease),
    );
    let mut seen_at_once = 0;
    for version in 1..=10 {
        eventually("both have it from a cache", || {
            let hits = [one.read("a").1, other.read("a").1];
            (hits == [true, true]).then_some(())
        });
        one.write("a", version);
        let written = Instant::now();
        assert_eq!(one.read("a").0, version, "who wrote sees it at once");
        let seen = eventually("the write is seen", || {
            let (found, _) = other.read("a");
            (found == version).then(Instant::now)
        });
        if seen - written < lease {
            seen_at_once += 1;
        } else {
            // The machine was busy: whatever began after the bound has seen it.
            let late = seen - written;
            assert_eq!(other.read("a").0, version, "{late:?}");
        }
    }
    assert!(
        seen_at_once > 0,
        "the bus has told it, and not the end of the lease"
    );
}

#[test]
fn random_reads_and_writes_of_two_processes_never_show_what_is_older_than_the_bound() {
    let Some(server) = Server::start() else {
        return;
    };
    let lease = Duration::from_millis(40);
    let mut processes = [
        Process::start(&server, lease),
        Process::start(&server, lease),
    ];
    let mut random = fastrand::Rng::with_seed(11);
    // Of each document: every version, by whom it was written, and when that had ended.
    let mut written: [Vec<(u64, usize, Instant)>; 3] = Default::default();
    let mut versions = 0;
    let mut hits = 0;
    for step in 0..3000 {
        let (process, document) = (random.usize(..2), random.usize(..3));
        let id = DOCUMENTS[document];
        if random.u8(..8) == 0 {
            versions += 1;
            processes[process].write(id, versions);
            written[document].push((versions, process, Instant::now()));
            continue;
        }
        let begun = Instant::now();
        let floor = |document: usize| {
            let known = written[document].iter().rev();
            // What the process wrote itself counts at once; what the other wrote, after the lease.
            let known = known.filter(|(_, by, ended)| *by == process || *ended + lease < begun);
            known
                .map(|(version, ..)| *version)
                .max()
                .unwrap_or_default()
        };
        if random.u8(..4) == 0 {
            let all = processes[process].read_all();
            for (document, version) in all.iter().enumerate() {
                assert!(
                    *version >= floor(document),
                    "step {step}: {all:?}, document {document}"
                );
            }
        } else {
            let (version, hit) = processes[process].read(id);
            assert!(
                version >= floor(document),
                "step {step}: {id} has version {version}"
            );
            hits += usize::from(hit);
        }
        if random.u8(..64) == 0 {
            // So that the lease is over for some of it.
            std::thread::sleep(lease);
        }
    }
    assert!(
        hits > 100,
        "a cache that is never asked is never wrong: {hits} hits"
    );
}
