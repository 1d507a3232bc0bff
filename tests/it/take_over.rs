//! *Take over*: another member's personal key becomes the workspace's, with a new value.

use chrono::TimeDelta;
use futures_util::future::join;
use keyroom::{actor::Role, permissions::Permission};

use crate::{
    scenes::{ADA, AUDIT, KEYS, at, list, press, problem, sentences, shown, state},
    support::{
        Browser, TestApp, make,
        make::MadeKey,
        page::{Form, Page},
    },
};

const OWN: &str = "/w/brightwater/account/api-keys";
const WHOAMI: &str = "/v1/whoami";
const SAM: &str = "sam@brightwater.example";
/// The second is beyond what members have.
const GIVEN: &[Permission] = &[Permission::FileUpload, Permission::FileDelete];
const TRACES: [&str; 4] = [
    "audit_events",
    "member_visits",
    "sessions",
    "session_visits",
];

struct Scene {
    app: TestApp,
    owner: Browser,
    sam: String,
    key: MadeKey,
}

async fn scene() -> Scene {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam Okafor", SAM, Role::Member);
    let key = make::personal(&app, ("brightwater", &sam), "laptop", GIVEN);
    Scene {
        app,
        owner,
        sam,
        key,
    }
}

impl Scene {
    async fn page(&self) -> Page {
        let address = at(&self.key, "takeover");
        self.owner.get(&address).await.expect(200).page()
    }

    async fn form(&self) -> Form {
        self.page().await.form(&at(&self.key, "takeover"))
    }

    async fn taken(&self, form: &Form) -> MadeKey {
        shown(&self.owner.submit(form).await.expect(201))
    }

    async fn works(&self, key: &MadeKey) -> bool {
        self.app.api(&key.secret).get(WHOAMI).await.status == 200
    }
}

#[actix_web::test]
async fn a_key_that_is_taken_over_is_the_workspaces_and_has_a_new_value() {
    let scene = scene().await;
    let (app, old) = (&scene.app, &scene.key);
    make::limited(app, old);
    let card = list(&scene.owner, "").await.one(&format!("#m-{}", old.id));
    assert!(card.contains("Take over…"), "{card}");
    let before = app.api(&old.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(before["permissions"], serde_json::json!(["FILE_UPLOAD"]));
    let page = scene.page().await;
    assert_eq!(page.one("#dialog-title"), "Take over laptop?");
    let text = page.one("#take-over");
    assert!(
        text.contains("Because Sam Okafor knows its value, it gets a new one, shown once."),
        "{text}"
    );
    assert!(
        text.contains("With its new value it may do again what its owner may not: Delete files."),
        "{text}"
    );
    let form = page.form(&at(old, "takeover"));
    assert_eq!(
        (form.value("grace"), form.value("label")),
        (Some("86400"), Some("laptop"))
    );
    let reply = scene.owner.submit(&form).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let new = shown(&reply);
    let page = reply.page();
    assert!(page.title().starts_with("Key taken over."));
    assert!(page.one("#reveal").contains("Old value Works until"));
    assert!(page.has("dialog[data-guard]"));
    assert_eq!(new.id, old.id);
    assert!(scene.works(old).await && scene.works(&new).await);
    let after = app.api(&new.secret).get(WHOAMI).await.expect(200).json();
    let all = serde_json::json!(["FILE_UPLOAD", "FILE_DELETE"]);
    assert_eq!(after["permissions"], all, "nobody cuts it any more");
    let still = app.api(&old.secret).get(WHOAMI).await.expect(200).json();
    assert_eq!(
        still["permissions"], before["permissions"],
        "what its former owner knows"
    );
    for stays in [
        "id",
        "label",
        "created_at",
        "expires_at",
        "allowed_ips",
        "rate_limit_per_minute",
    ] {
        assert_eq!(after["key"][stays], before["key"][stays], "{stays}");
    }

    let reply = scene.owner.get(KEYS).await.expect(200);
    assert!(!reply.text().contains(&new.secret[17..]), "never again");
    let page = reply.page();
    assert!(!page.text().contains("Personal key of Sam Okafor"));
    assert!(!page.one(&format!("#m-{}", old.id)).contains("Take over"));
    assert_eq!(state(&page, &new), "Rotating");
    // It is none of theirs any more.
    let sam = app.sign_in(SAM).await;
    assert!(!sam.get(OWN).await.expect(200).page().has("article.key"));
    sam.get(&format!("{OWN}/{}", old.id)).await.expect(404);

    let mut told = sentences(&scene.owner, AUDIT).await;
    told.retain(|said| said != "signed in");
    assert!(told[0].starts_with("rotated key laptop"), "{told:?}");
    assert!(told[1].starts_with("took over key laptop"), "{told:?}");
    let log = format!("{AUDIT}?action=key.taken_over");
    let page = scene.owner.get(&log).await.expect(200).page();
    let changes = page.one("table.changes");
    assert!(changes.contains("A member: a personal key"), "{changes}");
    assert!(
        changes.contains("Old value works for – 24 hours"),
        "{changes}"
    );
    let whose = format!(
        "SELECT before #>> '{{owner,id}}' AS line FROM audit_events WHERE action = 'key.taken_over' AND before #>> '{{owner,id}}' = '{}'",
        scene.sam
    );
    assert_eq!(app.sql(|sql| sql.line(&whose)), scene.sam);

    app.clock.advance(TimeDelta::days(1));
    problem(
        app.api(&old.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    assert!(scene.works(&new).await);
}

#[actix_web::test]
async fn a_key_of_whoever_is_gone_works_again() {
    for is_removed in [false, true] {
        let scene = scene().await;
        make::suspended(&scene.app, &scene.sam);
        if is_removed {
            make::removed(&scene.app, &scene.sam);
        }
        problem(
            scene.app.api(&scene.key.secret).get(WHOAMI).await,
            401,
            "key_suspended",
        );
        let page = scene.page().await;
        let text = page.one("#take-over");
        assert!(text.contains("Its new value will be answered"), "{text}");
        let new = scene.taken(&scene.form().await).await;
        assert!(scene.works(&new).await);
        // What they know stays as refused as it was.
        let old = scene.app.api(&scene.key.secret).get(WHOAMI).await;
        problem(old, 401, "key_rotated_out");
    }
}

#[actix_web::test]
async fn without_a_grace_the_former_owners_value_stops_at_once() {
    let scene = scene().await;
    let new = scene.taken(&scene.form().await.with("grace", "0")).await;
    assert!(scene.works(&new).await);
    problem(
        scene.app.api(&scene.key.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
}

#[actix_web::test]
async fn of_two_admins_at_once_one_takes_it_over() {
    let scene = scene().await;
    let other = scene.app.member(Role::Admin).await;
    let form = scene.form().await;
    let theirs = other.get(&at(&scene.key, "takeover")).await.expect(200);
    let theirs = theirs.page().form(&at(&scene.key, "takeover"));
    let (one, two) = join(scene.owner.submit(&form), other.submit(&theirs)).await;
    let mut both = [&one, &two];
    both.sort_by_key(|reply| reply.status);
    assert_eq!(both.map(|reply| reply.status), [201, 409]);
    let new = shown(both[0]);
    // Nor does the same form show anything again, whatever it says.
    let again = form.clone().with("label", "").with("grace", "x");
    for form in [&form, &again] {
        let reply = scene.owner.submit(form).await.expect(409);
        assert!(!reply.text().contains(&new.secret[17..]));
        let page = reply.page();
        assert_eq!(page.one("h1"), "This key was shown once already");
        let told = "was taken over after this form was opened";
        assert!(page.text().contains(told), "{}", page.text());
    }
    assert!(!both[1].text().contains(&new.secret[17..]));
    assert!(scene.works(&new).await);
    let page = scene.owner.get(&at(&scene.key, "takeover")).await;
    assert_eq!(
        page.expect(303).location(),
        format!("{KEYS}/{}", scene.key.id)
    );
}

#[actix_web::test]
async fn its_owner_changes_it_before_or_not_at_all() {
    let revoked = scene().await;
    let edited = scene().await;
    for (scene, what) in [(&revoked, "revocation"), (&edited, "deactivation")] {
        let sam = scene.app.sign_in(SAM).await;
        let address = format!("{OWN}/{}/{what}", scene.key.id);
        let form = scene.form().await;
        let (taken, theirs) = join(scene.owner.submit(&form), sam.post(&address, &[])).await;
        match (taken.status, theirs.status) {
            // It was taken over first: it is as if there were none.
            (201, 404) => assert!(scene.works(&shown(&taken)).await),
            // It was ended first.
            (409, 303) if what == "revocation" => {
                assert!(taken.page().text().contains("This key is revoked"));
            }
            // It was stopped first, and stays so.
            (201, 303) if what == "deactivation" => {
                problem(
                    scene.app.api(&shown(&taken).secret).get(WHOAMI).await,
                    401,
                    "key_deactivated",
                );
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[actix_web::test]
async fn nobody_else_takes_a_key_over() {
    let scene = scene().await;
    let app = &scene.app;
    let address = at(&scene.key, "takeover");
    let fields = [("newest", "1"), ("grace", "0")];
    let browsers = [
        (app.sign_in(SAM).await, 403),
        (app.member(Role::Member).await, 403),
        (app.workspace("Elsewhere").await, 404),
        (app.stranger(), 303),
    ];
    let foreign = format!("/w/elsewhere/settings/api-keys/{}/takeover", scene.key.id);
    let nobodys = foreign.replace(&scene.key.id, "000000000000");
    let before = app.sql(|sql| sql.dump_without(&TRACES));
    for (browser, expected) in &browsers {
        browser.get(&address).await.expect(*expected);
        browser.post(&address, &fields).await.expect(*expected);
    }
    let [.., (other, _), _] = &browsers;
    for (theirs, none) in [
        (other.get(&foreign).await, other.get(&nobodys).await),
        (
            other.post(&foreign, &fields).await,
            other.post(&nobodys, &fields).await,
        ),
    ] {
        let (theirs, none) = (theirs.expect(404).page(), none.expect(404).page());
        assert_eq!(theirs.one("h1"), none.one("h1"));
    }
    // In an account there is no such thing at all.
    let own = format!("{OWN}/{}/takeover", scene.key.id);
    scene.owner.post(&own, &fields).await.expect(404);
    let after = app.sql(|sql| sql.dump_without(&TRACES));
    assert_eq!(after, before);
}

#[actix_web::test]
async fn a_form_with_a_mistake_takes_nothing_over() {
    let scene = scene().await;
    let form = scene.form().await;
    let address = at(&scene.key, "takeover");
    let before = scene.app.sql(|sql| sql.dump_without(&TRACES));
    for (field, value, at) in [
        ("grace", "604801", "#grace-error"),
        ("grace", "soon", "#grace-error"),
        ("label", " ", "#label-error"),
        ("expiry", "date", "#expires_on-error"),
    ] {
        let reply = scene.owner.submit(&form.clone().with(field, value)).await;
        let page = reply.expect(422).page();
        assert!(page.title().starts_with("Error: "), "{}", page.title());
        assert!(page.has(at), "{field}: {}", page.text());
    }
    for forged in [
        vec![],
        vec![("newest", "x")],
        vec![("newest", "1"), ("owner", "me")],
    ] {
        scene.owner.post(&address, &forged).await.expect(400);
    }
    let stale = form.with("newest", "7");
    let page = scene.owner.submit(&stale).await.expect(409).page();
    assert!(
        page.text()
            .contains("was rotated after this form was opened"),
        "{}",
        page.text()
    );
    let after = scene.app.sql(|sql| sql.dump_without(&TRACES));
    assert_eq!(after, before);
    assert!(scene.works(&scene.key).await);
}

#[actix_web::test]
async fn a_label_that_a_workspace_key_has_is_not_taken_twice() {
    let scene = scene().await;
    make::key(&scene.app, "brightwater", "Laptop");
    let page = scene.page().await;
    let told = "Brightwater has a key called laptop already, so this one needs another label.";
    assert!(page.text().contains(told), "{}", page.text());
    let form = page.form(&at(&scene.key, "takeover"));
    assert_eq!(form.value("label"), Some("laptop 2"));
    for form in [
        form.clone().with("label", "LAPTOP"),
        form.clone().without("label"),
    ] {
        let page = scene.owner.submit(&form).await.expect(422).page();
        assert!(
            page.one("#label-error")
                .contains("exists. Use another label")
        );
    }
    let new = scene.taken(&form.with("label", "build laptop")).await;
    let page = list(&scene.owner, "").await;
    assert_eq!(page.one(&format!("#l-{}", new.id)), "build laptop");
}

#[actix_web::test]
async fn an_expired_key_needs_a_date_and_a_revoked_one_stays() {
    let scene = scene().await;
    scene.app.sql(|sql| {
        sql.execute("UPDATE keys SET created_at = now() - interval '3 days', expires_at = now() - interval '1 day'");
    });
    let page = scene.page().await;
    assert!(page.text().contains("so choose a new date"));
    let form = page.form(&at(&scene.key, "takeover"));
    let kept = form.clone().with("expiry", "keep");
    let page = scene.owner.submit(&kept).await.expect(422).page();
    assert!(
        page.text()
            .contains("This key has expired. Choose a new date")
    );
    let new = scene.taken(&form.with("expiry", "30")).await;
    assert!(scene.works(&new).await);

    let gone = make::personal(&scene.app, ("brightwater", &scene.sam), "phone", GIVEN);
    make::revoked(&scene.app, &gone, "unneeded");
    let page = list(&scene.owner, "revoked").await;
    assert!(!page.one(&format!("#m-{}", gone.id)).contains("Take over"));
    for reply in [
        scene.owner.get(&at(&gone, "takeover")).await,
        scene
            .owner
            .post(&at(&gone, "takeover"), &[("newest", "1"), ("grace", "0")])
            .await,
    ] {
        let text = reply.expect(409).page().text();
        assert!(
            text.contains("a revoked key cannot be taken over"),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn a_deactivated_key_stays_so() {
    let scene = scene().await;
    make::deactivated(&scene.app, &scene.key);
    assert!(scene.page().await.text().contains("It stays deactivated."));
    let new = scene.taken(&scene.form().await).await;
    let program = scene.app.api(&new.secret);
    problem(program.get(WHOAMI).await, 401, "key_deactivated");
    press(&scene.owner, &new, "activation").await.expect(303);
    program.get(WHOAMI).await.expect(200);
}

#[actix_web::test]
async fn a_rotation_that_runs_is_finished_with_it() {
    let mut scene = scene().await;
    scene.key = make::personal(
        &scene.app,
        ("brightwater", &scene.sam),
        "phone",
        &GIVEN[..1],
    );
    let sam = scene.app.sign_in(SAM).await;
    let rotation = format!("{OWN}/{}/rotation", scene.key.id);
    let form = sam.get(&rotation).await.expect(200).page().form(&rotation);
    let second = shown(&sam.submit(&form).await.expect(201));
    let page = scene.page().await;
    assert!(
        page.text()
            .contains("It is being rotated. The older of its two values stops at once."),
        "{}",
        page.text()
    );
    let third = scene.taken(&scene.form().await).await;
    problem(
        scene.app.api(&scene.key.secret).get(WHOAMI).await,
        401,
        "key_rotated_out",
    );
    assert!(scene.works(&second).await && scene.works(&third).await);
    let told = sentences(&scene.owner, AUDIT).await;
    assert!(told[1].starts_with("finished the rotation of key phone"));
}

#[actix_web::test]
async fn a_recoverable_key_stays_so() {
    let scene = scene().await;
    make::recovery(&scene.app, "brightwater", true);
    let key = make::recoverable(&scene.app, "brightwater", "backup");
    let (id, sam) = (&key.id, &scene.sam);
    scene.app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET owner_member_id = '{sam}' WHERE id = '{id}'"
        ))
    });
    press(&scene.owner, &key, "reveal").await.expect(403);
    let page = scene.owner.get(&at(&key, "takeover")).await.expect(200);
    let form = page.page().form(&at(&key, "takeover"));
    let new = shown(&scene.owner.submit(&form).await.expect(201));
    let reply = press(&scene.owner, &key, "reveal").await;
    let reply = match reply.page().one("h1").as_str() {
        "Confirm it's you" => {
            let form = reply.page().form(&at(&key, "reveal"));
            let form = form.with("confirm-password", make::PASSWORD);
            scene.owner.submit(&form).await
        }
        _ => reply,
    };
    assert_eq!(shown(&reply.expect(200)).secret, new.secret);
}

#[actix_web::test]
async fn an_admin_makes_a_key_of_their_own_a_workspace_key() {
    let scene = scene().await;
    let ada = make::member_id(&scene.app, "brightwater", ADA);
    let own = make::personal(&scene.app, ("brightwater", &ada), "mine", GIVEN);
    let menu = list(&scene.owner, "").await.one(&format!("#m-{}", own.id));
    assert!(menu.contains("Make it a workspace key…"), "{menu}");
    let page = scene.owner.get(&at(&own, "takeover")).await.expect(200);
    let page = page.page();
    assert_eq!(page.one("#dialog-title"), "Make mine a workspace key?");
    let form = page.form(&at(&own, "takeover"));
    let new = scene.taken(&form).await;
    make::suspended(&scene.app, &ada);
    assert!(scene.works(&new).await, "it needs nobody");
}

#[actix_web::test]
async fn who_had_the_key_never_has_the_only_value_again() {
    let scene = scene().await;
    let new = scene.taken(&scene.form().await).await;
    let card = list(&scene.owner, "").await.one(&format!("#k-{}", new.id));
    assert!(
        card.contains("Finish rotation") && !card.contains("Undo rotation"),
        "{card}"
    );
    let reply = press(&scene.owner, &new, "rotation/reversal")
        .await
        .expect(303);
    let page = scene.owner.follow(&reply).await.page();
    assert!(
        page.one("#flash")
            .contains("whoever had it before knows the old one"),
        "{}",
        page.one("#flash")
    );
    assert!(scene.works(&new).await);
    scene.app.clock.advance(TimeDelta::hours(24));
    assert!(scene.works(&new).await && !scene.works(&scene.key).await);
}
