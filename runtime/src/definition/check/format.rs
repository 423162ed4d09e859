//! The formats that are checked here; those of dates, times and ids are read by the types that have them.

use email_address::EmailAddress;
use iri_string::types::IriStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Email,
    Url,
}

impl Format {
    /// The format of this name, where it is one of these.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "email" => Some(Self::Email),
            "uri" => Some(Self::Url),
            _ => None,
        }
    }

    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Url => "an absolute URL such as `https://example.com`",
        }
    }

    /// Whether a text has this format, letters of every script allowed as browsers and mail programs have it.
    pub(super) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Email => text.rsplit_once('@').is_some_and(|(local, domain)| {
                EmailAddress::is_valid_local_part(local) && EmailAddress::is_valid_domain(domain)
            }),
            Self::Url => IriStr::new(text)
                .ok()
                .and_then(IriStr::authority_components)
                .is_some_and(|authority| !authority.host().is_empty()),
        }
    }
}
