//! The bounds of an argument as keywords of its schema.

use super::normal::Members;
use crate::json::Json;
use crate::tool::Rule;

/// A bound that does not fit the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleProblem {
    /// The option of `#[arg(…)]`.
    pub(crate) option: &'static str,
    /// What it is for.
    pub(crate) wanted: &'static str,
}

/// Adds the bounds; where the type has a narrower one already, that stays.
pub(super) fn add(rules: &[Rule], members: &mut Members) -> Result<(), RuleProblem> {
    for rule in rules {
        let kind = members
            .iter()
            .find(|(keyword, _)| keyword == "type")
            .and_then(|(_, kind)| kind.as_str());
        let is_number = matches!(kind, Some("number" | "integer"));
        match *rule {
            Rule::Minimum(number) if is_number => {
                bound(members, "minimum", number, |new, old| new > old);
            }
            Rule::Maximum(number) if is_number => {
                bound(members, "maximum", number, |new, old| new < old);
            }
            Rule::ExclusiveMaximum(number) if is_number => {
                bound(members, "exclusiveMaximum", number, |new, old| new < old);
            }
            Rule::MinLength(length) => {
                let keyword = length_of(kind, ["minLength", "minItems", "minProperties"])?;
                bound(members, keyword, &length.to_string(), |new, old| new > old);
            }
            Rule::MaxLength(length) => {
                let keyword = length_of(kind, ["maxLength", "maxItems", "maxProperties"])?;
                bound(members, keyword, &length.to_string(), |new, old| new < old);
            }
            Rule::Pattern(pattern) if kind == Some("string") => set(members, "pattern", pattern),
            Rule::Email if kind == Some("string") => set(members, "format", "email"),
            Rule::Url if kind == Some("string") => set(members, "format", "uri"),
            Rule::Minimum(_) | Rule::Maximum(_) | Rule::ExclusiveMaximum(_) => {
                return Err(RuleProblem {
                    option: "range",
                    wanted: "numbers",
                });
            }
            Rule::Pattern(_) => return Err(text("pattern")),
            Rule::Email => return Err(text("email")),
            Rule::Url => return Err(text("url")),
        }
    }
    Ok(())
}

fn text(option: &'static str) -> RuleProblem {
    RuleProblem {
        option,
        wanted: "texts",
    }
}

fn length_of(
    kind: Option<&str>,
    [text, items, properties]: [&'static str; 3],
) -> Result<&'static str, RuleProblem> {
    match kind {
        Some("string") => Ok(text),
        Some("array") => Ok(items),
        Some("object") => Ok(properties),
        _ => Err(RuleProblem {
            option: "length",
            wanted: "texts, lists and maps",
        }),
    }
}

fn set(members: &mut Members, keyword: &'static str, value: &'static str) {
    members.retain(|(known, _)| known != keyword);
    members.push((keyword.into(), Json::String(value.into())));
}

fn bound(
    members: &mut Members,
    keyword: &'static str,
    number: &str,
    is_narrower: impl Fn(f64, f64) -> bool,
) {
    let value = |number: &str| number.parse::<f64>().ok();
    if let Some((_, Json::Number(known))) = members.iter().find(|(known, _)| known == keyword)
        && let (Some(new), Some(old)) = (value(number), value(known))
        && !is_narrower(new, old)
    {
        return;
    }
    members.retain(|(known, _)| known != keyword);
    members.push((keyword.into(), Json::Number(number.to_owned().into())));
}
