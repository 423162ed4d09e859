//! Which numbers of an argument are floats: what a cache key needs to know of a schema.

use crate::canonical::Shape;
use crate::json::Json;

/// Which numbers of a value are floats, as far as its schema tells.
pub(crate) fn shape(schema: &Json<'_>) -> Shape {
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
        Some(kind) => kind.as_str().into_iter().collect(),
        None => Vec::new(),
    };
    let mut kinds = kinds.into_iter().filter(|kind| *kind != "null");
    match (kinds.next(), kinds.next()) {
        (Some("number"), None) => Shape::Float,
        (Some("array"), None) => match schema.get("items").map(shape) {
            None | Some(Shape::Any) => Shape::Any,
            Some(items) => Shape::Array(Box::new(items)),
        },
        (Some("object"), None) => object_shape(schema),
        _ => Shape::Any,
    }
}

fn object_shape(schema: &Json<'_>) -> Shape {
    let members: Vec<(String, Shape)> = schema
        .get("properties")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone().into_owned(), shape(schema)))
        .filter(|(_, shape)| *shape != Shape::Any)
        .collect();
    let rest = schema
        .get("additionalProperties")
        .map(shape)
        .filter(|shape| *shape != Shape::Any)
        .map(Box::new);
    if members.is_empty() && rest.is_none() {
        Shape::Any
    } else {
        Shape::Object { members, rest }
    }
}
