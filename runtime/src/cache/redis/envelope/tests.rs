//! What a value is to the byte, and that nothing else is one.

use std::time::Duration;

use proptest::prelude::*;

use super::{COMPRESS_FROM, Keeping, LONGEST, Sealer};
use crate::cache::slot::Slot;
use crate::cache::tier::SharedBegan;
use crate::call::{Content, Part};
use crate::key::{CacheKey, KeyMaker, Scope};

const LIFETIME: Duration = Duration::from_secs(90);

fn key(arguments: &str) -> CacheKey {
    let maker = KeyMaker::new("shop", b"secret");
    maker.key("lookup", 1, Scope::Tenant("acme"), arguments.as_bytes())
}

fn sealed(content: &Content, watch: &[Slot]) -> Option<Vec<u8>> {
    let keeping = Keeping {
        content,
        ttl: Duration::from_mins(1),
        stale: Duration::from_secs(30),
        watch,
        began: SharedBegan {
            epoch: "00112233445566ff".into(),
            ticket: 7,
            hold: None,
        },
    };
    Sealer::new(&[3; 32]).seal(&key("{}"), &keeping, LIFETIME)
}

fn opened(bytes: &[u8]) -> Option<Content> {
    Sealer::new(&[3; 32]).open(&key("{}"), bytes)?.content()
}

#[test]
fn a_value_is_these_bytes() {
    let bytes = sealed(&Content::json(r#"{"a":1}"#), &[1, 0x0203]).unwrap();
    let hex = bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let (head, rest) = hex.split_at(8);
    let (code, body) = rest.split_at(32);
    assert_eq!(head, "74770100");
    assert_eq!(code, "996f676e49d820400022ab4f4a44b676");
    let epoch = "1000000030303131323233333434353536366666";
    let numbers =
        "0700000000000000905f010000000000 60ea000000000000 3075000000000000".replace(' ', "");
    let watch = "1000000001000000000000000302000000000000";
    let content = "10000000 01000000 01 07000000 7b2261223a317d".replace(' ', "");
    assert_eq!(body, [epoch, &numbers, watch, &content].concat());
}

#[test]
fn everything_comes_back() {
    let parts = [
        Part::text("a label"),
        Part::image("image/png", b"\x89PNG").unwrap(),
    ];
    for content in [
        Content::plain(""),
        Content::json("x".repeat(3 * COMPRESS_FROM)),
        Content::from_parts(parts),
    ] {
        let bytes = sealed(&content, &[1, 2, 3]).unwrap();
        let sealer = Sealer::new(&[3; 32]);
        let envelope = sealer.open(&key("{}"), &bytes).unwrap();
        assert_eq!(&*envelope.began.epoch, "00112233445566ff");
        assert_eq!(envelope.began.ticket, 7);
        assert_eq!(envelope.lifetime, LIFETIME);
        assert_eq!(envelope.ttl, Duration::from_mins(1));
        assert_eq!(envelope.stale, Duration::from_secs(30));
        assert_eq!(&*envelope.watch, [1, 2, 3]);
        assert_eq!(envelope.content(), Some(content));
    }
}

#[test]
fn what_is_long_is_compressed_where_that_helps() {
    let text = "order A-1 was shipped, ".repeat(COMPRESS_FROM / 16);
    let bytes = sealed(&Content::plain(text.as_str()), &[]).unwrap();
    assert!(
        bytes.len() < text.len() / 4,
        "{} of {}",
        bytes.len(),
        text.len()
    );

    let mut random = fastrand::Rng::with_seed(7);
    let noise: Vec<u8> = (0..2 * COMPRESS_FROM).map(|_| random.u8(..)).collect();
    let content = Content::from(Part::blob("application/zip", &noise).unwrap());
    let bytes = sealed(&content, &[]).unwrap();
    assert!(bytes.len() > noise.len());
    assert_eq!(bytes[3], 0, "not compressed");
    assert_eq!(opened(&bytes), Some(content));
}

#[test]
fn what_is_too_long_is_no_value() {
    assert_eq!(sealed(&Content::plain("x".repeat(LONGEST + 1)), &[]), None);
}

#[test]
fn a_value_is_for_one_key_and_one_secret() {
    let content = Content::plain("secret of acme");
    let bytes = sealed(&content, &[]).unwrap();
    let (ours, theirs) = (Sealer::new(&[3; 32]), Sealer::new(&[4; 32]));
    assert!(ours.open(&key("{}"), &bytes).is_some());
    assert_eq!(ours.open(&key(r#"{"a":1}"#), &bytes), None);
    assert_eq!(theirs.open(&key("{}"), &bytes), None);
}

proptest! {
    #[test]
    fn a_changed_value_is_none(at in any::<prop::sample::Index>(), change in 1_u8..) {
        let mut bytes = sealed(&Content::plain("some text"), &[1, 2]).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert_eq!(opened(&bytes), None);
    }

    #[test]
    fn a_truncated_value_is_none(at in any::<prop::sample::Index>()) {
        let bytes = sealed(&Content::plain("some text"), &[1, 2]).unwrap();
        prop_assert_eq!(opened(&bytes[..at.index(bytes.len())]), None);
    }

    #[test]
    fn garbage_is_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(opened(&bytes), None);
        let ours = [b"tw\x01\x00".as_slice(), &bytes].concat();
        prop_assert_eq!(opened(&ours), None);
    }
}
