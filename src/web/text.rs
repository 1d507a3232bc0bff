//! Text from outside, checked where it comes in.

use std::fmt::Write;

use crate::ids::KeyId;

/// What keys begin with.
const PREFIXES: [&str; 2] = ["skey_", "pk_"];

/// One line as a person types it: trimmed, 1 to `longest` characters, none of them a control character,
/// one that turns the direction of what follows, or an invisible one that makes two lines look the same.
///
/// # Errors
/// A sentence to the reader that begins with what to do and names `what` it is about: "a label", "your name".
pub fn line(text: &str, what: &str, longest: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("Enter {what}"));
    }
    if text.chars().count() > longest {
        return Err(format!("Enter {what} of at most {longest} characters"));
    }
    if text.chars().any(is_treacherous) || has_loose_joiner(text) {
        return Err(format!("Enter {what} without invisible control characters"));
    }
    if has_key(text) {
        return Err(format!("Enter {what} without an API key in it"));
    }
    Ok(text.to_owned())
}

fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{061C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{180E}'
                | '\u{200B}'
                | '\u{200E}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Joiners belong between the letters of some scripts (Persian, for one) and the parts of an emoji. Elsewhere, and
/// between the letters of ours, they would only be unseen.
fn has_loose_joiner(text: &str) -> bool {
    let is_joiner = |c: char| matches!(c, '\u{200C}' | '\u{200D}');
    let holds =
        |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_joiner(c));
    let before = std::iter::once(None).chain(text.chars().map(Some));
    let after = text.chars().skip(1).map(Some).chain([None]);
    before
        .zip(text.chars())
        .zip(after)
        .any(|((before, c), after)| is_joiner(c) && !(holds(before) && holds(after)))
}

/// A path of this site to go back to: never another host, however it is written.
pub fn is_local_path(path: &str) -> bool {
    path.len() <= 2000
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !has_dots(path)
        && !path.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Is there a segment that leads upwards, or nowhere, however it is written?
fn has_dots(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
}

/// A path as the log keeps it: decoded, so that no encoding hides a key, and without keys.
pub fn for_log(path: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    without_keys(&decoded).escape_debug().to_string()
}

/// Is there something that looks like a key: a prefix, a public id and something of a secret? What is before the secret
/// anybody may see. Other programs' cookies begin with `_pk_` too.
pub fn has_key(text: &str) -> bool {
    starts(text, KeyId::LENGTH + 1).next().is_some()
}

/// The first of what looks like a key, without its secret: a prefix and the public id.
pub fn first_key(text: &str) -> Option<&str> {
    starts(text, KeyId::LENGTH).min_by_key(|start| start.as_ptr())
}

/// What follows the prefix of a key, where a text begins with one.
pub fn without_prefix(text: &str) -> Option<&str> {
    PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix))
}

/// Path and query as pages and addresses may carry them on: without the part in which a secret is.
pub fn carried(whole: &str) -> &str {
    let path = whole.split('?').next().unwrap_or_default();
    let is_free =
        |part: &&str| !has_key(&percent_encoding::percent_decode_str(part).decode_utf8_lossy());
    [whole, path].into_iter().find(is_free).unwrap_or("/")
}

/// Every prefix of a key that as many letters and digits follow, with them.
fn starts(text: &str, letters: usize) -> impl Iterator<Item = &str> {
    PREFIXES.iter().flat_map(move |prefix| {
        text.match_indices(prefix).filter_map(move |(at, _)| {
            let start = text.get(at..at + prefix.len() + letters)?;
            start[prefix.len()..]
                .bytes()
                .all(|b| b.is_ascii_alphanumeric())
                .then_some(start)
        })
    })
}

/// Whatever looks like a key is cut after its public part. What was cut already stays as it is.
pub fn without_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, prefix)) = first_prefix(rest) {
        let secret = at + prefix + KeyId::LENGTH;
        let end = rest[at..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map_or(rest.len(), |n| at + n);
        let shown = secret.min(end);
        out.push_str(&rest[..shown]);
        if shown < end {
            out.push('…');
        }
        rest = &rest[end..];
    }
    without_bare_keys(&(out + rest))
}

/// A key without its prefix, or with one that is written otherwise, is a word of a length that hardly another has.
fn without_bare_keys(text: &str) -> String {
    /// Public id, secret and checksum of either kind.
    const LENGTHS: [usize; 2] = [KeyId::LENGTH + 32 + 6, KeyId::LENGTH + 24 + 6];
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if LENGTHS.contains(&word.len()) {
            let rest = &piece[word.len()..];
            let _ = write!(out, "{}…{rest}", &word[..KeyId::LENGTH]);
        } else {
            out.push_str(piece);
        }
    }
    out
}

fn first_prefix(text: &str) -> Option<(usize, usize)> {
    PREFIXES
        .iter()
        .filter_map(|p| text.find(p).map(|at| (at, p.len())))
        .min()
}

/// The letter that stands for a workspace.
pub fn initial(name: &str) -> String {
    name.chars().take(1).flat_map(char::to_uppercase).collect()
}

/// "revoke 3 keys" as "Revoke 3 keys".
pub fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(line("  ci ", "a label", 80).as_deref(), Ok("ci"));
        assert_eq!(
            line(&"ä".repeat(80), "a label", 80).map(|t| t.len()),
            Ok(160)
        );
        assert_eq!(line(" ", "a label", 80), Err("Enter a label".to_owned()));
        assert!(line(&"ä".repeat(81), "a label", 80).is_err());
        assert!(line("a\tb", "a label", 80).is_err());
        assert!(line("a\u{202E}b", "a label", 80).is_err());
        assert!(line("a\u{061C}b", "a label", 80).is_err());
    }

    #[test]
    fn joiners_only_stand_where_they_join() {
        let taken = |text: &str| line(text, "your name", 80).is_ok();
        assert!(
            taken("\u{645}\u{6CC}\u{200C}\u{62E}\u{648}"),
            "a Persian word"
        );
        assert!(
            taken("\u{1F469}\u{200D}\u{1F4BB} ci"),
            "an emoji of two parts"
        );
        for loose in [
            "c\u{200C}i",
            "\u{200D}ci",
            "ß\u{200C}",
            "ß\u{200C}\u{200D}ß",
            "ß \u{200D}ß",
        ] {
            assert!(!taken(loose), "{loose:?}");
        }
    }

    #[test]
    fn every_mistake_names_what_it_is_about() {
        for text in ["", &"ä".repeat(81), "a\tb"] {
            let why = line(text, "your name", 80).expect_err("each is wrong");
            assert!(why.contains("your name"), "{why}");
        }
    }

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        for good in ["/", "/w/acme/settings/api-keys?status=revoked#k-1"] {
            assert!(is_local_path(good), "{good}");
        }
        for bad in [
            "",
            "w",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/ b",
            "/w/acme/../other",
            "/./x",
            "/w/%2e%2E/x",
            "/w/..?a=b",
        ] {
            assert!(!is_local_path(bad), "{bad}");
        }
    }

    #[test]
    fn keys_are_cut_from_what_is_logged() {
        let key = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
        assert_eq!(
            without_keys(&format!("/v1/{key}/x?k={key}")),
            "/v1/skey_7Kq2mXw0B1aZ…/x?k=skey_7Kq2mXw0B1aZ…"
        );
        assert_eq!(without_keys("/w/acme/skey_ab"), "/w/acme/skey_ab");
        let bare = key.trim_start_matches("skey_");
        for other in [
            bare.to_owned(),
            format!("SKEY_{bare}"),
            format!("%73key_{bare}?x"),
        ] {
            let cut = without_keys(&other);
            assert!(
                cut.contains(&bare[..12]) && !cut.contains(&bare[..13]),
                "{cut}"
            );
            assert_eq!(without_keys(&cut), cut);
        }
        assert_eq!(without_keys("/w/acme"), "/w/acme");
    }

    #[test]
    fn an_address_with_a_secret_is_carried_on_without_its_query() {
        for good in [
            "/w/acme",
            "/w/acme?q=skey_7Kq2mXw0B1aZ&sort=label",
            "/w/acme?q=ci",
        ] {
            assert_eq!(carried(good), good);
        }
        for bad in [
            "/w/acme?q=skey_7Kq2mXw0B1aZ0&sort=label",
            "/w/acme?sort=label&q=skey%5f7Kq2mXw0B1aZ0123",
        ] {
            assert_eq!(carried(bad), "/w/acme");
        }
        assert_eq!(carried("/w/%73key_7Kq2mXw0B1aZ0123?q=ci"), "/");
    }
}
