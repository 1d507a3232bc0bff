//! Somebody at a browser, with a jar of cookies.

use std::{cell::RefCell, collections::BTreeMap};

use actix_web::http::Method;

use super::{
    http::{Header, IN_PARTS, Reply, encode, in_parts, send},
    page::Form,
};

pub struct Browser {
    address: String,
    ip: String,
    /// As whom it has signed in; empty before.
    email: RefCell<String>,
    jar: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(address: &str, ip: String) -> Self {
        Self {
            address: address.to_owned(),
            ip,
            email: RefCell::default(),
            jar: RefCell::default(),
        }
    }

    /// Whence this browser asks, as the server sees it.
    pub fn ip(&self) -> &str {
        &self.ip
    }

    pub fn email(&self) -> String {
        self.email.borrow().clone()
    }

    pub fn is_of(&self, email: &str) {
        email.clone_into(&mut self.email.borrow_mut());
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("sec-fetch-site", "same-origin")], &[])
            .await
    }

    /// As a page of ours sends a form. A redirect is not followed.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [("sec-fetch-site", "same-origin")];
        self.send(Method::POST, path, &headers, fields).await
    }

    pub async fn submit(&self, form: &Form) -> Reply {
        let fields: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(&form.action, &fields).await
    }

    /// The page that a redirect leads to.
    pub async fn follow(&self, reply: &Reply) -> Reply {
        self.get(reply.location()).await
    }

    /// With these headers, the cookies and a browser's name unless it is given, and no others: neither `Sec-Fetch-Site`
    /// nor `Origin` of itself.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[Header<'_>],
        fields: &[(&str, &str)],
    ) -> Reply {
        let cookies = self.cookies();
        let mut all: Vec<Header<'_>> = vec![("x-forwarded-for", &self.ip)];
        if headers.iter().all(|(name, _)| *name != "user-agent") {
            all.push((
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            ));
        }
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        all.extend(headers);
        let (kind, body) = match path.ends_with("/upload") {
            true => (IN_PARTS, in_parts(fields)),
            false => ("application/x-www-form-urlencoded", encode(fields)),
        };
        if !fields.is_empty() {
            all.push(("content-type", kind));
        }
        // A fragment stays in the browser.
        let path = path.split('#').next().unwrap_or_default();
        let reply = send(&self.address, method, path, &all, body.into_bytes()).await;
        self.keep(&reply);
        reply
    }

    /// The value of the `Cookie` header.
    pub fn cookies(&self) -> String {
        let pairs: Vec<String> = self
            .jar
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
    }

    pub fn forget_cookie(&self, name: &str) {
        self.jar.borrow_mut().remove(name);
    }

    /// Another window of the same browser as it is now: same cookies, then ways of their own.
    pub fn twin(&self) -> Self {
        Self {
            address: self.address.clone(),
            ip: self.ip.clone(),
            email: self.email.clone(),
            jar: self.jar.clone(),
        }
    }

    fn keep(&self, reply: &Reply) {
        for cookie in reply.cookies() {
            let is_gone = cookie.max_age().is_some_and(|age| age.is_zero());
            match is_gone || cookie.value().is_empty() {
                true => self.forget_cookie(cookie.name()),
                false => self.set_cookie(cookie.name(), cookie.value()),
            }
        }
    }
}
