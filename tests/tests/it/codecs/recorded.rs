//! The codecs on recorded exchanges with real providers, where they are beside the repository.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use toolwright::codec::{self, CodecErrorKind};
use toolwright::{Content, Outcome, Provider, ToolCall};

/// One request and its response. Of a recording, they are numbered by `i`.
#[derive(Deserialize)]
struct Exchange {
    provider: String,
    api: String,
    scenario: String,
    test: String,
    i: usize,
    status: u16,
    n_calls: usize,
    request: Value,
    /// As the file has it; absent where the body was not JSON.
    response: Option<Box<RawValue>>,
}

impl Exchange {
    fn key(&self, i: usize) -> (&str, &str, &str, usize) {
        (&self.provider, &self.scenario, &self.test, i)
    }

    fn name(&self) -> String {
        format!(
            "{} {}/{} #{}",
            self.provider, self.scenario, self.test, self.i
        )
    }

    fn body(&self) -> &str {
        self.response.as_ref().map_or("", |response| response.get())
    }
}

/// The folder of recordings, or `None` after saying that the test is left out.
fn folder() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/exchanges"))
        .find(|folder| folder.is_dir());
    if found.is_none() {
        println!("left out: ../shared/data/exchanges is not here");
    }
    found
}

fn read(folder: &Path, name: &str) -> Vec<Exchange> {
    let path = folder.join(name).with_extension("jsonl");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("an exchange"))
        .collect()
}

/// The calls of a response as the record has them, read without the codecs: id, name, arguments.
fn recorded_calls(provider: Provider, response: &Value) -> Vec<[Value; 3]> {
    let (list, kind, names) = match provider {
        Provider::Anthropic => (&response["content"], "tool_use", ["/id", "/name", "/input"]),
        Provider::OpenAiResponses => (
            &response["output"],
            "function_call",
            ["/call_id", "/name", "/arguments"],
        ),
        _ => {
            let calls = &response["choices"][0]["message"]["tool_calls"];
            (
                calls,
                "function",
                ["/id", "/function/name", "/function/arguments"],
            )
        }
    };
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter(|item| item["type"] == kind)
        .map(|item| names.map(|name| item.pointer(name).expect(name).clone()))
        .collect()
}

#[test]
fn every_response_gives_exactly_its_calls() {
    let Some(folder) = folder() else { return };
    for provider in Provider::ALL {
        let (mut whole, mut cut, mut parallel) = (0, 0, 0);
        for exchange in read(&folder, provider.as_str()) {
            if exchange.status != 200 {
                continue;
            }
            let name = exchange.name();
            let response: Value = serde_json::from_str(exchange.body()).unwrap();
            let recorded = recorded_calls(provider, &response);
            assert_eq!(recorded.len(), exchange.n_calls, "{name}");
            match codec::calls(provider, exchange.body()) {
                Ok(calls) => {
                    assert_eq!(calls.len(), exchange.n_calls, "{name}");
                    for (call, [id, tool, arguments]) in calls.iter().zip(&recorded) {
                        assert_eq!(
                            (call.id(), call.name()),
                            (id.as_str().unwrap(), tool.as_str().unwrap()),
                            "{name}"
                        );
                        match arguments {
                            // Also as text: what the provider put in a string comes out of it unchanged.
                            Value::String(text) => assert_eq!(call.arguments(), text, "{name}"),
                            input => {
                                assert_eq!(
                                    serde_json::from_str::<Value>(call.arguments()).unwrap(),
                                    *input,
                                    "{name}"
                                );
                                assert!(
                                    exchange.body().contains(call.arguments()),
                                    "{name}: not as written"
                                );
                            }
                        }
                    }
                    whole += 1;
                    parallel += usize::from(calls.len() > 1);
                }
                Err(error) => {
                    assert_eq!(error.kind(), CodecErrorKind::Truncated, "{name}: {error}");
                    let ids: Vec<_> = error.call_ids().collect();
                    let recorded: Vec<_> = recorded
                        .iter()
                        .map(|[id, ..]| id.as_str().unwrap())
                        .collect();
                    assert_eq!(ids, recorded, "{name}");
                    cut += 1;
                }
            }
            assert_eq!(
                is_cut(provider, &response),
                codec::calls(provider, exchange.body()).is_err(),
                "{name}"
            );
        }
        println!("{provider}: {whole} whole ({parallel} with parallel calls), {cut} cut");
        assert!(whole > 0 && parallel > 0, "{provider}");
    }
}

/// Whether a response says that it stopped at the length limit, the only cut that was recorded.
fn is_cut(provider: Provider, response: &Value) -> bool {
    match provider {
        Provider::Anthropic => response["stop_reason"] == "max_tokens",
        Provider::OpenAiResponses => response["status"] == "incomplete",
        _ => response["choices"][0]["finish_reason"] == "length",
    }
}

#[test]
fn every_error_is_told_in_the_providers_words() {
    let Some(folder) = folder() else { return };
    let files = Provider::ALL
        .map(Provider::as_str)
        .into_iter()
        .chain(["errors"]);
    let mut told = 0;
    for exchange in files.flat_map(|file| read(&folder, file)) {
        // There is no codec for Gemini, whose errors are recorded too.
        let Some(provider) = Provider::from_name(&exchange.api) else {
            assert_eq!(exchange.api, "gemini");
            continue;
        };
        if exchange.status == 200 {
            continue;
        }
        let body: Value = serde_json::from_str(exchange.body()).unwrap();
        let message = ["/error/message", "/error", "/message", "/detail"]
            .iter()
            .find_map(|path| body.pointer(path)?.as_str())
            .expect("an error has a message");
        let error = codec::calls(provider, exchange.body()).expect_err(&exchange.name());
        assert_eq!(
            error.kind(),
            CodecErrorKind::Provider,
            "{}",
            exchange.name()
        );
        assert_eq!(
            error.provider_message(),
            Some(message),
            "{}",
            exchange.name()
        );
        assert!(error.to_string().ends_with(message), "{error}");
        if let Some(error_type) = body.pointer("/error/type") {
            assert_eq!(
                error.provider_type(),
                error_type.as_str(),
                "{}",
                exchange.name()
            );
        }
        told += 1;
    }
    println!("{told} errors");
    assert!(told > 0);
}

/// The results in a request, in their order: each as recorded, with its id and its text if that is all it has.
fn recorded_results(provider: Provider, request: &Value) -> Vec<(Value, String, Option<String>)> {
    let empty = Vec::new();
    let items = |name: &str| request[name].as_array().unwrap_or(&empty).iter();
    let (results, id, content): (Vec<&Value>, _, _) = match provider {
        Provider::Anthropic => {
            let blocks = items("messages")
                .filter_map(|message| message["content"].as_array())
                .flatten();
            (
                blocks
                    .filter(|block| block["type"] == "tool_result")
                    .collect(),
                "tool_use_id",
                "content",
            )
        }
        Provider::OpenAiResponses => (
            items("input")
                .filter(|item| item["type"] == "function_call_output")
                .collect(),
            "call_id",
            "output",
        ),
        _ => (
            items("messages")
                .filter(|message| message["role"] == "tool")
                .collect(),
            "tool_call_id",
            "content",
        ),
    };
    let result = |result: &Value| {
        let text = match &result[content] {
            Value::String(text) => Some(text.clone()),
            // One block of text says the same as the text alone.
            Value::Array(blocks) if blocks.len() == 1 => {
                blocks[0]["text"].as_str().map(str::to_owned)
            }
            _ => None,
        };
        (
            result.clone(),
            result[id].as_str().expect("an id").to_owned(),
            text,
        )
    };
    results.into_iter().map(result).collect()
}

#[test]
fn the_next_request_answers_the_ids_that_were_read_in_the_shape_that_is_written() {
    let Some(folder) = folder() else { return };
    for provider in Provider::ALL {
        let exchanges = read(&folder, provider.as_str());
        let by_key: HashMap<_, _> = exchanges
            .iter()
            .map(|exchange| (exchange.key(exchange.i), exchange))
            .collect();
        let (mut pairs, mut written) = (0, 0);
        for exchange in exchanges.iter().filter(|exchange| exchange.status == 200) {
            // Some tests of a recording are separate requests: the next one then answers nothing.
            let Some(next) = by_key.get(&exchange.key(exchange.i + 1)) else {
                continue;
            };
            let results = recorded_results(provider, &next.request);
            let Ok(calls) = codec::calls(provider, exchange.body()) else {
                continue;
            };
            if results.is_empty() || calls.is_empty() {
                continue;
            }
            let name = exchange.name();
            let latest = &results[results.len().checked_sub(calls.len()).expect(&name)..];
            let answered: Vec<_> = latest.iter().map(|(_, id, _)| id.as_str()).collect();
            assert_eq!(
                calls.iter().map(ToolCall::id).collect::<Vec<_>>(),
                answered,
                "{name}"
            );
            pairs += 1;

            let texts: Option<Vec<_>> = latest.iter().map(|(_, _, text)| text.clone()).collect();
            let Some(texts) = texts else { continue };
            let outcomes: Vec<_> = calls
                .iter()
                .zip(texts)
                .map(|(call, text)| Outcome::new(call, Ok(Content::plain(text))))
                .collect();
            let ours: Value = serde_json::from_str(&codec::results(provider, &outcomes)).unwrap();
            let ours = if provider == Provider::Anthropic {
                &ours["content"]
            } else {
                &ours
            };
            for (ours, (theirs, _, text)) in ours.as_array().unwrap().iter().zip(latest) {
                let mut theirs = theirs.clone();
                if provider == Provider::Anthropic {
                    theirs["content"] = text.clone().into();
                }
                // An input item may repeat the status that the API itself gives it.
                theirs.as_object_mut().unwrap().remove("status");
                assert_eq!(*ours, theirs, "{name}");
                written += 1;
            }
        }
        println!(
            "{provider}: {pairs} requests answer the calls before them; {written} results as ours"
        );
        assert!(pairs > 0 && written > 0, "{provider}");
    }
}
