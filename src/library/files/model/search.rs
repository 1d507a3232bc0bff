//! What is searched for in names, and what was found.

use super::File;

/// Words, each of which is to be in the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    words: Vec<String>,
}

/// What no name is longer than.
const LONGEST: usize = 255;

impl Query {
    /// As somebody typed it. None: there is nothing to search for.
    pub fn parse(typed: &str) -> Option<Self> {
        let text: String = typed.trim().chars().take(LONGEST).collect();
        let words: Vec<String> = text
            .split_whitespace()
            .filter(|word| !word.chars().all(is_accent))
            .map(str::to_owned)
            .collect();
        let is_text = !words.is_empty() && !text.contains('\0');
        is_text.then_some(Self { text, words })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// Search compares without those: of a word of nothing else, nothing is left that could be found.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// A file that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    pub file: File,
    pub passage: Passage,
    /// 0 to 1; 1: the name is what was searched for.
    pub score: f64,
}

/// A name, in parts that were searched for and parts that were not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage(Vec<(String, bool)>);

impl Passage {
    /// `letters`: each of the name as it is, and as search compares it (nothing, for an accent of its own). `words`: the
    /// same of what is searched for.
    pub fn of(letters: &[(char, String)], words: &[String]) -> Self {
        let folded: String = letters.iter().map(|(_, folded)| folded.as_str()).collect();
        let mut starts = Vec::with_capacity(letters.len());
        let mut at = 0;
        for (_, one) in letters {
            starts.push((at, at + one.len()));
            at += one.len();
        }
        let found: Vec<(usize, usize)> = words
            .iter()
            .filter(|word| !word.is_empty())
            .flat_map(|word| {
                folded
                    .match_indices(word.as_str())
                    .map(|(at, _)| (at, at + word.len()))
            })
            .collect();
        let mut parts: Vec<(String, bool)> = Vec::new();
        for ((letter, _), (start, end)) in letters.iter().zip(starts) {
            let is_in = |(from, to): &(usize, usize)| start < *to && *from < end;
            // An accent belongs to the letter before it.
            let is_found = match start == end {
                true => parts.last().is_some_and(|(_, is_found)| *is_found),
                false => found.iter().any(is_in),
            };
            match parts.last_mut() {
                Some((text, same)) if *same == is_found => text.push(*letter),
                _ => parts.push((letter.to_string(), is_found)),
            }
        }
        Self(parts)
    }

    pub fn parts(&self) -> &[(String, bool)] {
        &self.0
    }

    /// With what was found in `<mark>`, and everything else escaped.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for (text, is_found) in &self.0 {
            let escaped = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;");
            match is_found {
                true => html.push_str(&format!("<mark>{escaped}</mark>")),
                false => html.push_str(&escaped),
            }
        }
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(name: &str) -> Vec<(char, String)> {
        name.chars()
            .map(|c| {
                let folded = match c {
                    'ß' => "ss".to_owned(),
                    'ü' => "u".to_owned(),
                    '\u{308}' => String::new(),
                    other => other.to_lowercase().to_string(),
                };
                (c, folded)
            })
            .collect()
    }

    #[test]
    fn what_was_found_is_marked_in_the_letters_of_the_name() {
        for (name, words, html) in [
            ("Budget.pdf", &["budget"][..], "<mark>Budget</mark>.pdf"),
            ("Straße", &["ras"], "St<mark>raß</mark>e"),
            ("bu\u{308}ro", &["bu", "r"], "<mark>bu\u{308}r</mark>o"),
            (
                "a<b>&\"'",
                &["b"],
                "a&lt;<mark>b</mark>&gt;&amp;&quot;&#39;",
            ),
            ("aaa", &["aa"], "<mark>aa</mark>a"),
            ("x", &[], "x"),
        ] {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            assert_eq!(Passage::of(&letters(name), &words).html(), html);
        }
    }

    #[test]
    fn words_are_searched_for_each_by_itself() {
        for nothing in [" \t", "\u{301}", "\u{301} \u{308}\u{300}"] {
            assert_eq!(Query::parse(nothing), None);
        }
        let query = Query::parse(" Budget  2026 ").expect("words");
        assert_eq!(query.words(), ["Budget", "2026"]);
        assert_eq!(query.text(), "Budget  2026");
    }
}
