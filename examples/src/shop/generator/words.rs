//! The shop's own words: invented people, places, brands and products.

/// The brands that one customer service answers for; each is a tenant.
pub const TENANTS: [&str; 4] = ["ashmere", "birkholt", "corvelle", "dunmarsh"];

/// The countries that are delivered to, as ISO 3166 codes.
pub const DESTINATIONS: [&str; 8] = ["AT", "BE", "DE", "ES", "FR", "IT", "NL", "SE"];

/// How fast a parcel goes, slowest first.
pub const SPEEDS: [&str; 3] = ["standard", "express", "overnight"];

pub(super) const FIRST_NAMES: [&str; 24] = [
    "Adaline", "Bastiaan", "Celestia", "Dorian", "Elowen", "Fenno", "Giselle", "Haro", "Isaura",
    "Jorun", "Katla", "Leandro", "Mireille", "Niels", "Odalys", "Piers", "Quirine", "Renske",
    "Soren", "Tamsin", "Ulrik", "Vesna", "Wilmar", "Zoë",
];

pub(super) const LAST_NAMES: [&str; 24] = [
    "Aldermoor",
    "Brackenby",
    "Castellane",
    "Dornwald",
    "Eversby",
    "Fallowmere",
    "Grauhaus",
    "Hartsel",
    "Ivesdal",
    "Jansveld",
    "Kestrup",
    "Lindholt",
    "Marlowe",
    "Nachtweh",
    "Ostergard",
    "Pellerin",
    "Quaster",
    "Rosendal",
    "Silberhorn",
    "Tavernier",
    "Uhlmark",
    "Vantongel",
    "Westerloo",
    "Zandberg",
];

pub(super) const CITIES: [(&str, &str); 16] = [
    ("Altenfurt", "DE"),
    ("Brunnwinkel", "AT"),
    ("Casalmonte", "IT"),
    ("Dijkvoort", "NL"),
    ("Estrellar", "ES"),
    ("Fjällsund", "SE"),
    ("Granville-sur-Orne", "FR"),
    ("Heistelberg", "BE"),
    ("Innerkogl", "AT"),
    ("Jonkerdam", "NL"),
    ("Kaltenbrück", "DE"),
    ("Lindenau am See", "DE"),
    ("Montclair-les-Bois", "FR"),
    ("Norrvik", "SE"),
    ("Puerto Sereno", "ES"),
    ("Roccabruna", "IT"),
];

pub(super) const CARRIERS: [&str; 4] = ["Veloparcel", "Nordpost", "Quickstork", "Hermelin"];

pub(super) const HUBS: [&str; 6] = [
    "sorting centre North",
    "sorting centre South",
    "sorting centre East",
    "customs desk",
    "regional depot",
    "delivery van",
];

/// What a product is made of or looks like; every noun comes in eight of them.
pub(super) const STYLES: [&str; 16] = [
    "Oak",
    "Slate",
    "Copper",
    "Linen",
    "Amber",
    "Birch",
    "Crème",
    "Graphite",
    "Walnut",
    "Cobalt",
    "Felt",
    "Ivory",
    "Moss",
    "Steel",
    "Terracotta",
    "Indigo",
];

/// A kind of product: noun, category, lowest and highest price in cents, weight in grams.
pub(super) const NOUNS: [(&str, &str, u32, u32, u32); 30] = [
    ("Kettle", "kitchen", 2_490, 7_990, 1_150),
    ("Teapot", "kitchen", 1_890, 5_490, 900),
    ("Carafe", "kitchen", 1_290, 3_990, 700),
    ("Bread Knife", "kitchen", 1_590, 6_990, 240),
    ("Cutting Board", "kitchen", 1_490, 5_990, 1_300),
    ("Café Tumbler", "kitchen", 990, 2_490, 310),
    ("Lantern", "lighting", 1_990, 6_490, 850),
    ("Desk Lamp", "lighting", 2_990, 11_990, 1_900),
    ("Floor Lamp", "lighting", 5_990, 18_990, 5_400),
    ("Pendant Light", "lighting", 3_990, 14_990, 2_200),
    ("Night Light", "lighting", 990, 2_990, 220),
    ("Headlamp", "outdoor", 1_990, 5_990, 130),
    ("Tent", "outdoor", 9_990, 34_990, 3_600),
    ("Sleeping Bag", "outdoor", 4_990, 19_990, 1_500),
    ("Trail Stove", "outdoor", 2_490, 8_990, 420),
    ("Water Bottle", "outdoor", 1_290, 3_990, 280),
    ("Hammock", "outdoor", 2_990, 8_490, 650),
    ("Picnic Blanket", "outdoor", 1_990, 5_490, 980),
    ("Backpack", "travel", 4_490, 15_990, 1_100),
    ("Duffel", "travel", 3_990, 12_990, 1_250),
    ("Packing Cube", "travel", 890, 2_490, 120),
    ("Passport Case", "travel", 1_490, 4_990, 90),
    ("Neck Pillow", "travel", 1_290, 3_490, 260),
    ("Umbrella", "travel", 1_490, 4_990, 410),
    ("Notebook", "desk", 690, 1_990, 330),
    ("Pen Tray", "desk", 990, 3_490, 380),
    ("Monitor Stand", "desk", 2_990, 8_990, 2_600),
    ("Desk Mat", "desk", 1_490, 4_490, 540),
    ("Bookend", "desk", 1_290, 3_990, 1_050),
    ("Wall Clock", "desk", 1_990, 6_990, 760),
];

pub(super) const PRAISE: [&str; 8] = [
    "Quiet and sturdy",
    "Made to be mended",
    "Light in the hand",
    "Finished with plant oil",
    "A gift that stays",
    "Packs down small",
    "Easy to clean",
    "Built for daily use",
];
