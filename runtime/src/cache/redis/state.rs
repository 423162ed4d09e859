//! What Redis says of the writes that a result depends on.

use std::sync::Arc;

use redis::{Cmd, Value, cmd};

use crate::cache::slot::Slot;

/// The state at one moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) epoch: Arc<str>,
    /// The last write of all.
    pub(super) ticket: u64,
    /// The last write to any of the slots that were asked for.
    pub(super) latest: u64,
}

/// Asks for the state of some slots.
pub(super) fn ask(key: &str, slots: &[Slot]) -> Cmd {
    let mut command = cmd("HMGET");
    command.arg(key).arg("epoch").arg("ticket");
    for slot in slots {
        command.arg(&slot.to_le_bytes());
    }
    command
}

/// Reads the answer. Nothing if there is no state, or none that we wrote.
pub(super) fn read(answer: &Value) -> Option<State> {
    let Value::Array(fields) = answer else {
        return None;
    };
    let [
        Value::BulkString(epoch),
        Value::BulkString(ticket),
        slots @ ..,
    ] = fields.as_slice()
    else {
        return None;
    };
    let latest = slots.iter().map(|slot| match slot {
        Value::Nil => 0,
        // What is no number may stand for any write.
        Value::BulkString(digits) => number(digits).unwrap_or(u64::MAX),
        _ => u64::MAX,
    });
    Some(State {
        epoch: str::from_utf8(epoch).ok()?.into(),
        ticket: number(ticket)?,
        latest: latest.max().unwrap_or_default(),
    })
}

fn number(digits: &[u8]) -> Option<u64> {
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use redis::Value;

    use super::{State, ask, read};

    fn answer(fields: &[Option<&str>]) -> Value {
        let field =
            |field: Option<&str>| field.map_or(Value::Nil, |text| Value::BulkString(text.into()));
        Value::Array(fields.iter().copied().map(field).collect())
    }

    #[test]
    fn slots_are_asked_for_by_their_bytes() {
        let command = ask("state", &[0x0102_0304_0506_0708]);
        let packed = command.get_packed_command();
        let expected = b"*5\r\n$5\r\nHMGET\r\n$5\r\nstate\r\n$5\r\nepoch\r\n$6\r\nticket\r\n$8\r\n\x08\x07\x06\x05\x04\x03\x02\x01\r\n";
        assert_eq!(packed, expected);
    }

    #[test]
    fn the_latest_of_the_slots_counts() {
        let state = read(&answer(&[Some("e"), Some("9"), Some("4"), None, Some("7")]));
        let expected = State {
            epoch: "e".into(),
            ticket: 9,
            latest: 7,
        };
        assert_eq!(state, Some(expected));
        assert_eq!(read(&answer(&[Some("e"), Some("0")])).unwrap().latest, 0);
    }

    #[test]
    fn what_is_no_number_is_later_than_everything() {
        let state = read(&answer(&[Some("e"), Some("9"), Some("x")])).unwrap();
        assert_eq!(state.latest, u64::MAX);
    }

    #[test]
    fn what_is_no_state_is_none() {
        assert_eq!(read(&answer(&[None, None, None])), None);
        assert_eq!(read(&answer(&[Some("e"), Some("x")])), None);
        assert_eq!(read(&answer(&[Some("e"), None])), None);
        assert_eq!(read(&Value::Nil), None);
    }
}
