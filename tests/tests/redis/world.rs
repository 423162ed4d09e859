//! What the tools are about: orders, each with a version that every write raises. Several harnesses share one world.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use toolwright::{
    CacheStatus, Context, Harness, HarnessBuilder, Outcome, RedisTier, Resource, Session,
    TierStats, registry, tool,
};

/// The orders' versions, and how often each was looked up.
#[derive(Clone, Default)]
pub(crate) struct World(Arc<Mutex<HashMap<String, Order>>>);

#[derive(Clone, Copy, Default)]
struct Order {
    version: u64,
    reads: u64,
}

/// How many runs may pass.
#[derive(Clone)]
pub(crate) struct Gate(pub(crate) Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }
}

impl World {
    pub(crate) fn version(&self, id: &str) -> u64 {
        self.0
            .lock()
            .unwrap()
            .get(id)
            .copied()
            .unwrap_or_default()
            .version
    }

    /// How often the tool has run.
    pub(crate) fn reads(&self, id: &str) -> u64 {
        self.0
            .lock()
            .unwrap()
            .get(id)
            .copied()
            .unwrap_or_default()
            .reads
    }

    fn read(&self, id: &str) -> u64 {
        let mut orders = self.0.lock().unwrap();
        let order = orders.entry(id.to_owned()).or_default();
        order.reads += 1;
        order.version
    }

    fn raise(&self, id: &str) -> u64 {
        let mut orders = self.0.lock().unwrap();
        let order = orders.entry(id.to_owned()).or_default();
        order.version += 1;
        order.version
    }
}

/// Look up the version of an order.
#[tool(ttl = "1h", reads = "order/{id}")]
async fn order_version(
    #[state] world: &World,
    /// The order's id.
    id: String,
) -> u64 {
    world.read(&id)
}

/// Look up the version of an order for a moment.
#[tool(ttl = "40ms", reads = "order/{id}")]
async fn fleeting_version(
    #[state] world: &World,
    /// The order's id.
    id: String,
) -> u64 {
    world.read(&id)
}

/// Look up the version of the order that a parcel belongs to.
#[tool(ttl = "1h", reads = "parcel/{id}")]
async fn parcel_version(
    #[context] ctx: &Context,
    #[state] world: &World,
    /// The parcel's id: that of its order, with a `P` before it.
    id: String,
) -> u64 {
    let order = id.trim_start_matches('P');
    ctx.reads(Resource::of(["order", order]));
    world.read(order)
}

/// Tell a text of many bytes about an order.
#[tool(ttl = "1h", reads = "order/{id}")]
async fn order_story(
    #[state] world: &World,
    /// The order's id.
    id: String,
) -> String {
    format!("order {id} has version {}. ", world.read(&id)).repeat(1000)
}

/// Look up the version of an order, when the gate lets it.
#[tool(ttl = "1h", reads = "order/{id}")]
async fn gated_version(
    #[state] world: &World,
    #[state] gate: &Gate,
    /// The order's id.
    id: String,
) -> Result<u64, String> {
    let version = world.read(&id);
    gate.0
        .acquire()
        .await
        .map_err(|_| "the gate is closed for ever")?
        .forget();
    Ok(version)
}

/// Raise the version of an order.
#[tool(writes = "order/{id}")]
async fn raise_version(
    #[state] world: &World,
    /// The order's id.
    id: String,
) -> u64 {
    world.raise(&id)
}

/// A builder whose tools are about this world.
pub(crate) fn builder(world: &World) -> HarnessBuilder {
    let tools = registry![
        order_version,
        fleeting_version,
        parcel_version,
        order_story,
        gated_version,
        raise_version
    ];
    let builder = Harness::builder(tools.unwrap())
        .state(world.clone())
        .state(Gate::default());
    builder.namespace("shop").key_secret("secret")
}

/// One process, or what behaves like one.
pub(crate) struct Node {
    pub(crate) harness: Harness,
    pub(crate) session: Session,
}

impl Node {
    pub(crate) fn new(world: &World, tier: RedisTier) -> Self {
        Self::of(builder(world).redis(tier).build().unwrap())
    }

    pub(crate) fn of(harness: Harness) -> Self {
        let session = harness.session().tenant("acme").start();
        Self { harness, session }
    }

    pub(crate) async fn call(&self, tool: &str, id: &str) -> Outcome {
        let arguments = format!(r#"{{"id": "{id}"}}"#);
        let outcome = self.session.call(tool, &arguments).await;
        assert!(!outcome.is_error(), "{tool} {id}: {}", outcome.text());
        outcome
    }

    /// What a read gave, and from where.
    pub(crate) async fn read(&self, id: &str) -> (u64, CacheStatus) {
        let outcome = self.call("order_version", id).await;
        (outcome.text().parse().unwrap(), outcome.cache())
    }

    pub(crate) async fn write(&self, id: &str) -> u64 {
        let outcome = self.call("raise_version", id).await;
        outcome.text().parse().unwrap()
    }

    pub(crate) fn stats(&self) -> TierStats {
        self.harness.tier_stats().unwrap()
    }
}
