//! Where a request comes from.

use std::net::IpAddr;

use actix_web::{HttpMessage, dev::ServiceRequest, http::header};
use ipnet::IpNet;

use super::{Site, text};
use crate::{actor::Source, ids::RequestId};

const USER_AGENT_LENGTH: usize = 300;

/// Notes the source of a request for everything after it.
pub fn note(req: &ServiceRequest, site: &Site) -> Source {
    let peer = req.peer_addr().map(|a| a.ip().to_canonical());
    let source = Source {
        ip: peer.map(|peer| behind(peer, &forwarded(req), &site.trusted_proxies)),
        user_agent: user_agent(req),
        request: Some(RequestId::fresh()),
    };
    req.extensions_mut().insert(source.clone());
    source
}

/// The addresses of all `X-Forwarded-For` headers, nearest last. What is no address ends the trail, but hides none
/// after it: a proxy adds to whatever bytes its client sent.
fn forwarded(req: &ServiceRequest) -> Vec<Option<IpAddr>> {
    req.headers()
        .get_all("x-forwarded-for")
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(|part| address(std::str::from_utf8(part).ok()?.trim()))
        .collect()
}

/// An address as proxies write it: also with a port, also in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    bare.unwrap_or(text)
        .parse()
        .or_else(|_| text.parse::<std::net::SocketAddr>().map(|a| a.ip()))
        .map(|ip| ip.to_canonical())
        .ok()
}

/// Walks from our peer towards the client, as long as each hop is a trusted proxy: the first that
/// is none is the client. What it claims about those before it is not believed.
fn behind(peer: IpAddr, forwarded: &[Option<IpAddr>], trusted: &[IpNet]) -> IpAddr {
    let mut client = peer;
    for hop in forwarded.iter().rev() {
        if !trusted.iter().any(|net| net.contains(&client)) {
            break;
        }
        match hop {
            Some(ip) => client = *ip,
            None => break,
        }
    }
    client
}

fn user_agent(req: &ServiceRequest) -> Option<String> {
    let value = req.headers().get(header::USER_AGENT)?;
    let whole = text::without_keys(&String::from_utf8_lossy(value.as_bytes()));
    let text: String = whole
        .chars()
        .filter(|c| !c.is_control())
        .take(USER_AGENT_LENGTH)
        .collect();
    Some(text).filter(|t| !t.is_empty())
}

/// Who asks, for limits per address: an IPv6 client owns its /64.
pub fn network_of(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => {
            let masked = u128::from(v6) & (u128::MAX << 64);
            IpAddr::V6(masked.into())
        }
    }
}

/// The name of the program in a user agent, as short as people know it; empty where it is unknown.
pub fn program(user_agent: &str) -> String {
    if let Some(name) = browser(user_agent) {
        return name.to_owned();
    }
    let name = user_agent.split(['/', ' ']).next().unwrap_or_default();
    name.chars().take(24).collect()
}

/// "Firefox on Linux", in words of ours alone: a user agent may be written by whoever wants somebody else to read it.
pub fn device(user_agent: &str) -> String {
    // Order matters: Android says that it is Linux, and an iPhone that it is like a Mac.
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "a Mac"),
        ("Linux", "Linux"),
    ];
    match (browser(user_agent), named(&SYSTEMS, user_agent)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Unknown program on {system}"),
        (None, None) => "Unknown program".to_owned(),
    }
}

fn browser(user_agent: &str) -> Option<&'static str> {
    // Order matters: most browsers name others too.
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("EdgiOS/", "Edge"),
        ("Safari/", "Safari"),
    ];
    named(&BROWSERS, user_agent)
}

fn named(known: &[(&str, &'static str)], user_agent: &str) -> Option<&'static str> {
    let found = known.iter().find(|(sign, _)| user_agent.contains(sign));
    found.map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().expect("a network")];
        let trail = [
            Some(ip("6.6.6.6")),
            Some(ip("203.0.113.9")),
            Some(ip("10.1.1.1")),
        ];
        assert_eq!(behind(ip("10.0.0.1"), &trail, &trusted), ip("203.0.113.9"));
        assert_eq!(
            behind(ip("198.51.100.1"), &trail, &trusted),
            ip("198.51.100.1")
        );
        assert_eq!(behind(ip("10.0.0.1"), &[], &trusted), ip("10.0.0.1"));
        assert_eq!(
            behind(ip("10.0.0.1"), &[Some(ip("6.6.6.6")), None], &trusted),
            ip("10.0.0.1")
        );
    }

    #[test]
    fn an_address_may_come_with_a_port() {
        assert_eq!(address("203.0.113.9:4711"), Some(ip("203.0.113.9")));
        assert_eq!(address("[2001:db8::1]:443"), Some(ip("2001:db8::1")));
        assert_eq!(address("2001:db8::1"), Some(ip("2001:db8::1")));
        assert_eq!(address("[2001:db8::1]"), Some(ip("2001:db8::1")));
        assert_eq!(address("::ffff:203.0.113.9"), Some(ip("203.0.113.9")));
        for none in [
            "unknown",
            "",
            "203.0.113",
            "[203.0.113.9",
            "fe80::1%eth0",
            "203.0.113.9:port",
        ] {
            assert_eq!(address(none), None, "{none}");
        }
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        assert_eq!(
            network_of(ip("2001:db8:1:2:3:4:5:6")),
            network_of(ip("2001:db8:1:2::1"))
        );
        assert_ne!(network_of(ip("203.0.113.9")), network_of(ip("203.0.113.8")));
    }

    #[test]
    fn programs_have_short_names() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(program(firefox), "Firefox");
        assert_eq!(program("curl/8.5.0"), "curl");
        assert_eq!(program(""), "");
    }

    #[test]
    fn a_device_is_told_in_words_of_ours() {
        for (user_agent, told) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("evil.example/call-this-number", "Unknown program"),
            ("", "Unknown program"),
        ] {
            assert_eq!(device(user_agent), told);
        }
    }
}
