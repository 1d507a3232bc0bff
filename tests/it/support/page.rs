//! A page as a test reads it: by its words and its forms.

use scraper::{ElementRef, Html, Selector};

pub struct Page(Html);

/// A form as it was served: submit it as it is, or filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    /// As a browser would send them when nobody touched anything, buttons left out.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Fills a field: what was there under the name goes.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut form = self.without(name);
        form.fields.push((name.to_owned(), value.to_owned()));
        form
    }

    /// Adds one more value under a name, as ticking one of many boxes does.
    #[must_use]
    pub fn also(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// The first value under a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(n, _)| n == name);
        field.map(|(_, value)| value.as_str())
    }
}

impl Page {
    pub fn parse(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    pub fn title(&self) -> String {
        self.one("title")
    }

    /// All words of the page, with single spaces between them.
    pub fn text(&self) -> String {
        words(self.0.root_element())
    }

    /// Its title and the words of what it is about.
    pub fn gist(&self) -> String {
        let about = self.all("dialog, main").join(" / ");
        let about: String = about.chars().take(500).collect();
        format!("{}: {about}", self.title())
    }

    pub fn elements(&self, css: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&selector(css)).collect()
    }

    pub fn has(&self, css: &str) -> bool {
        !self.elements(css).is_empty()
    }

    /// The words of each element that `css` finds.
    pub fn all(&self, css: &str) -> Vec<String> {
        self.elements(css).into_iter().map(words).collect()
    }

    /// The words of the one element that `css` finds.
    #[track_caller]
    pub fn one(&self, css: &str) -> String {
        let found = self.all(css);
        assert_eq!(found.len(), 1, "{css} in: {}", self.text());
        found.into_iter().next().unwrap_or_default()
    }

    /// The values of an attribute, of each element that `css` finds.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.elements(css)
            .into_iter()
            .filter_map(|e| e.attr(name).map(str::to_owned))
            .collect()
    }

    /// The form with an id (`#instead`), or the one that posts to an address, by its own action or by that of a
    /// button in it. Several alike (a menu and a page) are one.
    #[track_caller]
    pub fn form(&self, find: &str) -> Form {
        let css = match find.starts_with('#') {
            true => format!("form{find}"),
            false => format!(r#"form[action="{find}"]"#),
        };
        if let Some(form) = self.elements(&css).first() {
            let action = form.attr("action").unwrap_or_default().to_owned();
            return Form {
                action,
                fields: fields(*form),
            };
        }
        let button = format!(r#"form [formaction="{find}"]"#);
        let form = self.elements(&button).into_iter().find_map(|button| {
            button
                .ancestors()
                .filter_map(ElementRef::wrap)
                .find(|e| e.value().name() == "form")
        });
        match form {
            Some(form) => Form {
                action: find.to_owned(),
                fields: fields(form),
            },
            None => panic!("no form {find} in {}", self.gist()),
        }
    }

    /// Does a form with this action, or a button with it, stand here?
    pub fn offers(&self, action: &str) -> bool {
        self.has(&format!(
            r#"form[action="{action}"], [formaction="{action}"]"#
        ))
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|e| panic!("{css}: {e}"))
}

fn words(element: ElementRef<'_>) -> String {
    let text: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
    text.join(" ")
}

/// What a form sends (HTML, "constructing the entry list"), of what these pages use.
fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let named = selector("input[name], select[name], textarea[name]");
    form.select(&named)
        .filter(|e| e.attr("disabled").is_none())
        .filter_map(|e| Some((e.attr("name")?.to_owned(), value(e)?)))
        .collect()
}

fn value(field: ElementRef<'_>) -> Option<String> {
    let given = field.attr("value");
    match (field.value().name(), field.attr("type").unwrap_or("text")) {
        ("select", _) => {
            let options: Vec<ElementRef<'_>> = field.select(&selector("option")).collect();
            let chosen = options.iter().find(|o| o.attr("selected").is_some());
            let option = chosen.or(options.first())?;
            Some(
                option
                    .attr("value")
                    .map_or_else(|| words(*option), str::to_owned),
            )
        }
        ("textarea", _) => Some(field.text().collect()),
        (_, "checkbox" | "radio") => {
            field.attr("checked")?;
            Some(given.unwrap_or("on").to_owned())
        }
        (_, "submit" | "button" | "reset" | "image") => None,
        _ => Some(given.unwrap_or_default().to_owned()),
    }
}
