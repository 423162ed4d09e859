//! Recorded turns: which calls a model made together, what each probably reads or writes, and how long it takes.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::replay::Problem;

/// A file of recorded turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Conversations of several turns, whose calls say which application they are of and what they probably do.
    Conversations,
    /// Single turns of parallel calls, which say no more than their names.
    Parallel,
}

impl Source {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Conversations, Self::Parallel];

    /// The name of the file.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Conversations => "multi_turn_base.jsonl",
            Self::Parallel => "parallel.jsonl",
        }
    }

    /// Reads the turns.
    ///
    /// # Errors
    /// The file cannot be read, a line is none of its kind, or there is no call.
    pub fn read(self, path: &Path) -> Result<Vec<Turn>, Problem> {
        let turns: Vec<Turn> = match self {
            Self::Conversations => {
                let conversations = lines::<Conversation>(path)?.into_iter();
                let turns = conversations.flat_map(|it| it.turns);
                turns
                    .map(|turn| turn.calls.into_iter().map(Call::from).collect())
                    .collect()
            }
            Self::Parallel => {
                let turns = lines::<Single>(path)?.into_iter();
                let calls = |turn: Single| turn.ground_truth.into_iter().flatten();
                turns
                    .map(|turn| calls(turn).map(|(name, _)| Call::named(&name)).collect())
                    .collect()
            }
        };
        if turns.iter().all(Vec::is_empty) {
            return Err(Problem::in_file(path, "there is no call"));
        }
        Ok(turns)
    }
}

/// The calls that a model made together, in their order.
pub type Turn = Vec<Call>;

/// A recorded call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The application that it has to do with.
    pub api: String,
    /// Whether it probably changes something there.
    pub writes: bool,
    /// How long it takes.
    pub millis: u64,
}

impl Call {
    /// Whether the order of the two matters.
    #[must_use]
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.api == other.api && (self.writes || other.writes)
    }

    /// A call of which there is nothing but the name: `api.function`, or just the function.
    fn named(name: &str) -> Self {
        let (api, function) = name.split_once('.').unwrap_or((name, name));
        Self {
            api: api.to_owned(),
            writes: VERBS.iter().any(|verb| function.starts_with(verb)),
            millis: millis(name),
        }
    }
}

impl From<RecordedCall> for Call {
    fn from(call: RecordedCall) -> Self {
        Self {
            millis: millis(&call.name),
            api: call.api,
            writes: call.kind_guess == Kind::Write,
        }
    }
}

/// What the name of a function begins with that changes something.
const VERBS: [&str; 12] = [
    "add", "book", "cancel", "create", "delete", "order", "play", "post", "remove", "save", "send",
    "update",
];

/// The least and the most that a call takes, in milliseconds.
pub const MILLIS: (u64, u64) = (50, 800);

/// How long a function takes: something that only its name decides, by FNV-1a.
fn millis(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let (least, most) = MILLIS;
    least + hash % (most - least + 1)
}

#[derive(Deserialize)]
struct Conversation {
    turns: Vec<RecordedTurn>,
}

#[derive(Deserialize)]
struct RecordedTurn {
    calls: Vec<RecordedCall>,
}

#[derive(Deserialize)]
struct RecordedCall {
    name: String,
    api: String,
    kind_guess: Kind,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Read,
    Write,
}

#[derive(Deserialize)]
struct Single {
    ground_truth: Vec<Map<String, Value>>,
}

fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::in_file(path, error))?;
    let read = |(number, line): (usize, &str)| {
        let read = serde_json::from_str(line);
        read.map_err(|error| Problem::in_file(path, format_args!("line {}: {error}", number + 1)))
    };
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: Source, text: &str) -> Result<Vec<Turn>, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(source.file());
        std::fs::write(&path, text).unwrap();
        let read = source.read(&path);
        let named = |problem: Problem| {
            let folder = folder.path().display().to_string();
            Problem::new(problem.to_string().replace(&folder, "."))
        };
        read.map_err(named)
    }

    #[test]
    fn conversations_say_what_their_calls_do() {
        let line = r#"{"id":"a","turns":[
            {"calls":[{"name":"ls","api":"files","kind_guess":"read"},{"name":"rm","api":"files","kind_guess":"write"}]},
            {"calls":[]}
        ]}"#;
        let turns = read(Source::Conversations, &line.replace('\n', " ")).unwrap();
        let [turn, empty] = turns.as_slice() else {
            panic!("two turns: {turns:?}");
        };
        assert_eq!(empty, &[]);
        assert_eq!((turn[0].writes, turn[1].writes), (false, true));
        assert!(turn[0].conflicts_with(&turn[1]) && !turn[0].conflicts_with(&turn[0]));
    }

    #[test]
    fn the_names_of_parallel_calls_say_what_they_do() {
        let line =
            r#"{"ground_truth":[{"mail.send":{"to":["a"]}},{"mail.list":{}},{"create_note":{}}]}"#;
        let turns = read(Source::Parallel, line).unwrap();
        let calls: Vec<_> = turns[0]
            .iter()
            .map(|call| (call.api.as_str(), call.writes))
            .collect();
        assert_eq!(
            calls,
            [("mail", true), ("mail", false), ("create_note", true)]
        );
    }

    #[test]
    fn a_function_always_takes_as_long_and_others_something_else() {
        let names = ["ls", "rm", "mail.send", "mail.list"];
        let times = names.map(millis);
        assert_eq!(times, names.map(millis));
        assert!(
            times
                .iter()
                .all(|time| (MILLIS.0..=MILLIS.1).contains(time))
        );
        assert!(times.iter().any(|time| *time != times[0]));
    }

    #[test]
    fn what_cannot_be_read_is_one_line() {
        let of = |source, text| read(source, text).unwrap_err().to_string();
        let broken = of(Source::Parallel, "{\"ground_truth\":[]}\n\n{");
        assert!(
            broken.starts_with("./parallel.jsonl: line 3: EOF"),
            "{broken}"
        );
        assert_eq!(
            of(Source::Conversations, ""),
            "./multi_turn_base.jsonl: there is no call"
        );
    }
}
