//! What is written down of an incident, by whoever and however.

use keyroom::actor::Role;

use crate::{
    scenes::{at, generate},
    support::{
        Browser, TestApp,
        make::MadeKey,
        page::{Form, Page},
    },
};

const KEY: &str = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";

async fn compromised(owner: &Browser) -> MadeKey {
    let key = generate(owner, "scraper").await;
    let fields = [("reason", "compromised")];
    owner
        .post(&at(&key, "revocation"), &fields)
        .await
        .expect(303);
    key
}

async fn page(browser: &Browser, key: &MadeKey) -> Page {
    browser.get(&at(key, "incident")).await.expect(200).page()
}

fn notes(key: &MadeKey) -> String {
    at(key, "incident/notes")
}

fn closing(key: &MadeKey) -> String {
    at(key, "incident/closing")
}

/// The last form, as its *Save and go on later* sends it.
async fn draft(browser: &Browser, key: &MadeKey) -> Form {
    let form = page(browser, key).await.form(&closing(key));
    Form {
        action: notes(key),
        ..form
    }
}

#[actix_web::test]
async fn what_is_written_so_far_is_kept() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = compromised(&owner).await;
    let text = "A notebook,\r\n\r\n<b>public</b> & \"quoted\" \u{1F600}";
    let form = draft(&owner, &key).await.with("cause", text);
    owner.submit(&form).await.expect(303);
    let form = draft(&app.member(Role::Admin).await, &key).await;
    let kept = text.replace("\r\n", "\n");
    assert_eq!(
        form.value("cause").map(str::trim_start),
        Some(kept.as_str())
    );
    assert_eq!(form.value("was_cause"), Some(kept.as_str()));
    let told = page(&owner, &key)
        .await
        .form(&notes(&key))
        .with("told", "Olu, at noon");
    owner.submit(&told).await.expect(303);
    let after = page(&owner, &key).await;
    assert_eq!(after.attributes("ol.guided > li", "class")[4], "done");
    assert_eq!(
        draft(&owner, &key)
            .await
            .value("cause")
            .map(str::trim_start),
        Some(kept.as_str())
    );
    // Emptied, nobody was told.
    let told = after.form(&notes(&key)).with("told", " ");
    owner.submit(&told).await.expect(303);
    assert_eq!(
        page(&owner, &key)
            .await
            .attributes("ol.guided > li", "class")[4],
        ""
    );
}

#[actix_web::test]
async fn two_who_write_at_once_lose_nothing_unseen() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let key = compromised(&owner).await;
    let (mine, theirs) = (draft(&owner, &key).await, draft(&admin, &key).await);
    owner
        .submit(&mine.with("cause", "A notebook"))
        .await
        .expect(303);
    // Other words about something else do no harm.
    owner
        .submit(&theirs.clone().with("effect", "41 files"))
        .await
        .expect(303);
    let clash = admin
        .submit(&theirs.with("cause", "An email").with("effect", "41 files"))
        .await
        .expect(409)
        .page();
    assert!(clash.one("#cause-theirs").contains("A notebook"));
    assert!(!clash.has("#effect-theirs"));
    let form = clash.form(&closing(&key));
    assert_eq!(form.value("cause").map(str::trim_start), Some("An email"));
    assert_eq!(
        draft(&owner, &key)
            .await
            .value("cause")
            .map(str::trim_start),
        Some("A notebook")
    );
    // Seen, it may be replaced; and the same at closing.
    let form = Form {
        action: notes(&key),
        ..form
    };
    admin.submit(&form).await.expect(303);
    assert_eq!(
        draft(&owner, &key)
            .await
            .value("cause")
            .map(str::trim_start),
        Some("An email")
    );
    let old = [
        ("was_cause", ""),
        ("cause", "Nobody knows"),
        ("effect", "41 files"),
        ("was_effect", "41 files"),
    ];
    owner.post(&closing(&key), &old).await.expect(409);
    assert!(
        page(&owner, &key).await.has("ol.guided"),
        "it is open still"
    );
}

#[actix_web::test]
async fn huge_and_odd_texts_are_refused_and_shown_again() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = compromised(&owner).await;
    let long = "ä".repeat(4_001);
    for (text, why) in [
        (long.as_str(), "of at most 4,000 characters"),
        (
            "turned \u{202E}around",
            "without invisible control characters",
        ),
        ("a\n\u{1b}[2Jb", "without invisible control characters"),
        (KEY, "without an API key in it"),
    ] {
        for action in [notes(&key), closing(&key)] {
            let fields = [("cause", text), ("effect", "Nothing")];
            let page = owner.post(&action, &fields).await.expect(422).page();
            assert!(
                page.one("#cause-error").contains(why),
                "{}",
                page.one("#cause-error")
            );
            assert!(page.title().starts_with("Error: "));
            let shown = page.form(&closing(&key));
            assert_eq!(shown.value("effect").map(str::trim_start), Some("Nothing"));
        }
    }
    owner
        .post(&notes(&key), &[("cause", "a\0b")])
        .await
        .expect(422);
    owner
        .post(&notes(&key), &[("cause", "a"), ("other", "b")])
        .await
        .expect(400);
    owner
        .post(
            &at(&key, "incident/steps"),
            &[("step", "close"), ("done", "true")],
        )
        .await
        .expect(400);
    owner
        .post(
            &at(&key, "incident/steps"),
            &[("step", "revoke"), ("done", "true")],
        )
        .await
        .expect(400);
    let form = draft(&owner, &key).await;
    assert_eq!(form.value("was_cause"), Some(""), "nothing was kept");
    // As much as there is room for, in every letter.
    let most = "ä".repeat(4_000);
    owner.submit(&form.with("cause", &most)).await.expect(303);
}
