//! Whose address a request has: that of who sent it, and behind proxies that are trusted, of who they say.

use crate::program::{Folder, Server};

const PROXIES: &str = "127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48";

/// The address that the log has for a request with these headers.
fn seen(server: &Server, mark: usize, forwarded: &[&str]) -> String {
    let headers: Vec<(&str, &str)> = forwarded.iter().map(|v| ("X-Forwarded-For", *v)).collect();
    let path = format!("/probe-{mark}");
    let answer = server.get(&path, &headers).expect("an answer");
    assert!(answer.status < 500, "{forwarded:?}");
    let line = format!("GET {path} ");
    crate::program::wait_until(std::time::Duration::from_secs(5), || {
        server.said().contains(&line)
    });
    let said = server.said();
    let line = said.lines().find(|l| l.contains(&line)).expect("a line");
    let ip = line.split(" ip=").nth(1).expect("an address");
    ip.split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn behind_trusted_proxies_it_is_the_one_they_met() {
    let folder = Folder::new();
    let server = Server::start_with(&folder, &[("KEYROOM_TRUSTED_PROXIES", PROXIES)]);
    for (n, (forwarded, client)) in [
        // As a proxy sends it, on its own and behind another one.
        (&["203.0.113.9"][..], "203.0.113.9"),
        (&["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        (&["203.0.113.9", "10.1.2.3"], "203.0.113.9"),
        (&["203.0.113.9,10.1.2.3 ,10.4.5.6"], "203.0.113.9"),
        // What the client claims stands before it, in one header or in several.
        (&["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (&["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (
            &["6.6.6.6, 10.9.9.9, 203.0.113.9", "10.1.2.3"],
            "203.0.113.9",
        ),
        (&["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        // IPv6, also mapped; ports and brackets.
        (&["2001:db8:9::7"], "2001:db8:9::7"),
        (&["2001:db8:9::7, 2001:db8:1::5"], "2001:db8:9::7"),
        (&["[2001:db8:9::7]:4711"], "2001:db8:9::7"),
        (&["[2001:db8:9::7]"], "2001:db8:9::7"),
        (&["203.0.113.9:4711"], "203.0.113.9"),
        (&["::ffff:203.0.113.9"], "203.0.113.9"),
        (&["203.0.113.9, ::ffff:10.1.2.3"], "203.0.113.9"),
        // What is no address hides nobody: who sent it stands after it.
        (&["unknown, 203.0.113.9"], "203.0.113.9"),
        (&["caf\u{e9}, 203.0.113.9"], "203.0.113.9"),
        (&["\"><script>, ,;;, 203.0.113.9"], "203.0.113.9"),
        // With nothing to go by it is the proxy.
        (&[], "127.0.0.1"),
        (&[""], "127.0.0.1"),
        (&["unknown"], "127.0.0.1"),
        (&["203.0.113.9, unknown"], "127.0.0.1"),
        (&["203.0.113.9, _hidden, 10.1.2.3"], "10.1.2.3"),
        (&["fe80::1%eth0"], "127.0.0.1"),
        (&["999.1.1.1"], "127.0.0.1"),
        // Proxies all the way: the farthest of them.
        (&["10.7.7.7, 10.1.2.3"], "10.7.7.7"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(seen(&server, n, forwarded), client, "{forwarded:?}");
    }
}

#[test]
fn without_them_nothing_that_is_claimed_counts() {
    let folder = Folder::new();
    for (n, proxies) in ["", "10.0.0.0/8"].into_iter().enumerate() {
        let server = Server::start_with(&folder, &[("KEYROOM_TRUSTED_PROXIES", proxies)]);
        for (m, claimed) in ["203.0.113.9", "10.1.2.3", "203.0.113.9, 127.0.0.1"]
            .into_iter()
            .enumerate()
        {
            assert_eq!(seen(&server, n * 10 + m, &[claimed]), "127.0.0.1");
            let others = [("X-Real-IP", claimed), ("Forwarded", "for=203.0.113.9")];
            server.get("/probe-other", &others).expect("an answer");
        }
        assert!(!server.said().contains("ip=203.0.113.9"));
        server.stop();
    }
}
