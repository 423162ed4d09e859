//! Which texts are e-mail addresses and URLs, and which formats are left to the types.

use super::{check_passes, check_refused, compiled, parse};
use crate::definition::check::Check;

#[test]
fn e_mail_addresses_have_a_mailbox_and_a_domain() {
    let schema = r#"{"type":"string","format":"email"}"#;
    check_passes(
        schema,
        &[
            "\"name@example.com\"",
            "\"first.last+tag@mail.example.co.uk\"",
            "\"jörg@müller.example\"",
            "\"root@localhost\"",
        ],
    );
    check_refused(schema, "\"x\"", "", "expected an e-mail address, got \"x\"");
    for value in [
        "\"\"",
        "\"@example.com\"",
        "\"name@\"",
        "\"a b@example.com\"",
        "\"a@b@example.com\"",
        "\"Name <name@example.com>\"",
        "\"name@example..com\"",
        "\"name@example.com\\n\"",
        "\".name@example.com\"",
    ] {
        assert!(compiled(schema).check(&parse(value)).is_err(), "{value}");
    }
}

#[test]
fn urls_have_a_scheme_and_a_host() {
    let schema = r#"{"type":"string","format":"uri"}"#;
    check_passes(
        schema,
        &[
            "\"https://example.com\"",
            "\"http://user@[::1]:8080/a/b?c=d%20e#f\"",
            "\"ftp://127.0.0.1/\"",
            "\"https://de.wikipedia.org/wiki/Zürich\"",
        ],
    );
    check_refused(
        schema,
        "\"x\"",
        "",
        "expected an absolute URL such as `https://example.com`, got \"x\"",
    );
    for value in [
        "\"\"",
        "\"example.com/a\"",
        "\"//example.com\"",
        "\"/a/b\"",
        "\"https://\"",
        "\"https:///a\"",
        "\"mailto:name@example.com\"",
        "\"https://exa mple.com\"",
        "\"https://example.com/%zz\"",
    ] {
        assert!(compiled(schema).check(&parse(value)).is_err(), "{value}");
    }
}

#[test]
fn formats_that_types_read_are_not_checked() {
    for format in ["date-time", "uuid", "ipv4", "duration", "no-such-format"] {
        let schema = format!(r#"{{"type":"string","format":"{format}"}}"#);
        assert!(Check::new(&parse(&schema)).unwrap().is_none(), "{format}");
    }
}
