//! Types of every form, and what is heard of them.

use serde::Deserialize;

use super::of;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is looked at")]
struct Order {
    zip: String,
    id: Even,
    lines: Vec<Line>,
    speed: Speed,
    gift: Option<Gift>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is looked at")]
struct Line {
    sku: String,
    count: u32,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is looked at")]
enum Speed {
    Standard,
    Express { until: u64, at: String },
    Courier(Courier),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is looked at")]
struct Courier {
    name: String,
    fee: f64,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is looked at")]
struct Gift {
    wrap: bool,
    card: String,
    again: Option<Box<Gift>>,
}

/// A type that refuses what the listener makes up.
#[derive(Deserialize)]
#[serde(try_from = "u32")]
struct Even;

impl TryFrom<u32> for Even {
    type Error = &'static str;
    fn try_from(value: u32) -> Result<Self, Self::Error> {
        if value.is_multiple_of(2) {
            Ok(Even)
        } else {
            Err("odd")
        }
    }
}

#[test]
fn every_struct_is_heard_in_its_order() {
    let fields = of::<Vec<Order>>();
    for expected in [
        &["zip", "id", "lines", "speed", "gift"][..],
        &["sku", "count"],
        &["until", "at"],
        &["name", "fee"],
        &["wrap", "card", "again"],
    ] {
        assert!(fields.contains(&expected), "{expected:?} in {fields:?}");
    }
    assert_eq!(fields.len(), 5);
}
