//! Requests that may be sent again.

use chrono::TimeDelta;

/// How long a request is known again.
pub const KNOWN_AGAIN: TimeDelta = TimeDelta::hours(24);

/// What whoever sends a request calls it, so that it can be sent again: 1 to 255 visible characters of ASCII. It is theirs:
/// another's of the same name is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestName(String);

impl RequestName {
    /// None: it has not that form.
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        is_one.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request that makes a value of a key and has a name.
#[derive(Debug, Clone)]
pub struct NamedRequest {
    pub name: RequestName,
    /// SHA-256 of what is asked for.
    pub digest: [u8; 32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_visible_and_not_too_long() {
        let long = "x".repeat(255);
        for good in [
            "a",
            "018f0000-0000-7000-8000-000000000001",
            "a,b;c=\"d\"",
            &long,
        ] {
            assert!(RequestName::parse(good).is_some(), "{good}");
        }
        for wrong in ["", " ", "a b", "ä", "a\tb", &"x".repeat(256)] {
            assert_eq!(RequestName::parse(wrong), None, "{wrong}");
        }
    }
}
