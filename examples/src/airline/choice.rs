//! Arguments with a few allowed words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A cabin. All passengers of a reservation fly in one cabin on all its flights.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Cabin {
    /// The cheapest; its flights cannot be exchanged.
    BasicEconomy,
    /// The common one.
    Economy,
    /// The best; can always be cancelled.
    Business,
}

/// The shape of a trip. It is only written down, so an unexpected word is taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum TripType {
    /// There.
    OneWay,
    /// There and back.
    RoundTrip,
    /// A word of the model's own.
    #[serde(untagged)]
    #[schemars(!untagged, skip)]
    Other(String),
}

/// Whether travel insurance is bought. Anything but a `yes` buys none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Insurance {
    /// 30 dollars a passenger.
    Yes,
    /// None.
    No,
    /// A word of the model's own.
    #[serde(untagged)]
    #[schemars(!untagged, skip)]
    Other(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_written_down_may_be_any_word() {
        for word in ["\"one_way\"", "\"multi_city\""] {
            let trip: TripType = serde_json::from_str(word).unwrap();
            assert_eq!(serde_json::to_string(&trip).unwrap(), word);
        }
        for word in ["\"yes\"", "\"YES\""] {
            let insurance: Insurance = serde_json::from_str(word).unwrap();
            assert_eq!(serde_json::to_string(&insurance).unwrap(), word);
        }
        assert!(serde_json::from_str::<Cabin>("\"first\"").is_err());
    }

    #[test]
    fn the_schema_offers_no_other_word() {
        let schema = schemars::schema_for!(TripType).to_value().to_string();
        assert!(schema.contains("round_trip"), "{schema}");
        assert!(!schema.contains("anyOf"), "{schema}");
    }
}
