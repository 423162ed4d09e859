//! What a registry offers a model beyond a tool's own arguments: a reference where a value could stand, and a wish that
//! a call waits for others. It is added to the emitted schema alone: values are held against the tool's own.

use super::normal::Members;
use crate::json::Json;
use crate::reference::{AFTER, WRITTEN};
use crate::tool::ToolSpec;

/// What a registry offers beyond the arguments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Offers {
    /// Arguments that opted in take a reference to the result of an earlier call.
    pub(crate) references: bool,
    /// Every call may name earlier ones that it waits for.
    pub(crate) call_order: bool,
}

/// A reference. A model pays for each of its words in every argument that takes one, so they are few.
const REFERENCE: &str = r#"{"type":"object","description":"Or the result of an earlier call of this message. `call`: its position, from 1, or its tool's name. `path`: JSON pointer into the result, such as `/items/0/id`; absent for the whole result.","properties":{"_ref":{"type":"object","properties":{"call":{"type":["integer","string"]},"path":{"type":"string"}},"required":["call"],"additionalProperties":false}},"required":["_ref"],"additionalProperties":false}"#;

/// The calls to wait for.
const ORDER: &str = r#"{"type":"array","description":"Earlier calls of this message to wait for: positions, from 1, or names of tools.","items":{"type":["integer","string"]}}"#;

/// The schema of a tool's arguments with what is offered in it.
pub(super) fn offered(spec: &ToolSpec, own: &Json<'static>, offers: Offers) -> Json<'static> {
    let Json::Object(mut members) = own.clone() else {
        return own.clone();
    };
    for (keyword, value) in &mut members {
        match (&**keyword, value) {
            ("properties", Json::Object(properties)) => {
                if offers.references {
                    refer(spec, properties);
                }
                if offers.call_order {
                    properties.push((AFTER.into(), constant(ORDER)));
                }
            }
            // What another call gives may be left out.
            ("required", Json::Array(names)) if offers.references => {
                names.retain(|name| name.as_str().is_none_or(|name| giver(spec, name).is_none()));
            }
            _ => {}
        }
    }
    members.retain(|(keyword, value)| {
        keyword != "required" || value.as_array().is_none_or(|names| !names.is_empty())
    });
    Json::Object(members)
}

/// Lets references stand for the arguments that opted in.
fn refer(spec: &ToolSpec, properties: &mut Members) {
    for param in spec.arguments() {
        let property = properties.iter_mut().find(|(name, _)| name == param.name());
        if let Some((_, schema)) = property.filter(|_| param.takes_references()) {
            let own = std::mem::replace(schema, Json::Null);
            *schema = or_reference(own, param.given_by());
        }
    }
}

/// The tool that gives the argument of this name.
fn giver(spec: &ToolSpec, name: &str) -> Option<&'static str> {
    let param = spec.arguments().iter().find(|param| param.name() == name);
    param.and_then(|param| param.given_by())
}

/// A schema, or a reference.
fn or_reference(own: Json<'static>, giver: Option<&'static str>) -> Json<'static> {
    let Json::Object(own) = own else {
        return own;
    };
    // What is said of the argument is said of it in either form.
    let (mut said, value): (Members, Members) = own
        .into_iter()
        .partition(|(keyword, _)| matches!(&**keyword, "default" | "description" | "examples"));
    let mut forms = match <[_; 1]>::try_from(value) {
        Ok([(keyword, Json::Array(forms))]) if keyword == "anyOf" => forms,
        Ok(one) => vec![Json::Object(one.into())],
        Err(value) => vec![Json::Object(value)],
    };
    forms.push(constant(REFERENCE));
    if let Some(giver) = giver {
        let place = said
            .iter()
            .position(|(keyword, _)| keyword == "description");
        let description = place.map(|place| said.swap_remove(place).1);
        let description = description.as_ref().and_then(Json::as_str);
        let description = with_giver(description.unwrap_or_default(), giver);
        said.push(("description".into(), Json::String(description.into())));
    }
    said.push(("anyOf".into(), Json::Array(forms)));
    Json::Object(said)
}

/// A description that also says what the argument is when it is left out.
fn with_giver(description: &str, giver: &str) -> String {
    let between = match description {
        "" => "",
        // Below a list, its last item would go on.
        text if text.contains('\n') => "\n\n",
        text if text.ends_with(['.', '!', '?']) => " ",
        _ => ". ",
    };
    format!(
        "{description}{between}Left out: the result of `{giver}`, called earlier in the same message."
    )
}

fn constant(text: &'static str) -> Json<'static> {
    Json::parse(text).expect("the constant is JSON")
}

/// The member of a reference that values of this schema have as well, so that one could be taken for the other.
pub(crate) fn clash(schema: &Json<'_>) -> Option<&'static str> {
    let properties = schema.get("properties");
    let own = properties.and_then(|properties| {
        let has = |name: &&str| properties.get(name).is_some();
        WRITTEN.into_iter().find(has)
    });
    own.or_else(|| {
        let forms = ["anyOf", "oneOf", "allOf"].into_iter();
        let forms = forms.filter_map(|keyword| schema.get(keyword)?.as_array());
        forms.flatten().find_map(clash)
    })
}

#[cfg(test)]
mod tests;
