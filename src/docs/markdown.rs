//! Markdown of `docs/` as it is shown: sections that can be linked, code that can be copied, links that lead to pages.

use std::fmt;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::views::Sample;
use crate::web::problem;

/// HTML that was made of our own Markdown, every value in it escaped.
pub struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl askama::filters::HtmlSafe for Html {}

/// A document, taken apart.
pub struct Document {
    pub title: String,
    /// Its first paragraph.
    pub lede: Html,
    pub sections: Vec<Section>,
}

pub struct Section {
    pub id: String,
    pub title: String,
    pub body: Html,
}

/// Where a link of a document leads to.
pub enum Target {
    Page(String),
    /// A file beside it, which is shown below the paragraph.
    File {
        name: String,
        text: String,
    },
}

/// `target` knows what the documents link to.
pub fn read(text: &str, target: impl Fn(&str) -> Target) -> Document {
    let mut reader = Reader {
        target,
        title: String::new(),
        lede: None,
        sections: Vec::new(),
        here: Vec::new(),
        shown: Vec::new(),
        samples: 0,
    };
    let mut events = Parser::new_ext(text, Options::ENABLE_TABLES);
    while let Some(event) = events.next() {
        reader.take(event, &mut events);
    }
    reader.end_section();
    Document {
        title: reader.title,
        lede: reader.lede.unwrap_or(Html(String::new())),
        sections: reader.sections,
    }
}

struct Reader<'a, F> {
    target: F,
    title: String,
    lede: Option<Html>,
    sections: Vec<Section>,
    /// Of the section that is read.
    here: Vec<Event<'a>>,
    /// Files of the paragraph that is read.
    shown: Vec<(String, String)>,
    samples: usize,
}

impl<'a, F: Fn(&str) -> Target> Reader<'a, F> {
    fn take(&mut self, event: Event<'a>, rest: &mut impl Iterator<Item = Event<'a>>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let inner = until(rest, |end| matches!(end, TagEnd::Heading(_)));
                self.heading(level, inner);
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let inner = until(rest, |end| *end == TagEnd::CodeBlock);
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let (title, copies) = words(&info);
                self.sample(title, plain(&inner), copies);
            }
            Event::Start(Tag::Paragraph) if self.lede.is_none() && self.sections.is_empty() => {
                let inner = until(rest, |end| *end == TagEnd::Paragraph);
                let inner = inner.into_iter().map(|event| self.inline(event)).collect();
                self.lede = Some(html(inner));
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                self.here.push(event);
                for (name, text) in std::mem::take(&mut self.shown) {
                    self.sample(name, text, true);
                }
            }
            other => {
                let other = self.inline(other);
                self.here.push(other);
            }
        }
    }

    fn heading(&mut self, level: HeadingLevel, inner: Vec<Event<'a>>) {
        let title = plain(&inner);
        let id = slug::slugify(&title);
        match level {
            HeadingLevel::H1 => self.title = title,
            HeadingLevel::H2 => {
                self.end_section();
                let body = Html(String::new());
                self.sections.push(Section { id, title, body });
            }
            _ => {
                self.here
                    .push(Event::Html(format!("<h3 id=\"{id}\">").into()));
                self.here.extend(inner);
                self.here.push(Event::Html("</h3>".into()));
            }
        }
    }

    fn end_section(&mut self) {
        let body = html(std::mem::take(&mut self.here));
        if let Some(section) = self.sections.last_mut() {
            section.body = body;
        }
    }

    fn sample(&mut self, title: String, text: String, copies: bool) {
        self.samples += 1;
        let sample = Sample {
            id: format!("sample-{}", self.samples),
            title,
            text: text.trim_end().to_owned(),
            copies,
        };
        self.here.push(Event::Html(sample.to_string().into()));
    }

    /// Links lead to where they can, codes of errors to what they mean, and what looks like HTML is text.
    fn inline(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Code(code) if problem::ALL.iter().any(|p| p.code == &*code) => {
                let link = format!("<a href=\"/docs/errors#{code}\"><code>{code}</code></a>");
                Event::InlineHtml(link.into())
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = self.led(&dest_url);
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                })
            }
            other => other,
        }
    }

    fn led(&mut self, to: &str) -> CowStr<'a> {
        match (self.target)(to) {
            Target::Page(address) => address.into(),
            Target::File { name, text } => {
                let nth = self.samples + self.shown.len() + 1;
                self.shown.push((name, text));
                format!("#sample-{nth}").into()
            }
        }
    }
}

/// What stands before the end of what was begun.
fn until<'a>(
    rest: &mut impl Iterator<Item = Event<'a>>,
    is_end: impl Fn(&TagEnd) -> bool,
) -> Vec<Event<'a>> {
    rest.take_while(|event| !matches!(event, Event::End(end) if is_end(end)))
        .collect()
}

fn plain(events: &[Event<'_>]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(&**text),
        Event::SoftBreak => Some(" "),
        _ => None,
    });
    texts.collect()
}

fn html(events: Vec<Event<'_>>) -> Html {
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events.into_iter());
    // A heading without words is none.
    Html(out.replace("<th></th>", "<td></td>"))
}

/// The title of a fence's code, and whether one would copy it: "```json 200 OK" has a title of its own.
fn words(info: &str) -> (String, bool) {
    let (language, title) = info.split_once(' ').unwrap_or((info, ""));
    let name = match language {
        "sh" => "Shell",
        "python" => "Python",
        "js" => "JavaScript",
        "go" => "Go",
        "json" => "JSON",
        "nginx" => "nginx",
        "yaml" => "YAML",
        "toml" => "TOML",
        "" => "Text",
        other => other,
    };
    let title = if title.is_empty() { name } else { title };
    (title.to_owned(), !matches!(language, "json" | "http" | ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_taken_apart() {
        let text = "# A *b*\n\nFirst [x](x.md).\n\n## One `two`\n\n<b>`key_revoked`, see [f](f.txt)\n\n```json 200 OK\n{\"<\":1}\n```\n\n### Three\n\n| a | |\n|---|---|\n| 1 | 2 |\n";
        let read = read(text, |to| match to {
            "f.txt" => Target::File {
                name: to.to_owned(),
                text: "in <f>\n".to_owned(),
            },
            other => Target::Page(format!("/docs/{other}")),
        });
        assert_eq!(read.title, "A b");
        assert_eq!(read.lede.to_string(), "First <a href=\"/docs/x.md\">x</a>.");
        let section = &read.sections[0];
        assert_eq!((&*section.id, &*section.title), ("one-two", "One two"));
        let body = section.body.to_string();
        for part in [
            "&lt;b&gt;<a href=\"/docs/errors#key_revoked\"><code>key_revoked</code></a>",
            "<a href=\"#sample-1\">f</a>",
            "<pre id=\"sample-1\">in &#60;f&#62;</pre>",
            "<span>200 OK</span>",
            "<pre id=\"sample-2\">{&#34;&#60;&#34;:1}</pre>",
            "<h3 id=\"three\">Three</h3>",
            "<th>a</th><td></td>",
        ] {
            assert!(body.contains(part), "{part}: {body}");
        }
    }
}
