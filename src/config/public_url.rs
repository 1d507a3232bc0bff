use std::net::SocketAddr;

use anyhow::{Context, bail};
use url::{Host, Url};

/// Where people and programs reach this server: scheme, host and port, no path.
#[derive(Clone, Debug)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// # Errors
    /// Not an `http` or `https` address of a host alone.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let url = Url::parse(text).with_context(|| {
            format!(
                "KEYROOM_PUBLIC_URL is {text}; write an address such as https://keyroom.example"
            )
        })?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            bail!("KEYROOM_PUBLIC_URL is {text}; it begins with https:// and a host name");
        }
        if url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
        {
            bail!("KEYROOM_PUBLIC_URL is {text}; write only scheme, host and port");
        }
        Ok(Self(url))
    }

    pub(super) fn of(listen: SocketAddr) -> anyhow::Result<Self> {
        if listen.ip().is_unspecified() {
            bail!(
                "KEYROOM_LISTEN is {listen}, which is every address of this machine: say in KEYROOM_PUBLIC_URL how people reach it"
            );
        }
        Self::parse(&format!("http://{listen}"))
    }

    /// `https://keyroom.example`, as browsers send it in `Origin`.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// `keyroom.example`, with the port if it is not the usual one: what people call it.
    pub fn host(&self) -> String {
        let origin = self.origin();
        origin
            .split_once("://")
            .map_or(origin.clone(), |(_, host)| host.to_owned())
    }

    /// The name alone; none where it is an address.
    pub fn domain(&self) -> Option<&str> {
        self.0.domain()
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// HTTPS, or an address that never leaves this machine.
    pub fn is_trustworthy(&self) -> bool {
        self.is_https()
            || match self.0.host() {
                Some(Host::Ipv4(ip)) => ip.is_loopback(),
                Some(Host::Ipv6(ip)) => ip.is_loopback(),
                Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
                None => false,
            }
    }

    /// The address of a path that begins with a slash.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// The same as people say it: `keyroom.example/w/acme`.
    pub fn without_scheme(&self, path: &str) -> String {
        let whole = self.at(path);
        match whole.split_once("://") {
            Some((_, rest)) => rest.to_owned(),
            None => whole,
        }
    }
}
