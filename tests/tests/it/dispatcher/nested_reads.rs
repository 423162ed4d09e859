//! A kept result depends on what the calls read that were made on its way.

use std::collections::BTreeMap;

use serde_json::json;
use toolwright::{
    CacheStatus, Content, Context, Outcome, Registry, Resource, Session, State, ToolError,
    registry, tool,
};

use super::{World, call, dispatcher_keep, dispatcher_write, sleep, write};

/// Read a cell in one way or another, and say what it was.
#[tool(ttl = "1h", reads = "outer")]
async fn reads_outer(
    #[context] ctx: &Context,
    /// Which.
    cell: String,
    /// How.
    way: String,
    /// How long it goes on afterwards.
    #[arg(default)]
    millis: u64,
) -> Result<String, ToolError> {
    let arguments = json!({"cell": cell});
    let content = match way.as_str() {
        "kept" => ctx.call::<super::dispatcher_keep>(arguments).await,
        "not kept" => ctx.call::<super::dispatcher_read>(arguments).await,
        "batched" => ctx.call::<super::dispatcher_fetch>(arguments).await,
        "batched and kept" => ctx.call::<reads_fetch>(arguments).await,
        "found out" => ctx.call::<reads_found_out>(arguments).await,
        "found out and not kept" => ctx.call::<reads_found_out_anew>(arguments).await,
        "failing" => ctx.call::<reads_failing>(arguments).await,
        "through another" => {
            let arguments = json!({"cell": cell, "way": "kept"});
            ctx.call::<reads_through>(arguments).await
        }
        "through two others" => {
            let arguments = json!({"cell": cell, "way": "found out and not kept"});
            ctx.call::<reads_through>(arguments).await
        }
        "from another task" => {
            let ctx = ctx.clone();
            let task = async move { ctx.call::<super::dispatcher_keep>(arguments).await };
            tokio::spawn(task).await.map_err(ToolError::failed)?
        }
        "twice at once" => {
            let ask = || ctx.call::<super::dispatcher_keep>(arguments.clone());
            let (first, second) = tokio::join!(ask(), ask());
            first.and(second)
        }
        other => panic!("{other}"),
    };
    sleep(millis).await;
    Ok(match content {
        Ok(content) => content.text().to_owned(),
        Err(error) => error.to_string(),
    })
}

/// Read a cell through another tool, which keeps nothing.
#[tool]
async fn reads_through(
    #[context] ctx: &Context,
    /// Which.
    cell: String,
    /// How.
    way: String,
) -> Result<Content, ToolError> {
    if way == "kept" {
        ctx.call::<super::dispatcher_keep>(json!({"cell": cell}))
            .await
    } else {
        ctx.call::<reads_found_out_anew>(json!({"cell": cell}))
            .await
    }
}

/// Read many cells at once, and keep them.
#[tool(ttl = "1h", reads = "cell/{cell}", batch = fetch_and_keep)]
async fn reads_fetch(
    /// Which.
    cell: String,
) -> Result<u64, ToolError>;

async fn fetch_and_keep(
    State(world): State<World>,
    cells: Vec<String>,
) -> Result<BTreeMap<String, u64>, ToolError> {
    let value = |cell: String| (cell.clone(), world.get(&cell));
    Ok(cells.into_iter().map(value).collect())
}

/// Read a cell that only the run knows.
#[tool(ttl = "1h", reads = "index")]
async fn reads_found_out(
    #[state] world: &World,
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> u64 {
    ctx.reads(Resource::of(["cell", &cell]));
    world.get(&cell)
}

/// Read a cell that only the run knows, each time.
#[tool(reads = "index")]
async fn reads_found_out_anew(
    #[state] world: &World,
    #[context] ctx: &Context,
    /// Which.
    cell: String,
) -> u64 {
    ctx.reads(Resource::of(["cell", &cell]));
    world.get(&cell)
}

/// Read a cell that there is not, until it is written.
#[tool(ttl = "1h", reads = "cell/{cell}")]
async fn reads_failing(
    #[state] world: &World,
    /// Which.
    cell: String,
) -> Result<u64, ToolError> {
    match world.get(&cell) {
        0 => Err(ToolError::not_found("0")),
        value => Ok(value),
    }
}

/// Read many cells at once through another tool, and keep them.
#[tool(ttl = "1h", reads = "outer", batch = fetch_through)]
async fn reads_batch(
    /// Which.
    cell: String,
) -> Result<String, ToolError>;

async fn fetch_through(
    ctx: &Context,
    cells: Vec<String>,
) -> Result<BTreeMap<String, String>, ToolError> {
    let mut all = BTreeMap::new();
    for cell in cells {
        let content = ctx
            .call::<super::dispatcher_keep>(json!({"cell": cell}))
            .await?;
        all.insert(cell, content.text().to_owned());
    }
    Ok(all)
}

const WAYS: [&str; 10] = [
    "kept",
    "not kept",
    "batched",
    "batched and kept",
    "found out",
    "found out and not kept",
    "failing",
    "through another",
    "through two others",
    "from another task",
];

fn tools() -> Registry {
    let tools = registry![
        reads_outer,
        reads_through,
        reads_fetch,
        reads_found_out,
        reads_found_out_anew,
        reads_failing,
        reads_batch,
        super::dispatcher_read,
        super::dispatcher_keep,
        super::dispatcher_write,
        super::dispatcher_fetch,
    ];
    tools.unwrap()
}

fn session(world: &World) -> Session {
    let harness = world.harness_of(tools()).build().unwrap();
    harness.session().start()
}

async fn outer(session: &Session, cell: &str, way: &str) -> Outcome {
    let arguments = json!({"cell": cell, "way": way}).to_string();
    session.call("reads_outer", &arguments).await
}

fn seen(outcome: &Outcome) -> (CacheStatus, &str) {
    (outcome.cache(), outcome.text())
}

#[tokio::test(start_paused = true)]
async fn a_write_to_what_only_the_inner_call_reads_invalidates_the_outer_result() {
    for way in WAYS {
        let session = session(&World::new());
        assert_eq!(
            seen(&outer(&session, "a", way).await),
            (CacheStatus::Miss, "0"),
            "{way}"
        );
        assert_eq!(
            seen(&outer(&session, "a", way).await),
            (CacheStatus::Hit, "0"),
            "{way}"
        );
        session.dispatch([write("other", "b", 1, 10)]).await;
        assert_eq!(
            seen(&outer(&session, "a", way).await),
            (CacheStatus::Hit, "0"),
            "{way}"
        );
        session.dispatch([write("write", "a", 7, 10)]).await;
        assert_eq!(
            seen(&outer(&session, "a", way).await),
            (CacheStatus::Miss, "7"),
            "{way}"
        );
        assert_eq!(
            seen(&outer(&session, "a", way).await),
            (CacheStatus::Hit, "7"),
            "{way}"
        );
    }
}

/// The inner call reads nothing itself then: what the kept result was made of counts.
#[tokio::test(start_paused = true)]
async fn also_when_the_inner_call_is_a_hit() {
    let world = World::new();
    let session = session(&world);
    for (way, tool) in [
        ("kept", "dispatcher_keep"),
        ("batched and kept", "reads_fetch"),
        ("found out", "reads_found_out"),
        ("through another", "dispatcher_keep"),
    ] {
        let value = world.get("a");
        session.call(tool, r#"{"cell":"a"}"#).await;
        let hit = session.call(tool, r#"{"cell":"a"}"#).await;
        assert_eq!(hit.cache(), CacheStatus::Hit, "{way}");
        let first = outer(&session, "a", way).await;
        assert_eq!(
            seen(&first),
            (CacheStatus::Miss, value.to_string().as_str()),
            "{way}"
        );
        session.dispatch([write("write", "a", value + 1, 10)]).await;
        let second = outer(&session, "a", way).await;
        let expected = (value + 1).to_string();
        assert_eq!(
            seen(&second),
            (CacheStatus::Miss, expected.as_str()),
            "{way}"
        );
    }
}

/// Two inner calls at once are one run, of which one is not the leader.
#[tokio::test(start_paused = true)]
async fn also_when_the_inner_calls_share_a_run() {
    /// Keep a cell that is read twice at once.
    #[tool(ttl = "1h")]
    async fn reads_twice_at_once(
        #[context] ctx: &Context,
        /// The cell.
        cell: String,
    ) -> Result<Content, ToolError> {
        let read = || ctx.call::<dispatcher_keep>(json!({ "cell": cell }));
        let (first, second) = tokio::join!(read(), read());
        first.and(second)
    }
    let world = World::new();
    let registry = registry![reads_twice_at_once, dispatcher_keep, dispatcher_write].unwrap();
    let session = world
        .harness_of(registry)
        .build()
        .unwrap()
        .session()
        .start();
    let twice = async || session.call("reads_twice_at_once", r#"{"cell":"a"}"#).await;
    assert_eq!(seen(&twice().await), (CacheStatus::Miss, "0"));
    let runs = world.take();
    assert_eq!(runs.len(), 2, "one run for both: {runs:?}");
    session.dispatch([write("write", "a", 7, 10)]).await;
    assert_eq!(seen(&twice().await), (CacheStatus::Miss, "7"));
}

#[tokio::test(start_paused = true)]
async fn a_write_between_the_inner_call_and_the_end_of_the_outer_one_counts() {
    for way in WAYS {
        let world = World::new();
        let session = session(&world);
        let arguments = json!({"cell": "a", "way": way, "millis": 100}).to_string();
        let (first, ()) = tokio::join!(session.call("reads_outer", &arguments), async {
            sleep(50).await;
            session.dispatch([write("write", "a", 7, 10)]).await;
        });
        assert_eq!(seen(&first), (CacheStatus::Miss, "0"), "{way}");
        let second = session.call("reads_outer", &arguments).await;
        assert_eq!(seen(&second), (CacheStatus::Miss, "7"), "{way}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_batch_reads_through_other_calls_invalidates_each_of_its_results() {
    let session = session(&World::new());
    let both = async || {
        let calls =
            ["a", "b"].map(|cell| call(cell, "reads_batch", &json!({"cell": cell}).to_string()));
        let report = session.dispatch(calls).await;
        [0, 1].map(|at| (report[at].cache(), report[at].text().to_owned()))
    };
    let of = |cache, a: &str, b: &str| [a, b].map(|text| (cache, text.to_owned()));
    assert_eq!(both().await, of(CacheStatus::Miss, "0", "0"));
    assert_eq!(both().await, of(CacheStatus::Hit, "0", "0"));
    session.dispatch([write("write", "b", 7, 10)]).await;
    assert_eq!(both().await, of(CacheStatus::Miss, "0", "7"));
}
