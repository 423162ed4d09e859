//! The cities of the airports.

/// The city of an airport, by the airport's IATA code.
pub(super) fn city(code: &str) -> Option<&'static str> {
    CITIES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, city)| *city)
}

/// As the airline calls them: of New York's airports one has the city's name and one its own.
const CITIES: [(&str, &str); 20] = [
    ("ATL", "Atlanta"),
    ("BOS", "Boston"),
    ("CLT", "Charlotte"),
    ("DEN", "Denver"),
    ("DFW", "Dallas"),
    ("DTW", "Detroit"),
    ("EWR", "Newark"),
    ("IAH", "Houston"),
    ("JFK", "New York"),
    ("LAS", "Las Vegas"),
    ("LAX", "Los Angeles"),
    ("LGA", "LaGuardia"),
    ("MCO", "Orlando"),
    ("MIA", "Miami"),
    ("MSP", "Minneapolis"),
    ("ORD", "Chicago"),
    ("PHL", "Philadelphia"),
    ("PHX", "Phoenix"),
    ("SEA", "Seattle"),
    ("SFO", "San Francisco"),
];
