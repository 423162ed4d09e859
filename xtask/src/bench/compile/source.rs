//! Writes the crates that are compiled: the same tools in four spellings, the same text at every run.
//!
//! A crate has a module for each noun, a tool for each verb on it, and one type of result a module.

mod tool;

use std::fmt::Write as _;

use self::tool::{NOUNS, READING, Tool, VERBS, capital, line};
use super::subject::Subject;

pub(super) use self::tool::ALL;

/// One file below `src/`: its name and its text.
pub(super) type File = (String, String);

/// The files of a crate with the first `count` tools.
pub(super) fn files(subject: Subject, count: usize) -> Vec<File> {
    let tools = |noun: &'static str| (0..VERBS.len()).map(move |verb| Tool { verb, noun });
    let tools: Vec<Tool> = NOUNS.into_iter().flat_map(tools).take(count).collect();
    let modules: Vec<&[Tool]> = tools.chunk_by(|a, b| a.noun == b.noun).collect();
    let mut files = vec![("lib.rs".to_owned(), root(subject, &modules))];
    for tools in modules {
        files.push((format!("{}.rs", tools[0].noun), module(subject, tools)));
    }
    files
}

/// The file that declares the modules and uses every tool.
fn root(subject: Subject, modules: &[&[Tool]]) -> String {
    let all = || modules.iter().copied().flatten().copied();
    let mut text = format!(
        "//! Every tool, {}.\n\n",
        match subject {
            Subject::Ours => "registered",
            Subject::Plain => "called by name",
            Subject::Rig => "in one set",
            Subject::Rmcp => "in one router",
        }
    );
    for tools in modules {
        line(&mut text, 0, &format!("pub mod {};", tools[0].noun));
    }
    text.push('\n');
    match subject {
        Subject::Ours => {
            text += "use toolwright::{Registry, RegistryError, registry};\n\n\
                     /// Registers them.\n\
                     pub fn registry() -> Result<Registry, RegistryError> {\n    registry![\n";
            for tool in all() {
                line(&mut text, 2, &format!("{}::{},", tool.noun, tool.name()));
            }
            text += "    ]\n}\n";
        }
        Subject::Plain => {
            text += "use std::pin::Pin;\n\n\
                     /// A call that has not run yet.\n\
                     pub type Call<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;\n";
        }
        Subject::Rig => {
            text += "use rig_agent::tool::ToolSet;\n\n\
                     /// Registers them.\n\
                     pub fn tools() -> ToolSet {\n    let mut tools = ToolSet::default();\n";
            for tool in all() {
                let (noun, name) = (tool.noun, tool.type_name());
                line(&mut text, 1, &format!("tools.add_tool({noun}::{name});"));
            }
            text += "    tools\n}\n";
        }
        Subject::Rmcp => {
            let routers = modules
                .iter()
                .map(|tools| format!("Self::{}_tools()", tools[0].noun));
            let routers: Vec<_> = routers.collect();
            let _ = write!(
                text,
                "use rmcp::handler::server::router::tool::ToolRouter;\n\
                 use rmcp::{{ServerHandler, tool_handler}};\n\n\
                 /// The server.\n#[derive(Clone)]\npub struct Desk;\n\n\
                 impl Desk {{\n    /// Registers them.\n    pub fn tools() -> ToolRouter<Self> {{\n        {}\n    }}\n}}\n\n\
                 #[tool_handler(router = Self::tools())]\nimpl ServerHandler for Desk {{}}\n",
                routers.join(" + ")
            );
        }
    }
    text
}

/// The file of one noun.
fn module(subject: Subject, tools: &[Tool]) -> String {
    let noun = tools[0].noun;
    let mut text = format!("//! Tools about one {noun}.\n\n");
    text += match subject {
        Subject::Ours => "use toolwright::{ToolError, tool};\n\n",
        Subject::Plain => "use crate::Call;\n\n",
        Subject::Rig => "use rig_core::rig_tool;\nuse rig_core::tool::ToolExecutionError;\n\n",
        Subject::Rmcp => {
            "use rmcp::handler::server::wrapper::{Json, Parameters};\n\
             use rmcp::{ErrorData, schemars, tool, tool_router};\n\nuse crate::Desk;\n\n"
        }
    };
    let derive = match subject {
        Subject::Rmcp => "serde::Serialize, schemars::JsonSchema",
        _ => "serde::Serialize",
    };
    let _ = write!(
        text,
        "/// What they return.\n#[derive({derive})]\npub struct {} {{\n",
        capital(noun)
    );
    for (doc, field) in [
        ("The id.", "id: String"),
        ("How many entries.", "entries: u32"),
        ("The remark.", "remark: Option<String>"),
        ("Whether it is archived.", "archived: bool"),
    ] {
        line(&mut text, 1, &format!("/// {doc}"));
        line(&mut text, 1, &format!("pub {field},"));
    }
    text += "}\n";
    let mut each = |write: fn(&mut String, Tool)| {
        for tool in tools {
            write(&mut text, *tool);
        }
    };
    match subject {
        Subject::Ours => each(ours),
        Subject::Rig => each(rig),
        Subject::Plain => {
            each(plain);
            by_name(&mut text, tools);
        }
        Subject::Rmcp => {
            each(rmcp_arguments);
            let _ = write!(
                text,
                "\n#[tool_router(router = {noun}_tools, vis = \"pub(crate)\")]\nimpl Desk {{\n"
            );
            for (position, tool) in tools.iter().enumerate() {
                if position > 0 {
                    text.push('\n');
                }
                rmcp(&mut text, *tool);
            }
            text += "}\n";
        }
    }
    text
}

/// The error of every spelling.
const WRONG: &str = "\"the limit must be at least 1\"";

fn ours(text: &mut String, tool: Tool) {
    let ttl = if tool.verb < READING {
        "(ttl = \"5m\")"
    } else {
        ""
    };
    let attribute = format!("#[tool{ttl}]");
    let wrong = format!("ToolError::failed({WRONG})");
    free_function(text, tool, Some(&attribute), "ToolError", &wrong);
}

fn plain(text: &mut String, tool: Tool) {
    free_function(text, tool, None, "String", &format!("{WRONG}.to_owned()"));
}

fn rig(text: &mut String, tool: Tool) {
    let wrong = format!("ToolExecutionError::other({WRONG})");
    free_function(
        text,
        tool,
        Some("#[rig_tool]"),
        "ToolExecutionError",
        &wrong,
    );
}

fn free_function(text: &mut String, tool: Tool, attribute: Option<&str>, error: &str, wrong: &str) {
    let attribute_line = attribute.map_or(String::new(), |attribute| format!("{attribute}\n"));
    let _ = write!(
        text,
        "\n/// {}\n{attribute_line}pub async fn {}(\n{}) -> Result<{}, {error}> {{\n{}}}\n",
        tool.doc(),
        tool.name(),
        tool.parameters(attribute.is_some()),
        capital(tool.noun),
        tool.body(1, wrong, None),
    );
}

/// The least that can call every function: without it their bodies would not be compiled.
fn by_name(text: &mut String, tools: &[Tool]) {
    let _ = write!(
        text,
        "\n/// Calls one of them by name.\npub fn call(\n    name: &str,\n{}) -> Option<Call<{}>> {{\n    Some(match name {{\n",
        tools[0].parameters(false),
        capital(tools[0].noun),
    );
    for tool in tools {
        let name = tool.name();
        line(
            text,
            2,
            &format!("\"{name}\" => Box::pin({name}(id, limit, remark, archived)),"),
        );
    }
    *text += "        _ => return None,\n    })\n}\n";
}

fn rmcp_arguments(text: &mut String, tool: Tool) {
    let _ = write!(
        text,
        "\n/// The arguments of `{}`.\n#[derive(serde::Deserialize, schemars::JsonSchema)]\npub struct {} {{\n",
        tool.name(),
        tool.type_name(),
    );
    for (doc, name, ty) in tool.arguments() {
        line(text, 1, &format!("/// {doc}"));
        line(text, 1, &format!("pub {name}: {ty},"));
    }
    *text += "}\n";
}

fn rmcp(text: &mut String, tool: Tool) {
    let (arguments, output) = (tool.type_name(), capital(tool.noun));
    line(text, 1, &format!("/// {}", tool.doc()));
    line(text, 1, "#[tool]");
    line(text, 1, &format!("pub async fn {}(", tool.name()));
    line(text, 2, "&self,");
    let names = tool.arguments().map(|(_, name, _)| name).join(", ");
    line(
        text,
        2,
        &format!("Parameters({arguments} {{ {names} }}): Parameters<{arguments}>,"),
    );
    line(
        text,
        1,
        &format!(") -> Result<Json<{output}>, ErrorData> {{"),
    );
    let wrong = format!("ErrorData::invalid_params({WRONG}, None)");
    *text += &tool.body(2, &wrong, Some("Json"));
    line(text, 1, "}");
}

#[cfg(test)]
mod tests;
