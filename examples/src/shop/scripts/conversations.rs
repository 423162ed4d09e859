//! The conversations, written tick by tick.

use serde_json::{Value, json};

use super::cast::Person;
use super::spelling::spell;
use super::{ScriptedCall, Tick};
use crate::shop::generator::Rng;

/// Something that customers want advice on.
#[derive(Debug)]
pub(super) struct Topic {
    query: &'static str,
    category: &'static str,
    /// In euros.
    budget: f64,
    weight_grams: u32,
    destination: &'static str,
}

impl Topic {
    pub(super) const ALL: [Self; 5] = [
        Self::new("kettle", "kitchen", 60.0, 1_300, "DE"),
        Self::new("desk lamp", "lighting", 89.5, 2_100, "FR"),
        Self::new("sleeping bag", "outdoor", 150.0, 1_700, "SE"),
        Self::new("backpack", "travel", 120.0, 1_200, "NL"),
        Self::new("crème", "kitchen", 45.0, 800, "AT"),
    ];

    const fn new(
        query: &'static str,
        category: &'static str,
        budget: f64,
        weight_grams: u32,
        destination: &'static str,
    ) -> Self {
        Self {
            query,
            category,
            budget,
            weight_grams,
            destination,
        }
    }
}

/// Writes an agent's calls down, in its own hand.
#[derive(Debug)]
pub(super) struct Writer {
    rng: Rng,
    ticks: Vec<Tick>,
}

impl Writer {
    pub(super) fn new(rng: Rng) -> Self {
        Self {
            rng,
            ticks: Vec::new(),
        }
    }

    pub(super) fn ticks(self) -> Vec<Tick> {
        self.ticks
    }

    /// "Where is my order?" – "And it says so in the order, too?"
    pub(super) fn where_is_my_order(&mut self, who: &Person<'_>) {
        let order = &who.sent().id;
        let calls = [self.customer(who.id), self.order(order), self.track(order)];
        self.tick(calls);
        let calls = [self.track(order), self.order(order)];
        self.tick(calls);
    }

    /// "I ordered a few things: where is what?" – "And the first again, and what do I have left?"
    pub(super) fn several_orders(&mut self, who: &Person<'_>) {
        let calls = [self.customer(who.id), self.history(who.id, None)];
        self.tick(calls);
        let orders: Vec<&str> = who.orders.iter().map(|order| &*order.id).collect();
        let calls: Vec<_> = orders.iter().take(6).map(|id| self.order(id)).collect();
        self.tick(calls);
        let mut calls: Vec<_> = who
            .all_sent()
            .take(5)
            .map(|order| self.track(&order.id))
            .collect();
        calls.push(self.time());
        self.tick(calls);
        let mut calls: Vec<_> = orders.iter().take(3).map(|id| self.order(id)).collect();
        calls.push(self.track(&who.sent().id));
        calls.push(self.balance(who.id));
        self.tick(calls);
    }

    /// "Which would you take, and what does it cost to send?" – "Which was the first again?"
    pub(super) fn compare_products(&mut self, topic: &Topic) {
        let calls = [self.search(topic, true), self.search(topic, false)];
        self.tick(calls);
        let calls = ["standard", "express", "overnight"].map(|speed| self.quote(topic, speed));
        self.tick(calls);
        let calls = [
            self.search(topic, true),
            self.quote(topic, "standard"),
            self.time(),
        ];
        self.tick(calls);
    }

    /// "It came broken, I want my money back." – "Is it there?" – "Once more, to be sure!"
    pub(super) fn refund(&mut self, who: &Person<'_>) {
        let order = &who.arrived().id;
        let calls = [
            self.customer(who.id),
            self.order(order),
            self.balance(who.id),
            self.history(who.id, None),
        ];
        self.tick(calls);
        // The reads stand after the write in the same message: they must see it.
        let calls = [
            self.issue_refund(order, who.id),
            self.order(order),
            self.balance(who.id),
        ];
        self.tick(calls);
        let calls = [
            self.order(order),
            self.balance(who.id),
            self.history(who.id, None),
            self.time(),
        ];
        self.tick(calls);
        let calls = [self.issue_refund(order, who.id), self.order(order)];
        self.tick(calls);
        let calls = [self.balance(who.id), self.order(order)];
        self.tick(calls);
    }

    /// "My order `A-1…7`, no, wait."
    pub(super) fn mistyped(&mut self, who: &Person<'_>) {
        let order = &who.sent().id;
        let calls = [self.customer(who.id), self.order(&format!("{order}7"))];
        self.tick(calls);
        let calls = [self.order(order), self.track(order)];
        self.tick(calls);
    }

    /// "How much credit do I have?" – "And what did I order last?"
    pub(super) fn store_credit(&mut self, who: &Person<'_>) {
        let calls = [self.balance(who.id), self.time()];
        self.tick(calls);
        let calls = [self.history(who.id, Some(3)), self.balance(who.id)];
        self.tick(calls);
    }

    /// "We ordered for each other: where are the two parcels?"
    pub(super) fn gift(&mut self, one: &Person<'_>, other: &Person<'_>) {
        let calls = [self.customer(one.id), self.customer(other.id)];
        self.tick(calls);
        let (first, second) = (&one.sent().id, &other.sent().id);
        let calls = [
            self.order(first),
            self.order(second),
            self.track(first),
            self.track(second),
        ];
        self.tick(calls);
        let calls = [self.balance(one.id), self.balance(other.id)];
        self.tick(calls);
    }

    fn tick(&mut self, calls: impl IntoIterator<Item = ScriptedCall>) {
        let calls = calls.into_iter().collect();
        self.ticks.push(Tick { calls });
    }

    fn order(&mut self, id: &str) -> ScriptedCall {
        let request = format!("req-{:08x}", self.rng.bits() >> 32);
        let given = [("order_id", json!(id))];
        self.call("lookup_order", &given, &[("request_id", json!(request))])
    }

    fn track(&mut self, order: &str) -> ScriptedCall {
        self.call("track_shipment", &[("order_id", json!(order))], &[])
    }

    fn customer(&mut self, id: &str) -> ScriptedCall {
        self.call("lookup_customer", &[("customer_id", json!(id))], &[])
    }

    fn balance(&mut self, customer: &str) -> ScriptedCall {
        self.call("account_balance", &[("customer_id", json!(customer))], &[])
    }

    fn history(&mut self, customer: &str, limit: Option<u32>) -> ScriptedCall {
        let mut given = vec![("customer_id", json!(customer))];
        given.extend(limit.map(|limit| ("limit", json!(limit))));
        let spare = [("limit", json!(10))];
        let spare = if limit.is_none() { &spare[..] } else { &[] };
        self.call("order_history", &given, spare)
    }

    fn search(&mut self, topic: &Topic, within_budget: bool) -> ScriptedCall {
        let mut given = vec![
            ("query", json!(topic.query)),
            ("category", json!(topic.category)),
        ];
        let mut spare = vec![("limit", json!(5))];
        if within_budget {
            given.push(("max_price", json!(topic.budget)));
        } else {
            spare.push(("max_price", Value::Null));
        }
        self.call("search_products", &given, &spare)
    }

    fn quote(&mut self, topic: &Topic, speed: &str) -> ScriptedCall {
        let mut given = vec![
            ("weight_grams", json!(topic.weight_grams)),
            ("destination", json!(topic.destination)),
        ];
        let mut spare = Vec::new();
        let speed = ("speed", json!(speed));
        if speed.1 == "standard" {
            spare.push(speed);
        } else {
            given.push(speed);
        }
        self.call("shipping_quote", &given, &spare)
    }

    fn issue_refund(&mut self, order: &str, customer: &str) -> ScriptedCall {
        let given = [
            ("order_id", json!(order)),
            ("customer_id", json!(customer)),
            ("reason", json!("damaged")),
        ];
        self.call("issue_refund", &given, &[])
    }

    fn time(&mut self) -> ScriptedCall {
        self.call("current_time", &[], &[])
    }

    /// A call with what it needs, and what it may or may not spell out.
    fn call(
        &mut self,
        tool: &'static str,
        given: &[(&str, Value)],
        spare: &[(&str, Value)],
    ) -> ScriptedCall {
        ScriptedCall {
            tool,
            arguments: spell(&mut self.rng, given, spare),
        }
    }
}
