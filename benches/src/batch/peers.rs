//! The peers, each as its documentation shows it: without a cache, with the largest batch that everyone has, and with the
//! window that it has by itself.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader as graphql;
use dataloader::non_cached as cksac;
use futures_util::future::join_all;

use super::MOST;
use super::contestant::{Agent, Asker, Asking, Contestant, Role};
use super::downstream::{Downstream, answer};
use crate::rows::library;

/// The batch function of each.
struct Fetch(Downstream);

impl Fetch {
    async fn all(&self, items: &[u64]) -> HashMap<u64, String> {
        self.0.request(items.len()).await;
        items.iter().map(|&item| (item, answer(item))).collect()
    }
}

/// A library that is asked for one item.
trait Library: Send + Sync + 'static {
    fn load(&self, item: u64) -> impl Future<Output = Option<String>> + Send;
}

/// One loader for all agents.
struct Peer<L>(Arc<L>);

impl<L: Library> Peer<L> {
    fn ready(library: L) -> Box<dyn Asker> {
        Box::new(Self(Arc::new(library)))
    }
}

impl<L: Library> Asker for Peer<L> {
    fn agent(&self) -> Arc<dyn Agent> {
        Arc::new(Self(Arc::clone(&self.0)))
    }
}

impl<L: Library> Agent for Peer<L> {
    fn ask(&self, item: u64) -> Asking<'_, bool> {
        Box::pin(async move { self.0.load(item).await == Some(answer(item)) })
    }

    fn ask_all(&self, items: Vec<u64>) -> Asking<'_, bool> {
        Box::pin(async move {
            let right = join_all(items.into_iter().map(|item| self.ask(item))).await;
            right.into_iter().all(|right| right)
        })
    }
}

/// dataloader's, which waits for ten turns of the runtime.
impl Library for cksac::Loader<u64, String, Fetch> {
    async fn load(&self, item: u64) -> Option<String> {
        self.try_load(item).await.ok()
    }
}

impl dataloader::BatchFn<u64, String> for Fetch {
    async fn load(&mut self, items: &[u64]) -> HashMap<u64, String> {
        self.all(items).await
    }
}

/// async-graphql's, which waits for a time.
impl Library for graphql::DataLoader<Fetch> {
    async fn load(&self, item: u64) -> Option<String> {
        self.load_one(item).await.ok().flatten()
    }
}

impl graphql::Loader<u64> for Fetch {
    type Value = String;
    type Error = Infallible;

    async fn load(&self, items: &[u64]) -> Result<HashMap<u64, String>, Infallible> {
        Ok(self.all(items).await)
    }
}

/// ultra-batch's, which waits until nobody came for a time.
impl Library for ultra_batch::BatchExecutor<Fetch> {
    async fn load(&self, item: u64) -> Option<String> {
        self.execute(item).await.ok().flatten()
    }
}

impl ultra_batch::Executor for Fetch {
    type Value = u64;
    type Result = String;
    type Error = Infallible;

    async fn execute(&self, items: Vec<u64>) -> Result<Vec<String>, Infallible> {
        self.0.request(items.len()).await;
        Ok(items.into_iter().map(answer).collect())
    }
}

/// The downstream itself, without anything before it.
struct Bare(Downstream);

impl Library for Bare {
    async fn load(&self, item: u64) -> Option<String> {
        self.0.request(1).await;
        Some(answer(item))
    }
}

/// The downstream itself, asked for a whole burst by one request.
struct Together(Downstream);

impl Asker for Together {
    fn agent(&self) -> Arc<dyn Agent> {
        Arc::new(Self(self.0.clone()))
    }
}

impl Agent for Together {
    fn ask(&self, item: u64) -> Asking<'_, bool> {
        self.ask_all(vec![item])
    }

    fn ask_all(&self, items: Vec<u64>) -> Asking<'_, bool> {
        Box::pin(async move {
            for items in items.chunks(MOST) {
                self.0.request(items.len()).await;
            }
            true
        })
    }
}

/// The other libraries.
pub(super) fn contestants() -> Vec<Contestant> {
    let peer = |name, ready| Contestant {
        name,
        role: Role::Peer,
        ready,
    };
    vec![
        peer(library("dataloader"), |downstream| {
            let loader = cksac::Loader::new(Fetch(downstream));
            Peer::ready(loader.with_max_batch_size(MOST))
        }),
        peer(
            format!("{}, 1 ms", library("async-graphql")),
            |downstream| Peer::ready(of_graphql(downstream)),
        ),
        peer(
            format!("{}, delay 0", library("async-graphql")),
            |downstream| Peer::ready(of_graphql(downstream).delay(Duration::ZERO)),
        ),
        peer(library("ultra-batch"), |downstream| {
            let executor = ultra_batch::BatchExecutor::build(Fetch(downstream));
            Peer::ready(executor.eager_batch_size(Some(MOST)).finish())
        }),
    ]
}

fn of_graphql(downstream: Downstream) -> graphql::DataLoader<Fetch> {
    graphql::DataLoader::new(Fetch(downstream), tokio::spawn).max_batch_size(MOST)
}

/// The downstream, asked directly.
pub(super) fn bare() -> Vec<Contestant> {
    vec![
        Contestant {
            name: "bare requests".to_owned(),
            role: Role::Bare,
            ready: |downstream| Peer::ready(Bare(downstream)),
        },
        Contestant {
            name: "one bare request".to_owned(),
            role: Role::Together,
            ready: |downstream| Box::new(Together(downstream)),
        },
    ]
}
