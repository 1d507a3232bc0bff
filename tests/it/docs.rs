//! The pages about the API: what a developer opens who just got a key.

use keyroom::{actor::Role, web::problem};
use serde_json::Value;

use crate::{
    scenes::KEYS,
    support::{TestApp, contract::Contract, page::Page},
};

/// The text of an element as it stands, line breaks and all.
fn verbatim(page: &Page, css: &str) -> String {
    let found = page.elements(css);
    assert_eq!(found.len(), 1, "{css}");
    found[0].text().collect()
}

#[actix_web::test]
async fn a_stranger_reads_how_to_call_and_every_operation() {
    let app = TestApp::start();
    app.set_up().await;
    let (reply, queries) = app.counting(app.stranger().get("/docs")).await;
    let page = reply.expect(200).page();
    assert_eq!(queries.len(), 0, "nobody is looked up for a stranger");
    assert_eq!(page.title(), "API documentation · Keyroom");
    assert_eq!(page.one("h1"), "Keyroom API");
    assert_eq!(page.attributes("header.top a.link", "href"), ["/sign-in"]);
    let base = format!("http://{}/v1", app.address);
    assert_eq!(page.one("dl.glance code"), base);
    assert!(page.has("a[href='/v1/openapi.json']"));
    assert_eq!(
        verbatim(&page, "#authentication-sample"),
        format!("curl {base}/whoami \\\n  -H \"Authorization: Bearer $KEY\"")
    );
    let routes = keyroom::app::routes();
    let operations = routes
        .table()
        .iter()
        .filter_map(|r| Some((r, r.operation?.says)));
    for (route, says) in operations {
        let (id, call) = (says.id, format!("{} {}", route.method, route.path));
        assert_eq!(page.one(&format!("#{id} h3")), says.summary);
        assert_eq!(page.one(&format!("#{id} .call")), call);
        assert!(page.has(&format!("nav a[href='/docs#{id}']")), "{id}");
        let curl = verbatim(&page, &format!("#{id}-curl"));
        let (fixed, _) = route.path.split_once('{').unwrap_or((route.path, ""));
        assert!(curl.contains(&format!("{}{fixed}", app.address)), "{curl}");
        assert!(page.has(&format!("#{id}-answer")), "{id}");
        let is_keyed = route.access.needed().is_some();
        assert_eq!(curl.contains("$KEY"), is_keyed, "{curl}");
    }
    assert_eq!(page.one("#whoami .needs"), "Needs Any key");
    assert_eq!(page.one("#openapi .needs"), "Needs No key");
    assert!(verbatim(&page, "#revokeSelf-curl").starts_with("curl -X DELETE "));
}

#[actix_web::test]
async fn whoever_is_signed_in_keeps_the_way_back_to_their_settings() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let member = app.member(Role::Member).await;
    for browser in [&owner, &member] {
        for path in ["/docs", "/docs/errors"] {
            let page = browser.get(path).await.expect(200).page();
            assert_eq!(page.attributes("aside a.leave", "href"), [KEYS], "{path}");
            assert!(page.has("#me-menu") && !page.has("header.top a[href='/sign-in']"));
            assert_eq!(page.attributes("nav a[aria-current=page]", "href"), [path]);
        }
    }
    let list = owner.get(KEYS).await.expect(200).page();
    let links = list.attributes("main a[href='/docs']", "href");
    assert_eq!(
        links.len(),
        2,
        "from the text above, and from the steps of an empty list"
    );
}

#[actix_web::test]
async fn every_field_is_there_in_its_order_with_its_type() {
    let app = TestApp::start();
    app.set_up().await;
    let page = app.stranger().get("/docs").await.expect(200).page();
    let fields = page.all("#whoami .fields .field-head");
    assert_eq!(
        fields,
        [
            "key object",
            "key. id string",
            "key. object string",
            "key. label string",
            "key. masked string",
            "key. status string",
            "key. permissions array of strings",
            "key. owner object",
            "key.owner. type string",
            "key.owner. id uuid",
            "key. created_by object or null",
            "key.created_by. type string",
            "key.created_by. id string",
            "key.created_by. name string",
            "key. created_at time",
            "key. updated_at time",
            "key. last_used_at time or null",
            "key. last_used_ip string or null",
            "key. expires_at time or null",
            "key. recoverable boolean",
            "key. rotating_until time or null",
            "key. allowed_ips array of strings",
            "key. rate_limit_per_minute integer",
            "key. allowed_origins array of strings optional",
            "key. key string optional",
            "workspace object",
            "workspace. id uuid",
            "workspace. slug string",
            "workspace. name string",
            "permissions array of strings",
            "folders array of objects",
            "folders[]. id uuid",
            "folders[]. name string",
            "folders[]. role string",
            "limits object",
            "limits. rate_limit_per_minute integer",
            "limits. allowed_ips array of strings",
        ]
    );
    let said = page.all("#whoami .fields li");
    assert!(
        said[2].ends_with("One of secret_key or publishable_key ."),
        "{}",
        said[2]
    );
    assert!(
        said[5]
            .ends_with("One of revoked , suspended , expired , deactivated , rotating or active ."),
        "{}",
        said[5]
    );
    assert!(
        said[6].ends_with("One of 31 codes, such as OBJECTS_LIST ."),
        "{}",
        said[6]
    );
}

#[actix_web::test]
async fn what_the_page_shows_of_answers_are_answers() {
    let app = TestApp::start();
    app.set_up().await;
    let page = app.stranger().get("/docs").await.expect(200).page();
    let contract = Contract::new(&keyroom::app::openapi());
    let shown = verbatim(&page, "#whoami-answer");
    assert!(
        shown.starts_with("{\n  \"key\": {\n    \"id\": \"7Kq2mXw0B1aZ\",\n    \"object\":"),
        "{shown}"
    );
    for (css, schema) in [
        (
            "#whoami-answer",
            "/paths/~1v1~1whoami/get/responses/200/content/application~1json/schema",
        ),
        ("#errors-sample", "/components/schemas/Problem"),
    ] {
        let shown: Value = serde_json::from_str(&verbatim(&page, css)).expect("JSON");
        let wrong = contract.wrong(schema, &shown);
        assert!(wrong.is_empty(), "{css}: {wrong:?}");
    }
}

#[actix_web::test]
async fn every_code_leads_to_what_it_means() {
    let app = TestApp::start();
    app.set_up().await;
    let docs = app.stranger().get("/docs").await.expect(200).page();
    let errors = app.stranger().get("/docs/errors").await.expect(200).page();
    for problem in problem::ALL {
        let about = errors.one(&format!("section#{}", problem.code));
        assert!(
            about.contains(problem.title)
                && about.contains(problem.cause)
                && about.contains(problem.remedy),
            "{about}"
        );
        assert!(about.contains(&problem.status.to_string()), "{about}");
    }
    // And there is nothing else.
    let codes: Vec<&str> = problem::ALL.iter().map(|problem| problem.code).collect();
    assert_eq!(errors.attributes("main section", "id"), codes);
    let contents = errors.attributes("nav.toc a", "href");
    assert_eq!(
        contents,
        codes
            .iter()
            .map(|code| format!("#{code}"))
            .collect::<Vec<_>>()
    );
    let links = docs.attributes("main a[href^='/docs/errors#']", "href");
    assert!(links.len() > 20, "{links:?}");
    for link in links {
        let (_, code) = link.split_once('#').expect("a place");
        assert!(errors.has(&format!("#{code}")), "{link}");
    }
    assert_eq!(
        docs.all("#whoami .refused dt"),
        ["400", "401", "403", "408", "429", "500", "503"]
    );
    assert!(docs.has("#lists"));
    // Whatever the page leads to on itself is there.
    for link in docs.attributes("a[href^='/docs#']", "href") {
        let (_, place) = link.split_once('#').expect("a place");
        assert!(docs.has(&format!("#{place}")), "{link}");
    }
}
