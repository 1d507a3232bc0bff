//! Somebody new is invited with a role in the folder.

use keyroom::actor::Role;

use super::{HOME, Scene, person};
use crate::{
    invitations::{NOOR, link},
    mail::server::MailServer,
    support::{TestApp, make},
};

const CHOSEN: &str = "marble otters juggle seven plums";

#[actix_web::test]
async fn somebody_new_is_invited_and_has_the_role_once_they_accept() {
    let server = MailServer::start();
    let scene = Scene::over(TestApp::start_mailing(&server.url())).await;
    let app = &scene.app;
    let pick = format!("email:{NOOR}");
    let form = scene
        .form(&scene.priya)
        .await
        .with("message", "Welcome aboard");
    let form = form
        .with("role", "editor")
        .also("subject", &pick)
        .with("do", "add");
    let done = scene.priya.submit(&form).await.expect(303);
    let page = scene.priya.follow(&done).await.expect(200).page();
    let said = format!("{NOOR} is invited, and becomes an Editor of Handbook with that.");
    assert!(page.one("#flash").contains(&said), "{}", page.one("#flash"));
    assert!(
        page.one("[aria-labelledby=pending] > li .t")
            .starts_with(&format!("{NOOR} Editor. Invited"))
    );
    assert_eq!(
        page.elements("[aria-labelledby=who-has] > li").len(),
        1,
        "it opens nothing yet"
    );
    let mail = &server.expect(1)[0];
    assert!(
        mail.text.contains("Folder: Handbook, as Editor"),
        "{}",
        mail.text
    );
    assert!(
        mail.text.contains("Priya Nair writes: Welcome aboard"),
        "{}",
        mail.text
    );
    // Invited again with another folder: the same invitation gets it, and no second mail.
    let other = make::folder(app, HOME, "Other", None);
    let path = super::path(&other);
    let form = scene.priya.get(&path).await.expect(200).page().form(&path);
    let form = form.also("subject", &pick).with("do", "add");
    scene.priya.submit(&form).await.expect(303);
    // And here they cannot be picked twice.
    let page = scene
        .priya
        .get(&format!("{}?q={NOOR}", scene.path()))
        .await
        .expect(200)
        .page();
    assert_eq!(page.one(".found li .muted"), "Invited");
    let noor = app.stranger();
    noor.get(&link(mail)).await.expect(303);
    let form = noor
        .get("/invitation")
        .await
        .expect(200)
        .page()
        .form("/invitation/account");
    let form = form.with("name", "Noor Khan").with("password", CHOSEN);
    noor.submit(&form).await.expect(303);
    noor.get(&scene.path()).await.expect(200);
    noor.get(&path).await.expect(200);
    let rows = scene.rows(&scene.priya).await;
    assert_eq!(rows[1], format!("Noor Khan {NOOR}. Direct"));
    assert!(!scene.page(&scene.priya).await.has("#pending"));
    assert_eq!(
        scene.log(),
        [
            format!("folder.shared {NOOR}"),
            format!("folder.shared {NOOR}"),
            "folder.shared Noor Khan".to_owned(),
            "folder.shared Noor Khan".to_owned(),
        ]
    );
}

#[actix_web::test]
async fn an_invitation_is_sent_again_or_cancelled_from_the_dialog() {
    let scene = Scene::set().await;
    let app = &scene.app;
    // Without mail there is a link to hand over.
    let shown = scene
        .share(&scene.priya, &[&format!("email:{NOOR}")], "user")
        .await
        .expect(201);
    assert!(shown.page().text().contains(NOOR));
    let id = app.sql(|sql| sql.line("SELECT id::text AS line FROM invitations"));
    let at = format!("{}/invitations/{id}", scene.path());
    let page = scene.page(&scene.priya).await;
    assert!(page.offers(&format!("{at}/renewal")) && page.offers(&format!("{at}/cancellation")));
    // Who is no admin sends none, and takes back what is promised where they share.
    let page = scene.page(&scene.dan).await;
    assert!(page.text().contains(NOOR) && !page.offers(&format!("{at}/renewal")));
    assert!(page.offers(&format!("{at}/cancellation")));
    let renewal = format!("{at}/renewal");
    scene.dan.post(&renewal, &[]).await.expect(403);
    // A User is told nothing of them.
    let uma = person(app, "Uma Berg", Role::Member);
    scene.shared("member_id", &uma, "user");
    let uma = app.sign_in("uma-berg@brightwater.example").await;
    assert!(!scene.page(&uma).await.text().contains(NOOR));
    uma.post(&format!("{at}/cancellation"), &[])
        .await
        .expect(403);
    scene
        .priya
        .post(&format!("{at}/renewal"), &[])
        .await
        .expect(201);
    // Of another folder, there is none.
    let other = make::folder(app, HOME, "Other", None);
    let elsewhere = format!("{}/invitations/{id}", super::path(&other));
    for what in ["renewal", "cancellation"] {
        scene
            .priya
            .post(&format!("{elsewhere}/{what}"), &[])
            .await
            .expect(404);
    }
    // While something else is promised with it, or by whoever invites nobody, only this is taken back.
    let pick = format!("email:{NOOR}");
    let form = scene.priya.get(&super::path(&other)).await.expect(200);
    let form = form.page().form(&super::path(&other));
    let form = form.also("subject", &pick).with("do", "add");
    scene.priya.submit(&form).await.expect(303);
    let promised = || {
        app.sql(|sql| {
            sql.line("SELECT count(*)::text AS line FROM shares WHERE invitation_id IS NOT NULL")
        })
    };
    for (who, left) in [(&scene.priya, "1"), (&scene.dan, "1")] {
        assert_eq!(promised(), "2");
        let cancelled = who.post(&format!("{at}/cancellation"), &[]).await;
        let page = who.follow(&cancelled.expect(303)).await.expect(200).page();
        let flash = page.one("#flash");
        assert!(flash.contains("No role in Handbook is promised"), "{flash}");
        assert!(!page.has("#pending"));
        assert_eq!(promised(), left);
        scene
            .share(&scene.priya, &[&pick], "user")
            .await
            .expect(303);
    }
    scene
        .dan
        .post(&format!("{at}/cancellation"), &[])
        .await
        .expect(303);
    // The last one ends with the invitation, and that with it.
    let done = scene
        .priya
        .post(&format!("{elsewhere}/cancellation"), &[])
        .await
        .expect(303);
    let page = scene.priya.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("is cancelled.") && !page.has("#pending"));
    assert_eq!(promised(), "0");
}

#[actix_web::test]
async fn who_is_invited_anew_is_not_promised_what_they_were_before() {
    let scene = Scene::set().await;
    let app = &scene.app;
    scene
        .share(&scene.priya, &[&format!("email:{NOOR}")], "user")
        .await
        .expect(201);
    app.sql(|sql| sql.execute("UPDATE invitations SET sent_at = now() - interval '8 days', created_at = now() - interval '8 days', expires_at = now() - interval '1 day'"));
    assert!(scene.page(&scene.priya).await.text().contains("Ended"));
    let form = scene
        .priya
        .get("/w/brightwater/settings/invitations/new")
        .await
        .expect(200)
        .page();
    let form = form
        .form("/w/brightwater/settings/invitations/new")
        .with("emails", NOOR);
    scene
        .priya
        .submit(&form.with("do", "add"))
        .await
        .expect(201);
    assert!(!scene.page(&scene.priya).await.has("#pending"));
    let both = ["folder.shared", "folder.unshared"].map(|said| format!("{said} {NOOR}"));
    assert_eq!(scene.log(), both);
}

#[actix_web::test]
async fn nobody_is_invited_who_is_here_or_suspended() {
    let scene = Scene::set().await;
    let app = &scene.app;
    let suspended = person(app, "Sus Pended", Role::Member);
    make::suspended(app, &suspended);
    for email in [
        "dan-price@brightwater.example",
        "sus-pended@brightwater.example",
    ] {
        let reply = scene
            .share(&scene.priya, &[&format!("email:{email}")], "user")
            .await;
        assert!(
            reply
                .expect(422)
                .page()
                .one("#subject-error")
                .contains(email)
        );
    }
    assert_eq!(
        app.sql(|sql| sql.lines("SELECT email AS line FROM invitations")),
        [""; 0]
    );
}
