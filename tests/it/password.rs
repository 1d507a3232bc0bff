//! Changing one's own password.

use chrono::TimeDelta;

use crate::{
    scenes::{ADA, KEYS},
    support::{Browser, TestApp, http::Reply, make},
};

const PAGE: &str = "/account/security";
const CHANGE: &str = "/account/password";
const NEW: &str = "seven kettles hum along";

async fn change(browser: &Browser, current: &str, new: &str) -> Reply {
    let form = browser.get(PAGE).await.expect(200).page().form(CHANGE);
    browser
        .submit(&form.with("current", current).with("new", new))
        .await
}

async fn sign_in(app: &TestApp, password: &str) -> Reply {
    let fields = [("email", ADA), ("password", password)];
    app.stranger().post("/sign-in", &fields).await
}

#[actix_web::test]
async fn the_new_password_opens_and_the_old_one_does_not() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let changed = change(&owner, make::PASSWORD, NEW).await.expect(303);
    let page = owner.follow(&changed).await.expect(200).page();
    assert!(
        page.one("#flash").contains("Your password is changed."),
        "{}",
        page.text()
    );
    sign_in(&app, make::PASSWORD).await.expect(422);
    app.clock.advance(TimeDelta::seconds(1));
    sign_in(&app, NEW).await.expect(303);
}

#[actix_web::test]
async fn a_change_ends_the_other_sessions_and_keeps_this_one_under_a_new_id() {
    let app = TestApp::start();
    let here = app.set_up().await;
    let (there, copy) = (app.sign_in(ADA).await, here.twin());
    let somebody = app.workspace("Other").await;
    let before = here.cookie("keyroom");
    let changed = change(&here, make::PASSWORD, NEW).await.expect(303);
    assert!(
        here.follow(&changed)
            .await
            .page()
            .one("#flash")
            .contains("1 other session ended.")
    );
    assert_ne!(here.cookie("keyroom"), before);
    here.get(KEYS).await.expect(200);
    for ended in [&there, &copy] {
        assert!(
            ended
                .get(KEYS)
                .await
                .expect(303)
                .location()
                .starts_with("/sign-in")
        );
    }
    somebody.get("/w/other/settings/api-keys").await.expect(200);
}

#[actix_web::test]
async fn a_kept_session_does_not_sign_in_a_second_time() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    owner.get(KEYS).await.expect(200);
    change(&owner, make::PASSWORD, NEW).await.expect(303);
    let said = crate::scenes::sentences(&owner, crate::scenes::AUDIT).await;
    assert_eq!(
        said.iter().filter(|s| *s == "signed in").count(),
        1,
        "{said:?}"
    );
}

#[actix_web::test]
async fn a_wrong_current_password_changes_nothing_and_is_counted() {
    let app = TestApp::start();
    app.clock.stop();
    let owner = app.set_up().await;
    let wrong = change(&owner, "purple tractor sings at noon", NEW)
        .await
        .expect(422);
    let page = wrong.page();
    assert!(
        page.one("#current-error")
            .contains("not your current password")
    );
    for field in ["current", "new"] {
        assert_eq!(
            page.form(CHANGE).value(field),
            Some(""),
            "no password comes back"
        );
    }
    // It waits as at the door, and the door waits with it.
    let early = change(&owner, make::PASSWORD, NEW).await.expect(429);
    assert_eq!(early.header("retry-after"), "1");
    assert!(
        early
            .page()
            .one("#current-error")
            .contains("Too many attempts")
    );
    sign_in(&app, make::PASSWORD).await.expect(429);
    app.clock.advance(TimeDelta::seconds(1));
    sign_in(&app, make::PASSWORD).await.expect(303);
}

#[actix_web::test]
async fn passwords_that_are_short_long_or_common_are_refused() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let long = "violet tractor ".repeat(9);
    for (new, why) in [
        ("", "Enter a password"),
        ("kT9$vLm2#pQz8&", "at least 15 characters"),
        (long.as_str(), "at most 128 characters"),
        ("passwordpassword", "easy to guess"),
        ("qwertyuiopasdfgh", "easy to guess"),
        ("owner@brightwater.example", "easy to guess"),
    ] {
        let page = change(&owner, make::PASSWORD, new).await.expect(422).page();
        assert!(
            page.one("#new-error").contains(why),
            "{new}: {}",
            page.text()
        );
        assert!(page.title().starts_with("Error: "));
        app.clock.advance(TimeDelta::seconds(11));
    }
    sign_in(&app, make::PASSWORD).await.expect(303);
    // 64 and more must fit.
    let fits = format!("{}!", "violet tractor ".repeat(8));
    assert_eq!(
        change(&owner, make::PASSWORD, &fits).await.status,
        303,
        "121 characters"
    );
    sign_in(&app, &fits).await.expect(303);
    sign_in(&app, &fits[..fits.len() - 1]).await.expect(422);
}

#[actix_web::test]
async fn all_mistakes_are_told_at_once() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let page = change(&owner, "purple tractor sings at noon", "short")
        .await
        .expect(422)
        .page();
    assert!(
        page.has("#current-error") && page.has("#new-error"),
        "{}",
        page.text()
    );
}

#[actix_web::test]
async fn the_right_current_password_is_no_failed_guess_whatever_the_new_one_is() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for _ in 0..3 {
        let page = change(&owner, make::PASSWORD, "short")
            .await
            .expect(422)
            .page();
        assert!(page.has("#new-error"));
        assert!(!page.has("#current-error"), "{}", page.text());
    }
    sign_in(&app, make::PASSWORD).await.expect(303);
}

#[actix_web::test]
async fn the_address_of_the_form_leads_to_its_page_and_a_mistake_keeps_the_page_whole() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    assert_eq!(owner.get(CHANGE).await.expect(303).location(), PAGE);
    let page = change(&owner, make::PASSWORD, "short")
        .await
        .expect(422)
        .page();
    assert!(page.text().contains("This device"), "{}", page.text());
    assert_eq!(page.one(".tabs [aria-current]"), "Security");
}
