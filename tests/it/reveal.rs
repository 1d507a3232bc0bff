//! The one answer that shows a key, and who gets one.

use futures_util::future::join_all;
use keyroom::actor::Role;

use crate::{
    scenes::{KEYS, NEW, fact, filled, generate, labels, shown, state},
    support::{TestApp, http::Reply, make, page::Form},
};

#[actix_web::test]
async fn a_key_is_made_shown_once_and_works() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "production-server")
        .await
        .also("permission", "FILE_DELETE");
    assert_eq!(
        form.value("expiry"),
        Some("90"),
        "90 days unless chosen otherwise"
    );
    assert_eq!(form.value("preset"), Some("custom"));
    let reply = owner.submit(&form).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let key = shown(&reply);
    let page = reply.page();
    assert_eq!(page.one("#env"), format!("KEYROOM_API_KEY={}", key.secret));
    let curl = page.one("#curl");
    assert!(curl.contains(&format!("Authorization: Bearer {}", key.secret)));
    assert!(
        curl.ends_with(&format!("http://{}/v1/whoami", app.address)),
        "{curl}"
    );
    assert_eq!(
        reply.text().matches(&key.secret).count(),
        3,
        "the key, the line, the command"
    );
    assert!(page.text().contains("This key can delete files."));
    assert!(
        reply
            .headers
            .iter()
            .all(|(_, v)| !v.to_str().is_ok_and(|v| v.contains(&key.secret)))
    );

    let list = owner.get(KEYS).await.expect(200);
    assert!(!list.text().contains(&key.secret[17..]), "never again");
    assert_eq!(labels(&list.page()), ["production-server"]);
    assert_eq!(state(&list.page(), &key), "Active");
    assert!(fact(&list.page(), &key, "Expires").starts_with("in 90 days"));
    let answer = app
        .api(&key.secret)
        .get("/v1/whoami")
        .await
        .expect(200)
        .json();
    assert_eq!(
        answer["permissions"],
        serde_json::json!(["OBJECTS_LIST", "FILE_DELETE"])
    );
}

#[actix_web::test]
async fn sent_twice_the_form_makes_one_key_and_shows_it_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let key = shown(&owner.submit(&form).await.expect(201));
    for again in [form.clone(), form.with("label", "another")] {
        let reply = owner.submit(&again).await.expect(409);
        let page = reply.page();
        assert_eq!(page.one("h1"), "This key was shown once already");
        assert!(!reply.text().contains(&key.secret[17..]));
        assert!(page.text().contains("Rotate it to get a new value."));
    }
    assert_eq!(labels(&owner.get(KEYS).await.page()), ["ci"]);
}

/// One shows a key; who waits too long for their turn is told so, and made nothing.
#[track_caller]
fn are_one_and(replies: &[Reply], refused: u16) {
    let count = |status| replies.iter().filter(|r| r.status == status).count();
    let counts = (count(201), count(refused) + count(503));
    assert_eq!(counts, (1, 19), "{} are late", count(503));
}

#[actix_web::test]
async fn sent_twenty_times_at_once_the_form_makes_one_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let replies: Vec<Reply> = join_all((0..20).map(|_| owner.submit(&form))).await;
    are_one_and(&replies, 409);
    assert_eq!(labels(&owner.get(KEYS).await.page()), ["ci"]);
}

#[actix_web::test]
async fn the_same_label_at_once_from_twenty_forms_is_taken_by_one() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "ci").await;
    let forms: Vec<Form> = (0..20)
        .map(|_| {
            form.clone()
                .with("nonce", &uuid::Uuid::now_v7().to_string())
        })
        .collect();
    let replies: Vec<Reply> = join_all(forms.iter().map(|form| owner.submit(form))).await;
    are_one_and(&replies, 422);
    assert_eq!(labels(&owner.get(KEYS).await.page()), ["ci"]);
}

#[actix_web::test]
async fn only_admins_of_the_workspace_generate_keys_in_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let form = filled(&owner, "mine").await;
    let member = app.member(Role::Member).await;
    member.get(NEW).await.expect(403);
    let page = member.submit(&form).await.expect(403).page();
    assert!(
        page.text()
            .contains("You need to be an admin to manage keys. Ask Ada Park.")
    );
    let other = app.workspace("Other").await;
    other.get(NEW).await.expect(404);
    other.submit(&form).await.expect(404);
    assert!(labels(&owner.get(KEYS).await.page()).is_empty());
    shown(
        &app.member(Role::Admin)
            .await
            .submit(&form)
            .await
            .expect(201),
    );
    assert!(
        other
            .get("/w/other/settings/api-keys")
            .await
            .page()
            .text()
            .contains("No API keys yet")
    );
}

#[actix_web::test]
async fn a_key_belongs_to_the_workspace_in_which_it_was_made() {
    let app = TestApp::start();
    app.set_up().await;
    let other = app.workspace("Other").await;
    make::membership(
        &app,
        "brightwater",
        &make::owner_email("Other"),
        Role::Admin,
    );
    let key = generate(&other, "ci").await;
    let answer = app
        .api(&key.secret)
        .get("/v1/whoami")
        .await
        .expect(200)
        .json();
    assert_eq!(answer["workspace"]["slug"], "brightwater");
    assert!(labels(&other.get("/w/other/settings/api-keys").await.page()).is_empty());
    // Under the other workspace's address it does not exist.
    let elsewhere = format!("/w/other/settings/api-keys/{}", key.id);
    other.get(&elsewhere).await.expect(404);
    for what in ["deactivation", "activation", "revocation", "restoration"] {
        other
            .post(&format!("{elsewhere}/{what}"), &[])
            .await
            .expect(404);
    }
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
}
