//! Idempotency keys: one for each call, the same for every try of it, and for a session that is begun again.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use toolwright::{
    Context, Harness, Layer, LayerCall, Next, Outcome, Session, State, ToolCall, ToolError,
    async_trait, registry, tool,
};

use super::call;

/// The keys that tools and layers saw.
#[derive(Debug, Clone, Default)]
struct Keys(Arc<Mutex<Vec<Key>>>);

/// Who saw a key, and the key, if there is one.
type Key = (String, Option<String>);

impl Keys {
    fn add(&self, who: &str, key: Option<String>) {
        self.0.lock().unwrap().push((who.to_owned(), key));
    }

    /// All of them since this was last asked, in their order.
    fn take(&self) -> Vec<Key> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// Those that one saw.
    fn take_of(&self, who: &str) -> Vec<String> {
        let all = self.take().into_iter();
        let of = all.filter(|(by, _)| by == who);
        of.map(|(_, key)| key.expect("there is a key")).collect()
    }
}

struct KeyLayer(Keys);

#[async_trait]
impl Layer for KeyLayer {
    async fn call(&self, call: &LayerCall, next: Next<'_>) -> Outcome {
        let who = format!("layer of {}", call.tool());
        self.0.add(&who, Some(call.idempotency_key()));
        next.run().await
    }
}

/// Charge a card; it works at the third try.
#[tool(writes = "card", retries = 2, idempotent)]
async fn identity_charge(#[state] keys: &Keys, #[context] ctx: &Context) -> Result<(), ToolError> {
    keys.add("charge", ctx.idempotency_key());
    let seen = keys.0.lock().unwrap();
    let tries = seen.iter().filter(|(who, _)| who == "charge").count();
    if tries % 3 == 0 {
        Ok(())
    } else {
        Err(ToolError::failed("the line was busy"))
    }
}

/// Look at a card.
#[tool(ttl = "1h", reads = "card")]
async fn identity_look(#[state] keys: &Keys, #[context] ctx: &Context) -> &'static str {
    keys.add("look", ctx.idempotency_key());
    "a card"
}

/// Note something.
#[tool(writes = "note")]
async fn identity_note(#[state] keys: &Keys, #[context] ctx: &Context) -> &'static str {
    keys.add("note", ctx.idempotency_key());
    "noted"
}

/// Note two things, and fail at the first try.
#[tool(writes = "*", retries = 1, idempotent)]
async fn identity_outer(#[state] keys: &Keys, #[context] ctx: &Context) -> Result<(), ToolError> {
    let tries = keys.0.lock().unwrap().len();
    keys.add("outer", ctx.idempotency_key());
    for _ in 0..2 {
        ctx.call::<identity_note>(serde_json::json!({})).await?;
    }
    if tries == 0 {
        Err(ToolError::failed("the line was busy"))
    } else {
        Ok(())
    }
}

/// Count.
#[tool(batch = identity_counts)]
async fn identity_count(
    /// What.
    id: u64,
) -> Result<u64, ToolError>;

async fn identity_counts(
    ctx: &Context,
    State(keys): State<Keys>,
    ids: Vec<u64>,
) -> Vec<Result<u64, ToolError>> {
    keys.add("batch", ctx.idempotency_key());
    keys.add("batch", ctx.run_id().or(ctx.call_id()).map(str::to_owned));
    ids.into_iter().map(Ok).collect()
}

fn harness(keys: &Keys) -> Harness {
    let registry = registry![
        identity_charge,
        identity_look,
        identity_note,
        identity_outer,
        identity_count
    ];
    let harness = Harness::builder(registry.unwrap()).state(keys.clone());
    harness.build().unwrap()
}

fn seeded(harness: &Harness) -> Session {
    harness.session().idempotency_seed("conversation 7").start()
}

fn notes() -> [ToolCall; 2] {
    ["a", "b"].map(|id| call(id, "identity_note", ""))
}

fn different(keys: &[String]) -> usize {
    keys.iter().collect::<HashSet<_>>().len()
}

#[tokio::test(start_paused = true)]
async fn every_try_of_a_call_has_its_key_and_its_layer_has_it_too() {
    let keys = Keys::default();
    let registry = registry![identity_charge].unwrap();
    let harness = Harness::builder(registry).state(keys.clone());
    let harness = harness.layer(KeyLayer(keys.clone())).build().unwrap();
    let session = harness.session().start();
    let report = session.dispatch([call("a", "identity_charge", "")]).await;
    assert_eq!((report[0].is_error(), report[0].attempts()), (false, 3));
    let seen = keys.take();
    let who: Vec<_> = seen.iter().map(|(who, _)| who.as_str()).collect();
    assert_eq!(
        who,
        ["layer of identity_charge", "charge", "charge", "charge"]
    );
    assert!(
        seen.iter()
            .all(|(_, key)| key.is_some() && *key == seen[0].1)
    );
    session.call("identity_charge", "").await;
    let seen = keys.take();
    assert_eq!(seen.len(), 4);
    assert!(
        seen.iter()
            .all(|(_, key)| key.is_some() && *key == seen[0].1)
    );
}

#[tokio::test(start_paused = true)]
async fn two_equal_calls_have_two_keys() {
    let keys = Keys::default();
    let session = harness(&keys).session().start();
    session.dispatch(notes()).await;
    session.dispatch(notes()).await;
    // Without ids, it is the place that tells them apart.
    session
        .dispatch(notes().map(|_| call("", "identity_note", "")))
        .await;
    session.call("identity_note", "").await;
    session.call("identity_note", "").await;
    let all = keys.take_of("note");
    assert_eq!((all.len(), different(&all)), (8, 8), "{all:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_begun_again_with_its_seed_has_the_same_keys() {
    let keys = Keys::default();
    let run = async |session: Session| {
        session.dispatch(notes()).await;
        session.dispatch_stream(notes()).report().await;
        let mut open = session.open_tick();
        for note in notes() {
            open.push(note);
        }
        open.finish().await;
        session.call("identity_note", "").await;
        session.dispatch([call("o", "identity_outer", "")]).await;
        let all: Vec<_> = keys.take();
        all.into_iter()
            .map(|(_, key)| key.unwrap())
            .collect::<Vec<_>>()
    };
    let first = run(seeded(&harness(&keys))).await;
    assert_eq!(first.len(), 7 + 3, "the outer call has succeeded");
    assert_eq!(run(seeded(&harness(&keys))).await, first);
    let other = harness(&keys).session().idempotency_seed("conversation 8");
    let [second, third, fourth] = [
        run(other.start()).await,
        run(harness(&keys).session().start()).await,
        run(harness(&keys).session().start()).await,
    ];
    let all = [first, second, third, fourth].concat();
    assert_eq!(different(&all), all.len());
}

/// What the cache has must not shift the keys of the writes that come later: a session that is begun again finds more of it.
#[tokio::test(start_paused = true)]
async fn the_keys_of_a_session_that_is_begun_again_do_not_hang_on_what_the_cache_has() {
    let keys = Keys::default();
    let harness = harness(&keys);
    for by_call in [false, true] {
        let run = async || {
            let session = seeded(&harness);
            if by_call {
                session.call("identity_look", "").await;
            } else {
                session.dispatch([call("look", "identity_look", "")]).await;
            }
            session.dispatch([call("note", "identity_note", "")]).await;
            keys.take_of("note")
        };
        let cold = run().await;
        assert_eq!(run().await, cold, "by `call`: {by_call}");
        // So that the second way begins with an empty cache.
        harness.session().start().call("identity_outer", "").await;
        keys.take();
    }
}

#[tokio::test(start_paused = true)]
async fn calls_from_inside_of_a_tool_have_keys_of_their_own_which_a_second_try_repeats() {
    let keys = Keys::default();
    let session = seeded(&harness(&keys));
    let report = session.dispatch([call("o", "identity_outer", "")]).await;
    assert_eq!(report[0].attempts(), 2);
    let seen = keys.take();
    let (first, second) = seen.split_at(3);
    assert_eq!(first, second);
    let all: Vec<_> = first.iter().map(|(_, key)| key.clone().unwrap()).collect();
    assert_eq!(different(&all), 3);
    session.dispatch([call("o", "identity_outer", "")]).await;
    let later = keys.take();
    assert!(first.iter().all(|it| !later.contains(it)));
}

#[tokio::test(start_paused = true)]
async fn in_a_batch_there_is_no_key() {
    let keys = Keys::default();
    let session = harness(&keys).session().run_id("run-1").start();
    let counts = [1, 2].map(|id| {
        let arguments = format!(r#"{{"id":{id}}}"#);
        call(&id.to_string(), "identity_count", &arguments)
    });
    session.dispatch(counts).await;
    session.call("identity_count", r#"{"id":3}"#).await;
    let seen = keys.take();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|(_, key)| key.is_none()), "{seen:?}");
}
