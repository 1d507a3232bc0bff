//! The first run: one owner, made once, with the code that the server printed.

use futures_util::future::join_all;

use crate::{
    scenes::ADA,
    support::{Browser, TestApp, http::Reply, make},
};

const PASSWORD: &str = "violet tractor sings at noon";

async fn try_with(browser: &Browser, code: &str, email: &str) -> Reply {
    let fields = [
        ("workspace", "Brightwater"),
        ("name", "Ada Park"),
        ("email", email),
        ("password", PASSWORD),
        ("code", code),
    ];
    browser.post("/set-up", &fields).await
}

#[actix_web::test]
async fn while_there_is_no_owner_every_page_leads_to_set_up() {
    let app = TestApp::start();
    let stranger = app.stranger();
    for path in [
        "/",
        "/sign-in",
        "/account/password",
        "/w/brightwater/settings/api-keys",
        "/docs/errors",
        "/nowhere",
    ] {
        assert_eq!(
            stranger.get(path).await.expect(303).location(),
            "/set-up",
            "{path}"
        );
        let posted = stranger.post(path, &[("email", ADA)]).await.expect(303);
        assert_eq!(posted.location(), "/set-up", "{path}");
    }
    stranger.get("/set-up").await.expect(200);
    stranger.get("/healthz").await.expect(200);
    stranger.get("/readyz").await.expect(200);
}

#[actix_web::test]
async fn the_right_code_makes_the_owner_who_then_signs_in() {
    let app = TestApp::start();
    let browser = app.stranger();
    let link = format!("/set-up?code={}", app.set_up_code);
    let page = browser.get(&link).await.expect(200).page();
    let form = page.form("/set-up");
    assert_eq!(
        form.value("code"),
        Some(app.set_up_code.as_str()),
        "from the printed link"
    );
    let form = form
        .with("workspace", "Bright Water & Sons")
        .with("name", "Ada Park")
        .with("email", "Owner@Brightwater.example")
        .with("password", PASSWORD);
    let made = browser.submit(&form).await.expect(303);
    assert_eq!(made.location(), "/sign-in");
    let page = browser.follow(&made).await.expect(200).page();
    assert!(page.one("#flash").contains("Your workspace is ready."));

    let form = page
        .form("/sign-in")
        .with("email", ADA)
        .with("password", PASSWORD);
    let home = browser.submit(&form).await.expect(303);
    assert_eq!(home.location(), "/");
    let keys = browser.follow(&home).await.expect(303);
    assert_eq!(keys.location(), "/w/bright-water-sons");
    let keys = browser.follow(&keys).await.expect(303);
    assert_eq!(keys.location(), "/w/bright-water-sons/library");
    assert!(
        browser
            .follow(&keys)
            .await
            .expect(200)
            .text()
            .contains("Bright Water &#38; Sons")
    );
    let log = "/w/bright-water-sons/settings/audit-log";
    assert_eq!(
        crate::scenes::sentences(&browser, log).await,
        [
            "signed in",
            "added Ada Park as owner",
            "created workspace Bright Water & Sons"
        ]
    );
}

#[actix_web::test]
async fn the_code_may_be_typed_as_people_type() {
    let app = TestApp::start();
    let typed = app.set_up_code.to_lowercase().replace('-', " ");
    try_with(&app.stranger(), &typed, ADA).await.expect(303);
}

#[actix_web::test]
async fn without_the_right_code_nothing_else_is_told() {
    let app = TestApp::start();
    for (code, why) in [
        ("", "Enter the set-up code"),
        ("AAAA-AAAA-AAAA-AAAA", "not the set-up code"),
    ] {
        let fields = [
            ("workspace", ""),
            ("name", ""),
            ("email", "x"),
            ("password", "short"),
            ("code", code),
        ];
        let reply = app.stranger().post("/set-up", &fields).await.expect(422);
        let page = reply.page();
        assert!(page.one("p.err").contains(why), "{}", page.text());
        assert!(page.has("#code-error"));
        assert!(page.title().starts_with("Error: "));
        assert!(!reply.text().contains(&app.set_up_code));
    }
}

#[actix_web::test]
async fn mistakes_keep_what_was_typed_but_never_the_password() {
    let app = TestApp::start();
    let browser = app.stranger();
    let fields = [
        ("workspace", "  "),
        ("name", "Ada \"Ace\" Park"),
        ("email", "ada"),
        ("password", "cat and kettle"),
        ("code", &app.set_up_code),
    ];
    let reply = browser.post("/set-up", &fields).await.expect(422);
    let page = reply.page();
    for field in ["workspace", "email", "password"] {
        assert!(
            page.has(&format!("#{field}-error")),
            "{field}: {}",
            page.text()
        );
        assert!(
            page.has(&format!(".notice a[href='#{field}']")),
            "the summary links to {field}"
        );
    }
    assert!(!page.has("#name-error"));
    let form = page.form("/set-up");
    assert_eq!(form.value("name"), Some("Ada \"Ace\" Park"));
    assert_eq!(form.value("email"), Some("ada"));
    assert_eq!(form.value("code"), Some(app.set_up_code.as_str()));
    assert_eq!(form.value("password"), Some(""));
    assert!(!reply.text().contains("cat and kettle"));
    let form = form
        .with("workspace", "One")
        .with("email", ADA)
        .with("password", PASSWORD);
    browser.submit(&form).await.expect(303);
}

#[actix_web::test]
async fn twenty_at_once_make_exactly_one_owner() {
    let app = TestApp::start();
    let browsers: Vec<Browser> = (0..20).map(|_| app.stranger()).collect();
    let tries = browsers.iter().enumerate().map(|(i, browser)| {
        let (code, email) = (app.set_up_code.clone(), format!("person-{i}@example.com"));
        async move { try_with(browser, &code, &email).await.status }
    });
    let mut answers = join_all(tries).await;
    answers.sort_unstable();
    assert_eq!(answers[0], 303);
    // Who waits too long for their turn is told so, and made nothing.
    let late = |status: &u16| matches!(status, 404 | 503);
    assert!(answers[1..].iter().all(late), "{answers:?}");
    for table in ["users", "members", "workspaces"] {
        let rows = app.sql(|sql| sql.lines(&format!("SELECT 'row' AS line FROM {table}")));
        assert_eq!(rows.len(), 1, "{table}");
    }
}

#[actix_web::test]
async fn afterwards_the_page_is_gone_also_with_the_right_code() {
    let app = TestApp::start();
    try_with(&app.stranger(), &app.set_up_code, ADA)
        .await
        .expect(303);
    let stranger = app.stranger();
    stranger.get("/set-up").await.expect(404);
    stranger
        .get(&format!("/set-up?code={}", app.set_up_code))
        .await
        .expect(404);
    try_with(&stranger, &app.set_up_code, "eve@example.com")
        .await
        .expect(404);
    assert_eq!(
        app.sql(|sql| sql.lines("SELECT email AS line FROM users")),
        [ADA]
    );
}

#[actix_web::test]
async fn create_admin_closes_the_page_too() {
    let app = TestApp::start();
    app.stranger().get("/set-up").await.expect(200);
    make::workspace(&app, "Brightwater");
    let stranger = app.stranger();
    stranger.get("/set-up").await.expect(404);
    try_with(&stranger, &app.set_up_code, "eve@example.com")
        .await
        .expect(404);
    assert!(
        stranger
            .get("/")
            .await
            .expect(303)
            .location()
            .starts_with("/sign-in")
    );
}

#[actix_web::test]
async fn codes_are_guessed_ten_times_from_one_address_and_no_more() {
    let app = TestApp::start();
    let guesser = app.stranger();
    for _ in 0..10 {
        try_with(&guesser, "AAAA-AAAA-AAAA-AAAA", ADA)
            .await
            .expect(422);
    }
    // Now even the right one is not looked at.
    let limited = try_with(&guesser, &app.set_up_code, ADA).await.expect(429);
    let wait: u32 = limited.header("retry-after").parse().expect("seconds");
    assert!((1..=6).contains(&wait), "{wait}");
    try_with(&app.stranger(), &app.set_up_code, ADA)
        .await
        .expect(303);
}
