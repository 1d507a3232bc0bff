//! A template as HTML: enough of a reader to see elements and their attributes.

/// Where the value of an expression stands.
pub const VALUE: char = '\u{1}';

/// An element's start, as written.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub struct Attribute {
    pub name: String,
    pub is_quoted: bool,
    pub value: String,
}

impl Tag {
    pub fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|a| a.name == name)
    }
}

/// Without blocks and comments, each expression one character: what is left is HTML.
pub fn html(template: &str) -> String {
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
pub fn tags(html: &str) -> Vec<Tag> {
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
