//! Contents and their parts.

use proptest::prelude::*;

use super::{Content, Part};
use crate::error::ErrorKind;

fn png(bytes: &[u8]) -> Part {
    Part::image("image/png", bytes).unwrap()
}

#[test]
fn one_text_is_one_content_however_it_is_made() {
    let plain = Content::plain("a");
    assert_eq!(Content::from_parts([Part::text("a")]), plain);
    assert_eq!(plain.parts(), [Part::text("a")]);
    assert_eq!((plain.text(), plain.is_json()), ("a", false));

    let json = Content::json("[1]");
    assert_eq!(Content::from_parts([Part::json("[1]")]), json);
    assert_eq!(json.parts(), [Part::json("[1]")]);
    assert_eq!((json.text(), json.is_json()), ("[1]", true));
    assert_ne!(json, Content::plain("[1]"));

    assert_eq!(Content::from_parts([]), Content::plain(""));
}

#[test]
fn the_text_of_several_parts_has_a_line_for_each() {
    let parts = [
        Part::text("before"),
        png(&[0; 1234]),
        Part::json(r#"{"n":1}"#),
        Part::text(""),
        Part::file("a.pdf", "application/pdf", [0]).unwrap(),
    ];
    let content = Content::from_parts(parts.clone());
    assert_eq!(
        content.text(),
        "before\n[image/png, 1234 bytes]\n{\"n\":1}\n\n[a.pdf, application/pdf, 1 byte]"
    );
    assert_eq!(content.parts(), parts);
    assert!(!content.is_json());
    assert!(!Content::from_parts([Part::json("1"), Part::json("2")]).is_json());
}

#[test]
fn one_file_alone_reads_as_its_placeholder() {
    let content = Content::from(png(b""));
    assert_eq!(content.text(), "[image/png, 0 bytes]");
    assert_eq!(content.parts(), [png(b"")]);
    assert!(!content.is_json());
}

#[test]
fn size_counts_every_byte_that_is_kept() {
    assert_eq!(Content::plain("four").size(), 4);
    assert_eq!(Content::json("é").size(), 2);
    let placeholder = "[image/png, 300 bytes]".len();
    assert_eq!(
        Content::from(png(&[1; 300])).size(),
        400 + placeholder,
        "three bytes are four in base64"
    );
    let both = Content::from_parts([Part::text("four"), png(&[1; 300])]);
    assert_eq!(
        both.size(),
        4 + 400 + placeholder + "four\n".len() + placeholder
    );
}

#[test]
fn a_clone_shares_what_is_encoded() {
    let content = Content::from_parts([png(b"image"), Part::text("text")]);
    let clone = content.clone();
    let address = |content: &Content| content.parts()[0].base64().map(str::as_ptr);
    assert_eq!(address(&clone), address(&content));
    let part = content.parts()[0].clone();
    assert_eq!(part.base64().map(str::as_ptr), address(&content));
}

#[test]
fn base64_is_the_standard_one_with_padding() {
    for (bytes, expected) in [
        (&b""[..], ""),
        (b"f", "Zg=="),
        (b"fo", "Zm8="),
        (b"foo", "Zm9v"),
        (b"foobar", "Zm9vYmFy"),
        (b"\xfb\xff\xfe", "+//+"),
    ] {
        assert_eq!(png(bytes).base64(), Some(expected));
    }
}

#[test]
fn a_media_type_has_one_form() {
    for (given, expected) in [
        ("application/pdf", "application/pdf"),
        ("Image/PNG", "image/png"),
        ("image/jpg", "image/jpeg"),
        ("text/plain; charset=utf-8", "text/plain"),
        (" text/csv ;header=present;a=\"b/c\"", "text/csv"),
        ("image/svg+xml", "image/svg+xml"),
        (
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.text",
        ),
        ("x/!#$&-^_.+", ""),
        ("x/1!#$&-^_.+", "x/1!#$&-^_.+"),
    ] {
        let part = Part::blob(given, b"1");
        let found = part.as_ref().map_or("", |part| part.media_type().unwrap());
        assert_eq!(found, expected, "{given}");
    }
    assert_eq!(
        Part::image("IMAGE/JPG", b"1").unwrap(),
        Part::blob("image/jpeg", b"1").unwrap()
    );
    let longest = "a".repeat(127);
    assert!(Part::blob(&format!("{longest}/{longest}"), b"").is_ok());
    assert!(Part::blob(&format!("{longest}/{longest}a"), b"").is_err());
}

#[test]
fn a_malformed_media_type_is_refused_in_words() {
    for given in [
        "",
        "/",
        "png",
        "image/",
        "/png",
        "image/*",
        "*/*",
        "image/p ng",
        "image /png",
        "image//png",
        "image/png/",
        "image/png,image/gif",
        "image/pñg",
        "-x/y",
        ".png",
        "; charset=utf-8",
        "image/\"",
        "image/\\",
    ] {
        let expected = format!(
            "`{}` is not a media type: give a type and a subtype, such as `image/png`",
            given.escape_debug()
        );
        for part in [
            Part::blob(given, b"1"),
            Part::image(given, b"1"),
            Part::file("name", given, b"1"),
        ] {
            let error = part.expect_err(given);
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::Internal, &*expected)
            );
        }
    }
    let long = "a\n".repeat(1000);
    let message = Part::blob(&long, b"1").unwrap_err().message().to_owned();
    assert!(message.len() < 200 && !message.contains('\n'), "{message}");
}

#[test]
fn an_image_has_the_media_type_of_one() {
    let error = Part::image("Application/PDF; x=y", b"1").unwrap_err();
    assert_eq!(
        error.message(),
        "`application/pdf` is not the media type of an image: use `Part::blob`"
    );
}

#[test]
fn a_name_is_one_line_of_bounded_length() {
    let name = |given: &str| {
        let part = Part::file(given, "text/plain", b"1").unwrap();
        part.name().map(str::to_owned)
    };
    assert_eq!(name("a b.txt").as_deref(), Some("a b.txt"));
    assert_eq!(name(" \ta\r\nb\u{0}.txt\n").as_deref(), Some("a  b .txt"));
    assert_eq!(name(""), None);
    assert_eq!(name("\n \t"), None);
    assert_eq!(name(&"é".repeat(300)), Some("é".repeat(255)));
    let unnamed = Part::file("", "text/plain", b"1").unwrap();
    assert_eq!(unnamed, Part::blob("text/plain", b"1").unwrap());
    assert_eq!(unnamed.as_str(), "[text/plain, 1 byte]");
}

#[test]
fn a_text_has_nothing_of_a_file() {
    for part in [Part::text("a"), Part::json("1")] {
        assert_eq!(
            (part.media_type(), part.name(), part.base64()),
            (None, None, None)
        );
        assert!(!part.is_textual() && part.decoded_text().is_none());
    }
}

#[test]
fn a_file_is_a_text_by_its_media_type_and_in_truth() {
    for (media_type, bytes, is_text) in [
        ("text/plain", &b"\xc3\xa9"[..], true),
        ("text/x-rust", b"", true),
        ("application/json", b"{}", true),
        ("application/xml", b"<a/>", true),
        ("text/plain", b"\xe9", false),
        ("application/octet-stream", b"a", false),
        ("image/svg+xml", b"<svg/>", false),
        ("textual/x", b"a", false),
    ] {
        let part = Part::blob(media_type, bytes).unwrap();
        let text = is_text.then(|| String::from_utf8(bytes.to_vec()).unwrap());
        assert_eq!(
            (part.is_textual(), part.decoded_text()),
            (is_text, text),
            "{media_type}"
        );
    }
}

#[test]
fn a_debug_form_never_shows_the_bytes() {
    let content = Content::from_parts([
        Part::text("a \"text\""),
        Part::json("[]"),
        png(&[7; 10_000]),
    ]);
    assert_eq!(
        format!("{content:?}"),
        r#"Content([Text("a \"text\""), Json("[]"), File([image/png, 10000 bytes])])"#
    );
}

/// What base64 stands for, read bit by bit.
fn decoded(base64: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for character in base64.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == character);
        bits = bits << 6 | u32::try_from(value.expect("a character of base64")).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    bytes
}

proptest! {
    #[test]
    fn any_bytes_come_back_from_base64(bytes: Vec<u8>, name: String) {
        let part = Part::file(&name, "application/octet-stream", &bytes).unwrap();
        let base64 = part.base64().unwrap();
        prop_assert_eq!(base64.len() % 4, 0);
        prop_assert_eq!(decoded(base64), bytes);
        prop_assert!(!part.as_str().chars().any(char::is_control));
    }

    #[test]
    fn any_text_comes_through_alone_among_others_and_in_a_file(texts in proptest::collection::vec(any::<String>(), 2..5)) {
        let content = Content::from_parts(texts.iter().map(|text| Part::text(text.as_str())));
        let seen: Vec<_> = content.parts().iter().map(|part| part.as_str().to_owned()).collect();
        prop_assert_eq!(&seen, &texts);
        prop_assert_eq!(content.text(), texts.join("\n"));
        for text in texts {
            let file = Part::blob("text/plain", &text).unwrap();
            prop_assert_eq!(file.decoded_text(), Some(text.clone()));
            let plain = Content::plain(text.as_str());
            prop_assert_eq!(plain.text(), text);
        }
    }
}
