//! Publishable keys where they are used: in pages of other sites, and copied from their cards.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use actix_web::http::Method;
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::scene::{GENERATE, LIST, Scene, both, choose_read_only};
use crate::server::{TestApp, http::Reply, make};
use crate::support::{Browser, Options, Page, run};

const COPY: &str = "[data-copy-text]";

/// Another site: a page at a port of its own. Its origin.
fn site() -> String {
    const PAGE: &str = "<!doctype html><html lang=en><link rel=icon href=data:,><title>A shop</title><h1>A shop</h1>";
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(clone) = stream.try_clone() else {
                continue;
            };
            let lines = BufReader::new(clone).lines().map_while(Result::ok);
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            // A browser that went away is none of our business.
            drop(write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{PAGE}",
                PAGE.len()
            ));
        }
    });
    format!("http://{address}")
}

/// What a page gets for a call: status, code and one header, or "blocked" where its browser gives it nothing.
async fn call(page: &Page, scene: &Scene, secret: &str, method: &str, path: &str) -> Value {
    let url = scene.url(path);
    let headers = json!({ "Authorization": format!("Bearer {secret}") });
    let body = match method {
        "PATCH" => "body: '{\"name\": \"Stolen\"}',",
        _ => "",
    };
    page.eval(&format!(
        "fetch('{url}', {{ method: '{method}', {body} headers: {headers} }})
            .then(async r => [r.status, (await r.json()).code ?? null, !!r.headers.get('x-request-id')])
            .catch(() => 'blocked')"
    ))
    .await
}

/// The same call as the browser would send it, whatever a preflight says.
async fn raw(scene: &Scene, secret: &str, method: Method, path: &str, origin: &str) -> Reply {
    let from = [("origin", origin), ("sec-fetch-site", "cross-site")];
    let program = scene.app.api(secret);
    let body = match method {
        Method::PATCH => r#"{"name": "Stolen"}"#,
        _ => "",
    };
    let sent = program.send(method, path, &from, body);
    LocalSet::new().run_until(sent).await
}

/// In an address.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn has_cors(reply: &Reply) -> bool {
    let mut names = reply.headers.keys().map(|name| name.as_str());
    names.any(|name| name.starts_with("access-control-"))
}

#[test]
fn a_page_of_a_site_on_the_list_reads_and_changes_nothing() {
    run(async {
        let scene = Scene::set_up();
        let (shop, other) = (site(), site());
        let key = make::publishable(&scene.app, "brightwater", "shop", &shop);
        let secret = scene.key("ci").secret;
        let context = Browser::shared().await.context(Options::default()).await;
        let page = context.page().await;
        page.goto(&shop).await;

        let read = call(&page, &scene, &key.secret, "GET", "/v1/whoami").await;
        assert_eq!(read, json!([200, null, true]));
        // As the documentation has it.
        let module = include_str!("../../docs/clients/browser.mjs");
        let module = json!(format!("data:text/javascript,{}", encoded(module)));
        let (base, value) = (json!(scene.url("/v1")), json!(key.secret));
        let name: Value = page
            .eval(&format!(
                "import({module}).then(m => m.whoami({base}, {value})).then(body => body.workspace.name)"
            ))
            .await;
        assert_eq!(name, "Brightwater");
        // Its browser asks before it sends what changes something, and is not told that it may.
        for (method, path) in [("DELETE", "/v1/whoami"), ("PATCH", "/v1/config")] {
            let told = call(&page, &scene, &key.secret, method, path).await;
            assert_eq!(told, "blocked", "{method} {path}");
            let method = method.parse().expect("a method");
            let reply = raw(&scene, &key.secret, method, path, &shop).await;
            let code = reply.json()["code"].clone();
            assert_eq!((reply.status, code), (403, json!("secret_key_required")));
        }
        let said = raw(&scene, &key.secret, Method::GET, "/v1/whoami", &shop).await;
        assert_eq!(said.json()["workspace"]["name"], "Brightwater");

        // A secret key in the same page: refused, and the page is not even told why.
        let told = call(&page, &scene, &secret, "GET", "/v1/whoami").await;
        assert_eq!(told, "blocked");
        let reply = raw(&scene, &secret, Method::GET, "/v1/whoami", &shop).await;
        assert_eq!(reply.json()["code"], "browser_origin_blocked");
        assert!(!has_cors(&reply));

        // Why its own key is refused it can read.
        scene.app.sql(|sql| {
            sql.execute("UPDATE keys SET deactivated_at = now() WHERE label = 'shop'");
        });
        let told = call(&page, &scene, &key.secret, "GET", "/v1/whoami").await;
        assert_eq!(told, json!([401, "key_deactivated", true]));
        scene
            .app
            .sql(|sql| sql.execute("UPDATE keys SET deactivated_at = NULL"));

        page.goto(&other).await;
        let told = call(&page, &scene, &key.secret, "GET", "/v1/whoami").await;
        assert_eq!(told, "blocked");
        let reply = raw(&scene, &key.secret, Method::GET, "/v1/whoami", &other).await;
        assert_eq!(reply.json()["code"], "origin_not_allowed");
        assert!(!has_cors(&reply));
    });
}

/// Makes one in the dialog, up to the list with its card.
async fn generate(page: &Page, scene: &Scene, label: &str) {
    page.goto(&scene.url(&format!("{LIST}/new"))).await;
    assert!(!page.visible("#allowed_origins").await);
    page.click("label:has-text(\"Publishable key\")").await;
    assert!(page.visible("#allowed_origins").await);
    assert!(!page.visible("label:has-text(\"Manage files\")").await);
    choose_read_only(page).await;
    page.fill("#label", label).await;
    page.fill("#allowed_origins", "https://shop.example").await;
    page.click_and_load(GENERATE).await;
    assert_eq!((page.status(), page.path().await.as_str()), (200, LIST));
    page.wait_for_text(&format!("{label} is generated.")).await;
}

fn value(scene: &Scene, label: &str) -> String {
    let query = format!(
        "SELECT shown AS line FROM key_secrets JOIN keys ON id = key_id WHERE label = '{label}'"
    );
    scene.app.sql(|sql| sql.line(&query))
}

#[test]
fn its_card_copies_the_whole_value_and_that_of_a_secret_key_its_id() {
    run(async {
        let scene = Scene::set_up();
        let secret = scene.key("ci");
        let context = scene.visitor(Options::default()).await;
        let clipboard = context.clipboard().await;
        let page = scene.owner_in(&context).await;
        generate(&page, &scene, "shop").await;
        for (label, text, copied) in [
            ("shop", "Copy key", value(&scene, "shop")),
            ("ci", "Copy key ID", secret.id.clone()),
        ] {
            let button = format!("{COPY}[aria-label=\"{text} of {label}\"]");
            assert_eq!(page.text(&button).await, text);
            page.click(&button).await;
            page.wait_for(&format!("{button}:has-text(\"Copied\")"))
                .await;
            assert_eq!(clipboard.read().await, copied);
        }
        page.screenshot("publishable-card").await;
        page.assert_no_problems().await;
    });
}

#[test]
fn without_script_copy_leads_to_the_page_that_shows_the_value() {
    run(async {
        let scene = Scene::set_up();
        let page = scene.owner(both()[1]).await;
        generate(&page, &scene, "shop").await;
        page.click_and_load(COPY).await;
        assert_eq!(page.value("#key-value").await, value(&scene, "shop"));
        let selects: String = page
            .eval("getComputedStyle(document.querySelector('.ktag .v')).userSelect")
            .await;
        assert_eq!(selects, "all");
        page.assert_no_problems().await;
    });
}

/// As on a local network without TLS: the clipboard's API is not there.
#[test]
fn its_card_copies_on_an_insecure_origin_too() {
    run(async {
        let origin = format!("http://{}", Browser::INSECURE_HOST);
        let app = TestApp::start_at(&origin);
        make::workspace(&app, "Brightwater");
        let key = make::publishable(&app, "brightwater", "shop", "https://shop.example");
        let rules = format!("MAP {} {}", Browser::INSECURE_HOST, app.address);
        let browser = Browser::launch(Some(&rules)).await;
        let context = browser.context(Options::default()).await;
        let scene = Scene { app, base: origin };
        let clipboard = context.clipboard().await;
        let page = context.page().await;
        page.allow_problem("Cross-Origin-Opener-Policy header has been ignored");
        let owner = make::owner_email("Brightwater");
        scene.sign_in(&page, &owner, LIST).await;
        assert!(!page.eval::<bool>("isSecureContext").await);
        clipboard.write("before").await;
        page.click(COPY).await;
        page.wait_for(&format!("{COPY}:has-text(\"Copied\")")).await;
        assert_eq!(clipboard.read().await, key.secret);
        page.assert_no_problems().await;
    });
}
