//! Tests: the conversations are what the agents could really have.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::*;
use crate::shop::generator::generate;

fn written(orders: usize, agents: usize) -> Vec<Script> {
    scripts(&generate(orders), agents).unwrap()
}

fn argument(call: &ScriptedCall, name: &str) -> Option<String> {
    let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
    Some(arguments.get(name)?.as_str()?.to_owned())
}

#[test]
fn the_scripts_are_the_same_every_time() {
    assert_eq!(written(10_000, 16), written(10_000, 16));
}

#[test]
fn the_agents_are_spread_over_the_tenants() {
    let scripts = written(10_000, 16);
    for tenant in TENANTS {
        let seats = scripts.iter().filter(|script| script.tenant == tenant);
        assert_eq!(seats.count(), 4);
    }
}

#[test]
fn ticks_have_one_to_six_calls() {
    for script in written(10_000, 16) {
        assert!(script.ticks.len() >= 25);
        for tick in &script.ticks {
            assert!((1..=6).contains(&tick.calls.len()), "{tick:?}");
        }
    }
}

#[test]
fn the_fewest_orders_are_enough() {
    for agents in [1, 4, 5, 16, 64] {
        let needed = orders_needed(agents);
        assert_eq!(written(needed, agents).len(), agents);
        let error = scripts(&generate(needed / 2), agents).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{agents} agents need at least {needed} orders")
        );
    }
}

#[test]
fn a_write_is_followed_by_reads_of_the_same_order_in_its_tick() {
    for script in written(10_000, 4) {
        assert!(script.ticks.iter().any(|tick| {
            let order = |call: &ScriptedCall| argument(call, "order_id");
            tick.calls.len() > 1
                && tick.calls[0].tool == "issue_refund"
                && tick.calls[1].tool == "lookup_order"
                && order(&tick.calls[0]) == order(&tick.calls[1])
        }));
    }
}

#[test]
fn who_is_refunded_talks_to_one_agent_only() {
    let scripts = written(10_000, 16);
    let mut touched: HashMap<(&str, String), HashSet<usize>> = HashMap::new();
    let mut refunded: HashSet<(&str, String)> = HashSet::new();
    for (agent, script) in scripts.iter().enumerate() {
        for call in script.ticks.iter().flat_map(|tick| &tick.calls) {
            for name in ["order_id", "customer_id"] {
                let Some(id) = argument(call, name) else {
                    continue;
                };
                let thing = (script.tenant, id);
                if call.tool == "issue_refund" {
                    refunded.insert(thing.clone());
                }
                touched.entry(thing).or_default().insert(agent);
            }
        }
    }
    assert_eq!(refunded.len(), 16, "eight orders and eight customers");
    for thing in &refunded {
        assert_eq!(touched[thing].len(), 1, "{thing:?}");
    }
    let shared = touched.values().filter(|agents| agents.len() >= 2).count();
    assert!(shared >= 80, "only {shared} orders and customers recur");
}
