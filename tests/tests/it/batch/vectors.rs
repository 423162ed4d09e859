//! The tests of `DataLoader`, restated as data: every record is run, and the batches and the results are compared.
//!
//! Their words mean this here: the loads of one step are a tick, a loader with a cache is a tool with a TTL, to clear a key
//! is to invalidate what the tool reads for it, and to prime one is to have it asked for and kept when nobody counts.
//! Batching off is a lever, and what nobody dispatches does not run.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, yield_now};
use tokio::time::Instant;
use toolwright::{
    Batching, ErrorKind, FlushPolicy, Harness, Levers, Outcome, Session, State, ToolCall,
    ToolError, registry, tool,
};

/// What the loaders ask, and what they have asked for.
#[derive(Clone, Default)]
struct Source(Arc<Inside>);

#[derive(Default)]
struct Inside {
    behaviour: Behaviour,
    harness: OnceLock<Harness>,
    /// What a key is while it is primed, which is no batch of the record.
    primed: Mutex<HashMap<String, Value>>,
    batches: Mutex<Vec<Vec<Value>>>,
}

/// What the batch function of a record does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Behaviour {
    #[default]
    Identity,
    OddFails,
    AllFail,
    ClearsFirst,
    ReturnsNone,
}

impl Behaviour {
    fn of(record: &Value) -> Self {
        match record["options"]["batch_fn"].as_str() {
            None => Behaviour::Identity,
            Some("even ok, odd error \"Odd: k\"") => Behaviour::OddFails,
            Some("always error \"Error: k\"") => Behaviour::AllFail,
            Some("identity, clear_all on entry") => Behaviour::ClearsFirst,
            Some("returns none") => Behaviour::ReturnsNone,
            Some(other) => panic!("no such batch function is known: {other}"),
        }
    }
}

type Answers = Vec<Result<String, ToolError>>;

/// The batch function: the JSON text of a value for each key.
fn load(source: &Source, keys: Vec<impl Serialize>) -> Answers {
    let keys: Vec<Value> = keys.into_iter().map(|key| json!(key)).collect();
    let Inside {
        behaviour,
        harness,
        primed,
        batches,
    } = &*source.0;
    let primed = primed.lock().unwrap();
    if !primed.is_empty() {
        let value = |key: &Value| Ok(primed[&key.to_string()].to_string());
        return keys.iter().map(value).collect();
    }
    batches.lock().unwrap().push(keys.clone());
    if *behaviour == Behaviour::ClearsFirst {
        harness.get().expect("the harness was built").clear();
    }
    let answer = |key: &Value| match behaviour {
        Behaviour::OddFails if key.as_u64().is_some_and(|key| key % 2 == 1) => {
            Err(ToolError::failed(format_args!("Odd: {key}")))
        }
        Behaviour::AllFail => Err(ToolError::failed(format_args!("Error: {key}"))),
        _ => Ok(key.to_string()),
    };
    match behaviour {
        Behaviour::ReturnsNone => Vec::new(),
        _ => keys.iter().map(answer).collect(),
    }
}

async fn load_numbers(State(source): State<Source>, keys: Vec<u64>) -> Answers {
    load(&source, keys)
}

async fn load_texts(State(source): State<Source>, keys: Vec<String>) -> Answers {
    load(&source, keys)
}

async fn load_objects(State(source): State<Source>, keys: Vec<Key>) -> Answers {
    load(&source, keys)
}

/// A key of several members, in any order.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Key {
    /// One.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    /// Another.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u64>,
    /// One more.
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<u64>,
}

/// A loader for each kind of key, with and without a cache, and for the sizes that the records have.
macro_rules! loaders {
    ($($name:ident($key:ty) = $function:ident, $most:literal $(, $ttl:literal)?;)*) => {
        $(
            /// Load.
            #[tool(batch = $function, batch_window = "100ms", batch_max = $most, reads = "vector" $(, ttl = $ttl)?)]
            async fn $name(
                /// The key.
                key: $key,
            ) -> Result<String, ToolError>;
        )*
    };
}

loaders! {
    vector_object(Key) = load_objects, 64, "1h";
}

/// Scalars can be invalidated one by one.
macro_rules! scalar_loaders {
    ($($name:ident($key:ty) = $function:ident, $most:literal $(, $ttl:literal)?;)*) => {
        $(
            /// Load.
            #[tool(batch = $function, batch_window = "100ms", batch_max = $most, reads = "vector/{key}" $(, ttl = $ttl)?)]
            async fn $name(
                /// The key.
                key: $key,
            ) -> Result<String, ToolError>;
        )*
    };
}

scalar_loaders! {
    vector_number(u64) = load_numbers, 64, "1h";
    vector_number_1(u64) = load_numbers, 1, "1h";
    vector_number_2(u64) = load_numbers, 2, "1h";
    vector_text(String) = load_texts, 64, "1h";
    vector_text_3(String) = load_texts, 3, "1h";
    vector_text_uncached(String) = load_texts, 64;
}

/// One record while it is run.
struct Player {
    tool: String,
    source: Source,
    harness: Harness,
    session: Session,
}

impl Player {
    fn new(record: &Value) -> Self {
        let options = &record["options"];
        let first = first_key(record);
        let mut tool = match first {
            Value::Number(_) => "vector_number".to_owned(),
            Value::String(_) => "vector_text".to_owned(),
            _ => "vector_object".to_owned(),
        };
        if let Some(most) = options["max_batch_size"].as_u64() {
            tool = format!("{tool}_{most}");
        }
        if options["cache"] == json!(false) {
            tool = format!("{tool}_uncached");
        }
        let source = Source(Arc::new(Inside {
            behaviour: Behaviour::of(record),
            ..Inside::default()
        }));
        let registry = registry![
            vector_object,
            vector_number,
            vector_number_1,
            vector_number_2,
            vector_text,
            vector_text_3,
            vector_text_uncached
        ];
        let mut builder = Harness::builder(registry.unwrap()).state(source.clone());
        if options["batch"] == json!(false) {
            builder = builder.levers(Levers::all().without_batching());
        }
        if options["window_ms"].is_u64() {
            builder = builder.batching(Batching::new().policy(FlushPolicy::Hybrid));
        }
        let harness = builder.build().unwrap();
        assert!(source.0.harness.set(harness.clone()).is_ok());
        let session = harness.session().start();
        Self {
            tool,
            source,
            harness,
            session,
        }
    }

    fn call(&self, id: usize, key: &str) -> ToolCall {
        ToolCall::new(id.to_string(), &*self.tool, format!(r#"{{"key":{key}}}"#))
    }

    /// A tick: a result for each load, a list of them for each `load_many`.
    async fn dispatch(&self, loads: &[Load]) -> Value {
        let keys = loads.iter().flat_map(Load::keys);
        let calls = keys.enumerate().map(|(id, key)| self.call(id, key));
        let outcomes = self.session.dispatch(calls).await;
        let mut results = outcomes.iter().map(result);
        let mut of = |load: &Load| match load {
            Load::One(_) => results.next().expect("a result a key"),
            Load::Many(keys) => results.by_ref().take(keys.len()).collect(),
        };
        loads.iter().map(&mut of).collect()
    }

    /// The same loads, each raised by a future that the one before it has woken: so many turns after the first.
    async fn dispatch_chained(&self, loads: &[Load]) {
        let mut tasks = JoinSet::new();
        for (turns, key) in loads.iter().flat_map(Load::keys).enumerate() {
            let (session, call) = (self.session.clone(), self.call(turns, key));
            tasks.spawn(async move {
                for _ in 0..turns {
                    yield_now().await;
                }
                session.dispatch([call]).await
            });
        }
        tasks.join_all().await;
    }

    /// Has a key kept with this value, unless it is kept already. Errors are never kept here: a value says that it is one.
    async fn prime(&self, key: &Value, value: &Value) {
        let primed = &self.source.0.primed;
        primed
            .lock()
            .unwrap()
            .insert(key.to_string(), value.clone());
        let outcome = &self
            .session
            .dispatch([self.call(0, &key.to_string())])
            .await[0];
        assert!(!outcome.is_error(), "{outcome:?}");
        primed.lock().unwrap().clear();
    }

    fn clear(&self, key: &Value) {
        match key {
            Value::String(text) => self.harness.invalidate(&*format!("vector/{text}")),
            Value::Number(number) => self.harness.invalidate(&*format!("vector/{number}")),
            // A resource is named by scalars: a key of several members goes with its tool.
            _ => self.harness.invalidate_tool(&self.tool),
        }
    }
}

/// What is asked for in a step, as JSON texts.
enum Load {
    One(String),
    Many(Vec<String>),
}

impl Load {
    fn keys(&self) -> impl Iterator<Item = &String> {
        match self {
            Load::One(key) => std::slice::from_ref(key).iter(),
            Load::Many(keys) => keys.iter(),
        }
    }
}

/// What became of a load, as the records write it.
fn result(outcome: &Outcome) -> Value {
    match outcome.result() {
        Ok(content) => serde_json::from_str(content.text()).unwrap(),
        Err(error) if error.kind() == ErrorKind::BatchContract => {
            // What `DataLoader` says in these words, we say in others.
            assert!(error.message().ends_with("it must return one a key"));
            json!({"error": "contains \"Array of the same length\""})
        }
        Err(error) => json!({"error": error.message()}),
    }
}

fn first_key(record: &Value) -> Value {
    let steps = record["steps"].as_array().unwrap();
    let operations = steps.iter().flat_map(|step| step.as_array().unwrap());
    let key = |operation: &Value| match operation {
        it if it["load_raw"].is_string() => Some(json!({})),
        it if it["load_many"].is_array() => it["load_many"].get(0).cloned(),
        it => it.get("load").cloned(),
    };
    operations.into_iter().find_map(key).unwrap()
}

/// Runs a record, and compares.
async fn play(record: &Value) {
    let name = record["name"].as_str().unwrap();
    let player = Player::new(record);
    let options = &record["options"];
    for prime in options["prime"].as_array().into_iter().flatten() {
        player.prime(&prime[0], &prime[1]).await;
    }
    let is_manual = options["schedule"] == json!("manual");
    let began = Instant::now();
    let mut results = Vec::new();
    for step in record["steps"].as_array().unwrap() {
        let mut loads = Vec::new();
        let mut is_dispatched = !is_manual;
        for operation in step.as_array().unwrap() {
            let (word, of) = operation.as_object().unwrap().iter().next().unwrap();
            match word.as_str() {
                "load" => loads.push(Load::One(of.to_string())),
                "load_raw" => loads.push(Load::One(of.as_str().unwrap().to_owned())),
                "load_many" => {
                    let keys = of.as_array().unwrap().iter();
                    loads.push(Load::Many(keys.map(Value::to_string).collect()));
                }
                "clear" => player.clear(of),
                "prime" => player.prime(&of[0], &of[1]).await,
                "dispatch" => is_dispatched = true,
                other => panic!("{name}: no such operation is known: {other}"),
            }
        }
        if options["chain"] == json!(true) {
            player.dispatch_chained(&loads).await;
        } else if is_dispatched {
            results.push(player.dispatch(&loads).await);
        }
    }
    assert!(
        began.elapsed().is_zero(),
        "{name}: nobody waits for a window"
    );
    let batches = json!(*player.source.0.batches.lock().unwrap());
    assert_eq!(batches, record["batches"], "{name}");
    if !record["results"].is_null() {
        assert_eq!(Value::Array(results), record["results"], "{name}");
    }
}

#[test]
fn every_record_of_the_vectors_has_its_batches_and_results() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/dataloader/vectors.jsonl"))
        .find(|file| file.is_file());
    let Some(file) = found else {
        eprintln!("left out: ../shared/data/dataloader/vectors.jsonl is not here");
        return;
    };
    let text = fs::read_to_string(file).unwrap();
    let mut records = 0;
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        records += 1;
        if record["batches"] == json!("constructor error") {
            // A size that cannot be is an error of the compiler.
            let refused = include_str!("../../ui/batch/bounds.stderr");
            assert!(refused.contains("batch_max = 0"), "{record}");
            continue;
        }
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(play(&record));
    }
    assert_eq!(records, 24);
}
