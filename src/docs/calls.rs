//! Calls with their answers, as `docs/examples` has them: a file for each operation. A test makes every call and compares
//! the answer, so nothing here is made up.
//!
//! ```text
//! ### What this one shows
//! # key: production-server
//! PATCH /v1/things/7Kq2mXw0B1aZ
//! Content-Type: application/json
//!
//! {"colour": "blue"}
//!
//! HTTP 200
//!
//! {"id": "7Kq2mXw0B1aZ", "colour": "blue"}
//! ```

use super::guides::DOCUMENTS;

/// A call and its answer.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub title: &'a str,
    /// The label of the key that asks, where it is not the usual one; for the test.
    pub key: Option<&'a str>,
    pub method: &'a str,
    /// With its query.
    pub path: &'a str,
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: &'a str,
    pub status: u16,
    /// The whole answer has more.
    pub is_shortened: bool,
    /// Those worth seeing.
    pub answer_headers: Vec<(&'a str, &'a str)>,
    pub answer: &'a str,
}

/// The calls of an operation; the first is the usual one. None: it has no file, or one that cannot be read; a test finds that.
pub fn of(operation: &str) -> Vec<Call<'static>> {
    let name = format!("examples/{operation}.http");
    let file = DOCUMENTS.iter().find(|(path, _)| *path == name);
    let calls = file.and_then(|(_, text)| parse(text).ok());
    calls.unwrap_or_default()
}

/// # Errors
/// What is wrong with the file.
pub fn parse(text: &str) -> Result<Vec<Call<'_>>, String> {
    let rest = text
        .strip_prefix("### ")
        .ok_or("it begins with ### and a title")?;
    rest.split("\n### ").map(call).collect()
}

fn call(text: &str) -> Result<Call<'_>, String> {
    let (asks, answers) = text
        .split_once("\nHTTP ")
        .ok_or("HTTP and the status begin the answer")?;
    let (title, asks) = asks
        .split_once('\n')
        .ok_or("the call begins below its title")?;
    let (key, asks) = match asks.strip_prefix("# key: ") {
        Some(rest) => {
            let (key, asks) = rest
                .split_once('\n')
                .ok_or("the call begins below its key")?;
            (Some(key), asks)
        }
        None => (None, asks),
    };
    let (first, headers, body) = parts(asks)?;
    let (method, path) = first
        .split_once(' ')
        .ok_or_else(|| format!("{first:?} is no method and path"))?;
    let (status, answer_headers, answer) = parts(answers)?;
    let (status, more) = status.split_once(' ').unwrap_or((status, ""));
    Ok(Call {
        title,
        key,
        method,
        path,
        headers,
        body,
        status: status
            .parse()
            .map_err(|_| format!("{status:?} is no status"))?,
        is_shortened: more == "shortened",
        answer_headers,
        answer,
    })
}

/// The first line, the headers and the body.
#[expect(
    clippy::type_complexity,
    reason = "it is taken apart where it is asked for"
)]
fn parts(text: &str) -> Result<(&str, Vec<(&str, &str)>, &str), String> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.trim_end().lines();
    let first = lines.next().unwrap_or_default();
    let headers = lines.map(|line| {
        line.split_once(": ")
            .ok_or_else(|| format!("{line:?} is no header"))
    });
    Ok((first, headers.collect::<Result<_, _>>()?, body.trim()))
}

impl Call<'_> {
    /// Of the answer.
    pub fn media(&self) -> &str {
        let said = self.answer_headers.iter();
        let said = said.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let mut said = said.map(|(_, value)| value.split(';').next().unwrap_or(value));
        said.next().unwrap_or(match self.status {
            ..400 => "application/json",
            _ => "application/problem+json",
        })
    }

    /// As it is typed into a shell, to a server at this origin.
    pub fn curl(&self, origin: &str, is_keyed: bool) -> String {
        let method = match self.method {
            "GET" => String::new(),
            other => format!("-X {other} "),
        };
        let address = format!("{origin}{}", self.path);
        let address = match address.contains(['?', '&']) {
            true => format!("'{address}'"),
            false => address,
        };
        let mut command = format!("curl {method}{address}");
        if is_keyed {
            command.push_str(" \\\n  -H \"Authorization: Bearer $KEY\"");
        }
        // A single quote ends what a shell takes as it is.
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        if let Some(fields) = self.fields() {
            for field in fields {
                command.push_str(&format!(" \\\n  -F {}", quoted(&field)));
            }
            return command;
        }
        for (name, value) in &self.headers {
            command.push_str(&format!(" \\\n  -H \"{name}: {value}\""));
        }
        if !self.body.is_empty() {
            command.push_str(&format!(" \\\n  -d {}", quoted(self.body)));
        }
        command
    }

    /// The parts of a form, as curl is told of them. None: it is none.
    fn fields(&self) -> Option<Vec<String>> {
        let boundary = self
            .headers
            .iter()
            .find_map(|(_, value)| value.strip_prefix("multipart/form-data; boundary="))?;
        let between = |text: &str, start: &str| {
            let (_, rest) = text.split_once(start)?;
            Some(rest.split('"').next().unwrap_or_default().to_owned())
        };
        let field = |part: &str| {
            let (head, content) = part.trim().split_once("\n\n")?;
            let name = between(head, "; name=\"")?;
            Some(match between(head, "; filename=\"") {
                Some(file) => format!("{name}=@{file}"),
                None => format!("{name}={content}"),
            })
        };
        let line = format!("--{boundary}");
        Some(self.body.split(&line).filter_map(field).collect())
    }

    /// The values of the variable parts of a route's path, by their names. None: it is a call of another route.
    pub fn parameters<'t>(&self, route: &'t str) -> Option<Vec<(&'t str, &str)>> {
        let path = self.path.split('?').next().unwrap_or_default();
        let (route, path) = (route.split('/'), path.split('/'));
        let (mut route, path): (Vec<&str>, Vec<&str>) = (route.collect(), path.collect());
        if route.len() != path.len() {
            return None;
        }
        let mut found = Vec::new();
        for (part, value) in route.drain(..).zip(path) {
            match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                Some(name) => found.push((name, value)),
                None if part == value => {}
                None => return None,
            }
        }
        Some(found)
    }
}
