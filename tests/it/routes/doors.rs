//! Who gets in: nobody through the wrong door, and whoever is turned away leaves a trace and changes nothing.

use actix_web::http::Method;
use keyroom::{actor::Role, web::Access};

use super::{
    FOR_EVERY_MEMBER, LEADS_ON, are_alike, is_api, is_dressed, is_in, is_keyed, is_problem,
    is_public, is_safe, is_sent_to_sign_in,
    scene::{HOME, NO_KEY, Scene, address, document, form},
    table,
};
use crate::support::{Browser, TestApp, http::Reply, make};

const OURS: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// What everybody may do with their own account, or without one: it leaves a line in the account's own log, not in
/// that of a workspace.
const OF_ONES_OWN: &[(&str, &str)] = &[
    ("POST", "/account"),
    ("POST", "/account/email"),
    ("POST", "/account/email/cancellation"),
    ("POST", "/account/email/confirmation"),
    ("POST", "/account/email/mails"),
    ("POST", "/account/password"),
    ("POST", "/account/sessions/end"),
    ("POST", "/account/sessions/{session}/end"),
    ("POST", "/account/theme"),
    ("POST", "/forgot-password"),
    ("POST", "/reset-password"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
];

/// Of those, what the scene does with an address that has no account: it leaves no line anywhere.
const OF_NOBODY: &[(&str, &str)] = &[("POST", "/forgot-password"), ("POST", "/sign-in")];

/// An entry of each folder, and one of all together.
const REMOVES: (&str, &str) = ("POST", "/w/{slug}/settings/library/removals");

/// The same, of what a key gave.
const WITHDRAWS: (&str, &str) = ("POST", "/w/{slug}/settings/api-keys/{id}/incident/removals");

/// The invitation ends, and so does the role that it promised.
const CANCELS: (&str, &str) = (
    "POST",
    "/w/{slug}/folders/{folder}/share/invitations/{invitation}/cancellation",
);

/// Makes a workspace of one's own, in whose log it is.
const MAKES: (&str, &str) = ("POST", "/workspaces/new");

/// The key becomes the workspace's, and gets a new value.
const TAKES_OVER: (&str, &str) = ("POST", "/w/{slug}/settings/api-keys/{id}/takeover");

/// A request is answered, and the folder shared.
const APPROVES: (&str, &str) = (
    "POST",
    "/w/{slug}/folders/{folder}/share/requests/{request}/approval",
);

/// What is asked of admins, and which they do themselves.
const OF_ADMINS: (&str, &str) = ("POST", "/w/{slug}/folders/{folder}/share/requests");

/// What everybody may do with their own membership: it is in the log of the workspace.
const OF_ONES_MEMBERSHIP: &[(&str, &str)] = &[
    ("POST", "/invitation/acceptance"),
    ("POST", "/w/{slug}/leaving"),
    ("POST", "/w/{slug}/library/new"),
];

/// For whoever is not signed in; others are led to where they see as whom they are.
const FOR_NEWCOMERS: (&str, &str) = ("POST", "/invitation/account");

/// For owners alone.
const FOR_OWNERS: &[(&str, &str)] = &[
    ("GET", "/w/{slug}/settings/deletion"),
    ("POST", "/w/{slug}/restoration"),
    ("POST", "/w/{slug}/settings/deletion"),
];

/// Asks before it does: an answer with the question, and nothing changed.
const ASKS: &[(&str, &str)] = &[
    ("POST", "/w/{slug}/settings/api-keys/selection"),
    ("POST", "/w/{slug}/settings/library/selection"),
];

/// Answers a file, and all that it changes is the log.
const ANSWERS_A_FILE: &[(&str, &str)] = &[("POST", "/w/{slug}/settings/audit-log/exports")];

/// Shows what it is about in its answer, and all that it changes is the log.
const SHOWS: &[(&str, &str)] = &[
    ("POST", "/w/{slug}/settings/api-keys/{id}/reveal"),
    ("POST", "/w/{slug}/account/api-keys/{id}/reveal"),
];

/// Not done at a screen that was left unlocked: the password comes first.
const CONFIRMED: &[(&str, &str)] = &[
    ("POST", "/account/email"),
    ("POST", "/account/sessions/end"),
    ("POST", "/w/{slug}/account/api-keys/{id}/reveal"),
    ("POST", "/w/{slug}/settings/api-keys/{id}/reveal"),
    ("POST", "/w/{slug}/settings/deletion"),
];

/// Over once there is an owner, for everybody alike: there is no one to record it for.
const GONE: &[(&str, &str)] = &[("POST", "/set-up")];

/// Where traces are, what a sign-in of the scene itself leaves, and mails, which are tried again meanwhile.
const TRACES: [&str; 6] = [
    "audit_events",
    "account_events",
    "outbox",
    "member_visits",
    "sessions",
    "session_visits",
];

async fn ask(browser: &Browser, route: &keyroom::web::Route, path: &str) -> Reply {
    browser
        .send(route.method.clone(), path, &OURS, form(route))
        .await
}

fn count(app: &TestApp, what: &str) -> u32 {
    let n = app.sql(|sql| sql.line(&format!("SELECT count(*)::text AS line FROM {what}")));
    n.parse().expect("a number")
}

#[actix_web::test]
async fn a_stranger_gets_nowhere_but_where_anybody_does() {
    let scene = Scene::set();
    for route in table() {
        let path = scene.path(&route);
        let before = scene.app.sql(|sql| sql.dump());
        let stranger = scene.app.stranger();
        let reply = ask(&stranger, &route, &path).await;
        is_dressed(&reply);
        match (is_public(&route), is_api(&route)) {
            (true, _) => assert!(
                reply.status != 401 && reply.is_redirect() == is_in(LEADS_ON, &route),
                "{}: {}",
                reply.asked,
                reply.status
            ),
            (false, true) => is_problem(&reply, 401, "credential_missing"),
            (false, false) => is_sent_to_sign_in(&reply),
        }
        if !is_public(&route) {
            assert_eq!(scene.app.sql(|sql| sql.dump()), before, "{}", reply.asked);
        }
    }
}

#[actix_web::test]
async fn a_key_opens_no_page() {
    let scene = Scene::set();
    let bearer = format!("Bearer {}", scene.fresh_key().secret);
    for route in table() {
        if is_api(&route) || is_public(&route) {
            continue;
        }
        let path = scene.path(&route);
        let headers = [OURS[0], ("authorization", bearer.as_str())];
        let stranger = scene.app.stranger();
        let reply = stranger
            .send(route.method.clone(), &path, &headers, form(&route))
            .await;
        is_sent_to_sign_in(&reply);
    }
}

#[actix_web::test]
async fn a_session_opens_no_api() {
    let scene = Scene::set();
    let owner = scene.app.member(Role::Owner).await;
    for route in table().into_iter().filter(is_keyed) {
        let path = address(&route, HOME, NO_KEY);
        let reply = owner.send(route.method.clone(), &path, &[], &[]).await;
        is_problem(&reply, 401, "credential_missing");
        is_dressed(&reply);
    }
}

/// What a member is refused changes nothing and is in the audit log; what they may do is in the log of their account.
#[actix_web::test]
async fn a_member_who_may_not_changes_nothing_and_leaves_a_trace() {
    let scene = Scene::set();
    let app = &scene.app;
    for route in table() {
        if is_api(&route) || (is_public(&route) && is_safe(&route)) {
            continue;
        }
        // A fresh member for each: what one was refused is not counted against another.
        let member = scene.member(Role::Member).await;
        let path = scene.path_of(&route, &member);
        let refusals = "audit_events WHERE refused AND action = 'request.refused'";
        let (refused, told) = (count(app, refusals), count(app, "account_events"));
        let mails = count(app, "outbox");
        let before = app.sql(|sql| sql.dump_without(&TRACES));
        let reply = ask(&member, &route, &path).await;
        is_dressed(&reply);
        if is_in(&[MAKES], &route) || is_in(OF_ONES_MEMBERSHIP, &route) {
            reply.expect(303);
            continue;
        }
        if route.access == Access::Own && !is_safe(&route) {
            let expected: &[u16] = match is_in(SHOWS, &route) {
                true => &[200],
                false => &[201, 303],
            };
            assert!(expected.contains(&reply.status), "{}", reply.asked);
            continue;
        }
        if is_in(OF_ONES_OWN, &route) {
            assert!(matches!(reply.status, 303 | 422), "{}", reply.asked);
            let expected = if is_in(OF_NOBODY, &route) {
                told
            } else {
                told + 1
            };
            assert_eq!(count(app, "account_events"), expected, "{}", reply.asked);
            continue;
        }
        assert_eq!(
            app.sql(|sql| sql.dump_without(&TRACES)),
            before,
            "{} changed something",
            reply.asked
        );
        assert_eq!(count(app, "outbox"), mails, "{} sent a mail", reply.asked);
        // They may not know of the folder.
        if is_in(GONE, &route)
            || ["{folder}", "{file}"]
                .iter()
                .any(|part| route.path.contains(part))
        {
            reply.expect(404);
        } else if is_in(&[FOR_NEWCOMERS], &route) {
            reply.expect(303);
        } else if matches!(route.access, Access::Person | Access::Own)
            || is_in(FOR_EVERY_MEMBER, &route)
        {
            assert!(matches!(reply.status, 200 | 303), "{}", reply.asked);
        } else {
            assert_eq!(reply.status, 403, "{}", reply.asked);
            let page = reply.page().text();
            let needed = match is_in(FOR_OWNERS, &route) {
                true => "You need to be an owner",
                false => "You need to be an admin",
            };
            assert!(
                page.contains(needed) && page.contains("Ask Ada Park."),
                "{}: {page}",
                reply.asked
            );
            assert_eq!(count(app, refusals), refused + 1, "{}", reply.asked);
        }
    }
}

/// The forms of the scene are good ones, so it is the person and not the form that is refused above.
#[actix_web::test]
async fn an_admin_changes_something_and_leaves_a_trace() {
    let scene = Scene::set();
    let app = &scene.app;
    for route in table() {
        if is_safe(&route) || is_api(&route) || is_in(GONE, &route) || is_in(OF_NOBODY, &route) {
            continue;
        }
        if is_in(&[FOR_NEWCOMERS, OF_ADMINS], &route) {
            continue;
        }
        if is_in(ASKS, &route) {
            let path = scene.path(&route);
            let admin = scene.member(Role::Admin).await;
            ask(&admin, &route, &path).await.expect(200);
            continue;
        }
        let role = match is_in(FOR_OWNERS, &route) {
            true => Role::Owner,
            false => Role::Admin,
        };
        let admin = scene.member(role).await;
        let path = scene.path_of(&route, &admin);
        let done = "audit_events WHERE NOT refused AND action <> 'member.signed_in'";
        let log = match is_in(OF_ONES_OWN, &route) {
            true => "account_events",
            false => done,
        };
        let (told, before) = (count(app, log), app.sql(|sql| sql.dump()));
        let reply = ask(&admin, &route, &path).await;
        is_dressed(&reply);
        let expected: &[u16] = match is_in(ANSWERS_A_FILE, &route) || is_in(SHOWS, &route) {
            true => &[200],
            false => &[201, 303],
        };
        assert!(
            expected.contains(&reply.status),
            "{}: {}",
            reply.asked,
            reply.gist()
        );
        assert_ne!(app.sql(|sql| sql.dump()), before, "{}", reply.asked);
        // Of a new workspace: itself, and its owner.
        let is_twofold = is_in(
            &[MAKES, TAKES_OVER, APPROVES, REMOVES, WITHDRAWS, CANCELS],
            &route,
        );
        let entries = if is_twofold { 2 } else { 1 };
        assert_eq!(count(app, log), told + entries, "{}", reply.asked);
    }
}

#[actix_web::test]
async fn what_needs_the_password_again_is_known_and_waits_for_it() {
    let scene = Scene::set();
    let app = &scene.app;
    for route in table() {
        if is_safe(&route) || is_api(&route) || is_public(&route) {
            continue;
        }
        let owner = scene.member(Role::Owner).await;
        let path = scene.path_of(&route, &owner);
        app.sql(|sql| sql.execute("UPDATE sessions SET confirmed_at = NULL"));
        let before = app.sql(|sql| sql.dump_without(&TRACES));
        let reply = ask(&owner, &route, &path).await;
        is_dressed(&reply);
        let is_page = reply.status == 200 && !is_in(ANSWERS_A_FILE, &route);
        let is_asked = is_page && reply.page().one("h1") == "Confirm it's you";
        assert_eq!(
            is_asked,
            is_in(CONFIRMED, &route),
            "{}: {}",
            reply.asked,
            reply.gist()
        );
        if is_asked {
            let after = app.sql(|sql| sql.dump_without(&TRACES));
            assert_eq!(after, before, "{}", reply.asked);
            let form = reply.page().form(&path);
            let done = owner
                .submit(&form.with("confirm-password", make::PASSWORD))
                .await;
            let is_shown = done.status == 200 && is_in(SHOWS, &route);
            assert!(
                is_shown || matches!(done.status, 201 | 303),
                "{}",
                done.asked
            );
        }
    }
}

#[actix_web::test]
async fn a_key_that_changes_something_leaves_a_trace() {
    let scene = Scene::set();
    for route in table()
        .iter()
        .filter(|r| is_keyed(r) && r.access.changes(&r.method))
        // It asks with a body.
        .filter(|r| r.path != "/v1/search")
    {
        // What it is about is made before it, and so ends before it.
        let path = scene.path(route);
        let key = scene.key_of_all_folders();
        let by_keys = "audit_events WHERE actor_kind = 'key'";
        let told = count(&scene.app, by_keys);
        let program = scene.app.api(&key.secret);
        let (headers, body) = document(route);
        let reply = program
            .send(route.method.clone(), &path, headers, body)
            .await;
        assert!(reply.status < 300, "{}: {}", reply.asked, reply.gist());
        assert_eq!(count(&scene.app, by_keys), told + 1, "{}", reply.asked);
    }
}

#[actix_web::test]
async fn another_workspace_is_as_if_there_were_none() {
    let scene = Scene::set();
    let app = &scene.app;
    let foreigner = app.workspace("Elsewhere").await;
    // Whence the cookie of the forms comes, so that no answer below brings it.
    foreigner.get("/account").await.expect(200);
    for route in table() {
        if !matches!(
            route.access,
            Access::Member | Access::Own | Access::MemberOfTrashed
        ) {
            continue;
        }
        let path = scene.path(&route);
        let before = app.sql(|sql| sql.dump());
        let reply = ask(&foreigner, &route, &path).await.expect(404);
        is_dressed(&reply);
        let nowhere = path.replace(HOME, "nowhere");
        let none = ask(&foreigner, &route, &nowhere).await;
        are_alike(app, (&reply, &path), (&none, &nowhere));
        assert_eq!(app.sql(|sql| sql.dump()), before, "{}", reply.asked);
    }
}

#[actix_web::test]
async fn a_key_of_another_workspace_is_as_if_there_were_none() {
    let scene = Scene::set();
    let app = &scene.app;
    let foreigner = app.workspace("Elsewhere").await;
    foreigner
        .get("/w/elsewhere/settings/api-keys")
        .await
        .expect(200);
    let mut walked = 0;
    for route in table()
        .iter()
        .filter(|r| r.path.contains("{id}") && !is_api(r))
    {
        let theirs = scene.path(route).replace(HOME, "elsewhere");
        let before = app.sql(|sql| sql.dump());
        let reply = ask(&foreigner, route, &theirs).await.expect(404);
        let nobodys = address(route, "elsewhere", NO_KEY);
        let none = ask(&foreigner, route, &nobodys).await;
        are_alike(app, (&reply, &theirs), (&none, &nobodys));
        assert_eq!(app.sql(|sql| sql.dump()), before, "{}", reply.asked);
        walked += 1;
    }
    assert!(walked > 0);
}

#[actix_web::test]
async fn before_there_is_an_owner_every_page_leads_to_set_up() {
    let app = TestApp::start();
    for route in table() {
        let path = address(&route, HOME, NO_KEY);
        let reply = ask(&app.stranger(), &route, &path).await;
        is_dressed(&reply);
        let is_apart = matches!(route.access, Access::Open) || route.path == "/set-up";
        match (is_apart, is_api(&route)) {
            (true, _) => assert!(!reply.is_redirect(), "{}", reply.asked),
            (_, true) => is_problem(&reply, 401, "credential_missing"),
            _ => assert_eq!(reply.location(), "/set-up", "{}", reply.asked),
        }
    }
    let reply = app.stranger().send(Method::GET, "/nowhere", &[], &[]).await;
    assert_eq!(reply.location(), "/set-up");
}
