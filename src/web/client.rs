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
        session: None,
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
    // Controls go first: one in the middle of a key would hide it.
    let whole: String = String::from_utf8_lossy(value.as_bytes())
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let text: String = text::without_keys(&whole)
        .chars()
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

/// What somebody sits at, "Firefox on Linux", in words of ours alone: a user agent may be written by whoever wants
/// somebody else to read it.
pub fn device(user_agent: Option<&str>) -> String {
    let user_agent = user_agent.unwrap_or_default();
    match (browser(user_agent), system(user_agent)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Unknown program on {system}"),
        (None, None) => "Unknown program".to_owned(),
    }
}

/// Something that is held in a hand.
pub fn is_handheld(user_agent: Option<&str>) -> bool {
    let system = user_agent.and_then(system);
    system.is_some_and(|system| matches!(system, "iPhone" | "iPad" | "Android"))
}

fn browser(user_agent: &str) -> Option<&'static str> {
    // Order matters: most browsers name others too.
    const BROWSERS: [(&str, &str); 10] = [
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    named(&BROWSERS, user_agent)
}

fn system(user_agent: &str) -> Option<&'static str> {
    // Order matters: Android names Linux, and an iPhone macOS.
    const SYSTEMS: [(&str, &str); 8] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    named(&SYSTEMS, user_agent)
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
    fn devices_are_told_in_words_of_ours() {
        let told = |text| (device(Some(text)), is_handheld(Some(text)));
        let own = |text: &str, handheld| (text.to_owned(), handheld);
        for (user_agent, device) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                own("Firefox on Linux", false),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                own("Safari on iPhone", true),
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0",
                own("Edge on Android", true),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                own("Chrome on Windows", false),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                own("Safari on macOS", false),
            ),
            (
                "evil.example/call-this-number",
                own("Unknown program", false),
            ),
        ] {
            assert_eq!(told(user_agent), device, "{user_agent}");
        }
        assert_eq!(device(None), "Unknown program");
    }
}
