//! How results with several parts are written: what each provider takes, and words for the rest.

use proptest::prelude::*;
use serde_json::{Value, json};
use toolwright::{
    CacheStatus, Content, Harness, Outcome, Part, Provider, ToolCall, ToolError, codec, registry,
    tool,
};

use crate::{Runs, one};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const PNG_BASE64: &str = "iVBORw0KGgo=";

fn results(provider: Provider, result: Result<Content, ToolError>) -> String {
    let call = ToolCall::new("call_1", "some_tool", "{}");
    codec::results(provider, &[Outcome::new(&call, result)])
}

fn mixed() -> Content {
    Content::from_parts([
        Part::text("two\nlines of \"text\""),
        Part::json(r#"{"n":1}"#),
        Part::image("image/png", PNG).unwrap(),
        Part::file("in \"é\".pdf", "application/pdf", b"%PDF-1.7").unwrap(),
        Part::file("notes.md", "text/markdown", "* é\n").unwrap(),
        Part::blob("application/zip", b"PK").unwrap(),
    ])
}

/// What one provider makes of one part, as the JSON text of it in a result with another part.
fn written(provider: Provider, part: Part) -> Value {
    let text = results(provider, Ok(Content::from_parts([part, Part::text("end")])));
    let results: Value = serde_json::from_str(&text).unwrap();
    match provider {
        Provider::Anthropic => results["content"][0]["content"][0].clone(),
        _ => results[0]["output"][0].clone(),
    }
}

#[test]
fn anthropic_takes_images_pdf_and_plain_text() {
    assert_eq!(
        results(Provider::Anthropic, Ok(mixed())),
        concat!(
            r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":["#,
            r#"{"type":"text","text":"two\nlines of \"text\""},"#,
            r#"{"type":"text","text":"{\"n\":1}"},"#,
            r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},"#,
            r#"{"type":"document","title":"in \"é\".pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0xLjc="}},"#,
            r#"{"type":"document","title":"notes.md","source":{"type":"text","media_type":"text/plain","data":"* é\n"}},"#,
            r#"{"type":"text","text":"[application/zip, 2 bytes]"}"#,
            r#"]}]}"#,
        )
    );
    assert_eq!(
        written(
            Provider::Anthropic,
            Part::blob("application/pdf", b"%PDF-1.7").unwrap()
        ),
        json!({"type": "document",
               "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjc="}})
    );
    assert_eq!(
        written(
            Provider::Anthropic,
            Part::blob("application/json", "{}").unwrap()
        ),
        json!({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "{}"}})
    );
}

#[test]
fn openai_responses_takes_images_documents_and_texts() {
    assert_eq!(
        results(Provider::OpenAiResponses, Ok(mixed())),
        concat!(
            r#"[{"type":"function_call_output","call_id":"call_1","output":["#,
            r#"{"type":"input_text","text":"two\nlines of \"text\""},"#,
            r#"{"type":"input_text","text":"{\"n\":1}"},"#,
            r#"{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="},"#,
            r#"{"type":"input_file","filename":"in \"é\".pdf","file_data":"data:application/pdf;base64,JVBERi0xLjc="},"#,
            r#"{"type":"input_file","filename":"notes.md","file_data":"data:text/markdown;base64,KiDDqQo="},"#,
            r#"{"type":"input_text","text":"[application/zip, 2 bytes]"}"#,
            r#"]}]"#,
        )
    );
}

#[test]
fn openai_responses_is_given_a_name_for_every_file() {
    for (media_type, filename, sent_as) in [
        ("application/pdf", "file.pdf", "application/pdf"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "file.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("text/csv", "file.csv", "text/csv"),
        ("text/plain", "file.txt", "text/plain"),
        ("text/x-rust", "file.txt", "text/plain"),
    ] {
        assert_eq!(
            written(
                Provider::OpenAiResponses,
                Part::blob(media_type, b"f").unwrap()
            ),
            json!({"type": "input_file", "filename": filename, "file_data": format!("data:{sent_as};base64,Zg==")})
        );
    }
}

#[test]
fn openai_chat_sees_texts_and_is_told_of_the_rest() {
    assert_eq!(
        results(Provider::OpenAiChat, Ok(mixed())),
        concat!(
            r#"[{"role":"tool","tool_call_id":"call_1","content":""#,
            r#"two\nlines of \"text\"\n{\"n\":1}\n[image/png, 8 bytes]\n[in \"é\".pdf, application/pdf, 8 bytes]\n"#,
            r#"[notes.md, text/markdown, 5 bytes]\n[application/zip, 2 bytes]"}]"#,
        )
    );
}

#[test]
fn the_images_that_models_see_go_out_as_images() {
    for media_type in ["image/png", "image/jpeg", "image/gif", "image/webp"] {
        // What counts is the media type, not how the part was made.
        for part in [
            Part::image(media_type, PNG).unwrap(),
            Part::blob(media_type, PNG).unwrap(),
            Part::file("a", media_type, PNG).unwrap(),
        ] {
            assert_eq!(
                written(Provider::Anthropic, part.clone()),
                json!({"type": "image",
                       "source": {"type": "base64", "media_type": media_type, "data": PNG_BASE64}})
            );
            assert_eq!(
                written(Provider::OpenAiResponses, part),
                json!({"type": "input_image", "image_url": format!("data:{media_type};base64,{PNG_BASE64}")})
            );
        }
    }
}

#[test]
fn what_a_provider_would_refuse_is_named_instead() {
    let nobody = [
        ("image/tiff", PNG),
        ("image/svg+xml", b"<svg/>"),
        ("audio/wav", b"RIFF"),
        ("text/x-rust", b"\xff\xff"),
        ("image/png", b""),
        ("application/pdf", b""),
        ("text/plain", b""),
    ];
    let anthropic = [
        ("application/msword", PNG),
        ("application/rtf", b"{\\rtf1}"),
        ("text/csv", b"\xff\xff"),
        ("text/plain", b" \n"),
    ];
    for (provider, refused) in [
        (Provider::Anthropic, &nobody[..]),
        (Provider::Anthropic, &anthropic),
        (Provider::OpenAiResponses, &nobody),
    ] {
        for (media_type, bytes) in refused {
            let part = Part::blob(media_type, bytes).unwrap();
            let kind = if provider == Provider::Anthropic {
                "text"
            } else {
                "input_text"
            };
            let expected =
                json!({"type": kind, "text": format!("[{media_type}, {} bytes]", bytes.len())});
            assert_eq!(written(provider, part), expected, "{provider}");
        }
    }
}

#[test]
fn a_result_may_be_one_file_alone() {
    let image = || Ok(Content::from(Part::image("image/png", PNG).unwrap()));
    assert_eq!(
        results(Provider::Anthropic, image()),
        concat!(
            r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":["#,
            r#"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}"#,
        )
    );
    assert_eq!(
        results(Provider::OpenAiResponses, image()),
        concat!(
            r#"[{"type":"function_call_output","call_id":"call_1","output":["#,
            r#"{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="}]}]"#,
        )
    );
    assert_eq!(
        results(Provider::OpenAiChat, image()),
        r#"[{"role":"tool","tool_call_id":"call_1","content":"[image/png, 8 bytes]"}]"#
    );
}

#[test]
fn one_text_is_written_as_it_is_without_parts() {
    for provider in Provider::ALL {
        for text in ["", " ", "x\n", r#"{"n":1}"#] {
            assert_eq!(
                results(provider, Ok(Content::from_parts([Part::text(text)]))),
                results(provider, Ok(Content::plain(text))),
            );
            assert_eq!(
                results(provider, Ok(Content::from_parts([Part::json(text)]))),
                results(provider, Ok(Content::json(text))),
            );
        }
    }
}

#[test]
fn a_blank_text_is_left_out_of_several_parts() {
    // Anthropic refuses a request with an empty block of text.
    let blank =
        |rest: &str| Content::from_parts([Part::text(""), Part::text(rest), Part::text(" \n\t")]);
    assert_eq!(
        results(Provider::Anthropic, Ok(blank("x"))),
        concat!(
            r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":["#,
            r#"{"type":"text","text":"x"}]}]}"#,
        )
    );
    assert_eq!(
        results(Provider::OpenAiResponses, Ok(blank("x"))),
        r#"[{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"x"}]}]"#
    );
    // Where nothing is left, an array would be empty.
    assert_eq!(
        results(Provider::Anthropic, Ok(blank(""))),
        r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"\n\n \n\t"}]}"#
    );
    assert_eq!(
        results(Provider::OpenAiResponses, Ok(blank(""))),
        r#"[{"type":"function_call_output","call_id":"call_1","output":"\n\n \n\t"}]"#
    );
}

/// Take a picture of a parcel.
#[tool(ttl = "5m")]
async fn picture_of_a_parcel(
    #[state] runs: Runs,
    /// The parcel.
    parcel_id: String,
) -> Result<Content, ToolError> {
    runs.add();
    let picture = Part::image("image/png", PNG)?;
    Ok(Content::from_parts([Part::text(parcel_id), picture]))
}

#[tokio::test(start_paused = true)]
async fn a_cached_picture_is_sent_again_without_being_encoded_again() {
    let runs = Runs::default();
    let registry = registry![picture_of_a_parcel].expect("one tool");
    let harness = Harness::builder(registry)
        .state(runs.clone())
        .build()
        .expect("the state is there");
    let session = harness.session().start();
    let mut seen = Vec::new();
    for expected in [CacheStatus::Miss, CacheStatus::Hit] {
        let outcome = one(&session, "picture_of_a_parcel", r#"{"parcel_id":"P-7"}"#).await;
        assert_eq!(outcome.cache(), expected);
        assert_eq!(outcome.text(), "P-7\n[image/png, 8 bytes]");
        let encoded = outcome.result().unwrap().parts()[1]
            .base64()
            .unwrap()
            .as_ptr();
        seen.push((encoded, codec::results(Provider::Anthropic, &[outcome])));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].1.contains(PNG_BASE64), "{}", seen[0].1);
    assert_eq!(runs.get(), 1);
}

/// A part as it is made, so that it can be made again.
#[derive(Debug, Clone)]
enum Made {
    Text(String),
    Image(Vec<u8>),
    File(String, Vec<u8>),
    Note(String, String),
}

impl Made {
    fn part(&self) -> Part {
        match self {
            Made::Text(text) => Part::text(text.as_str()),
            Made::Image(bytes) => Part::image("image/webp", bytes).unwrap(),
            Made::File(name, bytes) => Part::file(name, "application/pdf", bytes).unwrap(),
            Made::Note(name, text) => Part::file(name, "text/plain", text).unwrap(),
        }
    }
}

fn made() -> impl Strategy<Value = Made> {
    prop_oneof![
        any::<String>().prop_map(Made::Text),
        any::<Vec<u8>>().prop_map(Made::Image),
        any::<(String, Vec<u8>)>().prop_map(|(name, bytes)| Made::File(name, bytes)),
        any::<(String, String)>().prop_map(|(name, text)| Made::Note(name, text)),
    ]
}

/// What must be found of a part in what was written, blank texts left out.
fn expected(provider: Provider, part: &Part, made: &Made) -> Option<Value> {
    let words = if provider == Provider::Anthropic {
        "text"
    } else {
        "input_text"
    };
    let words = json!({"type": words, "text": part.as_str()});
    let anthropic = provider == Provider::Anthropic;
    let data = part.base64().unwrap_or_default();
    let url = |media_type: &str| format!("data:{media_type};base64,{data}");
    let document = |source: Value| {
        let mut document = json!({"type": "document", "source": source});
        if let Some(name) = part.name() {
            document["title"] = name.into();
        }
        document
    };
    let file = |unnamed: &str, media_type: &str| json!({"type": "input_file", "filename": part.name().unwrap_or(unnamed), "file_data": url(media_type)});
    Some(match made {
        Made::Text(text) if text.trim().is_empty() => return None,
        Made::Text(_) => words,
        _ if data.is_empty() => words,
        Made::Image(_) if anthropic => json!({"type": "image",
            "source": {"type": "base64", "media_type": "image/webp", "data": data}}),
        Made::Image(_) => json!({"type": "input_image", "image_url": url("image/webp")}),
        Made::File(..) if anthropic => {
            document(json!({"type": "base64", "media_type": "application/pdf", "data": data}))
        }
        Made::File(..) => file("file.pdf", "application/pdf"),
        Made::Note(_, text) if anthropic && text.trim().is_empty() => words,
        Made::Note(_, text) if anthropic => {
            document(json!({"type": "text", "media_type": "text/plain", "data": text}))
        }
        Made::Note(..) => file("file.txt", "text/plain"),
    })
}

proptest! {
    #[test]
    fn every_part_of_any_content_is_found_again_in_its_place(
        made in proptest::collection::vec(made(), 2..6),
    ) {
        let parts: Vec<Part> = made.iter().map(Made::part).collect();
        for provider in [Provider::Anthropic, Provider::OpenAiResponses] {
            let text = results(provider, Ok(Content::from_parts(parts.clone())));
            // The same content, made again, has the same bytes.
            let again = Content::from_parts(made.iter().map(Made::part));
            prop_assert_eq!(&text, &results(provider, Ok(again)));

            let written: Value = serde_json::from_str(&text).unwrap();
            let written = match provider {
                Provider::Anthropic => &written["content"][0]["content"],
                _ => &written[0]["output"],
            };
            let expected: Vec<Value> = parts
                .iter()
                .zip(&made)
                .filter_map(|(part, made)| expected(provider, part, made))
                .collect();
            if expected.is_empty() {
                let joined: Vec<_> = parts.iter().map(Part::as_str).collect();
                prop_assert_eq!(written, &json!(joined.join("\n")));
            } else {
                prop_assert_eq!(written, &json!(expected));
            }
        }
    }

    #[test]
    fn openai_chat_reads_the_text_of_any_content(made in proptest::collection::vec(made(), 0..6)) {
        let content = Content::from_parts(made.iter().map(Made::part));
        let text = results(Provider::OpenAiChat, Ok(content.clone()));
        let written: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&written[0]["content"], content.text());
    }
}
