//! Files: their form, how sets are split, and how they come into a folder.

use std::fs;
use std::io::{self, Write};

use super::*;

/// A set of requests `a`, `b`, … with these bodies.
fn set(api: impl Into<Api>, limits: Limits, bodies: &[&str]) -> ModelBatch {
    let mut batch = ModelBatch::with_limits(api, limits);
    for (letter, body) in ('a'..).zip(bodies) {
        batch.push_with_id(letter, body).unwrap();
    }
    batch
}

fn open_ai() -> Api {
    Api::from(Provider::OpenAiResponses)
}

#[test]
fn anthropic_takes_one_document() {
    let batch = set(
        Provider::Anthropic,
        Api::Anthropic.limits(),
        &["{}", r#"{"max_tokens": 5}"#],
    );
    let files = batch.files();
    assert_eq!(
        written(&files[0]),
        r#"{"requests":[{"custom_id":"a","params":{}},{"custom_id":"b","params":{"max_tokens":5}}]}"#
    );
    assert_eq!(
        (files.len(), files[0].len(), files[0].model()),
        (1, 2, None)
    );
    assert_eq!(
        (files[0].name().as_str(), files[0].number()),
        ("requests-1-of-1.json", 1)
    );
}

#[test]
fn openai_takes_a_line_for_each_request() {
    let batch = set(open_ai(), open_ai().limits(), &["{}", r#"{"input": "Hi"}"#]);
    let files = batch.files();
    assert_eq!(
        written(&files[0]),
        concat!(
            r#"{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}"#,
            "\n",
            r#"{"custom_id":"b","method":"POST","url":"/v1/responses","body":{"input":"Hi"}}"#,
            "\n"
        )
    );
    assert_eq!(files[0].name(), "requests-1-of-1.jsonl");
}

#[test]
fn the_limits_are_those_of_the_providers() {
    let limits = |api: Api| (api.limits().requests, api.limits().bytes);
    assert_eq!(limits(Api::Anthropic), (100_000, 256_000_000));
    assert_eq!(limits(open_ai()), (50_000, 200_000_000));
    assert_eq!(Api::Anthropic.limits().requests(0).requests, 1);
    assert_eq!(
        Api::from(Provider::OpenAiChat),
        Api::open_ai("/v1/chat/completions")
    );
    assert_eq!(open_ai(), Api::open_ai("/v1/responses"));
}

#[test]
fn a_file_holds_as_many_requests_as_it_may_and_no_more() {
    for api in [Api::Anthropic, open_ai()] {
        let limits = api.limits().requests(2);
        let batch = set(api.clone(), limits, &["{}"; 4]);
        assert_eq!(split(&batch), [["a", "b"], ["c", "d"]]);
        let batch = set(api.clone(), limits, &["{}"; 5]);
        assert_eq!(split(&batch), [vec!["a", "b"], vec!["c", "d"], vec!["e"]]);
        assert!(set(api, limits, &[]).files().is_empty());
    }
}

#[test]
fn a_file_holds_as_many_bytes_as_it_may_and_no_more() {
    for api in [Api::Anthropic, open_ai()] {
        let whole = set(api.clone(), api.limits(), &["{}"; 3]);
        let bytes = written(&whole.files()[0]).len() as u64;
        assert_eq!(whole.files()[0].bytes(), bytes);

        let fits = set(api.clone(), api.limits().bytes(bytes), &["{}"; 6]);
        assert_eq!(split(&fits), [["a", "b", "c"], ["d", "e", "f"]]);
        let short = set(api.clone(), api.limits().bytes(bytes - 1), &["{}"; 3]);
        assert_eq!(split(&short), [vec!["a", "b"], vec!["c"]]);
    }
}

#[test]
fn a_request_that_is_too_large_for_any_file_is_named() {
    for api in [Api::Anthropic, open_ai()] {
        let alone = set(api.clone(), api.limits(), &["{}"]).files()[0].bytes();
        set(api.clone(), api.limits().bytes(alone), &["{}"]);
        let mut batch = ModelBatch::with_limits(api.clone(), api.limits().bytes(alone - 1));
        let error = batch.push_with_id("a", "{}").unwrap_err();
        let limit = alone - 1;
        assert_eq!(
            error.to_string(),
            format!("requests[0] (`a`): it makes a file of {alone} bytes, of at most {limit}")
        );
    }
}

#[test]
fn openai_gets_a_file_for_each_model() {
    let (mini, large, none) = (r#"{"model":"mini"}"#, r#"{"model":"large"}"#, "{}");
    let bodies = [mini, large, mini, none, mini, large, mini, none];
    let batch = set(open_ai(), open_ai().limits().requests(3), &bodies);
    assert_eq!(
        split(&batch),
        [
            vec!["a", "c", "e"],
            vec!["b", "f"],
            vec!["d", "h"],
            vec!["g"]
        ]
    );
    let files = batch.files();
    let models: Vec<_> = files.iter().map(RequestFile::model).collect();
    assert_eq!(models, [Some("mini"), Some("large"), None, Some("mini")]);
    assert_eq!(files[3].custom_ids().collect::<Vec<_>>(), ["g"]);

    // Anthropic takes them together.
    let batch = set(Provider::Anthropic, Api::Anthropic.limits(), &bodies);
    assert_eq!(batch.files().len(), 1);
}

#[test]
fn each_input_of_embeddings_is_one_towards_the_limit() {
    let embeddings = Api::open_ai("/v1/embeddings");
    let limits = embeddings.limits().requests(4);
    let bodies = [
        r#"{"input": ["one", "two"]}"#,
        r#"{"input": "one"}"#,
        r#"{"input": [101, 102, 103, 104, 105]}"#,
        r#"{"input": [[101], [102]]}"#,
        r#"{"input": []}"#,
        r#"{"input": ["one", "two"]}"#,
    ];
    let batch = set(embeddings.clone(), limits, &bodies);
    assert_eq!(
        split(&batch),
        [vec!["a", "b", "c"], vec!["d", "e"], vec!["f"]]
    );
    // Elsewhere `input` is something else.
    assert_eq!(split(&set(open_ai(), limits, &bodies)).len(), 2);

    let mut batch = ModelBatch::with_limits(embeddings, limits);
    let error = batch
        .push_with_id("a", r#"{"input": ["", "", "", "", ""]}"#)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "requests[0] (`a`): it has 5 inputs, and a file has at most 4"
    );
}

#[test]
fn files_come_into_a_folder_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("sent/today");
    let batch = set(open_ai(), open_ai().limits().requests(1), &["{}"; 11]);
    let paths = batch.write_to_folder(&folder).unwrap();

    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert_eq!(names, paths);
    assert_eq!(paths[1], folder.join("requests-02-of-11.jsonl"));
    for (path, file) in paths.iter().zip(batch.files()) {
        assert_eq!(fs::read_to_string(path).unwrap(), written(&file));
    }
}

#[test]
fn no_file_is_written_over_and_none_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let batch = set(open_ai(), open_ai().limits().requests(1), &["{}"; 3]);
    let taken = folder.path().join("requests-2-of-3.jsonl");
    fs::write(&taken, "mine").unwrap();
    let error = batch.write_to_folder(folder.path()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    let path = taken.display().to_string();
    assert!(error.to_string().starts_with(&path), "{error}");
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let error = batch.write_to_folder(&taken).unwrap_err();
    assert!(error.to_string().starts_with(&path), "{error}");
}

/// Takes so many bytes and then no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(taken)
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_error_of_the_writer_is_passed_on() {
    let batch = set(Provider::Anthropic, Api::Anthropic.limits(), &["{}"; 3]);
    let files = batch.files();
    let bytes = written(&files[0]).len();
    files[0].write_to(&mut Full(bytes)).unwrap();
    for room in 0..bytes {
        let error = files[0].write_to(&mut Full(room)).unwrap_err();
        assert_eq!(
            error.kind(),
            io::ErrorKind::StorageFull,
            "with room for {room}"
        );
    }
}
