//! The address of a workspace.

/// In characters.
const LONGEST: usize = 48;

/// What pages of our own may be called, beside the workspaces or in their names.
const RESERVED: [&str; 11] = [
    "account", "admin", "api", "docs", "keyroom", "new", "settings", "static", "system", "v1", "w",
];

/// The `{slug}` of `/w/{slug}`: small letters, digits and single dashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter an address, for example acme-2".to_owned());
        }
        if text.chars().count() > LONGEST {
            return Err(format!("Enter an address of at most {LONGEST} characters"));
        }
        let is_part = |part: &str| {
            let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            !part.is_empty() && part.bytes().all(is_plain)
        };
        if !text.split('-').all(is_part) {
            return Err(
                "Enter an address of small letters, digits and single dashes between them, for example acme-2"
                    .to_owned(),
            );
        }
        if RESERVED.contains(&text) {
            return Err(format!("The address {text} is reserved. Enter another"));
        }
        Ok(Self(text.to_owned()))
    }

    /// What follows from a name: never empty, never reserved.
    pub fn of_name(name: &str) -> Self {
        let slug: String = slug::slugify(name).chars().take(LONGEST).collect();
        Self(match slug.trim_matches('-') {
            "" => "workspace".to_owned(),
            slug if RESERVED.contains(&slug) => format!("{slug}-workspace"),
            slug => slug.to_owned(),
        })
    }

    /// Another, for where this one is taken. `n` has four digits at most.
    pub(super) fn numbered(&self, n: u16) -> Self {
        let short: String = self.0.chars().take(LONGEST - 5).collect();
        Self(format!("{}-{n}", short.trim_matches('-')))
    }

    /// The one that a workspace has.
    pub(super) fn kept(slug: &str) -> Self {
        Self(slug.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_follows_from_the_name() {
        let slug = |name: &str| Slug::of_name(name).0;
        assert_eq!(slug("Brightwater"), "brightwater");
        assert_eq!(slug("Ärzte & Söhne, Inc."), "arzte-sohne-inc");
        assert_eq!(slug("!!!"), "workspace");
        assert_eq!(slug("API"), "api-workspace");
        let long = slug(&"a b".repeat(26));
        assert!(long.len() <= LONGEST && !long.ends_with('-'), "{long}");
        for name in ["Brightwater", "!!!", "API", &"a b".repeat(26)] {
            assert!(Slug::parse(&slug(name)).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_address_has_one_form() {
        for good in ["a", "acme-2", " acme ", "1", &"a".repeat(48)] {
            assert!(Slug::parse(good).is_ok(), "{good:?}");
        }
        for bad in [
            "",
            " ",
            "-a",
            "a-",
            "a--b",
            "A",
            "ä",
            "a b",
            "a/b",
            "a.b",
            "a_b",
            "a\0",
            "api",
            &"a".repeat(49),
        ] {
            assert!(Slug::parse(bad).is_err(), "{bad:?}");
        }
    }
}
