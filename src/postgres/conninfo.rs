//! Takes the password out of what libpq connects with, so that the rest may be seen.

use anyhow::{Result, bail};

/// What libpq would take for a secret, and has no other way to be told.
const UNSPEAKABLE: [&str; 2] = ["sslpassword", "oauth_client_secret"];

/// Of a URI or of `key='value'` pairs: the same without the password, and the password.
///
/// # Errors
/// It has another secret, which programs can only be told where everybody sees it.
pub fn without_password(conninfo: &str) -> Result<(String, Option<String>)> {
    match ["postgresql://", "postgres://"]
        .iter()
        .find(|scheme| conninfo.starts_with(**scheme))
    {
        Some(scheme) => of_uri(scheme, &conninfo[scheme.len()..]),
        None => of_pairs(conninfo),
    }
}

/// As libpq reads it: whoever connects comes before the first `@`, unless a slash comes first.
fn of_uri(scheme: &str, rest: &str) -> Result<(String, Option<String>)> {
    let (mut user, mut password, mut place) = (None, None, rest);
    if let Some(at) = rest.find(['@', '/'])
        && rest[at..].starts_with('@')
    {
        place = &rest[at + 1..];
        let (name, secret) = match rest[..at].split_once(':') {
            Some((name, secret)) => (name, Some(secret)),
            None => (&rest[..at], None),
        };
        user = Some(name);
        password = secret.filter(|s| !s.is_empty()).map(decoded);
    }
    let (place, query) = match place.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (place, None),
    };
    let mut kept = Vec::new();
    for pair in query
        .unwrap_or_default()
        .split('&')
        .filter(|p| !p.is_empty())
    {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match decoded(key).as_str() {
            "password" => password = Some(decoded(value)),
            key => {
                refuse(key)?;
                kept.push(pair);
            }
        }
    }
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let query = match kept.len() {
        0 => String::new(),
        _ => format!("?{}", kept.join("&")),
    };
    Ok((format!("{scheme}{user}{place}{query}"), password))
}

fn of_pairs(conninfo: &str) -> Result<(String, Option<String>)> {
    let (mut rest, mut kept, mut password) = (conninfo.trim_start(), Vec::new(), None);
    while !rest.is_empty() {
        let Some((key, after)) = rest.split_once('=') else {
            bail!("DATABASE_URL is not complete: {} has no value", rest.trim());
        };
        let key = key.trim();
        refuse(key)?;
        let after = after.trim_start();
        let (value, length) = value(after);
        match key {
            "password" => password = Some(value),
            _ => kept.push(format!("{key}={}", &after[..length])),
        }
        rest = after[length..].trim_start();
    }
    Ok((kept.join(" "), password))
}

/// The first value, in quotes or up to a space, with its backslashes undone; and how long it is written.
fn value(text: &str) -> (String, usize) {
    let is_quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(is_quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            '\'' if is_quoted => return (value, at + 1),
            c if c.is_ascii_whitespace() && !is_quoted => return (value, at),
            c => value.push(c),
        }
    }
    (value, text.len())
}

fn refuse(key: &str) -> Result<()> {
    if UNSPEAKABLE.contains(&key) {
        bail!(
            "DATABASE_URL has {key}, which PostgreSQL's programs can only be told where everybody on this \
             machine sees it. Use another way to connect for this command."
        );
    }
    Ok(())
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::without_password;

    fn split(text: &str) -> (String, Option<String>) {
        without_password(text).expect("no other secret")
    }

    #[test]
    fn the_password_is_taken_out_and_the_rest_is_left_as_it_was() {
        for (given, left, password) in [
            (
                "postgres://db.lan/keyroom",
                "postgres://db.lan/keyroom",
                None,
            ),
            ("postgres://ada@db.lan/k", "postgres://ada@db.lan/k", None),
            (
                "postgresql://ada:p%40ss@db.lan:5433,b.lan/k?sslmode=require",
                "postgresql://ada@db.lan:5433,b.lan/k?sslmode=require",
                Some("p@ss"),
            ),
            ("postgres://:x@/k", "postgres://@/k", Some("x")),
            (
                "postgres:///k?password=x%20y&host=/run",
                "postgres:///k?host=/run",
                Some("x y"),
            ),
            (
                "postgres://u:a@h/k?p%61ssword=b",
                "postgres://u@h/k",
                Some("b"),
            ),
            ("postgres:///k?host=/a@b", "postgres:///k?host=/a@b", None),
            ("host=h password=x dbname=k", "host=h dbname=k", Some("x")),
            (
                r"password = 'a \'b\\' host='/a b'",
                "host='/a b'",
                Some(r"a 'b\"),
            ),
            (r"user=ada password=a\ b", "user=ada", Some("a b")),
            (
                "host='h' hostaddr='' port=5432",
                "host='h' hostaddr='' port=5432",
                None,
            ),
        ] {
            let expected = (left.to_owned(), password.map(str::to_owned));
            assert_eq!(split(given), expected, "{given}");
        }
    }

    #[test]
    fn other_secrets_and_broken_pairs_are_refused() {
        for text in [
            "postgres://h/k?sslpassword=x",
            "host=h sslpassword=x",
            "host=h password",
        ] {
            let told = without_password(text).expect_err(text).to_string();
            assert!(told.contains("DATABASE_URL"), "{told}");
        }
    }
}
