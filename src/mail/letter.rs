//! What one mail says. Its parts are put in order by the frame, the same words as text and as HTML.

use askama::Template;
use chrono::TimeDelta;

use super::views::{HtmlMail, Part, TextMail};
use crate::{
    config::PublicUrl,
    error::{Error, Result},
};

/// In characters. Nobody's list of mails shows more.
const LONGEST_SUBJECT: usize = 150;

/// A mail before it is written: who may open its links is nobody's business but the addressee's, so no `Debug`.
pub struct Letter {
    pub(super) purpose: &'static str,
    /// How long it is worth sending.
    pub(super) lasts: TimeDelta,
    subject: String,
    workspace: Option<String>,
    parts: Vec<Part>,
    small_print: String,
}

/// A mail as it is sent. No `Debug`, as above.
pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Letter {
    /// `purpose` is of small letters and underscores. The subject is the heading too.
    pub fn new(purpose: &'static str, subject: &str, lasts: TimeDelta) -> Self {
        Self {
            purpose,
            lasts,
            subject: one_line(subject),
            workspace: None,
            parts: Vec::new(),
            small_print: String::new(),
        }
    }

    /// On whose behalf it is sent.
    #[must_use]
    pub fn of_workspace(self, name: &str) -> Self {
        Self {
            workspace: Some(isolated(name)),
            ..self
        }
    }

    /// A paragraph.
    #[must_use]
    pub fn says(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Paragraph(text.into()));
        self
    }

    /// A line of a list: what it is, and how it is.
    #[must_use]
    pub fn fact(mut self, term: &str, value: &str) -> Self {
        let fact = (isolated(term), isolated(value));
        match self.parts.last_mut() {
            Some(Part::Facts(facts)) => facts.push(fact),
            _ => self.parts.push(Part::Facts(vec![fact])),
        }
        self
    }

    /// Leads to a path of this installation, under its public address.
    #[must_use]
    pub fn button(mut self, label: &'static str, path: impl Into<String>) -> Self {
        let link = path.into();
        self.parts.push(Part::Button { label, link });
        self
    }

    /// Below everything else: until when it holds, why one gets it.
    #[must_use]
    pub fn small_print(self, text: impl Into<String>) -> Self {
        Self {
            small_print: text.into(),
            ..self
        }
    }

    pub(super) fn write(self, public_url: &PublicUrl) -> Result<Written> {
        let Self {
            subject,
            workspace,
            mut parts,
            small_print,
            ..
        } = self;
        for part in &mut parts {
            if let Part::Button { link, .. } = part {
                *link = public_url.at(link);
            }
        }
        let place = public_url.host();
        let sent_by = match workspace {
            Some(workspace) => format!("Sent by Keyroom at {place} for {workspace}."),
            None => format!("Sent by Keyroom at {place}."),
        };
        let failed = |e: askama::Error| Error::Internal(e.into());
        let html = HtmlMail {
            subject: &subject,
            parts: &parts,
            small_print: &small_print,
            sent_by: &sent_by,
        };
        let html = html.render().map_err(failed)?;
        let text = TextMail {
            parts: &parts,
            small_print: &small_print,
            sent_by: &sent_by,
        };
        let text = text.render().map_err(failed)?;
        Ok(Written {
            subject,
            text,
            html,
        })
    }
}

/// Somebody's name, or whatever else others have written, within a sentence of ours: what is written from right to
/// left stays together, and turns nothing around it.
pub fn isolated(text: &str) -> String {
    let text = one_line(text);
    match text.chars().any(runs_from_the_right) {
        true => format!("\u{2068}{text}\u{2069}"),
        false => text,
    }
}

/// The blocks of Hebrew, Arabic and the scripts like them.
fn runs_from_the_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// A subject is a header: a line break in it would begin another one.
fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    // What looks encoded (RFC 2047) would be decoded by whoever reads it.
    let line = words.join(" ").replace("=?", "=\u{200B}?");
    match line.chars().count() {
        ..=LONGEST_SUBJECT => line,
        _ => line
            .chars()
            .take(LONGEST_SUBJECT - 1)
            .chain(['…'])
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(letter: Letter) -> Written {
        let address = PublicUrl::parse("https://keys.example.com").expect("an address");
        letter.write(&address).expect("written")
    }

    fn letter(subject: &str) -> Letter {
        Letter::new("test", subject, TimeDelta::days(1))
    }

    #[test]
    fn a_subject_is_one_line_whatever_is_in_it() {
        let subject = written(letter("Hello\r\nBcc: eve@evil.example\r\n\r\nbody\u{85}x")).subject;
        assert_eq!(subject, "Hello Bcc: eve@evil.example body x");
        let subject = written(letter("=?utf-8?q?Bcc?=")).subject;
        assert!(!subject.contains("=?"), "{subject}");
        assert_eq!(
            written(letter(&"ä".repeat(500))).subject.chars().count(),
            150
        );
    }

    #[test]
    fn both_forms_say_the_same_and_html_is_escaped() {
        let mail = written(
            letter("Hello <b>")
                .of_workspace("Deep & <Water>")
                .says("Ada <Park> & \"Bo\" said hello.")
                .fact("When", "today")
                .fact("Where", "<script>")
                .button("Look at it", "/w/deep/settings?a=1&b=2")
                .small_print("For 2 days."),
        );
        assert_eq!(mail.subject, "Hello <b>");
        for word in [
            "Ada <Park> & \"Bo\" said hello.",
            "When: today",
            "Where: <script>",
            "Look at it:\nhttps://keys.example.com/w/deep/settings?a=1&b=2\n",
            "For 2 days.",
            "Sent by Keyroom at keys.example.com for Deep & <Water>.",
        ] {
            assert!(mail.text.contains(word), "{word} in {}", mail.text);
        }
        for word in [
            "Hello &#60;b&#62;",
            "Ada &#60;Park&#62; &#38;",
            "for Deep &#38; &#60;Water&#62;.",
        ] {
            assert!(mail.html.contains(word), "{word} in {}", mail.html);
        }
        assert!(
            mail.html
                .contains(r#"href="https://keys.example.com/w/deep/settings?a=1&#38;b=2""#)
        );
        assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>"));
    }

    #[test]
    fn names_from_right_to_left_turn_nothing_around_them() {
        assert_eq!(
            isolated("Ada \u{1F469}\u{200D}\u{1F4BB}"),
            "Ada \u{1F469}\u{200D}\u{1F4BB}"
        );
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
        assert!(
            written(letter("x").of_workspace("مرحبا"))
                .text
                .contains("for \u{2068}مرحبا\u{2069}.")
        );
    }

    #[test]
    fn a_text_has_no_holes_and_no_tails() {
        let text = written(letter("x").says("One.").says("Two.")).text;
        assert!(!text.contains("\n\n\n"), "{text:?}");
        assert!(
            text.lines()
                .all(|line| line.trim_end() == line || line == "-- "),
            "{text:?}"
        );
    }
}
