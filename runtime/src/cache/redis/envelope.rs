//! The bytes of a value: a result, what it depends on, and a code that shows that nobody has changed it.
//!
//! `"tw"`, format, flags, code (16 bytes), then, under the code: epoch, ticket, lifetime, TTL, stale time, slots, length
//! of the content, content. Numbers are little-endian. The code is keyed BLAKE3 and also covers the key under which the
//! value is kept, so that whoever lacks the secret can neither make a value nor move one to another key.

use std::time::Duration;

use super::bytes::{Bytes, write_block};
use super::content;
use super::control::Point;
use crate::cache::slot::Slot;
use crate::cache::tier::Keeping;
use crate::call::Content;
use crate::key::CacheKey;

/// The first bytes of every value, of which the last is the format.
const MAGIC: [u8; 3] = *b"tw\x01";
/// The content is compressed.
const COMPRESSED: u8 = 1;
/// From how many bytes on a content is compressed. Below, what is saved is less than what it costs: see `docs/redis.md`.
const COMPRESS_FROM: usize = 4096;
/// How many bytes a value has at most. What is longer is not kept, and what is found to be longer is not ours.
pub(super) const LONGEST: usize = 8 * 1024 * 1024;
const CODE: usize = 16;

/// Makes and reads the values of one deployment.
#[derive(Debug)]
pub(super) struct Sealer {
    secret: [u8; 32],
}

/// A value that was read. Its content is not, as it may be of no use.
#[derive(Debug, PartialEq)]
pub(super) struct Envelope<'a> {
    pub(super) began: Point,
    /// How long Redis was told to keep it.
    pub(super) lifetime: Duration,
    pub(super) ttl: Duration,
    pub(super) stale: Duration,
    pub(super) watch: Box<[Slot]>,
    is_compressed: bool,
    length: usize,
    content: &'a [u8],
}

impl Sealer {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self {
            secret: *blake3::keyed_hash(secret, b"values").as_bytes(),
        }
    }

    /// The bytes of a value; nothing if it would be too long.
    pub(super) fn seal(
        &self,
        key: &CacheKey,
        result: &Keeping<'_>,
        lifetime: Duration,
    ) -> Option<Vec<u8>> {
        if result.content.size() > LONGEST {
            return None;
        }
        let mut plain = Vec::with_capacity(result.content.size() + 64);
        content::write(result.content, &mut plain);
        let length = u32::try_from(plain.len()).ok()?;
        let compressed = (plain.len() >= COMPRESS_FROM)
            .then(|| lz4_flex::block::compress(&plain))
            // What gets no smaller is not worth the time of those who read it.
            .filter(|compressed| compressed.len() < plain.len() / 8 * 7);

        let mut bytes = Vec::with_capacity(plain.len() + 128);
        bytes.extend_from_slice(&MAGIC);
        bytes.push(if compressed.is_some() { COMPRESSED } else { 0 });
        bytes.extend_from_slice(&[0; CODE]);
        write_block(result.began.epoch.as_bytes(), &mut bytes);
        bytes.extend_from_slice(&result.began.ticket.to_le_bytes());
        for time in [lifetime, result.ttl, result.stale] {
            let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&millis.to_le_bytes());
        }
        let slots: Vec<u8> = result
            .watch
            .iter()
            .flat_map(|slot| slot.to_le_bytes())
            .collect();
        write_block(&slots, &mut bytes);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(compressed.as_deref().unwrap_or(&plain));
        let (head, body) = split(&bytes)?;
        let code = self.code(key, head, body);
        bytes
            .get_mut(MAGIC.len() + 1..)?
            .get_mut(..CODE)?
            .copy_from_slice(&code);
        (bytes.len() <= LONGEST).then_some(bytes)
    }

    /// What a value holds; nothing, if it is not one that was made for this key.
    pub(super) fn open<'a>(&self, key: &CacheKey, bytes: &'a [u8]) -> Option<Envelope<'a>> {
        let (head, body) = split(bytes)?;
        let (flags, magic) = head.split_last()?;
        let code = bytes.get(head.len()..head.len() + CODE)?;
        if magic != MAGIC || code != self.code(key, head, body) {
            return None;
        }
        let mut body = Bytes(body);
        let epoch = body.text()?.into();
        let ticket = body.u64()?;
        let lifetime = Duration::from_millis(body.u64()?);
        let ttl = Duration::from_millis(body.u64()?);
        let stale = Duration::from_millis(body.u64()?);
        let (slots, rest) = body.block()?.as_chunks();
        if !rest.is_empty() {
            return None;
        }
        let watch = slots
            .iter()
            .map(|slot| Slot::from_le_bytes(*slot))
            .collect();
        let length = usize::try_from(u32::from_le_bytes(body.array()?)).ok()?;
        Some(Envelope {
            began: Point { epoch, ticket },
            lifetime,
            ttl,
            stale,
            watch,
            is_compressed: flags & COMPRESSED != 0,
            length,
            content: body.0,
        })
    }

    fn code(&self, key: &CacheKey, head: &[u8], body: &[u8]) -> [u8; CODE] {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        hasher.update(key.bytes()).update(head).update(body);
        let digest = hasher.finalize();
        let (code, _) = digest
            .as_bytes()
            .split_first_chunk()
            .expect("a digest is 32 bytes");
        *code
    }
}

impl Envelope<'_> {
    /// The content; nothing, if it is not one.
    pub(super) fn content(&self) -> Option<Content> {
        if !self.is_compressed {
            return content::read(self.content);
        }
        if self.length > 2 * LONGEST {
            return None;
        }
        let plain = lz4_flex::block::decompress(self.content, self.length).ok()?;
        content::read(&plain)
    }
}

/// What stands before the code, and what stands after it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(MAGIC.len() + 1)?;
    Some((head, rest.get(CODE..)?))
}

#[cfg(test)]
mod tests;
