//! Rules for the templates.

use std::collections::BTreeSet;

use super::{Source, none, sources};

/// What pages use of htmx, each beside an address that works without it.
const HTMX: &[&str] = &[
    "hx-get",
    "hx-post",
    "hx-target",
    "hx-swap",
    "hx-select",
    "hx-trigger",
    "hx-push-url",
    "hx-sync",
];

/// Where the value of an expression stands.
const VALUE: char = '\u{1}';

/// An element's start, as written.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<Attribute>,
}

#[derive(Debug)]
struct Attribute {
    name: String,
    is_quoted: bool,
    value: String,
}

impl Tag {
    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|a| a.name == name)
    }
}

fn templates() -> Vec<Source> {
    sources("templates", "html")
}

/// Without blocks and comments, each expression one character: what is left is HTML.
fn html(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (end, stands_for) = match rest.get(..2) {
            Some("{{") => ("}}", Some(VALUE)),
            Some("{%") => ("%}", None),
            Some("{#") => ("#}", None),
            _ => ("{", Some('{')),
        };
        out.extend(stands_for);
        let to = rest.find(end).expect("an end") + end.len();
        rest = &rest[to..];
    }
    out + rest
}

/// The start tags of a page.
fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let name: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if !name.is_empty() {
            found.push(Tag {
                attributes: attributes(&rest[name.len()..]),
                name,
            });
        }
    }
    found
}

/// Up to the end of the tag.
fn attributes(text: &str) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && !rest.starts_with(['>', '/']) {
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        let mut attribute = Attribute {
            name,
            is_quoted: true,
            value: String::new(),
        };
        if let Some(value) = rest.strip_prefix('=') {
            let quote = value.chars().next().unwrap_or(' ');
            attribute.is_quoted = matches!(quote, '"' | '\'');
            let (value, after) = match attribute.is_quoted {
                true => value[1..].split_once(quote).expect("a closing quote"),
                false => value.split_at(
                    value
                        .find(|c: char| c.is_whitespace() || c == '>')
                        .unwrap_or(value.len()),
                ),
            };
            attribute.value = value.to_owned();
            rest = after.trim_start();
        }
        found.push(attribute);
    }
    found
}

#[test]
fn the_search_for_attributes_finds_them() {
    let text = html(
        r#"<a class="b{% if c > d %} e{% endif %}" href="{{ "x"|asset }}" hidden{# f #}>g</a><p id=h><i/>"#,
    );
    let found = tags(&text);
    let told: Vec<(&str, &str, bool)> = found
        .iter()
        .flat_map(|tag| &tag.attributes)
        .map(|a| (a.name.as_str(), a.value.as_str(), a.is_quoted))
        .collect();
    assert_eq!(
        told,
        [
            ("class", "b e", true),
            ("href", "\u{1}", true),
            ("hidden", "", true),
            ("id", "h", false)
        ]
    );
    assert_eq!(found.len(), 3);
}

#[test]
fn every_template_is_used() {
    let all = templates();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut new: Vec<String> = sources("src", "rs")
        .iter()
        .flat_map(|source| quoted_after(&source.text, "template(path = "))
        .collect();
    while let Some(name) = new.pop() {
        if !used.insert(name.clone()) {
            continue;
        }
        let path = format!("templates/{name}");
        let source = all.iter().find(|s| s.path == path);
        let text = &source.unwrap_or_else(|| panic!("{path} is missing")).text;
        for word in ["extends ", "include ", "import "] {
            new.extend(quoted_after(text, word));
        }
    }
    let orphans: Vec<String> = all
        .iter()
        .filter(|s| !used.contains(s.path.trim_start_matches("templates/")))
        .map(|s| s.path.clone())
        .collect();
    none("a template that nothing uses", &orphans);
}

fn quoted_after(text: &str, what: &str) -> Vec<String> {
    text.match_indices(what)
        .filter_map(|(at, _)| text[at + what.len()..].strip_prefix('"'))
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn templates_only_show() {
    let forbidden = ["crate::", "unwrap", "|safe", "| safe", "|escape", "{% raw"];
    let mut offences = Vec::new();
    for source in templates() {
        for (n, line) in source.text.lines().enumerate() {
            for what in forbidden {
                if line.contains(what) {
                    offences.push(format!("{}:{}: {what}", source.path, n + 1));
                }
            }
        }
        for (at, _) in source.text.match_indices("{%") {
            let block = source.text[at + 2..].trim_start_matches(['-', '~', ' ', '+']);
            let word: String = block
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            let is_allowed = matches!(
                word.as_str(),
                "if" | "else"
                    | "endif"
                    | "for"
                    | "endfor"
                    | "include"
                    | "extends"
                    | "block"
                    | "endblock"
            );
            if !is_allowed {
                offences.push(format!("{}: {{% {word}", source.path));
            }
        }
    }
    none("templates are if, for, include and {{ }}", &offences);
}

#[test]
fn nothing_in_a_template_is_against_the_content_security_policy() {
    let mut offences = Vec::new();
    for source in templates() {
        let text = html(&source.text);
        for tag in tags(&text) {
            let mut offend = |what: String| offences.push(format!("{}: {what}", source.path));
            if tag.name == "style" {
                offend("<style>".to_owned());
            }
            if tag.name == "script" && !tag.has("src") {
                offend("<script> without src".to_owned());
            }
            for attribute in &tag.attributes {
                let (name, value) = (&attribute.name, &attribute.value);
                if name == "style" || name.starts_with("on") {
                    offend(format!("{name}={value}"));
                }
                if !attribute.is_quoted {
                    offend(format!("{name}={value} without quotes"));
                }
                if name.contains(VALUE) {
                    offend(format!(
                        "<{} …> with an expression as an attribute",
                        tag.name
                    ));
                }
                if value.trim_start().to_lowercase().starts_with("javascript:") {
                    offend(format!("{name}={value}"));
                }
            }
        }
        for (at, _) in text.match_indices("</script>") {
            if !text[..at].ends_with('>') {
                offences.push(format!("{}: a script inline", source.path));
            }
        }
    }
    none(
        "no script, style or bare attribute in a template",
        &offences,
    );
}

#[test]
fn every_form_that_posts_carries_the_token() {
    let mut offences = Vec::new();
    let mut seen = 0;
    for source in templates() {
        for (at, _) in source.text.match_indices("<form") {
            let form = &source.text[at..];
            let form = &form[..form.find("</form>").expect("an end of the form")];
            let tag = tags(&html(form)).remove(0);
            let posts = tag
                .attributes
                .iter()
                .any(|a| a.name == "method" && a.value == "post");
            seen += usize::from(posts);
            if posts && !form.contains("{{ csrf }}") && !form.contains("{{ shell.csrf }}") {
                offences.push(format!(
                    "{}: {}",
                    source.path,
                    form.lines().next().unwrap_or("")
                ));
            }
        }
    }
    assert!(seen > 5, "only {seen} forms were found");
    none("a form that posts has {{ shell.csrf }} in it", &offences);
}

#[test]
fn htmx_only_adds_to_what_works_without_it() {
    let mut offences = Vec::new();
    let mut seen = 0;
    for source in templates() {
        for tag in tags(&html(&source.text)) {
            for attribute in &tag.attributes {
                let name = attribute.name.as_str();
                if !name.starts_with("hx-") && !name.starts_with("data-hx-") {
                    continue;
                }
                seen += 1;
                if !HTMX.contains(&name) {
                    offences.push(format!("{}: {name}", source.path));
                }
                if !["href", "action", "formaction"].iter().any(|a| tag.has(a)) {
                    offences.push(format!(
                        "{}: {name} on <{}> without href, action or formaction",
                        source.path, tag.name
                    ));
                }
            }
        }
    }
    assert!(seen > 0);
    none(
        "an attribute of htmx that no address stands behind",
        &offences,
    );
}
