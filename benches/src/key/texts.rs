//! A text such as a model writes for a tool that takes a whole order.

use std::fmt::Write as _;

/// Names of articles: with umlauts, another script, an emoji, and escapes that a model did not have to write.
const NAMES: [&str; 6] = [
    "Gießkanne",
    "café crème cup",
    "緑茶",
    r"5\u20ac voucher",
    r#"12\" plate"#,
    "🪴 fern",
];

/// An order of fifteen lines.
pub(super) fn nested() -> String {
    let mut lines = String::new();
    for line in 0..15 {
        let (name, comma) = (NAMES[line % NAMES.len()], if line > 0 { ", " } else { "" });
        let (quantity, price) = (1 + line * 7 % 20, price(line));
        write!(
            lines,
            r#"{comma}{{"sku": "SKU-{:05}", "name": "{name}", "quantity": {quantity}, "price": {price}, "tags": ["garden", "t{line}"]}}"#,
            line * 7919,
        )
        .expect("a string can be written to");
    }
    format!(
        r#"{{"order": {{"customer": {{"name": "Zoë Ó Briain", "vip": true, "city": "Łódź"}}, "lines": [{lines}], "note": "Leave it at the door.\nRing twice."}}}}"#
    )
}

/// Prices as models spell them.
fn price(line: usize) -> &'static str {
    ["4.25", "129.90", "0.5", "1e2", "17.999", "3.0"][line % 6]
}
