//! The steps, in the order in which they run: the quick ones first.

use super::command::Cargo;
use super::metadata::Metadata;
use super::{Verdict, data, redis};

/// One thing that must hold.
pub(super) struct Step {
    /// What `--only` calls it.
    pub(super) name: &'static str,
    /// What it shows, in a few words.
    pub(super) what: &'static str,
    /// Finds out.
    pub(super) run: fn() -> Verdict,
}

/// The package of the tests, and its binary that compiles what must not compile.
const TESTS: &str = "toolwright-tests";
const UI: &str = "ui";

/// The package that users depend on.
const RUNTIME: &str = "toolwright";

/// Its models.
const MODELS: [&str; 3] = ["cache::models::", "batch::models::", "limit::models::"];

/// Features of the tests package, each of which turns on a feature of `serde_json` for the whole build.
const FOREIGN: [&str; 2] = [
    "serde_json_preserve_order",
    "serde_json_arbitrary_precision",
];

/// What `cargo xtask bench` builds: a workspace of its own.
const BENCHES: &str = "benches/Cargo.toml";

/// Every step.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        what: "the code is formatted",
        run: || run(fmt),
    },
    Step {
        name: "tidy",
        what: "the checks that clippy cannot make",
        run: || run(tidy),
    },
    Step {
        name: "clippy",
        what: "no warnings, in tests and examples too",
        run: || run(clippy),
    },
    Step {
        name: "tests",
        what: "unit and integration tests",
        run: || run(tests),
    },
    Step {
        name: "models",
        what: "the races of the result cache and of the batch loader, in orders of shuttle's choosing",
        run: || run(models),
    },
    Step {
        name: "ui",
        what: "what must not compile, with its exact errors",
        run: || run(ui),
    },
    Step {
        name: "doctests",
        what: "the examples in the documentation",
        run: || run(doctests),
    },
    Step {
        name: "golden",
        what: "the dumped definitions of every provider are current",
        run: || run(golden),
    },
    Step {
        name: "stable-bytes",
        what: "the same bytes, whatever other crates turn on in serde_json",
        run: || run(stable_bytes),
    },
    Step {
        name: "docs",
        what: "the documentation builds without warnings",
        run: || run(docs),
    },
    Step {
        name: "features",
        what: "every feature builds by itself, and none of them",
        run: || run(features),
    },
    Step {
        name: "bench-lock",
        what: "the lock file of the benchmarks is current",
        run: bench_lock,
    },
];

/// What a step found: a note for the table (often empty), or why it failed.
type Found = Result<String, String>;

fn run(step: fn() -> Found) -> Verdict {
    match step() {
        Ok(note) => Verdict::Passed(note),
        Err(why) => Verdict::Failed(why),
    }
}

fn fmt() -> Found {
    component("fmt", "rustfmt")?;
    Cargo::new("fmt --all --check").run()?;
    Cargo::new("fmt --check --manifest-path")
        .arg(BENCHES)
        .run()?;
    Ok(String::new())
}

fn tidy() -> Found {
    println!("$ cargo xtask tidy");
    let report = crate::tidy::check(&crate::root())?;
    print!("{report}");
    let problems = report.problems();
    if problems > 0 {
        return Err(format!("problems: {problems}, listed above"));
    }
    Ok(String::new())
}

fn clippy() -> Found {
    component("clippy", "clippy")?;
    Cargo::new("clippy --workspace --all-targets --locked -- -D warnings").run()?;
    Ok(String::new())
}

fn tests() -> Found {
    let mut notes = Vec::new();
    let redis = redis::server();
    let with_redis = |command: Cargo| match &redis {
        Ok(server) => command.env(redis::VARIABLE, &server.display().to_string()),
        Err(_) => command,
    };
    if has("nextest") {
        let but_ui = format!("not (package({TESTS}) & binary({UI}))");
        with_redis(Cargo::new("nextest run --workspace --locked -E"))
            .arg(&but_ui)
            .run()?;
    } else {
        println!("cargo-nextest is not installed: `cargo test` runs the tests instead");
        notes.push("by `cargo test`: cargo-nextest is not installed");
        Cargo::new("test --workspace --locked --lib --bins --tests --exclude")
            .arg(TESTS)
            .run()?;
        let mut rest = with_redis(Cargo::new("test --locked -p")).arg(TESTS);
        for (kind, name) in Metadata::read()?.tested(TESTS)? {
            rest = match kind.as_str() {
                "lib" => rest.arg("--lib"),
                "test" if name != UI => rest.arg("--test").arg(&name),
                _ => rest,
            };
        }
        rest.run()?;
    }
    if !data::is_there(&crate::root()) {
        notes.push("those that read ../shared/data left out");
    }
    if let Err(why) = &redis {
        println!("LEFT OUT: the tests of the Redis tier, as there is no redis-server: {why}");
        notes.push("those of the Redis tier left out");
    }
    Ok(notes.join("; "))
}

fn models() -> Found {
    let command = Cargo::new("test --locked --lib --features __shuttle -p").arg(RUNTIME);
    let command = MODELS.into_iter().fold(command.arg("--"), Cargo::arg);
    let output = command.run_and_read()?;
    for models in MODELS {
        let ran = |line: &str| line.starts_with(&format!("test {models}"));
        if !output.lines().any(ran) {
            return Err(format!("none of `{models}` ran"));
        }
    }
    Ok(String::new())
}

fn ui() -> Found {
    let command = Cargo::new("test --locked -p").arg(TESTS);
    command.arg("--test").arg(UI).run()?;
    Ok(String::new())
}

fn doctests() -> Found {
    Cargo::new("test --workspace --doc --locked").run()?;
    Ok(String::new())
}

fn golden() -> Found {
    println!("$ cargo xtask dump --check");
    crate::dump::check_all()?;
    Ok(String::new())
}

fn stable_bytes() -> Found {
    for feature in FOREIGN {
        let command = Cargo::new("test --locked -p").arg(TESTS);
        let command = command
            .arg("--test")
            .arg("it")
            .arg("--features")
            .arg(feature);
        let output = command.arg("golden").run_and_read()?;
        // A filter that matches nothing passes, and shows nothing.
        if !output.lines().any(ran_some) {
            return Err(format!("no golden test ran with {feature}"));
        }
    }
    Ok(String::new())
}

/// Whether a line of the test harness says that tests ran.
fn ran_some(line: &str) -> bool {
    line.starts_with("test result: ok.") && !line.contains(" 0 passed")
}

fn docs() -> Found {
    let command = Cargo::new("doc --workspace --no-deps --locked --document-private-items");
    command.env("RUSTDOCFLAGS", "-D warnings").run()?;
    Ok(String::new())
}

fn features() -> Found {
    component("clippy", "clippy")?;
    let features = Metadata::read()?.features(RUNTIME)?;
    // By clippy, whose `-D warnings` is for this package alone: in RUSTFLAGS it would build every dependency again.
    let check = || Cargo::new("clippy --locked --no-default-features -p").arg(RUNTIME);
    let denied = |command: Cargo| command.arg("--").arg("-D").arg("warnings").run();
    denied(check())?;
    for feature in &features {
        denied(check().arg("--features").arg(feature))?;
    }
    Ok(format!("none, {}", features.join(", ")))
}

/// Says so, where the libraries that the benchmarks compare with are at hand; nothing is fetched for it.
fn bench_lock() -> Verdict {
    let metadata = Cargo::new("metadata --locked --offline --format-version 1 --manifest-path");
    match metadata.arg(BENCHES).read() {
        Ok(_) => Verdict::Passed(String::new()),
        Err(why) if is_outdated(&why) => {
            let remedy = format!("`cargo metadata --manifest-path {BENCHES}` makes it current");
            Verdict::Failed(remedy)
        }
        Err(_) => Verdict::LeftOut("what they compare with was never fetched".to_owned()),
    }
}

/// Whether cargo failed since a lock file does not fit its manifest.
fn is_outdated(why: &str) -> bool {
    why.contains("--locked was passed")
}

/// Fails with the way to install it when a component of the toolchain is missing.
fn component(subcommand: &str, component: &str) -> Result<(), String> {
    if has(subcommand) {
        return Ok(());
    }
    Err(format!(
        "{component} is not installed: `rustup component add {component}`"
    ))
}

/// Whether cargo has a subcommand.
fn has(subcommand: &str) -> bool {
    Cargo::new(subcommand).arg("--version").read().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_that_does_not_fit_is_told_from_what_was_never_fetched() {
        assert!(is_outdated(
            "error: cannot update the lock file Cargo.lock because --locked was passed to prevent this"
        ));
        assert!(!is_outdated(
            "error: no matching package named `moka` found
location searched: crates.io index"
        ));
    }

    #[test]
    fn a_run_of_no_tests_is_noticed() {
        assert!(ran_some("test result: ok. 3 passed; 0 failed; 0 ignored"));
        assert!(ran_some("test result: ok. 10 passed; 0 failed; 0 ignored"));
        assert!(!ran_some(
            "test result: ok. 0 passed; 0 failed; 9 filtered out"
        ));
        assert!(!ran_some("running 3 tests"));
    }

    #[test]
    fn a_subcommand_that_does_not_exist_is_noticed() {
        assert!(!has("no-such-subcommand"));
        let error = component("no-such-subcommand", "rustfmt").unwrap_err();
        assert_eq!(
            error,
            "rustfmt is not installed: `rustup component add rustfmt`"
        );
    }
}
