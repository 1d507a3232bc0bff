//! A program that calls the API, as curl does.

use actix_web::http::Method;

use super::http::{Header, Reply, send};

pub struct Program {
    address: String,
    ip: String,
    authorization: Option<String>,
}

impl Program {
    pub fn new(address: &str, ip: String, key: Option<&str>) -> Self {
        Self {
            address: address.to_owned(),
            ip,
            authorization: key.map(|key| format!("Bearer {key}")),
        }
    }

    /// Whence this program asks, as the server sees it.
    pub fn ip(&self) -> &str {
        &self.ip
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], "").await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], "").await
    }

    /// A JSON document to `POST`; null: no body.
    pub async fn post(&self, path: &str, document: &serde_json::Value) -> Reply {
        match document.is_null() {
            true => self.send(Method::POST, path, &[], "").await,
            false => {
                let headers = [("content-type", "application/json")];
                self.send(Method::POST, path, &headers, &document.to_string())
                    .await
            }
        }
    }

    /// A JSON document to `PATCH`.
    pub async fn patch(&self, path: &str, document: &serde_json::Value) -> Reply {
        let headers = [("content-type", "application/json")];
        self.send(Method::PATCH, path, &headers, &document.to_string())
            .await
    }

    /// A JSON document to `PUT`.
    pub async fn put(&self, path: &str, document: &serde_json::Value) -> Reply {
        let headers = [("content-type", "application/json")];
        self.send(Method::PUT, path, &headers, &document.to_string())
            .await
    }

    /// With these headers beside the key.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[Header<'_>],
        body: &str,
    ) -> Reply {
        let mut all: Vec<Header<'_>> = vec![
            ("x-forwarded-for", &self.ip),
            ("user-agent", "curl/8.5.0"),
            ("accept", "*/*"),
        ];
        if let Some(authorization) = &self.authorization {
            all.push(("authorization", authorization));
        }
        all.extend(headers);
        send(&self.address, method, path, &all, body.into()).await
    }
}
