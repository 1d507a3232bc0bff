//! How often a key may call.

use crate::web::time::grouped;

/// Calls a minute: 1 to 1,000,000.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    diesel_derive_newtype::DieselNewType,
)]
#[serde(transparent)]
pub struct RateLimit(i32);

impl RateLimit {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(number: i64) -> Result<Self, String> {
        match i32::try_from(number) {
            Ok(calls @ 1..=1_000_000) => Ok(Self(calls)),
            _ => Err("Enter a number of requests a minute from 1 to 1000000".to_owned()),
        }
    }

    /// # Errors
    /// As [`RateLimit::parse`].
    pub fn typed(text: &str) -> Result<Self, String> {
        Self::parse(text.trim().parse().unwrap_or(0))
    }

    pub fn number(self) -> u32 {
        self.0.unsigned_abs()
    }

    /// "1,500 a minute".
    pub fn in_words(self) -> String {
        format!("{} a minute", grouped(self.0.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_whole_number_of_calls() {
        assert_eq!(
            RateLimit::typed(" 1500 ").map(RateLimit::in_words),
            Ok("1,500 a minute".to_owned())
        );
        for wrong in [
            "",
            "0",
            "-1",
            "1000001",
            "1.5",
            "many",
            "99999999999999999999",
        ] {
            assert!(RateLimit::typed(wrong).is_err(), "{wrong}");
        }
    }
}
