//! One request and its answer, with nothing followed, kept or repeated.

use std::time::Duration;

use actix_web::{
    cookie::Cookie,
    http::{
        Method, StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue, SET_COOKIE},
    },
};
use serde_json::Value;

use super::{
    contract::{self, Exchange},
    page::Page,
};

/// What goes out with a request beside method and address, such as `("origin", "https://evil.example")`.
pub type Header<'a> = (&'a str, &'a str);

/// An answer, read to its end.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// "GET /path", to name in a failed expectation.
    pub asked: String,
}

impl Reply {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |v| v.to_str().expect("a header in ASCII"))
    }

    /// Where a redirect leads to.
    pub fn location(&self) -> &str {
        assert!(
            self.is_redirect(),
            "{} is no redirect: {}",
            self.asked,
            self.gist()
        );
        self.header("location")
    }

    pub fn is_redirect(&self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|s| s.is_redirection())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text without what differs from answer to answer by design: the masks of the forms' tokens.
    pub fn text_without_tokens(&self) -> String {
        let mut text = self.text();
        for token in self.page().attributes("input[name=csrf]", "value") {
            text = text.replace(&token, "TOKEN");
        }
        text
    }

    /// What it says, short enough to stand in a failed expectation.
    pub fn gist(&self) -> String {
        match self.header("content-type").starts_with("text/html") {
            true => self.page().gist(),
            false => self.text().chars().take(500).collect(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{} is no JSON ({e}): {}", self.asked, self.text()))
    }

    pub fn page(&self) -> Page {
        Page::parse(&self.text())
    }

    /// The same answer, where its status is as expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.gist());
        self
    }

    pub fn cookies(&self) -> Vec<Cookie<'static>> {
        let given = self.headers.get_all(SET_COOKIE);
        given
            .map(|v| v.to_str().expect("a cookie in ASCII").to_owned())
            .map(|v| Cookie::parse(v).expect("a cookie"))
            .collect()
    }
}

/// Sends one request, and holds the answer against what the API promises. A header may be repeated.
pub async fn send(
    address: &str,
    method: Method,
    path: &str,
    headers: &[Header<'_>],
    body: Vec<u8>,
) -> Reply {
    let asked = format!("{method} {path}");
    let client = awc::Client::builder()
        .disable_redirects()
        .no_default_headers()
        .timeout(Duration::from_secs(60))
        .finish();
    // Closed after each answer, so that a server that stops waits for nobody.
    let mut request = client
        .request(method, format!("http://{address}{path}"))
        .force_close();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        request.headers_mut().append(name, value);
    }
    let mut response = request
        .send_body(body.clone())
        .await
        .unwrap_or_else(|e| panic!("{asked}: {e}"));
    let reply = Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response
            .body()
            .limit(16 * 1024 * 1024)
            .await
            .unwrap_or_else(|e| panic!("{asked}: {e}"))
            .to_vec(),
        asked,
    };
    contract::check(&Exchange {
        asked: &reply.asked,
        sent: &body,
        status: reply.status,
        header: &|name| {
            let value = reply.headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        },
        body: &reply.body,
    });
    reply
}

/// The media type of [`in_parts`].
pub const IN_PARTS: &str = "multipart/form-data; boundary=x-boundary-x";

/// Fields as a form with files posts them: `file` is one, what stands before its first `|` is its name.
pub fn in_parts<K: AsRef<str>, V: AsRef<str>>(fields: &[(K, V)]) -> String {
    let part = |(name, value): &(K, V)| {
        let (name, value) = (name.as_ref(), value.as_ref());
        let (file, content) = match (name, value.split_once('|')) {
            ("file", Some((file, content))) => (format!("; filename=\"{file}\""), content),
            _ => (String::new(), value),
        };
        format!(
            "--x-boundary-x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"
        )
    };
    let parts: String = fields.iter().map(part).collect();
    parts + "--x-boundary-x--\r\n"
}

/// Fields as a form posts them.
pub fn encode<K: AsRef<str>, V: AsRef<str>>(fields: &[(K, V)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
