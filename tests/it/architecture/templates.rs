//! Rules for the templates.

use std::collections::BTreeSet;

use super::{
    Source,
    html::{VALUE, html, tags},
    none, sources,
};

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

fn templates() -> Vec<Source> {
    sources("templates", "html")
}

/// Mails are no pages: no policy stands over them, and their programs want styles where they are used.
fn pages() -> Vec<Source> {
    let mut all = templates();
    all.retain(|source| !source.path.starts_with("templates/mail/frame"));
    all
}

#[test]
fn every_template_is_used() {
    let mut all = templates();
    all.extend(sources("templates", "txt"));
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
    for source in pages() {
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
