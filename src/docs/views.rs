//! What the pages show.

use askama::Template;

use super::markdown;
use crate::web::{filters, problem, ui::Shell};

/// `/docs`: everything about the API.
#[derive(Template)]
#[template(path = "docs/index.html")]
pub struct DocsPage<'a> {
    pub shell: Shell,
    pub docs: &'a Reference,
}

/// `/docs/errors`: what each code means.
#[derive(Template)]
#[template(path = "docs/errors.html")]
pub struct ErrorsPage<'a> {
    pub shell: Shell,
    pub docs: &'a Reference,
    /// The element's id is the code, so that `type` in an answer leads to it.
    pub entries: &'static [&'static problem::Problem],
}

/// A page that is written in Markdown.
#[derive(Template)]
#[template(path = "docs/guide.html")]
pub struct GuidePage<'a> {
    pub shell: Shell,
    pub docs: &'a Reference,
    pub guide: &'a markdown::Document,
}

/// `/docs/best-practices`: how to keep keys safe.
#[derive(Template)]
#[template(path = "docs/practices.html")]
pub struct PracticesPage<'a> {
    pub shell: Shell,
    pub docs: &'a Reference,
    /// None for whoever has no such screens.
    pub leads: Leads,
    /// Whom to tell of a leak: the address, and its text.
    pub contact: Option<(String, String)>,
    pub env: Sample,
    pub ignore: Sample,
    pub python: Sample,
    pub node: Sample,
}

/// The screens of a workspace that do what is said; none for whoever is in no workspace.
#[derive(Default)]
pub struct Leads {
    /// All keys that whoever looks may see: those of the workspace, or their own.
    pub keys: Option<String>,
    /// Where they make one, if they may.
    pub new: Option<String>,
    pub settings: Option<SettingsLeads>,
}

/// For whoever may see the settings.
pub struct SettingsLeads {
    pub general: String,
    pub audit: String,
}

pub struct MenuItem {
    pub path: &'static str,
    pub label: &'static str,
}

/// What the document says, as it is shown.
pub struct Reference {
    /// The pages beside it.
    pub pages: Vec<MenuItem>,
    /// `https://keyroom.example/v1`.
    pub base: String,
    pub version: &'static str,
    pub guide: Vec<Section>,
    pub groups: Vec<Group>,
}

/// Of what holds for every operation.
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub text: Prose,
    pub sample: Option<Sample>,
    /// The page of the codes belongs here.
    pub is_about_errors: bool,
}

/// Operations under one heading.
pub struct Group {
    pub id: String,
    pub title: &'static str,
    pub operations: Vec<Operation>,
}

pub struct Operation {
    pub id: &'static str,
    /// `GET`.
    pub verb: String,
    pub path: &'static str,
    pub summary: &'static str,
    pub text: Prose,
    /// "Any key", "No key", or empty where `needs` says it.
    pub whom: &'static str,
    pub needs: Vec<&'static str>,
    pub parameters: Fields,
    pub body: Option<Body>,
    pub answers: Vec<Answer>,
    /// The usual call and its answer.
    pub samples: Vec<Sample>,
    /// Others, each with its answer.
    pub more: Vec<(&'static str, Vec<Sample>)>,
    pub refusals: Vec<Refusal>,
}

pub struct Body {
    pub text: Prose,
    pub fields: Fields,
    /// A field that is not among these is refused.
    pub closed: bool,
}

/// What comes when nothing stands against the call.
pub struct Answer {
    pub status: u16,
    /// "OK".
    pub name: &'static str,
    pub text: Prose,
    pub media: Vec<&'static str>,
    pub fields: Fields,
}

/// A line each.
#[derive(Template, Default)]
#[template(path = "docs/fields.html")]
pub struct Fields {
    pub fields: Vec<Field>,
}
impl askama::filters::HtmlSafe for Fields {}

/// A parameter, or a field at any depth.
pub struct Field {
    /// Of what it is a part: `key.owner.`, `data[].`; may be empty.
    pub within: String,
    pub name: String,
    /// "string or null".
    pub kind: String,
    /// "optional", "in the path"; may be empty.
    pub note: &'static str,
    pub text: Prose,
}

/// What goes over the wire.
#[derive(Template)]
#[template(path = "docs/sample.html")]
pub struct Sample {
    pub id: String,
    pub title: String,
    pub text: String,
    /// It is a command, to be copied.
    pub copies: bool,
}
impl askama::filters::HtmlSafe for Sample {}

/// The codes of one status.
pub struct Refusal {
    pub status: u16,
    pub codes: Vec<String>,
}

/// Paragraphs of text and `code`, in which a code of an error leads to what it means.
#[derive(Template, Default)]
#[template(path = "docs/prose.html")]
pub struct Prose {
    pub paragraphs: Vec<Vec<Span>>,
}
impl askama::filters::HtmlSafe for Prose {}

pub struct Span {
    pub text: String,
    pub is_code: bool,
    /// It is the code of an error.
    pub is_error: bool,
}

impl Prose {
    pub fn new(text: &str) -> Self {
        let paragraphs = text.split("\n\n").filter(|p| !p.trim().is_empty());
        Self {
            paragraphs: paragraphs.map(spans).collect(),
        }
    }

    /// One more sentence, after the last.
    pub fn push(&mut self, text: &str) {
        match self.paragraphs.last_mut() {
            Some(last) => last.extend(spans(&format!(" {text}"))),
            None => self.paragraphs.push(spans(text)),
        }
    }
}

fn spans(paragraph: &str) -> Vec<Span> {
    let parts = paragraph.split('`').enumerate();
    let spans = parts.map(|(n, text)| Span {
        text: text.to_owned(),
        is_code: n % 2 == 1,
        is_error: n % 2 == 1 && problem::ALL.iter().any(|p| p.code == text),
    });
    spans.filter(|span| !span.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_escaped_and_its_codes_lead_on() {
        let mut prose = Prose::new("One `a<b` and `key_revoked`.\n\nTwo.");
        prose.push("Three.");
        assert_eq!(
            prose.to_string(),
            "<p>One <code>a&#60;b</code> and <a href=\"/docs/errors#key_revoked\"><code>key_revoked</code></a>.</p>\
             <p>Two. Three.</p>"
        );
    }
}
