//! *Ask an admin to add an API key*, and what becomes of it.

use keyroom::actor::Role;

use super::{HOME, Scene, path, person};
use crate::{
    mail::server::MailServer,
    support::{Browser, TestApp, http::Reply, make},
};

const NOTICES: &str = "/w/brightwater/settings/notices";

pub async fn ask(scene: &Scene, browser: &Browser, wanted: &str) -> Reply {
    let form = scene
        .page(browser)
        .await
        .form(&format!("{}/requests", scene.path()));
    let form = form.with("wanted", wanted).with("role", "editor");
    browser
        .submit(&form.with("note", "The help site needs it"))
        .await
}

/// The address of the only request.
pub fn at(scene: &Scene, what: &str) -> String {
    let id = scene
        .app
        .sql(|sql| sql.line("SELECT id::text AS line FROM share_requests"));
    format!("{}/requests/{id}{what}", scene.path())
}

#[actix_web::test]
async fn an_admin_is_told_and_approves_with_one_click() {
    let server = MailServer::start();
    let scene = Scene::over(TestApp::start_mailing(&server.url())).await;
    let key = scene.key("production-server");
    let done = ask(&scene, &scene.dan, "Production-Server")
        .await
        .expect(303);
    let page = scene.dan.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("The admins are asked to add Production-Server.")
    );
    assert!(
        page.one("[aria-labelledby=requests] > li .t")
            .starts_with("Production-Server Editor. Asked")
    );
    // The owner of the workspace and the admin.
    let mails = server.expect(2);
    let subject = "Dan Price asks you to add an API key to Handbook";
    assert!(mails.iter().all(|mail| mail.header("subject") == subject));
    assert!(
        mails[0]
            .text
            .contains("Dan Price writes: The help site needs it")
    );
    assert!(mails[0].text.contains(&at(&scene, "")));
    let notices = scene.priya.get(NOTICES).await.expect(200).page();
    assert!(
        notices
            .text()
            .contains("Dan Price asks for an API key in Handbook.")
    );
    let href = notices.attributes(".notice a.btn", "href")[0].clone();
    assert_eq!(href, at(&scene, ""));
    let page = scene.priya.get(&href).await.expect(200).page();
    let form = page.form(&at(&scene, "/approval"));
    assert_eq!(form.value("role"), Some("editor"), "as it was asked");
    let ready = format!("api_key:{}", key.id);
    assert_eq!(
        form.value("subject"),
        Some(ready.as_str()),
        "what is called just so"
    );
    let done = scene
        .priya
        .submit(&form.with("do", "add"))
        .await
        .expect(303);
    let page = scene.priya.follow(&done).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("production-server is an Editor of Handbook now.")
    );
    assert!(!page.has("#requests"));
    let program = scene.app.api(&key.secret);
    program
        .get(&format!("/v1/folders/{}", scene.folder))
        .await
        .expect(200);
    // Whoever asked hears of it; nobody else is asked any more.
    let page = scene.dan.get(&scene.path()).await.expect(200).page();
    assert!(
        page.text()
            .contains("Priya Nair added production-server to Handbook.")
    );
    assert!(
        page.one("[aria-labelledby=requests] > li .t")
            .contains("Approved")
    );
    let told = server.expect(3).pop().expect("a mail");
    assert_eq!(
        told.header("subject"),
        "Priya Nair added an API key to Handbook"
    );
    assert!(
        !scene
            .priya
            .get(NOTICES)
            .await
            .expect(200)
            .page()
            .has(".notice")
    );
    scene
        .priya
        .post(&at(&scene, "/refusal"), &[])
        .await
        .expect(409);
    scene
        .dan
        .post(&at(&scene, "/withdrawal"), &[])
        .await
        .expect(409);
    let shown = scene.priya.get(&at(&scene, "")).await.expect(200).page();
    assert!(shown.text().contains("This was approved.") && !shown.has("form.give"));
}

#[actix_web::test]
async fn an_admin_declines_with_a_reason_and_may_think_again() {
    let scene = Scene::set().await;
    ask(&scene, &scene.dan, "the help site").await.expect(303);
    // It cannot be asked twice at once.
    let page = ask(&scene, &scene.dan, "The Help Site")
        .await
        .expect(422)
        .page();
    assert!(
        page.one("#wanted-error")
            .contains("You have asked for this")
    );
    assert_eq!(
        page.form(&format!("{}/requests", scene.path()))
            .value("note"),
        Some("The help site needs it")
    );
    let page = scene.page(&scene.priya).await;
    assert!(
        page.one("[aria-labelledby=requests] > li .t")
            .contains("Asked by Dan Price")
    );
    assert!(page.has(&format!("a[href=\"{}\"]", at(&scene, ""))));
    // Without a key it is not approved.
    let form = scene
        .priya
        .get(&at(&scene, ""))
        .await
        .expect(200)
        .page()
        .form(&at(&scene, "/approval"));
    let page = scene
        .priya
        .submit(&form.with("q", "").with("do", "add"))
        .await
        .expect(422)
        .page();
    assert!(page.one("#subject-error").contains("Choose one API key"));
    let form = page
        .form(&at(&scene, "/refusal"))
        .with("reason", "Not before the audit");
    let done = scene.priya.submit(&form).await.expect(303);
    let page = scene.dan.get(&scene.path()).await.expect(200).page();
    assert!(page.text().contains(
        "Priya Nair did not add the help site to Handbook. The reason: Not before the audit"
    ));
    let page = scene.priya.follow(&done).await.expect(200).page();
    let undo = page.form(&at(&scene, "/reopening"));
    scene.priya.submit(&undo).await.expect(303);
    assert!(scene.page(&scene.priya).await.has("#requests"));
    assert!(!scene.page(&scene.dan).await.text().contains("did not add"));
    assert!(
        scene
            .priya
            .get(NOTICES)
            .await
            .expect(200)
            .page()
            .has(".notice"),
        "it is news again"
    );
    let log: Vec<String> = scene
        .log()
        .into_iter()
        .map(|line| line.trim().to_owned())
        .collect();
    assert_eq!(
        log,
        [
            "folder.share_requested",
            "folder.share_declined",
            "folder.share_reopened"
        ]
    );
    let reason = "SELECT coalesce(after->>'reason', '') AS line FROM audit_events
                  WHERE action LIKE 'folder.share%' AND NOT refused ORDER BY at, id";
    let kept = scene.app.sql(|sql| sql.lines(reason));
    assert_eq!(kept, ["", "Not before the audit", "Not before the audit"]);
}

#[actix_web::test]
async fn whoever_asked_withdraws_it_and_nobody_else() {
    let scene = Scene::set().await;
    let app = &scene.app;
    ask(&scene, &scene.dan, "the help site").await.expect(303);
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &lena, "editor");
    let lena = app.sign_in("lena-fischer@brightwater.example").await;
    let stranger = app.member(Role::Member).await;
    let elsewhere = app.workspace("Elsewhere").await;
    let state = "SELECT id::text AS line FROM share_requests WHERE num_nonnulls(withdrawn_at, decided_at) > 0";
    for (who, what, status) in [
        (&lena, "/withdrawal", 404),
        (&lena, "/reopening", 404),
        (&scene.priya, "/withdrawal", 404),
        (&lena, "/refusal", 403),
        (&stranger, "/refusal", 404),
        (&stranger, "/withdrawal", 404),
        (&elsewhere, "/refusal", 404),
        (&elsewhere, "/reopening", 404),
    ] {
        let reply = who.post(&at(&scene, what), &[]).await;
        assert_eq!(reply.status, status, "{}", reply.asked);
    }
    let key = format!("api_key:{}", scene.key("ci").id);
    let fields = [("subject", key.as_str()), ("role", "user"), ("do", "add")];
    for (who, status) in [(&scene.dan, 403), (&stranger, 404), (&elsewhere, 404)] {
        assert_eq!(
            who.post(&at(&scene, "/approval"), &fields).await.status,
            status
        );
        assert_eq!(who.get(&at(&scene, "")).await.status, status);
    }
    assert_eq!(app.sql(|sql| sql.lines(state)), [""; 0]);
    // About another folder it is none.
    let other = make::folder(app, HOME, "Other", None);
    let there = at(&scene, "").replace(&scene.path(), &path(&other));
    scene.priya.get(&there).await.expect(404);
    // Only a key can be approved.
    let fields = [
        ("subject", "email:noor@partner.example"),
        ("role", "user"),
        ("do", "add"),
    ];
    scene
        .priya
        .post(&at(&scene, "/approval"), &fields)
        .await
        .expect(404);
    let form = scene
        .page(&scene.dan)
        .await
        .form(&at(&scene, "/withdrawal"));
    let done = scene.dan.submit(&form).await.expect(303);
    assert!(!scene.page(&scene.priya).await.has("#requests"));
    assert!(
        !scene
            .priya
            .get(NOTICES)
            .await
            .expect(200)
            .page()
            .has(".notice")
    );
    let page = scene.dan.follow(&done).await.expect(200).page();
    scene
        .dan
        .submit(&page.form(&at(&scene, "/reopening")))
        .await
        .expect(303);
    assert!(scene.page(&scene.priya).await.has("#requests"));
}

#[actix_web::test]
async fn who_may_add_keys_asks_nobody_and_nobody_asks_without_end() {
    let scene = Scene::set().await;
    let form = format!("{}/requests", scene.path());
    assert!(!scene.page(&scene.priya).await.offers(&form));
    scene.shared(
        "member_id",
        &make::member_id(&scene.app, HOME, "priya-nair@brightwater.example"),
        "user",
    );
    let fields = [("wanted", "ci"), ("role", "user"), ("note", "")];
    scene.priya.post(&form, &fields).await.expect(409);
    scene
        .app
        .member(Role::Member)
        .await
        .post(&form, &fields)
        .await
        .expect(404);
    let page = scene
        .dan
        .post(&form, &[("role", "user"), ("note", &"x".repeat(501))])
        .await;
    let page = page.expect(422).page();
    assert!(page.has("#wanted-error") && page.has("#note-error"));
    for n in 0..5 {
        ask(&scene, &scene.dan, &format!("key {n}"))
            .await
            .expect(303);
    }
    ask(&scene, &scene.dan, "one too many").await.expect(429);
    // To withdraw one and ask for it again is no way around.
    let page = scene.page(&scene.dan).await;
    let withdrawal = page.attributes("form[action$=\"/withdrawal\"]", "action");
    scene.dan.post(&withdrawal[0], &[]).await.expect(303);
    let reopening = withdrawal[0].replace("/withdrawal", "/reopening");
    scene.dan.post(&reopening, &[]).await.expect(429);
    let waiting = "SELECT count(*)::text AS line FROM share_requests WHERE withdrawn_at IS NULL";
    assert_eq!(scene.app.sql(|sql| sql.line(waiting)), "4");
    let count = "SELECT count(*)::text AS line FROM share_requests";
    assert_eq!(scene.app.sql(|sql| sql.line(count)), "5");
}

#[actix_web::test]
async fn what_was_asked_is_gone_with_its_folder() {
    let scene = Scene::set().await;
    ask(&scene, &scene.dan, "the help site").await.expect(303);
    let why = keyroom::policy::Unscoped::because("a test");
    let at = at(&scene, "");
    scene.app.sql(|sql| {
        sql.execute("UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Dan'")
    });
    scene.priya.get(&at).await.expect(404);
    keyroom::sharing::tidy(&scene.app.db, why, scene.app.clock.now()).await;
    assert!(
        !scene
            .priya
            .get(NOTICES)
            .await
            .expect(200)
            .page()
            .has(".notice")
    );
    scene.app.sql(|sql| sql.execute("DELETE FROM folders"));
    assert_eq!(
        scene
            .app
            .sql(|sql| sql.lines("SELECT id::text AS line FROM share_requests")),
        [""; 0]
    );
}
