//! How old a kept result is, as the model is told.

use std::time::Duration;

use super::Inner;
use crate::call::{Content, Outcome, Part};

impl Inner {
    /// The outcome of a call of the tool at this place as a model is to see it: with no more of a result than it is to
    /// read, and with the age of a kept one, where that is to be disclosed.
    pub(super) fn presented(&self, place: Option<usize>, mut outcome: Outcome) -> Outcome {
        let Ok(content) = &mut outcome.result else {
            return outcome;
        };
        if let Some(truncated) = content.truncated(self.result_limit) {
            *content = truncated;
        }
        let tools = self.registry.tools();
        let tool = place.and_then(|place| tools.get(place));
        if let Some(age) = outcome.age
            && (self.discloses_age || tool.is_some_and(|tool| tool.spec().discloses_age()))
        {
            let parts = content.parts().iter().cloned();
            *content = Content::from_parts(parts.chain([Part::text(words(age))]));
        }
        outcome
    }
}

/// Coarse, and rounded down: the same words for as long as possible, and few of them.
fn words(age: Duration) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let seconds = age.as_secs();
    let (count, unit) = match seconds {
        0..MINUTE => return "[cached, less than 1 min old]".to_owned(),
        MINUTE..HOUR => (seconds / MINUTE, "min"),
        HOUR..DAY => (seconds / HOUR, "h"),
        _ => (seconds / DAY, "d"),
    };
    format!("[cached, {count} {unit} old]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_rounded_down_to_one_unit() {
        for (seconds, said) in [
            (0, "[cached, less than 1 min old]"),
            (59, "[cached, less than 1 min old]"),
            (60, "[cached, 1 min old]"),
            (359, "[cached, 5 min old]"),
            (3599, "[cached, 59 min old]"),
            (3600, "[cached, 1 h old]"),
            (86_399, "[cached, 23 h old]"),
            (86_400, "[cached, 1 d old]"),
            (864_000, "[cached, 10 d old]"),
        ] {
            assert_eq!(words(Duration::from_secs(seconds)), said);
        }
    }
}
