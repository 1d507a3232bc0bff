//! *Share*.

use futures_util::future::join;
use keyroom::{actor::Role, permissions::Permission};

use super::{HOME, Scene, path, person};
use crate::{
    mail::server::MailServer,
    support::{Browser, TestApp, make},
};

#[actix_web::test]
async fn people_groups_and_keys_get_a_role_and_keep_to_it() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    let group = make::group(app, HOME, "Support", &[]);
    let key = scene.key_with("production-server", &[Permission::ObjectsList]);
    let picks = [
        format!("member:{lena}"),
        format!("group:{group}"),
        format!("api_key:{}", key.id),
    ];
    let picks: Vec<&str> = picks.iter().map(String::as_str).collect();
    let done = scene.share(&scene.priya, &picks, "user").await.expect(303);
    assert_eq!(done.location(), scene.path());
    let page = scene.priya.follow(&done).await.expect(200).page();
    assert!(
        page.title()
            .starts_with("3 more have access to Handbook now."),
        "{}",
        page.title()
    );
    let rows = page.all("[aria-labelledby=who-has] > li .t");
    assert_eq!(
        rows[..3],
        [
            "Dan Price dan-price@brightwater.example. Owner of the folder",
            "Lena Fischer lena-fischer@brightwater.example. Direct",
            "Support Group, 0 members . Direct",
        ]
    );
    let flaw = "API key. Direct Lacks the permission “Fetch assets”, so it finds files and cannot read them. Add it";
    assert!(
        rows[3].starts_with("production-server") && rows[3].ends_with(flaw),
        "{}",
        rows[3]
    );
    assert_eq!(
        scene.log(),
        [
            "folder.shared Lena Fischer",
            "folder.shared Support",
            "folder.shared production-server"
        ]
    );
    // What the dialog says is what the API does.
    let program = app.api(&key.secret);
    let of = format!("/v1/folders/{}", scene.folder);
    program.get(&of).await.expect(200);
    // The same again changes nothing, and says so.
    let again = scene
        .share(&scene.dan, &picks[..1], "editor")
        .await
        .expect(303);
    let page = scene.dan.follow(&again).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("Nobody was added. 1 skipped: has access already.")
    );
    assert_eq!(scene.log().len(), 3);
}

async fn send(scene: &Scene, browser: &Browser, pick: &str) -> u16 {
    let fields = [("subject", pick), ("role", "user"), ("do", "add")];
    browser.post(&scene.path(), &fields).await.status
}

#[actix_web::test]
async fn who_may_not_share_is_told_and_changes_nothing() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let lena = format!("member:{}", person(app, "Lena Fischer", Role::Member));
    let reader = person(app, "Rea Der", Role::Member);
    scene.shared("member_id", &reader, "user");
    let editor = person(app, "Ed Itor", Role::Member);
    scene.shared("member_id", &editor, "editor");
    let key = format!("api_key:{}", scene.key("production-server").id);
    let send = async |browser: &Browser, pick: &str| send(&scene, browser, pick).await;
    let rea = app.sign_in("rea-der@brightwater.example").await;
    let ed = app.sign_in("ed-itor@brightwater.example").await;
    let stranger = app.member(Role::Member).await;
    let elsewhere = app.workspace("Elsewhere").await;
    let before = app.sql(|sql| sql.lines("SELECT id::text AS line FROM shares ORDER BY id"));
    assert_eq!(send(&rea, &lena).await, 403, "a User");
    assert_eq!(send(&stranger, &lena).await, 404, "who has no role");
    assert_eq!(
        send(&elsewhere, &lena).await,
        404,
        "another workspace's owner"
    );
    assert_eq!(
        send(&app.stranger(), &lena).await,
        303,
        "nobody is led to sign in"
    );
    assert_eq!(send(&ed, &key).await, 403, "keys are for admins");
    assert_eq!(
        send(&ed, "email:noor@partner.example").await,
        403,
        "and so are invitations"
    );
    // Only what can be given: nobody's id, another workspace's, a personal key, a revoked one, a suspended member.
    let other = make::member_id(app, "elsewhere", &make::owner_email("Elsewhere"));
    let foreign_key = make::key(app, "elsewhere", "theirs").id;
    let suspended = person(app, "Sus Pended", Role::Member);
    make::suspended(app, &suspended);
    for pick in [
        format!("member:{other}"),
        format!("member:{suspended}"),
        format!("api_key:{foreign_key}"),
        format!("invitation:{other}"),
        format!("folder:{}", scene.folder),
        "member:x".to_owned(),
        "member".to_owned(),
        "email:nobody".to_owned(),
    ] {
        assert_eq!(send(&scene.priya, &pick).await, 404, "{pick}");
    }
    let personal = scene.key("mine");
    make::given_to(app, &editor, &personal, "mine");
    let revoked = scene.key("old");
    make::revoked(app, &revoked, "unneeded");
    let dan = make::member_id(app, HOME, "dan-price@brightwater.example");
    for (pick, why) in [
        (
            format!("api_key:{}", personal.id),
            "A personal key has the roles of its owner.",
        ),
        (format!("api_key:{}", revoked.id), "This key is revoked."),
        (format!("member:{dan}"), "They own this folder"),
    ] {
        let reply = scene
            .share(&scene.priya, &[&pick], "user")
            .await
            .expect(422);
        let page = reply.page();
        assert!(page.title().starts_with("Error: "));
        assert!(
            page.one("#subject-error").contains(why),
            "{}",
            page.one("#subject-error")
        );
    }
    let after = app.sql(|sql| sql.lines("SELECT id::text AS line FROM shares ORDER BY id"));
    assert_eq!(after, before);
    // Editors share with people.
    assert_eq!(send(&ed, &lena).await, 303);
}

#[actix_web::test]
async fn a_form_with_mistakes_keeps_what_was_typed() {
    let scene = Scene::set().await;
    let lena = format!(
        "member:{}",
        person(&scene.app, "Lena Fischer", Role::Member)
    );
    let form = scene.form(&scene.dan).await.with("role", "editor");
    let form = form.with("do", "add").with("ends_on", "2020-01-01");
    let page = scene.dan.submit(&form).await.expect(422).page();
    assert!(page.one("#subject-error").contains("Choose at least one"));
    assert!(
        page.one("#ends_on-error")
            .contains("Choose today or a later day")
    );
    let form = page
        .form(&scene.path())
        .also("subject", &lena)
        .with("do", "add");
    assert_eq!(form.value("role"), Some("editor"));
    let page = scene.dan.submit(&form).await.expect(422).page();
    assert_eq!(page.all(".tokens .tok"), ["Lena Fischer"]);
    assert!(!page.has("#subject-error"));
}

#[actix_web::test]
async fn a_role_ends_with_its_day_and_is_tidied() {
    let scene = Scene::set().await;
    let app = &scene.app;
    app.clock.stop();
    person(app, "Lena Fischer", Role::Member);
    let lena = app.sign_in("lena-fischer@brightwater.example").await;
    let id = make::member_id(app, HOME, "lena-fischer@brightwater.example");
    let today = app.clock.now().date_naive().to_string();
    let form = scene.form(&scene.dan).await.with("ends_on", &today);
    let form = form
        .also("subject", &format!("member:{id}"))
        .with("do", "add");
    scene.dan.submit(&form).await.expect(303);
    assert!(scene.rows(&scene.dan).await[1].contains("Ends with "));
    lena.get(&scene.path()).await.expect(200);
    app.clock.advance(chrono::TimeDelta::days(1));
    // From its end on it opens nothing, also before anybody tidies.
    let lena = app.sign_in("lena-fischer@brightwater.example").await;
    let dan = app.sign_in("dan-price@brightwater.example").await;
    lena.get(&scene.path()).await.expect(404);
    assert_eq!(scene.rows(&dan).await.len(), 1);
    let why = keyroom::policy::Unscoped::because("a test");
    keyroom::sharing::tidy(&app.db, why, app.clock.now()).await;
    assert_eq!(
        app.sql(|sql| sql.lines("SELECT id::text AS line FROM shares")),
        [""; 0]
    );
    assert_eq!(
        scene.log().last().map(String::as_str),
        Some("folder.share_ended Lena Fischer")
    );
    // What was over is given anew like anything else.
    scene
        .share(&dan, &[&format!("member:{id}")], "user")
        .await
        .expect(303);
    lena.get(&scene.path()).await.expect(200);
}

#[actix_web::test]
async fn two_who_share_with_the_same_at_once_do_not_overwrite_each_other() {
    let scene = Scene::set().await;
    let pick = format!(
        "member:{}",
        person(&scene.app, "Lena Fischer", Role::Member)
    );
    let (one, other) = join(
        scene.share(&scene.dan, &[&pick], "user"),
        scene.share(&scene.priya, &[&pick], "editor"),
    )
    .await;
    let flashes = [
        scene
            .dan
            .follow(&one.expect(303))
            .await
            .page()
            .one("#flash"),
        scene
            .priya
            .follow(&other.expect(303))
            .await
            .page()
            .one("#flash"),
    ];
    let skipped = flashes
        .iter()
        .filter(|flash| flash.contains("has access already"));
    assert_eq!(skipped.count(), 1, "{flashes:?}");
    assert_eq!(scene.log(), ["folder.shared Lena Fischer"]);
}

#[actix_web::test]
async fn those_who_are_given_access_are_told_by_mail_unless_unticked() {
    let server = MailServer::start();
    let scene = Scene::over(TestApp::start_mailing(&server.url())).await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    let sam = person(app, "Sam Okafor", Role::Member);
    let group = make::group(app, HOME, "Support", &[]);
    for member in [&sam, &lena] {
        make::in_group(app, &group, member);
    }
    let form = scene
        .form(&scene.dan)
        .await
        .with("message", "For the\nrelaunch");
    let form = form.also("subject", &format!("member:{lena}"));
    let form = form
        .also("subject", &format!("group:{group}"))
        .with("do", "add");
    scene.dan.submit(&form).await.expect(303);
    let mails = server.expect(2);
    for mail in &mails {
        assert_eq!(mail.header("subject"), "Dan Price shared Handbook with you");
        let link = path(&scene.folder).replace("/share", "");
        assert!(
            mail.text.contains(&link) && mail.text.contains("You are a User"),
            "{}",
            mail.text
        );
        assert!(
            mail.text.contains("Dan Price writes: For the"),
            "{}",
            mail.text
        );
    }
    let other = person(app, "Other Person", Role::Member);
    let form = scene.form(&scene.dan).await.without("tell");
    let form = form
        .also("subject", &format!("member:{other}"))
        .with("do", "add");
    scene.dan.submit(&form).await.expect(303);
    // Nobody writes to themselves.
    let priya = make::member_id(app, HOME, "priya-nair@brightwater.example");
    scene
        .share(&scene.priya, &[&format!("member:{priya}")], "user")
        .await
        .expect(303);
    let waiting =
        "SELECT recipient AS line FROM outbox WHERE purpose = 'share' ORDER BY created_at OFFSET 2";
    assert_eq!(app.sql(|sql| sql.lines(waiting)), [""; 0]);
}

/// Whoever shares for a day on which their own role ends gives no more than that.
#[actix_web::test]
async fn the_mail_names_the_end_that_was_given() {
    let server = MailServer::start();
    let scene = Scene::over(TestApp::start_mailing(&server.url())).await;
    let app = &scene.app;
    let sam = person(app, "Sam Okafor", Role::Member);
    let lena = person(app, "Lena Fischer", Role::Member);
    scene.shared("member_id", &sam, "editor");
    let tomorrow = app.clock.now().date_naive() + chrono::Days::new(1);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE shares SET expires_at = '{tomorrow} 08:00Z';
             UPDATE users SET time_zone = 'Pacific/Auckland' WHERE email LIKE 'lena%'"
        ));
    });
    let sam = app.sign_in("sam-okafor@brightwater.example").await;
    let form = scene.form(&sam).await;
    let form = form.with("ends_on", &tomorrow.to_string());
    let form = form.also("subject", &format!("member:{lena}"));
    sam.submit(&form.with("do", "add")).await.expect(303);
    let mail = &server.expect(1)[0];
    let day = tomorrow.format("%-d %B %Y").to_string();
    assert!(mail.text.contains(&day), "{day}: {}", mail.text);
}
