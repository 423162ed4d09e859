//! A provider that answers request files with result files, as the real ones do: in any order, each request alone, and
//! not all of them well.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use toolwright::Provider;

use super::night::Problem;

/// How a provider's day went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// It answers every request that is valid.
    Good,
    /// It is overloaded for one request, does not come to the last one, and the first download breaks off in a line.
    Bad,
}

/// What it says to one request.
enum Answer {
    Message(Value),
    Invalid(&'static str),
    Overloaded,
    Expired,
}

/// Answers request files with result files in a folder, and returns their paths.
///
/// # Errors
/// Those of the file system, and a request file that is no such file.
pub fn work(
    provider: Provider,
    sent: &[PathBuf],
    received: &Path,
    day: Day,
) -> Result<Vec<PathBuf>, Problem> {
    fs::create_dir_all(received)?;
    let mut paths = Vec::new();
    let files = sent.iter().map(|path| requests(provider, path));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let total: usize = files.iter().map(Vec::len).sum();
    let mut done = 0;
    for (number, file) in files.iter().enumerate() {
        // Those that failed are in a file of their own, with OpenAI.
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        for (custom_id, body) in file {
            done += 1;
            let answer = match day {
                Day::Bad if done == total => Answer::Expired,
                Day::Bad if done == 2 => Answer::Overloaded,
                _ => answer(provider, body),
            };
            let is_output = provider == Provider::Anthropic || matches!(answer, Answer::Message(_));
            let lines = if is_output { &mut output } else { &mut errors };
            lines.push(line(provider, custom_id, answer));
        }
        for (kind, mut lines) in [("results", output), ("errors", errors)] {
            if lines.is_empty() {
                continue;
            }
            lines.reverse();
            let mut text = lines.join("\n") + "\n";
            if day == Day::Bad && number == 0 && kind == "results" {
                text.truncate(text.len() - 20);
            }
            let path = received.join(format!("{kind}-{}.jsonl", number + 1));
            fs::write(&path, text)?;
            paths.push(path);
        }
    }
    Ok(paths)
}

/// The ids and bodies of a request file.
fn requests(provider: Provider, path: &Path) -> Result<Vec<(String, Value)>, Problem> {
    let text = fs::read_to_string(path)?;
    let (requests, body) = if provider == Provider::Anthropic {
        let mut document: Value = serde_json::from_str(&text)?;
        (
            serde_json::from_value(document["requests"].take())?,
            "params",
        )
    } else {
        let lines = text.lines().map(serde_json::from_str);
        (lines.collect::<Result<Vec<Value>, _>>()?, "body")
    };
    let split = |mut request: Value| {
        let custom_id = request["custom_id"]
            .as_str()
            .ok_or("a request without an id")?;
        Ok((custom_id.to_owned(), request[body].take()))
    };
    requests.into_iter().map(split).collect()
}

/// What the model says: it looks up the order that the message names.
fn answer(provider: Provider, body: &Value) -> Answer {
    let Some(message) = body["messages"][0]["content"]
        .as_str()
        .filter(|text| !text.is_empty())
    else {
        return Answer::Invalid("messages: text content must not be empty");
    };
    let words = message.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let order = words.into_iter().find(|word| word.starts_with("A-"));
    let arguments = order.map(|order_id| json!({"order_id": order_id}));
    let text = "There is no order in this message.";
    Answer::Message(match (provider, arguments) {
        (Provider::Anthropic, Some(input)) => json!({
            "type": "message", "role": "assistant", "model": body["model"], "stop_reason": "tool_use",
            "content": [{"type": "tool_use", "id": "toolu_1", "name": "lookup_order", "input": input}],
        }),
        (Provider::Anthropic, None) => json!({
            "type": "message", "role": "assistant", "model": body["model"], "stop_reason": "end_turn",
            "content": [{"type": "text", "text": text}],
        }),
        (_, Some(arguments)) => {
            json!({"object": "chat.completion", "model": body["model"], "choices": [{
                "finish_reason": "tool_calls",
                "message": {"role": "assistant", "content": null, "tool_calls": [{
                    "id": "call_1", "type": "function",
                    "function": {"name": "lookup_order", "arguments": arguments.to_string()},
                }]},
            }]})
        }
        (_, None) => json!({"object": "chat.completion", "model": body["model"], "choices": [{
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": text},
        }]}),
    })
}

/// The line of a result file.
fn line(provider: Provider, custom_id: &str, answer: Answer) -> String {
    let line = if provider == Provider::Anthropic {
        let error = |kind: &str, message: &str| {
            let error = json!({"type": kind, "message": message});
            json!({"type": "errored", "error": {"type": "error", "error": error, "request_id": null}})
        };
        let result = match answer {
            Answer::Message(message) => json!({"type": "succeeded", "message": message}),
            Answer::Invalid(message) => error("invalid_request_error", message),
            Answer::Overloaded => error("overloaded_error", "Overloaded"),
            Answer::Expired => json!({"type": "expired"}),
        };
        json!({"custom_id": custom_id, "result": result})
    } else {
        let response = |status: u16, body: Value| {
            let response = json!({"status_code": status, "request_id": "req_1", "body": body});
            json!({"id": "batch_req_1", "custom_id": custom_id, "response": response, "error": null})
        };
        let error =
            |kind: &str, message: &str| json!({"error": {"type": kind, "message": message}});
        match answer {
            Answer::Message(body) => response(200, body),
            Answer::Invalid(message) => response(400, error("invalid_request_error", message)),
            Answer::Overloaded => response(503, error("server_error", "The server is overloaded.")),
            Answer::Expired => json!({
                "id": "batch_req_1", "custom_id": custom_id, "response": null,
                "error": {"code": "batch_expired", "message": "the completion window is over"},
            }),
        }
    };
    line.to_string()
}
