//! Members and groups: every route of them, asked for by everybody, about one's own, another's and nobody's.

use keyroom::{actor::Role, web::Route};

use super::{
    are_alike, is_dressed,
    scene::{HOME, NO_GROUP, NO_INVITATION, NO_KEY, NO_MEMBER, Scene, address, form},
    table,
};
use crate::support::{Browser, http::Reply, make};

/// If you are here because a route is new or a rule has changed: change the table by hand, and have it read.
const WHO_GETS_WHAT: &str = "
                                                owner  admin  member  suspended  removed  elsewhere  stranger
GET  members                                      200    200     403        403      404        404       303
GET  members/{member}                             200    200     403        403      404        404       303
POST members/{member}/role                        303    303     403        403      404        404       303
POST members/{member}/role/{role}                 303    303     403        403      404        404       303
POST members/{member}/suspension                  303    303     403        403      404        404       303
POST members/{member}/reinstatement               303    303     403        403      404        404       303
GET  members/{member}/removal                     200    200     403        403      404        404       303
POST members/{member}/removal                     303    303     403        403      404        404       303
GET  members/{member}/report                      200    200     403        403      404        404       303
GET  groups                                       200    200     403        403      404        404       303
GET  groups/new                                   200    200     403        403      404        404       303
POST groups/new                                   303    303     403        403      404        404       303
GET  groups/default-permissions                   200    200     403        403      404        404       303
POST groups/default-permissions                   303    303     403        403      404        404       303
GET  groups/{group}                               200    200     403        403      404        404       303
GET  groups/{group}/details                       200    200     403        403      404        404       303
POST groups/{group}/details                       303    303     403        403      404        404       303
POST groups/{group}/permissions                   303    303     403        403      404        404       303
GET  groups/{group}/deletion                      200    200     403        403      404        404       303
POST groups/{group}/deletion                      303    303     403        403      404        404       303
GET  groups/{group}/members/new                   200    200     403        403      404        404       303
POST groups/{group}/members                       303    303     403        403      404        404       303
POST groups/{group}/members/{member}/removal      303    303     403        403      404        404       303
POST groups/{group}/members/{member}/addition     303    303     403        403      404        404       303
GET  invitations                                  200    200     403        403      404        404       303
GET  invitations/new                              200    200     403        403      404        404       303
POST invitations/new                              303    303     403        403      404        404       303
POST invitations/{invitation}/renewal             303    303     403        403      404        404       303
POST invitations/{invitation}/cancellation        303    303     403        403      404        404       303
";

/// What they get about ids that are not of their workspace, whether those are somebody's or nobody's.
const ABOUT_OTHERS: [u16; 7] = [404, 404, 403, 403, 404, 404, 303];

fn routes() -> Vec<(Route, String)> {
    table()
        .into_iter()
        .filter_map(|route| {
            let rest = route.path.strip_prefix("/w/{slug}/settings/")?;
            let is_ours = ["members", "groups", "invitations"]
                .iter()
                .any(|noun| rest.starts_with(noun));
            let name = format!("{:4} {rest}", route.method.as_str());
            is_ours.then_some((route, name))
        })
        .collect()
}

/// Owner, admin, member, suspended, removed, elsewhere, stranger.
async fn everybody(scene: &Scene) -> Vec<Browser> {
    let app = &scene.app;
    let (suspended, removed) = (app.member(Role::Admin).await, app.member(Role::Admin).await);
    for browser in [&suspended, &removed] {
        browser.get("/w/brightwater").await.expect(303);
    }
    app.sql(|sql| {
        sql.execute(
            "UPDATE members SET suspended_at = now() WHERE id = (SELECT member_id FROM member_visits ORDER BY member_id LIMIT 1);
             UPDATE members SET removed_at = now()
             WHERE id = (SELECT member_id FROM member_visits ORDER BY member_id DESC LIMIT 1)",
        );
    });
    vec![
        app.member(Role::Owner).await,
        app.member(Role::Admin).await,
        app.member(Role::Member).await,
        suspended,
        removed,
        app.workspace("Elsewhere").await,
        app.stranger(),
    ]
}

async fn ask(browser: &Browser, route: &Route, path: &str) -> Reply {
    let ours = [("sec-fetch-site", "same-origin")];
    let reply = browser
        .send(route.method.clone(), path, &ours, form(route))
        .await;
    is_dressed(&reply);
    reply
}

#[actix_web::test]
async fn who_gets_what_of_members_and_groups() {
    let scene = Scene::set();
    let everybody = everybody(&scene).await;
    let mut found = format!(
        "\n{:47} owner  admin  member  suspended  removed  elsewhere  stranger",
        ""
    );
    for (route, name) in routes() {
        found += &format!("\n{name:47}");
        for (browser, width) in everybody.iter().zip([6, 7, 8, 11, 9, 11, 10]) {
            let path = scene.path(&route);
            let status = ask(browser, &route, &path).await.status;
            found += &format!("{status:>width$}");
        }
    }
    found += "\n";
    assert_eq!(found, WHO_GETS_WHAT, "the table is now:{found}");
}

#[actix_web::test]
async fn what_is_anothers_is_as_if_there_were_none() {
    let scene = Scene::set();
    let everybody = everybody(&scene).await;
    let app = &scene.app;
    let theirs = make::member_id(app, "elsewhere", &make::owner_email("Elsewhere"));
    let circle = make::group(app, "elsewhere", "Circle", &[]);
    make::in_group(app, &circle, &theirs);
    let invitation = make::invitation(app, "elsewhere", "noor@x.example", "anothers");
    // Whence the cookie of the forms comes, so that no answer below brings it.
    for browser in &everybody {
        browser.get("/docs/errors").await.expect(200);
        browser.get("/sign-in").await;
    }
    let mut walked = 0;
    for (route, name) in routes() {
        if !route.path.contains('{') || !name.contains('{') {
            continue;
        }
        let missing = address(&route, HOME, NO_KEY);
        let foreign = missing
            .replace(NO_MEMBER, &theirs)
            .replace(NO_GROUP, &circle)
            .replace(NO_INVITATION, &invitation);
        assert_ne!(missing, foreign);
        for (browser, expected) in everybody.iter().zip(ABOUT_OTHERS) {
            let before = app
                .sql(|sql| sql.dump_without(&["audit_events", "member_visits", "session_visits"]));
            let reply = ask(browser, &route, &foreign).await.expect(expected);
            let none = ask(browser, &route, &missing).await;
            if expected != 303 {
                are_alike(app, (&reply, &foreign), (&none, &missing));
            }
            let after = app
                .sql(|sql| sql.dump_without(&["audit_events", "member_visits", "session_visits"]));
            assert_eq!(after, before, "{}", reply.asked);
        }
        walked += 1;
    }
    assert!(walked > 15, "{walked}");
}
