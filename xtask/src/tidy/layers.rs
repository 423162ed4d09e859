//! Which module of the runtime may import which: the table, and the check that there is no other edge.
//!
//! A file imports lower layers and its own module, and never upwards. Within a layer it imports only what the table
//! lists. So there are no cycles. Code that is compiled for tests only may import anything.

use super::Finding;
use super::paths::crate_paths;
use super::source::Source;

/// Where the files of the runtime are.
const FOLDER: &str = "runtime/src/";

/// The modules of the runtime, each with its layer.
const LAYERS: &[(&str, u8)] = &[
    ("error", 0),
    ("json", 0),
    ("canonical", 0),
    ("clock", 0),
    ("histogram", 0),
    ("sync", 0),
    ("call", 1),
    ("tool", 1),
    ("effect", 1),
    ("definition", 2),
    ("key", 2),
    ("reference", 2),
    ("aboard", 2),
    ("registry", 3),
    ("wiring", 3),
    ("cache", 3),
    ("batch", 3),
    ("graph", 3),
    ("limit", 3),
    ("codec", 3),
    ("model_batch", 3),
    ("prompt", 3),
    ("profile", 3),
    ("harness", 4),
    ("lib", FACE),
    ("__private", FACE),
    ("cli", FACE),
];

/// The layer whose modules may import anything.
const FACE: u8 = 5;

/// The edges within a layer: the first imports the second.
const SIDEWAYS: &[(&str, &str)] = &[
    ("canonical", "json"),
    ("canonical", "error"),
    ("json", "error"),
    ("tool", "call"),
    ("tool", "effect"),
    ("aboard", "key"),
    ("definition", "reference"),
    ("wiring", "registry"),
    ("prompt", "codec"),
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let Some(inside) = source.path.strip_prefix(FOLDER) else {
        return Vec::new();
    };
    let name = inside.split('/').next().unwrap_or(inside);
    let name = name.strip_suffix(".rs").unwrap_or(name);
    let Some(layer) = layer(name) else {
        let message =
            format!("the module `{name}` has no layer: give it one in xtask/src/tidy/layers.rs");
        return vec![Finding::problem(&source.path, 1, message)];
    };
    if layer == FACE {
        return Vec::new();
    }
    let paths = crate_paths(source, FOLDER, |name| self::layer(name).is_some());
    let paths = paths.into_iter().filter(|path| !source.is_test_at(path.at));
    let refused = paths.filter_map(|path| {
        let why = refusal(name, layer, path.module)?;
        Some(Finding::problem(&source.path, source.line_of(path.at), why))
    });
    refused.collect()
}

/// Why a module must not import another; `None` if it may.
fn refusal(from: &str, layer: u8, to: Option<&str>) -> Option<String> {
    let Some(to) = to else {
        return Some("imports from the root of the crate: name the module that has it".to_owned());
    };
    let target = self::layer(to).expect("only modules of the table are told apart from the root");
    if to == from || target < layer || SIDEWAYS.contains(&(from, to)) {
        return None;
    }
    let direction = if target == layer {
        "sideways"
    } else {
        "upwards"
    };
    Some(format!(
        "`{from}` (layer {layer}) imports `{to}` (layer {target}), {direction}: move what both need into a lower layer"
    ))
}

fn layer(name: &str) -> Option<u8> {
    let module = LAYERS.iter().find(|(module, _)| *module == name);
    module.map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(path.to_owned(), text.to_owned());
        check(&source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lower_layers_and_the_own_module_are_allowed() {
        let text = "use self::store::Store;\nuse crate::cache::stats;\nuse crate::{call::CallId, error::E, key};\n";
        assert_eq!(found("runtime/src/cache/mod.rs", text), [] as [&str; 0]);
        assert_eq!(
            found("runtime/src/prompt/mod.rs", "use crate::codec::Codec;"),
            [] as [&str; 0]
        );
        assert_eq!(
            found(
                "runtime/src/tool/mod.rs",
                "use crate::{call, effect, json};"
            ),
            [] as [&str; 0]
        );
        assert_eq!(
            found(
                "runtime/src/cli.rs",
                "use crate::harness::Harness; use crate::Registry;"
            ),
            [] as [&str; 0]
        );
    }

    #[test]
    fn upward_edges_are_refused() {
        let expected = "runtime/src/call.rs:2: `call` (layer 1) imports `harness` (layer 4), upwards: \
                        move what both need into a lower layer";
        assert_eq!(
            found(
                "runtime/src/call.rs",
                "//! Doc.\nuse crate::{error, harness::Harness};"
            ),
            [expected]
        );
        assert_eq!(
            found("runtime/src/json/mod.rs", "type A = super::cache::A;").len(),
            1
        );
    }

    #[test]
    fn sideways_edges_are_refused_unless_listed() {
        for (path, module) in [
            ("cache/store.rs", "batch"),
            ("codec/mod.rs", "prompt"),
            ("key.rs", "definition"),
            ("call.rs", "tool"),
            ("error.rs", "json"),
        ] {
            let found = found(
                &format!("runtime/src/{path}"),
                &format!("fn f() {{ crate::{module}::x() }}"),
            );
            assert!(
                found.len() == 1 && found[0].contains(", sideways: "),
                "{path} on {module}: {found:?}"
            );
        }
    }

    #[test]
    fn the_root_is_not_imported() {
        let found = found("runtime/src/cache/mod.rs", "use crate::ToolError;");
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains("name the module that has it"),
            "{found:?}"
        );
    }

    #[test]
    fn tests_may_import_anything() {
        let text = "#[cfg(test)]\nmod tests { use crate::harness::Harness; }";
        assert_eq!(found("runtime/src/call.rs", text), [] as [&str; 0]);
        assert_eq!(
            found("runtime/src/json/tests.rs", "use crate::harness::Harness;"),
            [] as [&str; 0]
        );
    }

    #[test]
    fn a_module_without_a_layer_is_told() {
        let found = found("runtime/src/util/mod.rs", "");
        assert!(found[0].contains("`util` has no layer"), "{found:?}");
        assert!(self::found("macros/src/util.rs", "use crate::expand;").is_empty());
    }

    #[test]
    fn listed_edges_stay_within_a_layer_and_make_no_cycle() {
        for &(from, to) in SIDEWAYS {
            assert_eq!(layer(from), layer(to), "{from} on {to}");
            assert!(
                !SIDEWAYS.contains(&(to, from)),
                "{from} and {to} import each other"
            );
        }
    }
}
