//! The group `key`: from the text of the arguments to the key of the result.

mod texts;

use std::hint::black_box;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toolwright::__bench::Steps;
use toolwright::{Harness, registry, tool};

use crate::measure::{Contest, Subject};
use crate::order;
use crate::rows::library;

/// Look up the total of an order.
#[tool(ttl = "1h", tenant_scoped, reads = "order/{order_id}")]
async fn keyed_total(
    /// The order's id.
    order_id: String,
    /// How many lines at most.
    limit: u32,
    /// The currency.
    currency: String,
) -> String {
    order::answer(&order_id, limit, &currency)
}

/// Tell what an order would cost.
#[tool(ttl = "1h", tenant_scoped, reads = "price/*")]
async fn quote(
    /// What is ordered.
    order: Order,
) -> String {
    let Order {
        customer,
        lines,
        note,
    } = order;
    let of_line = |line: &Line| f64::from(line.quantity) * line.price;
    let total: f64 = lines.iter().map(of_line).sum();
    let articles = lines
        .into_iter()
        .map(|line| (line.sku, line.name, line.tags));
    let (articles, Customer { name, city, vip }) = (articles.collect::<Vec<_>>(), customer);
    format!("{total:.2} for {name} in {city}, {vip}: {articles:?}, {note}")
}

/// An order.
#[derive(Debug, Deserialize, JsonSchema)]
struct Order {
    /// Who orders.
    customer: Customer,
    /// What.
    lines: Vec<Line>,
    /// What else there is to say.
    note: String,
}

/// Who orders.
#[derive(Debug, Deserialize, JsonSchema)]
struct Customer {
    /// The name.
    name: String,
    /// Where to send it.
    city: String,
    /// Whether they are dear to us.
    vip: bool,
}

/// A line of an order.
#[derive(Debug, Deserialize, JsonSchema)]
struct Line {
    /// The article.
    sku: String,
    /// What it is called.
    name: String,
    /// How many.
    quantity: u32,
    /// What one costs.
    price: f64,
    /// Words about it.
    tags: Vec<String>,
}

/// Ours beside a parse by `serde_json`, which is less than a key.
#[must_use]
pub fn contest() -> Contest {
    let mut contest = Contest::default();
    for (size, tool, text) in texts() {
        let ours = contest.add(key(tool, text.clone()));
        let parse = contest.add(parse(text));
        contest.beside(
            &format!("{size}, beside a parse into a Value"),
            ours,
            [parse],
        );
    }
    contest
}

/// Ours beside a key that is made with other crates.
#[cfg(feature = "canonicalizer")]
#[must_use]
pub fn canonicalizer_contest() -> Contest {
    let mut contest = Contest::default();
    for (size, tool, text) in texts() {
        let ours = contest.add(key(tool, text.clone()));
        let theirs = contest.add(canonicalized(text));
        contest.beside(
            &format!("{size}, beside a canonical form and BLAKE3"),
            ours,
            [theirs],
        );
    }
    contest
}

/// Each text with what the table calls it and the tool that it is for.
fn texts() -> [(String, &'static str, String); 2] {
    let small = order::ARGUMENTS.to_owned();
    let nested = texts::nested();
    [
        (format!("{} bytes", small.len()), "keyed_total", small),
        (format!("{} bytes, nested", nested.len()), "quote", nested),
    ]
}

/// Ours: tool found, arguments checked, key made.
fn key(tool: &'static str, text: String) -> Subject {
    let registry = registry![keyed_total, quote].expect("the tools are declared right");
    let harness = Harness::builder(registry).build();
    let steps = Steps::new(&harness.expect("the tools need no state"), "acme");
    Subject::plain("ours", move || {
        let key = steps.key(black_box(tool), black_box(&text));
        black_box(key.expect("the arguments are right"));
    })
}

fn parse(text: String) -> Subject {
    Subject::plain(library("serde_json"), move || {
        let value: Value = serde_json::from_str(black_box(&text)).expect("it is JSON");
        black_box(value);
    })
}

#[cfg(feature = "canonicalizer")]
fn canonicalized(text: String) -> Subject {
    Subject::plain(library("serde_json_canonicalizer"), move || {
        let value: Value = serde_json::from_str(black_box(&text)).expect("it is JSON");
        let canonical = serde_json_canonicalizer::to_vec(&value).expect("it has a canonical form");
        black_box(blake3::hash(&canonical));
    })
}
