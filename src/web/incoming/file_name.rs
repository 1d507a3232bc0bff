//! What whoever sent a part of a form called the file.

use actix_multipart::Field;
use actix_web::http::header::CONTENT_DISPOSITION;

/// In the form for all languages where there is one.
pub fn file_name(field: &Field) -> Option<String> {
    let about = field.content_disposition()?;
    let extended = about
        .get_filename_ext()
        .and_then(|name| String::from_utf8(name.value.clone()).ok());
    let plain = || about.get_filename().map(str::to_owned);
    let raw = field.headers().get(CONTENT_DISPOSITION);
    let raw = raw.and_then(|raw| std::str::from_utf8(raw.as_bytes()).ok());
    extended.or_else(|| raw.and_then(written).or_else(plain))
}

/// A browser writes a name as it is, but for a quote and the ends of lines, which it encodes (HTML, multipart/form-data):
/// the first quote is the end. Where more follows than another parameter, the quote is of the name, and whoever wrote it
/// puts a backslash before each quote and backslash of a name, as curl can.
fn written(header: &str) -> Option<String> {
    let (_, parameters) = header.split_once(';')?;
    match find(parameters, false) {
        Some(name) => Some(
            name?
                .replace("%22", "\"")
                .replace("%0D", "\r")
                .replace("%0A", "\n"),
        ),
        None => find(parameters, true)?,
    }
}

/// The value of `filename`, if there is one. None: that is no list of parameters, of which `escapes` says how they end.
fn find(mut parameters: &str, escapes: bool) -> Option<Option<String>> {
    let mut found = None;
    loop {
        let (name, rest) = parameters.split_once('=')?;
        let name = name.trim();
        let is_word = |text: &str| !text.is_empty() && !text.contains(['"', ';', ' ', '\t']);
        if !is_word(name) {
            return None;
        }
        let (value, rest) = match rest.trim_start().strip_prefix('"') {
            Some(rest) => quoted(rest, escapes)?,
            None => {
                let (value, rest) = rest.split_at(rest.find(';').unwrap_or(rest.len()));
                let value = value.trim();
                (is_word(value).then(|| value.to_owned())?, rest)
            }
        };
        if name.eq_ignore_ascii_case("filename") {
            found.get_or_insert(value);
        }
        match rest.trim_start().strip_prefix(';') {
            Some(more) if !more.trim().is_empty() => parameters = more,
            Some(_) => return Some(found),
            None => return rest.trim().is_empty().then_some(found),
        }
    }
}

/// Up to its last quote, and what follows that.
fn quoted(text: &str, escapes: bool) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' if escapes => value.push(letters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_the_browser_or_curl_was_given() {
        for (parameters, name) in [
            // As browsers write them.
            (r#"name="file"; filename="a\b.txt""#, r"a\b.txt"),
            (r#"name="file"; filename="C:\x\a.txt""#, r"C:\x\a.txt"),
            (
                r#"name="file"; filename="\\server\a.txt""#,
                r"\\server\a.txt",
            ),
            (r#"name="file"; filename="we%22ird.txt""#, r#"we"ird.txt"#),
            (
                r#"name="file"; filename="a%0Ab%0d%20;=.txt""#,
                "a\nb%0d%20;=.txt",
            ),
            (r#"filename="a\"; name="file""#, r"a\"),
            (r"name=file; filename=a.txt;", "a.txt"),
            (r#"name="file"; FileName="Büro""#, "Büro"),
            (r#"name="filename=\"x"; filename="y""#, "y"),
            // As those do that escape.
            (r#"name="file"; filename="we\"ird.txt""#, r#"we"ird.txt"#),
            (
                r#"name="file"; filename="a\\b\"c%22.txt""#,
                r#"a\b"c%22.txt"#,
            ),
            (r#"name="file"; filename="a\";b=\"c.txt""#, r#"a";b="c.txt"#),
            (r#"filename="a\"; b"; name="file""#, r#"a"; b"#),
        ] {
            let header = format!("form-data; {parameters}");
            assert_eq!(written(&header).as_deref(), Some(name), "{header}");
        }
        for none in [
            "form-data",
            r#"form-data; name="file""#,
            r#"form-data; name="file"; filename"#,
            r#"form-data; name="file"; filename="a"#,
        ] {
            assert_eq!(written(none), None, "{none}");
        }
    }
}
