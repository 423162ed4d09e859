//! From a schema to its constraints: what needs no check is left out.

use regex_lite::Regex;

use super::format::Format;
use super::rules::{ArrayRules, Count, NumberRules, ObjectRules, TextRules};
use super::{Branch, Node};
use crate::definition::number::{Step, compare, whole};
use crate::definition::range::range_of;
use crate::definition::structure::{Kinds, tuple};
use crate::json::Json;

type Compiled<T> = Result<Option<T>, String>;

/// The constraints of a schema; none where there is nothing to check.
pub(super) fn node(schema: &Json<'_>) -> Compiled<Node> {
    let mut node = Node {
        number: number(schema)?.map(Box::new),
        text: text(schema)?.map(Box::new),
        array: array(schema)?.map(Box::new),
        object: object(schema)?.map(Box::new),
        ..Node::default()
    };
    for part in schemas(schema, "allOf") {
        node.all.extend(self::node(part)?);
    }
    for keyword in ["anyOf", "oneOf"] {
        let branches = schemas(schema, keyword);
        let not_null = |branch: &&Json<'_>| Kinds::allowed(branch) != Kinds::NULL;
        let mut others = branches.iter().filter(not_null);
        // What may only be null beside it constrains the value as if it stood alone: null meets every constraint.
        if let (Some(only), None) = (others.next(), others.next()) {
            node.all.extend(self::node(only)?);
            continue;
        }
        let union: Vec<Branch> = branches.iter().map(branch).collect::<Result<_, _>>()?;
        if union.iter().any(|branch| branch.node.is_some()) {
            node.unions.push(union);
        }
    }
    let is_empty = node.number.is_none()
        && node.text.is_none()
        && node.array.is_none()
        && node.object.is_none()
        && node.all.is_empty()
        && node.unions.is_empty();
    Ok((!is_empty).then_some(node))
}

fn branch(schema: &Json<'_>) -> Result<Branch, String> {
    Ok(Branch {
        node: node(schema)?,
        schema: schema.clone().into_owned(),
    })
}

fn number(schema: &Json<'_>) -> Compiled<NumberRules> {
    // What the type cannot hold anyway is not checked twice.
    let implied = schema
        .get("format")
        .and_then(Json::as_str)
        .and_then(range_of);
    let rules = NumberRules {
        minimum: bound(schema, "minimum")?
            .filter(|bound| implied.is_none_or(|(lowest, _)| compare(bound, lowest).is_gt())),
        exclusive_minimum: bound(schema, "exclusiveMinimum")?,
        maximum: bound(schema, "maximum")?
            .filter(|bound| implied.is_none_or(|(_, highest)| compare(bound, highest).is_lt())),
        exclusive_maximum: bound(schema, "exclusiveMaximum")?,
        multiple_of: match bound(schema, "multipleOf")? {
            None => None,
            Some(bound) => {
                let step = Step::new(&bound)
                    .ok_or_else(|| format!("`multipleOf` must be more than 0, and is {bound}"))?;
                Some((step, bound))
            }
        },
    };
    let is_empty = rules.minimum.is_none()
        && rules.exclusive_minimum.is_none()
        && rules.maximum.is_none()
        && rules.exclusive_maximum.is_none()
        && rules.multiple_of.is_none();
    Ok((!is_empty).then_some(rules))
}

fn text(schema: &Json<'_>) -> Compiled<TextRules> {
    let rules = TextRules {
        length: count(schema, "minLength", "maxLength")?,
        pattern: match schema.get("pattern") {
            None => None,
            Some(Json::String(pattern)) => Some(regex(pattern)?),
            Some(other) => {
                return Err(format!(
                    "`pattern` must be a string, and is {}",
                    other.kind_name()
                ));
            }
        },
        format: schema
            .get("format")
            .and_then(Json::as_str)
            .and_then(Format::named),
    };
    let is_empty = rules.length.is_any() && rules.pattern.is_none() && rules.format.is_none();
    Ok((!is_empty).then_some(rules))
}

fn array(schema: &Json<'_>) -> Compiled<ArrayRules> {
    let mut prefix: Vec<Option<Node>> = schemas(schema, "prefixItems")
        .iter()
        .map(node)
        .collect::<Result<_, _>>()?;
    let count = match tuple(schema) {
        Some(_) => Count::default(),
        None => count(schema, "minItems", "maxItems")?,
    };
    let rest = match schema.get("items") {
        None => None,
        Some(items) => node(items)?,
    };
    if rest.is_none() && prefix.iter().all(Option::is_none) {
        prefix.clear();
    }
    let rules = ArrayRules {
        count,
        unique: schema.get("uniqueItems") == Some(&Json::Bool(true)),
        prefix,
        rest,
    };
    let is_empty =
        rules.count.is_any() && !rules.unique && rules.prefix.is_empty() && rules.rest.is_none();
    Ok((!is_empty).then_some(rules))
}

fn object(schema: &Json<'_>) -> Compiled<ObjectRules> {
    let rest = match schema.get("additionalProperties") {
        None => None,
        Some(schema) => node(schema)?,
    };
    let members = |keyword: &str| {
        let members = schema.get(keyword).and_then(Json::as_object);
        members.unwrap_or_default().iter()
    };
    let (mut named, mut patterns) = (Vec::new(), Vec::new());
    for (name, schema) in members("properties") {
        named.push((Box::from(&**name), node(schema)?));
    }
    for (pattern, schema) in members("patternProperties") {
        patterns.push((regex(pattern)?, node(schema)?));
    }
    if rest.is_none() {
        // Only what stands beside the rest is told apart from it.
        named.retain(|(_, node)| node.is_some());
        patterns.retain(|(_, node)| node.is_some());
    }
    let rules = ObjectRules {
        count: count(schema, "minProperties", "maxProperties")?,
        named,
        patterns,
        rest,
    };
    let is_empty = rules.count.is_any()
        && rules.named.is_empty()
        && rules.patterns.is_empty()
        && rules.rest.is_none();
    Ok((!is_empty).then_some(rules))
}

/// The number that a keyword gives.
fn bound(schema: &Json<'_>, keyword: &str) -> Compiled<Box<str>> {
    match schema.get(keyword) {
        None => Ok(None),
        Some(Json::Number(number)) => Ok(Some(Box::from(&**number))),
        Some(other) => Err(format!(
            "`{keyword}` must be a number, and is {}",
            other.kind_name()
        )),
    }
}

fn count(schema: &Json<'_>, minimum: &str, maximum: &str) -> Result<Count, String> {
    let size = |keyword: &str| match bound(schema, keyword)? {
        None => Ok(None),
        Some(number) => match whole(&number).map(|digits| digits.parse::<usize>()) {
            Some(Ok(size)) => Ok(Some(size)),
            _ => Err(format!(
                "`{keyword}` must be a whole number, and is {number}"
            )),
        },
    };
    Ok(Count {
        minimum: size(minimum)?,
        maximum: size(maximum)?,
    })
}

fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| {
        format!(
            "the pattern `{pattern}` cannot be checked: {error} (look-around, back-references and `\\p` are not supported)"
        )
    })
}

fn schemas<'s, 'a>(schema: &'s Json<'a>, keyword: &str) -> &'s [Json<'a>] {
    let schemas = schema.get(keyword).and_then(Json::as_array);
    schemas.unwrap_or_default()
}
