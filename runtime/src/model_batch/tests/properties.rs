//! What holds for every set: files that keep to their limits, and results that find their requests.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json as value};

use super::*;
use crate::canonical::canonicalize;
use crate::json::random::{json, spelled};

/// What a provider says to one request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Succeeded,
    Errored,
    Expired,
    Cancelled,
    Missing,
    Broken,
}

const FATES: [Fate; 6] = [
    Fate::Succeeded,
    Fate::Errored,
    Fate::Expired,
    Fate::Cancelled,
    Fate::Missing,
    Fate::Broken,
];

fn api() -> impl Strategy<Value = Api> {
    prop::sample::select(vec![
        Api::Anthropic,
        Api::from(Provider::OpenAiChat),
        Api::open_ai("/v1/embeddings"),
    ])
}

/// Few different bodies, so that some are equal.
fn body() -> impl Strategy<Value = String> {
    let model = prop::sample::select(vec!["mini", "large"]);
    let text = prop_oneof![
        Just(String::new()),
        "\\PC{0,40}",
        Just("\u{2028}\n\"\\".repeat(3))
    ];
    let inputs = prop::collection::vec(text, 0..4);
    (model, inputs).prop_map(|(model, input)| {
        serde_json::to_string_pretty(&value!({"input": input, "model": model})).unwrap()
    })
}

prop_compose! {
    /// A set, and limits that split it often; every request fits into a file of its own.
    fn set()(
        api in api(),
        bodies in prop::collection::vec(body(), 0..24),
        requests in 3_usize..8,
        spare in 0_u64..2_000,
    ) -> ModelBatch {
        let mut whole = ModelBatch::new(api.clone());
        let mut largest = 0;
        for body in &bodies {
            let id = whole.push(body).unwrap().to_owned();
            largest = largest.max(api.alone(&id, whole.body(&id).unwrap()));
        }
        let limits = api.limits().requests(requests).bytes(largest + spare);
        let mut batch = ModelBatch::with_limits(api, limits);
        for body in &bodies {
            batch.push(body).unwrap();
        }
        batch
    }
}

/// What some reader of lines takes for the end of one.
fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The requests of a file.
fn requests<'b>(batch: &'b ModelBatch, file: &RequestFile<'b>) -> Vec<&'b Request> {
    let position = |custom_id| batch.positions[custom_id];
    file.custom_ids()
        .map(|id| &batch.requests[position(id)])
        .collect()
}

/// How much requests count together.
fn weight<'b>(requests: impl IntoIterator<Item = &'b Request>) -> usize {
    requests.into_iter().map(|request| request.weight).sum()
}

/// The requests of a file as the provider reads them: ids and bodies.
fn parsed(api: &Api, text: &str) -> Vec<(String, Value)> {
    let of = |request: &Value, body: &str| {
        (
            request["custom_id"].as_str().unwrap().to_owned(),
            request[body].clone(),
        )
    };
    match api {
        Api::Anthropic => {
            let document: Value = serde_json::from_str(text).unwrap();
            let requests = document["requests"].as_array().unwrap();
            requests
                .iter()
                .map(|request| of(request, "params"))
                .collect()
        }
        Api::OpenAi { url } => {
            let text = text.strip_suffix('\n').unwrap();
            let lines = text.split(is_line_end).map(|line| {
                let request: Value = serde_json::from_str(line).unwrap();
                assert_eq!(
                    (&request["method"], &request["url"]),
                    (&value!("POST"), &value!(url))
                );
                of(&request, "body")
            });
            lines.collect()
        }
    }
}

/// The line of results for one request.
fn line(api: &Api, custom_id: &str, fate: Fate) -> Option<String> {
    let message = value!({"for": custom_id});
    let result = match (api, fate) {
        (_, Fate::Missing) => return None,
        (_, Fate::Broken) => return Some(format!("{{\"custom_id\":\"{custom_id}\"")),
        (Api::Anthropic, Fate::Succeeded) => {
            value!({"result": {"type": "succeeded", "message": message}})
        }
        (Api::Anthropic, Fate::Errored) => {
            value!({"result": {"type": "errored", "error": {"error": {"message": custom_id}}}})
        }
        (Api::Anthropic, Fate::Expired) => value!({"result": {"type": "expired"}}),
        (Api::Anthropic, Fate::Cancelled) => value!({"result": {"type": "canceled"}}),
        (_, Fate::Succeeded) => value!({"response": {"status_code": 200, "body": message}}),
        (_, Fate::Errored) => {
            value!({"response": {"status_code": 400, "body": {"error": {"message": custom_id}}}})
        }
        (_, Fate::Expired) => value!({"error": {"code": "batch_expired"}}),
        (_, Fate::Cancelled) => value!({"error": {"code": "batch_cancelled"}}),
    };
    let mut result = result;
    result["custom_id"] = value!(custom_id);
    Some(result.to_string())
}

proptest! {
    #[test]
    fn files_have_every_request_once_and_keep_to_the_limits(batch in set()) {
        let mut seen: Vec<(usize, Value)> = Vec::new();
        let mut last_first = None;
        for file in batch.files() {
            let text = written(&file);
            prop_assert_eq!(text.len() as u64, file.bytes());
            prop_assert!(file.bytes() <= batch.limits.bytes);
            prop_assert!(weight(requests(&batch, &file)) <= batch.limits.requests);
            let parsed = parsed(&batch.api, &text);
            prop_assert!(!parsed.is_empty() && parsed.len() == file.len());
            // Files are in the order of their first requests, and requests in their own.
            let positions: Vec<_> = parsed.iter().map(|(id, _)| batch.positions[id]).collect();
            prop_assert!(positions.is_sorted() && last_first < Some(positions[0]));
            last_first = Some(positions[0]);
            for ((_, body), position) in parsed.into_iter().zip(positions) {
                if batch.api != Api::Anthropic {
                    prop_assert_eq!(body["model"].as_str(), file.model());
                }
                seen.push((position, body));
            }
        }
        seen.sort_by_key(|(position, _)| *position);
        prop_assert!(seen.iter().map(|(position, _)| *position).eq(0..batch.len()));
        for ((_, body), request) in seen.iter().zip(&batch.requests) {
            prop_assert_eq!(body, &serde_json::from_str::<Value>(&request.body).unwrap());
        }
    }

    #[test]
    fn a_file_ends_only_where_the_next_request_does_not_fit(batch in set()) {
        let files = batch.files();
        for (at, file) in files.iter().enumerate() {
            let Some(next) = files[at + 1..].iter().find(|next| next.model() == file.model()) else {
                continue;
            };
            let mut more = requests(&batch, file);
            more.push(requests(&batch, next)[0]);
            let mut both = ModelBatch::new(batch.api.clone());
            for request in &more {
                both.push_with_id(request.custom_id.as_str(), &request.body).unwrap();
            }
            let bytes = written(&both.files()[0]).len() as u64;
            prop_assert!(weight(more) > batch.limits.requests || bytes > batch.limits.bytes);
        }
    }

    #[test]
    fn the_same_requests_make_the_same_files(batch in set()) {
        let mut again = ModelBatch::with_limits(batch.api.clone(), batch.limits);
        for request in &batch.requests {
            again.push(&request.body).unwrap();
        }
        prop_assert!(again.custom_ids().eq(batch.custom_ids()));
        let all = |batch: &ModelBatch| batch.files().iter().map(written).collect::<Vec<_>>();
        prop_assert_eq!(all(&again), all(&batch));
    }

    #[test]
    fn shuffled_results_find_their_requests(
        batch in set(),
        fates in prop::collection::vec(prop::sample::select(&FATES[..]), 24),
        order in prop::collection::vec(any::<Index>(), 24),
        parts in 1_usize..4,
    ) {
        let fates = &fates[..batch.len()];
        let told: Vec<_> = batch.custom_ids().zip(fates).collect();
        let mut lines: Vec<_> = told.iter().filter_map(|(id, fate)| line(&batch.api, id, **fate)).collect();
        for (at, with) in order.iter().enumerate().take(lines.len()) {
            let with = with.index(lines.len());
            lines.swap(at, with);
        }
        let mut results = batch.results();
        for part in lines.chunks(lines.len().div_ceil(parts).max(1)) {
            results.read("part", part.join("\n").as_bytes()).unwrap();
        }

        prop_assert_eq!(results.iter().len(), batch.len());
        for ((id, fate), (found, answer)) in told.iter().zip(results.iter()) {
            prop_assert_eq!(*id, found);
            let is_right = match (fate, answer) {
                (Fate::Succeeded, Answer::Succeeded(body)) => body.contains(id),
                (Fate::Errored, Answer::Errored(failure)) => failure.message() == *id,
                (Fate::Expired, Answer::Expired)
                | (Fate::Cancelled, Answer::Cancelled)
                | (Fate::Missing | Fate::Broken, Answer::Missing) => true,
                _ => false,
            };
            prop_assert!(is_right, "{:?} was read as {:?}", fate, answer);
        }
        let broken = fates.iter().filter(|fate| **fate == Fate::Broken).count();
        prop_assert_eq!(results.problems().len(), broken);
    }

    #[test]
    fn every_line_that_is_read_is_kept_somewhere(
        bytes in prop::collection::vec(
            prop_oneof![
                Just(b"\n".to_vec()),
                Just(br#"{"custom_id":"a","result":{"type":"expired"}}"#.to_vec()),
                Just(br#"{"custom_id":"a","response":{"status_code":200,"body":[]}}"#.to_vec()),
                Just(br#"{"custom_id":"#.to_vec()),
                prop::collection::vec(any::<u8>(), 0..6),
            ],
            0..20,
        ),
        api in api(),
    ) {
        let bytes = bytes.concat();
        let mut results = Results::new(api, ["a"]).unwrap();
        results.read("r", &bytes[..]).unwrap();
        let without_mark = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let lines = without_mark.split(|byte| *byte == b'\n');
        let mut lines: Vec<_> = lines.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).collect();
        let mut kept: Vec<&[u8]> = results.problems().iter().map(|problem| match problem {
            Problem::Broken { line, .. } => line.bytes(),
            Problem::UnknownId { line, .. } | Problem::Duplicate { line, .. } => line.text().as_bytes(),
        }).collect();
        // A broken line that names a request is both its answer and a problem.
        if let Some(Line::Read(line)) = results.line("a") {
            kept.push(line.text().as_bytes());
        }
        lines.sort_unstable();
        kept.sort_unstable();
        prop_assert_eq!(kept, lines);
    }

    #[test]
    fn one_line_is_the_same_value(value in json(), seed: u64) {
        let spelled = spelled(&value, seed);
        let line = text::one_line(&spelled);
        prop_assert!(!line.contains(is_line_end));
        prop_assert_eq!(canonicalize(&line).unwrap(), canonicalize(&spelled).unwrap());
        prop_assert!(line.len() <= spelled.len() || spelled.contains(is_line_end));
    }
}
