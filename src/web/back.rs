//! The way back from a change to where it was asked for.

use serde::Deserialize;
use url::form_urlencoded;

use super::text::is_local_path;

/// A form or a link that says nothing but where to go back to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Back {
    #[serde(default)]
    pub next: Next,
}

/// Where a change was asked for, as a form or a link carried it.
#[derive(Clone, Deserialize, Default)]
#[serde(transparent)]
pub struct Next(String);

impl Next {
    /// Path and query, if they are of one of these screens.
    pub fn within(&self, list: &str) -> Option<&str> {
        let path = self.0.split('#').next().unwrap_or_default();
        let rest = path.strip_prefix(list)?;
        let is_here = rest.is_empty() || rest.starts_with(['/', '?']);
        (is_here && is_local_path(path)).then_some(path)
    }

    /// The list, where nothing better is known.
    pub fn or_list(&self, list: &str) -> String {
        self.within(list).unwrap_or(list).to_owned()
    }
}

/// The address of a dialog that knows where it was opened from.
pub fn dialog(address: &str, back: &str, list: &str) -> String {
    if back == list {
        return address.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", back)
        .finish();
    format!("{address}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "/w/acme/settings/api-keys";

    #[test]
    fn only_these_screens_are_gone_back_to() {
        let next = |path: &str| Next(path.to_owned()).or_list(LIST);
        for good in ["?status=active&before=x", "/7Kq2mXw0B1aZ"] {
            assert_eq!(next(&format!("{LIST}{good}")), format!("{LIST}{good}"));
        }
        assert_eq!(
            next(&format!("{LIST}?status=active#k-x")),
            format!("{LIST}?status=active")
        );
        for other in [
            "",
            "/w/acme/settings/api-keys-2",
            "/w/other/settings/api-keys",
            "//evil.example",
        ] {
            assert_eq!(next(other), LIST, "{other}");
        }
    }

    #[test]
    fn a_dialog_knows_where_it_was_opened() {
        assert_eq!(dialog("/x", LIST, LIST), "/x");
        assert_eq!(
            dialog("/x", "/l?status=active&before=a", LIST),
            "/x?next=%2Fl%3Fstatus%3Dactive%26before%3Da"
        );
    }
}
