//! Where a publishable key may be used from.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::{Array, Nullable, Text},
};
use url::{Host, Url};

use crate::web::text::capitalized;

/// Every origin, and calls that name none.
const ANY: &str = "*";

/// Origins as browsers send them, in order, or [`ANY`] alone. A secret key has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, AsExpression, FromSqlRow)]
#[serde(transparent)]
#[diesel(sql_type = Array<Nullable<Text>>)]
pub struct Origins(Vec<String>);

impl Origins {
    /// What a key may name at most.
    const MOST: usize = 50;

    /// One in each line, or separated by blanks.
    ///
    /// # Errors
    /// A sentence to the person for each mistake.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let (mut origins, mut mistakes) = (Vec::new(), Vec::new());
        for (n, line) in text.lines().enumerate() {
            for word in line.split_whitespace() {
                match origin(word) {
                    Ok(origin) if origins.contains(&origin) => {}
                    Ok(origin) => origins.push(origin),
                    Err(why) => mistakes.push(format!("Line {}, “{}”: {why}", n + 1, cut(word))),
                }
            }
        }
        if mistakes.is_empty() {
            mistakes.extend(wrong_number(&origins).map(str::to_owned));
        }
        match mistakes.is_empty() {
            true => {
                origins.sort_unstable();
                Ok(Self(origins))
            }
            false => Err(mistakes),
        }
    }

    /// The same from a list, each entry one origin.
    ///
    /// # Errors
    /// A sentence about each that is none, with its place; without one, about the list.
    pub fn of(list: &[String]) -> Result<Self, Vec<(Option<usize>, String)>> {
        let (mut origins, mut mistakes) = (Vec::new(), Vec::new());
        for (n, word) in list.iter().enumerate() {
            match origin(word.trim()) {
                Ok(origin) => origins.push(origin),
                Err(why) => mistakes.push((Some(n), capitalized(why))),
            }
        }
        origins.sort_unstable();
        origins.dedup();
        match wrong_number(&origins) {
            Some(why) if mistakes.is_empty() => Err(vec![(None, why.to_owned())]),
            _ if mistakes.is_empty() => Ok(Self(origins)),
            _ => Err(mistakes),
        }
    }

    /// What is in this list and not in `other`.
    pub fn beyond<'a>(&'a self, other: &Self) -> Vec<&'a str> {
        let others: Vec<&str> = other.iter().collect();
        self.iter().filter(|one| !others.contains(one)).collect()
    }

    /// As the log has them. None: this is no list of origins.
    pub fn told(value: &serde_json::Value) -> Option<Self> {
        let all = value.as_array()?.iter().map(|one| one.as_str());
        Self::parse(&all.collect::<Option<Vec<_>>>()?.join("\n")).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn is_any(&self) -> bool {
        self.iter().eq([ANY])
    }

    /// May a call that names this origin, or none, use the key?
    pub fn allow(&self, origin: Option<&[u8]>) -> bool {
        self.is_any()
            || origin.is_some_and(|origin| self.iter().any(|known| known.as_bytes() == origin))
    }

    /// As they are typed: one in each line.
    pub fn lines(&self) -> String {
        self.0.join("\n")
    }
}

fn wrong_number(origins: &[String]) -> Option<&'static str> {
    match origins.len() {
        0 => Some("Enter at least one origin, or * for every site"),
        1..=Origins::MOST if origins.len() > 1 && origins.iter().any(|one| one == ANY) => {
            Some("The line * allows every site. Remove it, or remove the other lines")
        }
        1..=Origins::MOST => None,
        _ => Some("Enter at most 50 origins"),
    }
}

/// As a browser sends it: scheme, host and a port that is not the scheme's own.
fn origin(word: &str) -> Result<String, &'static str> {
    const FORM: &str = "enter it like https://example.com";
    if word == ANY {
        return Ok(word.to_owned());
    }
    let (scheme, rest) = word
        .split_once("://")
        .ok_or("begin with https:// or http://")?;
    if !["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return Err("begin with https:// or http://");
    }
    if rest.contains('*') {
        return Err("name each site; * stands only for all of them, in a line of its own");
    }
    if rest.contains('@') {
        return Err("leave out user name and password");
    }
    if rest.contains(['/', '\\', '?', '#']) {
        return Err("end after the host or its port, without a path");
    }
    let url = Url::parse(word).map_err(|_| FORM)?;
    match url.host() {
        Some(Host::Domain(name)) if name.len() <= 253 && !name.ends_with('.') => {}
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => {}
        _ => return Err(FORM),
    }
    if url.port() == Some(0) {
        return Err("enter a port from 1 to 65535");
    }
    Ok(url.origin().ascii_serialization())
}

/// So much of what was typed that it is known again.
fn cut(word: &str) -> String {
    const SHOWN: usize = 60;
    match word.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &word[..at]),
        None => word.to_owned(),
    }
}

impl schemars::JsonSchema for Origins {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Origins".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "array", "items": { "type": "string" } })
    }
}

impl FromSql<Array<Nullable<Text>>, Pg> for Origins {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let all = <Vec<Option<String>> as FromSql<Array<Nullable<Text>>, Pg>>::from_sql(value)?;
        Ok(Self(all.into_iter().flatten().collect()))
    }
}

impl ToSql<Array<Nullable<Text>>, Pg> for Origins {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let all: Vec<Option<&str>> = self.iter().map(Some).collect();
        <Vec<Option<&str>> as ToSql<Array<Nullable<Text>>, Pg>>::to_sql(&all, &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<String>, Vec<String>> {
        Origins::parse(text).map(|origins| origins.0)
    }

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (typed, kept) in [
            ("https://example.com", "https://example.com"),
            ("HTTPS://Shop.Example.COM:443", "https://shop.example.com"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("*", "*"),
        ] {
            assert_eq!(parsed(typed), Ok(vec![kept.to_owned()]), "{typed}");
        }
        let two = "\n  https://b.example \r\nhttps://a.example\nhttps://B.example\n";
        assert_eq!(
            parsed(two).expect("two origins"),
            ["https://a.example", "https://b.example"]
        );
    }

    #[test]
    fn each_mistake_is_told_with_its_line() {
        let told =
            parsed("https://good.example\nexample.com\nftp://example.com\nhttps://a.example/x")
                .expect_err("three mistakes");
        assert_eq!(
            told,
            [
                "Line 2, “example.com”: begin with https:// or http://",
                "Line 3, “ftp://example.com”: begin with https:// or http://",
                "Line 4, “https://a.example/x”: end after the host or its port, without a path",
            ]
        );
        for wrong in [
            "",
            " \n ",
            "null",
            "https://",
            "https:///a",
            "https://a.example/",
            "https://a.example?b",
            "https://a.example#b",
            "https://ada:secret@a.example",
            "https://*.example.com",
            "https://a.example:99999",
            "https://a.example:0",
            "https://a.example.",
            "https://a b.example",
            "*\nhttps://a.example",
            "https://exa%2fmple.com",
            "javascript://a.example",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
        let many: Vec<String> = (0..51).map(|n| format!("https://{n}.example")).collect();
        assert!(parsed(&many.join("\n")).is_err());
        assert_eq!(parsed(&many[..50].join("\n")).map(|all| all.len()), Ok(50));
    }

    #[test]
    fn only_what_is_on_the_list_is_allowed() {
        let some = Origins::parse("https://a.example").expect("an origin");
        let any = Origins::parse("*").expect("an origin");
        assert!(some.allow(Some(b"https://a.example")));
        for other in [
            "https://a.example.evil",
            "http://a.example",
            "https://A.example",
            "null",
            "*",
            "",
        ] {
            assert!(!some.allow(Some(other.as_bytes())), "{other}");
            assert!(any.allow(Some(other.as_bytes())), "{other}");
        }
        assert!(any.allow(None) && !some.allow(None));
        assert!(!Origins::default().allow(Some(b"https://a.example")));
        assert!(!Origins::default().allow(None));
    }
}
