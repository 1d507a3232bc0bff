//! Forward authentication: real reverse proxies, with the configurations of `docs/forward-auth`.

mod place;

use keyroom::{keys::Lifetime, permissions::Permission};

use crate::{
    scenes::press,
    support::{
        TestApp,
        http::Reply,
        make::{self, MadeKey},
    },
};
use place::{Places, Proxy, Service};

/// How a proxy tells its client what another status than 401 and 403 would tell.
struct Says {
    limited: u16,
    failing: u16,
    down: u16,
}

async fn ask(proxy: &Proxy, key: &MadeKey, more: &[(&str, &str)]) -> Reply {
    let bearer = format!("Bearer {}", key.secret);
    let headers = [&[("authorization", bearer.as_str())], more].concat();
    proxy.get("/things", &headers).await
}

/// Refused, and the client is told why.
#[track_caller]
fn refused(reply: Reply, status: u16, code: &str) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let document = reply.json();
    assert_eq!(
        (&document["code"], &document["status"]),
        (&code.into(), &status.into())
    );
    reply
}

fn lister(app: &TestApp, workspace: &str, label: &str) -> MadeKey {
    let (list, days) = ([Permission::ObjectsList], Lifetime::Days(90));
    make::key_with(app, workspace, label, &list, days)
}

fn change(app: &TestApp, key: &MadeKey, what: &str) {
    let id = &key.id;
    app.sql(|sql| sql.execute(&format!("UPDATE keys SET {what} WHERE id = '{id}'")));
}

async fn protects(start: fn(&Places<'_>) -> Proxy, says: Says) {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::workspace(&app, "Elsewhere");
    let service = Service::start();
    let id = "SELECT id::text AS line FROM workspaces WHERE slug = 'brightwater'";
    let workspace = app.sql(|sql| sql.line(id));
    let proxy = start(&Places {
        app: &app,
        service: &service,
        workspace: &workspace,
    });

    let key = lister(&app, "brightwater", "Küche");
    let stranger = refused(proxy.get("/things", &[]).await, 401, "credential_missing");
    assert!(
        stranger
            .header("www-authenticate")
            .starts_with("Bearer realm="),
        "{}",
        proxy.said()
    );
    assert_eq!(service.calls(), [""; 0], "nothing came through");

    // Let through, with whose call it is, and without the key.
    let bearer = format!("Bearer {}", key.secret);
    let form = "application/x-www-form-urlencoded";
    let sent = [
        ("authorization", bearer.as_str()),
        ("content-type", form),
        ("content-length", "9"),
        ("x-keyroom-key-id", "forged"),
        ("x-keyroom-key-owner", "forged"),
    ];
    let reply = proxy
        .send("POST", "/things?page=2", &sent, "name=lamp")
        .await
        .expect(200);
    assert_eq!(reply.text(), "served\n");
    let call = service.calls().remove(0);
    for line in [
        "post /things?page=2 http/1.",
        &format!("x-keyroom-key-id: {}\n", key.id.to_lowercase()),
        "x-keyroom-key-label: k%c3%bcche\n",
        &format!("x-keyroom-key-owner: workspace:{workspace}\n"),
        "name=lamp",
    ] {
        assert!(call.contains(line), "no {line:?} in {call}");
    }
    for hidden in ["forged", "authorization", "skey_"] {
        assert!(!call.contains(hidden), "{hidden} in {call}");
    }

    // Nothing is kept: what was changed holds for the very next call.
    press(&owner, &key, "deactivation").await.expect(303);
    refused(ask(&proxy, &key, &[]).await, 401, "key_deactivated");
    press(&owner, &key, "activation").await.expect(303);
    ask(&proxy, &key, &[]).await.expect(200);
    change(&app, &key, "permissions = '{FILE_UPLOAD}'");
    refused(ask(&proxy, &key, &[]).await, 403, "permission_missing");
    let unknown = MadeKey {
        id: String::new(),
        secret: "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW".to_owned(),
    };
    refused(ask(&proxy, &unknown, &[]).await, 401, "key_invalid");
    let theirs = lister(&app, "elsewhere", "theirs");
    refused(ask(&proxy, &theirs, &[]).await, 403, "forbidden");

    // What comes from a browser, and from where.
    let here = [
        ("origin", "https://shop.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let elsewhere = [("origin", "https://evil.example")];
    let shop = make::publishable(&app, "brightwater", "shop", "https://shop.example");
    ask(&proxy, &shop, &here).await.expect(200);
    refused(
        ask(&proxy, &shop, &elsewhere).await,
        403,
        "origin_not_allowed",
    );
    let other = lister(&app, "brightwater", "other");
    refused(
        ask(&proxy, &other, &here).await,
        403,
        "browser_origin_blocked",
    );
    change(&app, &other, "allowed_ips = '{203.0.113.0/24}'");
    refused(ask(&proxy, &other, &[]).await, 403, "ip_not_allowed");
    change(&app, &other, "allowed_ips = '{127.0.0.0/8}'");
    ask(&proxy, &other, &[]).await.expect(200);

    let busy = lister(&app, "brightwater", "busy");
    change(&app, &busy, "rate_limit_per_minute = 2");
    ask(&proxy, &busy, &[]).await.expect(200);
    ask(&proxy, &busy, &[]).await.expect(200);
    let limited = refused(ask(&proxy, &busy, &[]).await, says.limited, "rate_limited");
    let again: u32 = limited.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&again));

    app.sql(|sql| sql.execute("BEGIN; LOCK TABLE key_secrets"));
    let failing = ask(&proxy, &other, &[]).await;
    app.sql(|sql| sql.execute("COMMIT"));
    assert_eq!(failing.header("retry-after"), "1");
    refused(failing, says.failing, "unavailable");
    ask(&proxy, &other, &[]).await.expect(200);

    let served = service.calls().len();
    assert_eq!(
        served, 6,
        "those above that were answered 200, and no others"
    );
    drop(owner);
    drop(app);
    let down = ask(&proxy, &other, &[]).await;
    match says.down {
        500 => drop(down.expect(500)),
        status => assert_eq!(
            refused(down, status, "unavailable").header("retry-after"),
            "5"
        ),
    }
    assert_eq!(service.calls(), [""; 0], "nothing came through");
}

#[actix_web::test]
async fn nginx_lets_through_what_keyroom_allows_and_nothing_else() {
    let says = Says {
        limited: 429,
        failing: 503,
        down: 503,
    };
    protects(Proxy::nginx, says).await;
}

#[actix_web::test]
async fn caddy_lets_through_what_keyroom_allows_and_nothing_else() {
    let says = Says {
        limited: 403,
        failing: 403,
        down: 503,
    };
    protects(Proxy::caddy, says).await;
}

#[actix_web::test]
async fn traefik_lets_through_what_keyroom_allows_and_nothing_else() {
    let says = Says {
        limited: 403,
        failing: 403,
        down: 500,
    };
    protects(Proxy::traefik, says).await;
}
