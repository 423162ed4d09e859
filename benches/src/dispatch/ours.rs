//! Ours: calls of a session that has a tenant.

use std::hint::black_box;
use std::rc::Rc;

use tokio::runtime::Runtime;
use toolwright::{CacheStatus, Harness, Session, ToolCall, registry, tool};

use super::{MANY, expected};
use crate::measure::{AT_ONCE, Subject};
use crate::order;
use crate::runtime;

/// Look up the total of an order.
#[tool(ttl = "1h", tenant_scoped, reads = "order/{order_id}")]
async fn order_total(
    /// The order's id.
    order_id: String,
    /// How many lines at most.
    limit: u32,
    /// The currency.
    currency: String,
) -> String {
    order::answer(&order_id, limit, &currency)
}

/// Look up the total of an order, without a cache.
#[tool(tenant_scoped, reads = "order/{order_id}")]
async fn order_total_now(
    /// The order's id.
    order_id: String,
    /// How many lines at most.
    limit: u32,
    /// The currency.
    currency: String,
) -> String {
    order::answer(&order_id, limit, &currency)
}

macro_rules! others {
    ($($name:ident)*) => {$(
        /// Look up the total of an order.
        #[tool(ttl = "1h", tenant_scoped, reads = "order/{order_id}")]
        async fn $name(
            /// The order's id.
            order_id: String,
            /// How many lines at most.
            limit: u32,
            /// The currency.
            currency: String,
        ) -> String {
            order::answer(&order_id, limit, &currency)
        }
    )*};
}

others! { alpha bravo charlie delta echo foxtrot }

/// A session, and the runtime that its calls run in.
struct Ours {
    runtime: Rc<Runtime>,
    session: Session,
}

impl Ours {
    fn new() -> Self {
        let runtime = runtime::new();
        let registry = registry![
            order_total,
            order_total_now,
            alpha,
            bravo,
            charlie,
            delta,
            echo,
            foxtrot
        ]
        .expect("the tools are declared right");
        let harness = Harness::builder(registry).build();
        let harness = harness.expect("the tools need no state");
        let session = harness.session().tenant("acme").start();
        Self { runtime, session }
    }

    /// Calls a tool once, and checks that the answer is right and comes from where it should.
    fn check(self, tool: &str, cache: CacheStatus) -> Self {
        let call = self.session.call(tool, order::ARGUMENTS);
        let outcome = self.runtime.block_on(call);
        assert_eq!((outcome.text(), outcome.cache()), (&*expected(), cache));
        self
    }

    /// The same call again and again.
    fn same(self, tool: &'static str) -> Subject {
        Subject::new("ours", move |times, meter| {
            meter(&mut || {
                self.runtime.block_on(async {
                    for _ in 0..times {
                        let (tool, arguments) = (black_box(tool), black_box(order::ARGUMENTS));
                        let outcome = self.session.call(tool, arguments).await;
                        black_box(outcome.text());
                    }
                });
            });
        })
    }
}

/// A call that the cache answers.
pub(super) fn hit() -> Subject {
    let filled = Ours::new().check("order_total", CacheStatus::Miss);
    filled
        .check("order_total", CacheStatus::Hit)
        .same("order_total")
}

/// A tick of one call that the cache answers.
pub(super) fn hit_in_a_tick() -> Subject {
    let ours = Ours::new()
        .check("order_total", CacheStatus::Miss)
        .check("order_total", CacheStatus::Hit);
    Subject::new("ours", move |times, meter| {
        meter(&mut || {
            ours.runtime.block_on(async {
                for _ in 0..times {
                    let (tool, arguments) = (black_box("order_total"), black_box(order::ARGUMENTS));
                    let call = ToolCall::new("call_1", tool, arguments);
                    let outcomes = ours.session.dispatch([call]).await;
                    black_box(outcomes[0].text());
                }
            });
        });
    })
}

/// A call of a tool that is not cached.
pub(super) fn uncached() -> Subject {
    Ours::new()
        .check("order_total_now", CacheStatus::Bypass)
        .same("order_total_now")
}

/// A tick of many calls that each run, of a harness that has room for all of them.
pub(super) fn large_tick() -> Subject {
    let runtime = runtime::new();
    let harness = Harness::builder(registry![order_total_now].expect("it is declared right"));
    let harness = harness.max_concurrency(MANY).build();
    let session = harness.expect("the tool needs no state");
    let session = session.session().tenant("acme").start();
    let ids: Vec<String> = (0..MANY).map(|place| format!("call_{place}")).collect();
    let calls = move || {
        let call = |id: &String| {
            let (tool, arguments) = (black_box("order_total_now"), black_box(order::ARGUMENTS));
            ToolCall::new(id.as_str(), tool, arguments)
        };
        ids.iter().map(call).collect::<Vec<_>>()
    };
    let report = runtime.block_on(session.dispatch(calls()));
    assert!(report.iter().all(|outcome| outcome.text() == expected()));
    Subject::new("ours", move |times, meter| {
        meter(&mut || {
            runtime.block_on(async {
                for _ in 0..times {
                    black_box(session.dispatch(calls()).await);
                }
            });
        });
    })
}

/// Calls that nobody made before: each runs, and its result is kept.
pub(super) fn miss() -> Subject {
    let ours = Ours::new().check("order_total", CacheStatus::Miss);
    let mut order = 0;
    Subject::new("ours", move |times, meter| {
        for done in (0..times).step_by(AT_ONCE) {
            let texts: Vec<_> = (done..times)
                .take(AT_ONCE)
                .map(|_| {
                    order += 1;
                    order::arguments(order)
                })
                .collect();
            meter(&mut || {
                ours.runtime.block_on(async {
                    for arguments in &texts {
                        let tool = black_box("order_total");
                        let outcome = ours.session.call(tool, black_box(arguments)).await;
                        black_box(outcome.text());
                    }
                });
            });
        }
    })
}
