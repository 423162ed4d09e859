//! What an argument's value must be, beyond its type: bounds, lengths, patterns, formats.

use syn::Ident;

use crate::diagnostics::Diagnostics;
use crate::parse::{ArgAttr, Bound, Bounds, Spanned};

/// What one option demands.
pub(crate) struct Ruled<'a> {
    /// The option.
    pub(crate) key: &'a Ident,
    /// What the type must be for it.
    pub(crate) wants: Wants,
    pub(crate) rules: Vec<Rule>,
}

/// A kind of type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    Number,
    Length,
    Text,
}

/// One keyword of a schema.
pub(crate) enum Rule {
    Minimum(String),
    Maximum(String),
    ExclusiveMaximum(String),
    MinLength(u64),
    MaxLength(u64),
    Pattern(String),
    Email,
    Url,
}

/// The rules of one argument.
pub(super) fn all<'a>(arg: &'a ArgAttr, found: &mut Diagnostics) -> Vec<Ruled<'a>> {
    let mut all = Vec::new();
    if let Some(Spanned { key, value }) = &arg.range {
        all.push(Ruled {
            key,
            wants: Wants::Number,
            rules: range(value, key, found),
        });
    }
    if let Some(Spanned { key, value }) = &arg.length {
        all.push(Ruled {
            key,
            wants: Wants::Length,
            rules: length(value, key, found),
        });
    }
    if let Some(Spanned { key, value }) = &arg.pattern {
        let pattern = value.value();
        if let Err(error) = regex_lite::Regex::new(&pattern) {
            found.error(
                value,
                format_args!("this pattern is no regular expression: {error}"),
            );
        }
        all.push(Ruled {
            key,
            wants: Wants::Text,
            rules: vec![Rule::Pattern(pattern)],
        });
    }
    if let (Some(_), Some(url)) = (&arg.email, &arg.url) {
        found.error(
            &url.key,
            "an argument is an e-mail address or a URL, not both: remove one",
        );
    }
    for (slot, rule) in [(&arg.email, Rule::Email), (&arg.url, Rule::Url)] {
        all.extend(slot.as_ref().map(|Spanned { key, .. }| Ruled {
            key,
            wants: Wants::Text,
            rules: vec![rule],
        }));
    }
    all
}

fn range(bounds: &Bounds, key: &Ident, found: &mut Diagnostics) -> Vec<Rule> {
    not_empty(bounds, key, found);
    let mut rules = Vec::new();
    rules.extend(
        bounds
            .min
            .as_ref()
            .map(|min| Rule::Minimum(min.json.clone())),
    );
    rules.extend(bounds.max.as_ref().map(|max| {
        let json = max.json.clone();
        if bounds.excludes_max {
            Rule::ExclusiveMaximum(json)
        } else {
            Rule::Maximum(json)
        }
    }));
    rules
}

fn length(bounds: &Bounds, key: &Ident, found: &mut Diagnostics) -> Vec<Rule> {
    not_empty(bounds, key, found);
    let mut end = |bound: &Option<Bound>| {
        let bound = bound.as_ref()?;
        let length = bound.json.parse::<u64>().ok();
        if length.is_none() {
            found.error(
                &bound.tokens,
                "a length is a whole number from 0 on: write `length = 1..=64`",
            );
        }
        length
    };
    let (min, max) = (end(&bounds.min), end(&bounds.max));
    let max = max.map(|max| max.saturating_sub(u64::from(bounds.excludes_max)));
    let min = min.map(Rule::MinLength);
    min.into_iter().chain(max.map(Rule::MaxLength)).collect()
}

fn not_empty(bounds: &Bounds, key: &Ident, found: &mut Diagnostics) {
    let (Some(min), Some(max)) = (&bounds.min, &bounds.max) else {
        if let (None, Some(max)) = (&bounds.min, &bounds.max)
            && bounds.excludes_max
            && key == "length"
            && max.json == "0"
        {
            found.error(&max.tokens, "nothing has this length: write `..=0`");
        }
        return;
    };
    if min.value > max.value || (bounds.excludes_max && min.value >= max.value) {
        found.error(
            key,
            format_args!(
                "no value is within this {key}: it begins at {} and ends at {}",
                min.json, max.json
            ),
        );
    }
}
