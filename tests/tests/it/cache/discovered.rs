//! Resources that a run finds out to read: `Context::reads`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use toolwright::{
    CacheStatus, Context, Harness, Resource, Session, State, ToolCall, registry, tool,
};

use crate::one;

/// Orders by id, each of a customer, and a gate that a list waits at when it is armed.
#[derive(Clone, Default)]
struct Orders {
    rows: Arc<Mutex<BTreeMap<String, String>>>,
    gate: Option<Arc<Semaphore>>,
    lists: Arc<Mutex<usize>>,
}

impl Orders {
    fn of(rows: &[(&str, &str)]) -> Self {
        let row = |(id, state): &(&str, &str)| ((*id).to_owned(), (*state).to_owned());
        Self {
            rows: Arc::new(Mutex::new(rows.iter().map(row).collect())),
            ..Self::default()
        }
    }

    fn lists(&self) -> usize {
        *self.lists.lock().unwrap()
    }
}

/// List a customer's orders.
#[tool(ttl = "1h", reads = "customer/{customer}")]
async fn discovered_list(
    #[context] ctx: &Context,
    #[state] orders: Orders,
    /// Whose.
    customer: String,
) -> Vec<String> {
    *orders.lists.lock().unwrap() += 1;
    let rows = orders.rows.lock().unwrap().clone();
    if let Some(gate) = &orders.gate {
        gate.acquire().await.unwrap().forget();
    }
    let mine = rows.iter().filter(|(id, _)| id.starts_with(&customer));
    mine.map(|(id, state)| {
        ctx.reads(Resource::of(["order", id]));
        format!("{id} {state}")
    })
    .collect()
}

/// Change an order.
#[tool(writes = "order/{id}")]
async fn discovered_write(
    #[state] orders: &Orders,
    /// Which.
    id: String,
    /// Into what.
    state: String,
) -> bool {
    orders.rows.lock().unwrap().insert(id, state).is_some()
}

/// Get the state of an order, and what it depends on besides.
#[tool(ttl = "1h", batch = "discovered_states", reads = "id/{id}")]
async fn discovered_state(
    /// Which.
    id: String,
) -> Result<String, String>;

async fn discovered_states(
    ctx: &Context,
    State(orders): State<Orders>,
    ids: Vec<String>,
) -> Result<BTreeMap<String, String>, String> {
    for id in &ids {
        ctx.reads(Resource::of(["order", id]));
    }
    Ok(orders.rows.lock().unwrap().clone())
}

fn harness(orders: &Orders) -> Harness {
    Harness::builder(registry![discovered_list, discovered_write, discovered_state].unwrap())
        .state(orders.clone())
        .build()
        .unwrap()
}

async fn write(session: &Session, id: &str, state: &str) {
    let arguments = format!(r#"{{"id":"{id}","state":"{state}"}}"#);
    let outcome = one(session, "discovered_write", &arguments).await;
    assert!(!outcome.is_error(), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_list_returned_invalidates_the_list_and_nothing_else_does() {
    let orders = Orders::of(&[("a/1", "new"), ("a%2", "new"), ("b1", "new")]);
    let session = harness(&orders).session().start();
    let list = async || one(&session, "discovered_list", r#"{"customer":"a"}"#).await;
    assert_eq!(list().await.text(), r#"["a%2 new","a/1 new"]"#);
    write(&session, "b1", "paid").await;
    assert_eq!(list().await.cache(), CacheStatus::Hit);
    // An id is one part of its resource, whatever characters it has.
    write(&session, "a/1", "paid").await;
    let outcome = list().await;
    assert_eq!(
        (outcome.cache(), outcome.text()),
        (CacheStatus::Miss, r#"["a%2 new","a/1 paid"]"#)
    );
    assert_eq!(list().await.cache(), CacheStatus::Hit);
    assert_eq!(orders.lists(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_write_before_the_run_has_found_out_counts_as_well() {
    let gate = Arc::new(Semaphore::new(0));
    let orders = Orders {
        gate: Some(Arc::clone(&gate)),
        ..Orders::of(&[("a1", "new")])
    };
    let session = harness(&orders).session().start();
    let other = session.clone();
    let early =
        tokio::spawn(async move { one(&other, "discovered_list", r#"{"customer":"a"}"#).await });
    while orders.lists() == 0 {
        tokio::task::yield_now().await;
    }
    write(&session, "a1", "paid").await;
    // It asks after the write has ended, while the run from before it is still on its way.
    let other = session.clone();
    let late =
        tokio::spawn(async move { one(&other, "discovered_list", r#"{"customer":"a"}"#).await });
    tokio::task::yield_now().await;
    gate.add_permits(2);
    assert_eq!(early.await.unwrap().text(), r#"["a1 new"]"#);
    assert_eq!(late.await.unwrap().text(), r#"["a1 paid"]"#);
    assert_eq!(orders.lists(), 2);
    let again = one(&session, "discovered_list", r#"{"customer":"a"}"#).await;
    assert_eq!(
        (again.cache(), again.text()),
        (CacheStatus::Hit, r#"["a1 paid"]"#)
    );
}

#[tokio::test(start_paused = true)]
async fn in_a_batch_every_result_depends_on_what_the_batch_has_read() {
    let orders = Orders::of(&[("a1", "new"), ("a2", "new")]);
    let session = harness(&orders).session().start();
    let both = async || {
        let call = |id: &str| ToolCall::new(id, "discovered_state", format!(r#"{{"id":"{id}"}}"#));
        let outcomes = session.dispatch([call("a1"), call("a2")]).await;
        [outcomes[0].clone(), outcomes[1].clone()].map(|it| (it.cache(), it.text().to_owned()))
    };
    both().await;
    assert!(
        both()
            .await
            .iter()
            .all(|(cache, _)| *cache == CacheStatus::Hit)
    );
    write(&session, "a1", "paid").await;
    let miss = |text: &str| (CacheStatus::Miss, text.to_owned());
    assert_eq!(both().await, [miss("paid"), miss("new")]);
}
