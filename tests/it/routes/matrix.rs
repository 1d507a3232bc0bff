//! Every page of a workspace and everything that is sent to one, asked for by everybody, about one's own, another's and
//! nobody's.

use actix_web::http::Method;
use keyroom::{
    actor::{Role, Who},
    web::{Access, Route},
};

use super::{
    are_alike, is_dressed,
    scene::{
        ENTRY, HOME, NO_FILE, NO_FOLDER, NO_GROUP, NO_INVITATION, NO_KEY, NO_MEMBER, NO_NOTICE,
        Scene, address, form,
    },
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
GET  /leaving                                     200    200     200        403      404        404       303
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
GET  notices                                      200    200     403        403      404        404       303
POST notices/{notice}/dismissal                   303    303     403        403      404        404       303
GET                                               303    303     303        403      404        404       303
GET  /settings                                    303    303     303        403      404        404       303
GET  general                                      200    200     403        403      404        404       303
POST general                                      303    303     403        403      404        404       303
GET  invitations                                  200    200     403        403      404        404       303
GET  invitations/new                              200    200     403        403      404        404       303
POST invitations/new                              303    303     403        403      404        404       303
POST invitations/{invitation}/renewal             303    303     403        403      404        404       303
POST invitations/{invitation}/cancellation        303    303     403        403      404        404       303
GET  mail                                         200    200     403        403      404        404       303
POST mail/tests                                   303    303     403        403      404        404       303
GET  api-keys                                     200    200     403        403      404        404       303
GET  /account/api-keys                            200    200     200        403      404        404       303
POST api-keys/new                                 201    409     403        403      404        404       303
POST /account/api-keys/new                        201    409     409        403      404        404       303
GET  api-keys/new                                 200    200     403        403      404        404       303
GET  /account/api-keys/new                        200    200     200        403      404        404       303
POST api-keys/selection                           200    200     403        403      404        404       303
POST api-keys/activations                         303    303     403        403      404        404       303
POST api-keys/deactivations                       303    303     403        403      404        404       303
POST api-keys/revocations                         303    303     403        403      404        404       303
POST api-keys/restorations                        303    303     403        403      404        404       303
POST api-keys/edits                               303    303     403        403      404        404       303
POST api-keys/changes/{change}/reversal           303    303     403        403      404        404       303
GET  api-keys/runs/{run}                          200    200     403        403      404        404       303
POST api-keys/runs/{run}/stop                     303    303     403        403      404        404       303
POST api-keys/runs/{run}/reversal                 303    303     403        403      404        404       303
GET  api-keys/{id}                                200    200     403        403      404        404       303
GET  /account/api-keys/{id}                       200    200     200        403      404        404       303
POST api-keys/{id}/deactivation                   303    303     403        403      404        404       303
POST /account/api-keys/{id}/deactivation          303    303     303        403      404        404       303
POST api-keys/{id}/activation                     303    303     403        403      404        404       303
POST /account/api-keys/{id}/activation            303    303     303        403      404        404       303
GET  api-keys/{id}/callers                        200    200     403        403      404        404       303
GET  /account/api-keys/{id}/callers               200    200     200        403      404        404       303
GET  api-keys/{id}/edit                           200    200     403        403      404        404       303
GET  /account/api-keys/{id}/edit                  200    200     200        403      404        404       303
POST api-keys/{id}/edit                           303    303     403        403      404        404       303
POST /account/api-keys/{id}/edit                  303    303     303        403      404        404       303
POST api-keys/{id}/edits/{entry}/reversal         303    303     403        403      404        404       303
POST /account/api-keys/{id}/edits/{entry}/reversal   303    303     303        403      404        404       303
GET  api-keys/{id}/rotation                       200    200     403        403      404        404       303
GET  /account/api-keys/{id}/rotation              200    200     200        403      404        404       303
POST api-keys/{id}/rotation                       201    201     403        403      404        404       303
POST /account/api-keys/{id}/rotation              201    201     201        403      404        404       303
GET  api-keys/{id}/rotation/completion            200    200     403        403      404        404       303
GET  /account/api-keys/{id}/rotation/completion   200    200     200        403      404        404       303
POST api-keys/{id}/rotation/completion            303    303     403        403      404        404       303
POST /account/api-keys/{id}/rotation/completion   303    303     303        403      404        404       303
GET  api-keys/{id}/rotation/reversal              200    200     403        403      404        404       303
GET  /account/api-keys/{id}/rotation/reversal     200    200     200        403      404        404       303
POST api-keys/{id}/rotation/reversal              303    303     403        403      404        404       303
POST /account/api-keys/{id}/rotation/reversal     303    303     303        403      404        404       303
GET  api-keys/{id}/revocation                     200    200     403        403      404        404       303
GET  /account/api-keys/{id}/revocation            200    200     200        403      404        404       303
POST api-keys/{id}/revocation                     303    303     403        403      404        404       303
POST /account/api-keys/{id}/revocation            303    303     303        403      404        404       303
GET  api-keys/{id}/incident                       200    200     403        403      404        404       303
POST api-keys/{id}/incident/places                303    303     403        403      404        404       303
POST api-keys/{id}/incident/steps                 303    303     403        403      404        404       303
POST api-keys/{id}/incident/notes                 303    303     403        403      404        404       303
POST api-keys/{id}/incident/closing               303    303     403        403      404        404       303
GET  api-keys/{id}/incident/removal               200    200     403        403      404        404       303
POST api-keys/{id}/incident/removals              303    303     403        403      404        404       303
POST api-keys/{id}/incident/removals/{entry}/reversal   303    303     403        403      404        404       303
GET  api-keys/{id}/restoration                    200    200     403        403      404        404       303
GET  /account/api-keys/{id}/restoration           200    200     200        403      404        404       303
POST api-keys/{id}/restoration                    303    303     403        403      404        404       303
POST /account/api-keys/{id}/restoration           303    303     303        403      404        404       303
GET  api-keys/{id}/takeover                       200    200     403        403      404        404       303
POST api-keys/{id}/takeover                       201    201     403        403      404        404       303
GET  api-keys/{id}/reveal                         200    200     403        403      404        404       303
GET  /account/api-keys/{id}/reveal                200    200     200        403      404        404       303
POST api-keys/{id}/reveal                         200    200     403        403      404        404       303
POST /account/api-keys/{id}/reveal                200    200     200        403      404        404       303
GET  /files/{file}                                200    200     404        403      404        404       303
POST /files/{file}                                303    303     404        403      404        404       303
GET  /files/{file}/content                        200    200     404        403      404        404       303
GET  /files/{file}/name                           200    200     404        403      404        404       303
POST /files/{file}/name                           303    303     404        403      404        404       303
GET  /files/{file}/move                           200    200     404        403      404        404       303
POST /files/{file}/move                           303    303     404        403      404        404       303
POST /files/{file}/move/{place}                   303    303     404        403      404        404       303
GET  /files/{file}/deletion                       200    200     404        403      404        404       303
POST /files/{file}/deletion                       303    303     404        403      404        404       303
GET  /files/{file}/restoration                    200    200     404        403      404        404       303
POST /files/{file}/restoration                    303    303     404        403      404        404       303
GET  /files/{file}/destruction                    200    200     404        403      404        404       303
POST /files/{file}/destruction                    303    303     404        403      404        404       303
GET  library                                      200    200     403        403      404        404       303
POST library/selection                            200    200     403        403      404        404       303
POST library/removals                             303    303     403        403      404        404       303
POST library/removals/{who}/{entry}/reversal      303    303     403        403      404        404       303
POST library/changes/{entry}/reversal             303    303     403        403      404        404       303
POST library/owners                               303    303     403        403      404        404       303
POST library/roles                                303    303     403        403      404        404       303
POST library/trash                                303    303     403        403      404        404       303
POST library/restorations                         303    303     403        403      404        404       303
GET  library/limits                               200    200     403        403      404        404       303
POST library/limits                               303    303     403        403      404        404       303
POST library/limits/{entry}/reversal              303    303     403        403      404        404       303
GET  /library                                     200    200     200        403      404        404       303
GET  /library/new                                 200    200     200        403      404        404       303
POST /library/new                                 303    303     303        403      404        404       303
GET  /library/trash                               200    200     200        403      404        404       303
GET  /folders/{folder}                            200    200     404        403      404        404       303
GET  /folders/{folder}/new                        200    200     404        403      404        404       303
POST /folders/{folder}/new                        303    303     404        403      404        404       303
GET  /folders/{folder}/upload                     200    200     404        403      404        404       303
POST /folders/{folder}/upload                     303    303     404        403      404        404       303
GET  /folders/{folder}/details                    200    200     404        403      404        404       303
POST /folders/{folder}/details                    303    303     404        403      404        404       303
GET  /folders/{folder}/move                       200    200     404        403      404        404       303
POST /folders/{folder}/move                       303    303     404        403      404        404       303
POST /folders/{folder}/move/{place}               303    303     404        403      404        404       303
GET  /folders/{folder}/owner                      200    200     404        403      404        404       303
POST /folders/{folder}/owner                      303    303     404        403      404        404       303
POST /folders/{folder}/role                       303    303     404        403      404        404       303
GET  /folders/{folder}/deletion                   200    200     404        403      404        404       303
POST /folders/{folder}/deletion                   303    303     404        403      404        404       303
GET  /folders/{folder}/restoration                200    200     404        403      404        404       303
POST /folders/{folder}/restoration                303    303     404        403      404        404       303
GET  /folders/{folder}/destruction                200    200     404        403      404        404       303
POST /folders/{folder}/destruction                303    303     404        403      404        404       303
GET  /folders/{folder}/share                      200    200     404        403      404        404       303
POST /folders/{folder}/share                      303    303     404        403      404        404       303
POST /folders/{folder}/share/keys/{key}/activation   303    303     404        403      404        404       303
POST /folders/{folder}/share/invitations/{invitation}/renewal   303    303     404        403      404        404       303
POST /folders/{folder}/share/invitations/{invitation}/cancellation   303    303     404        403      404        404       303
POST /folders/{folder}/share/requests             409    409     404        403      404        404       303
GET  /folders/{folder}/share/requests/{request}   200    200     404        403      404        404       303
POST /folders/{folder}/share/requests/{request}/approval   303    303     404        403      404        404       303
POST /folders/{folder}/share/requests/{request}/refusal   303    303     404        403      404        404       303
POST /folders/{folder}/share/requests/{request}/withdrawal   303    303     404        403      404        404       303
POST /folders/{folder}/share/requests/{request}/reopening   303    303     404        403      404        404       303
POST /folders/{folder}/share/{kind}/{subject}/role   303    303     404        403      404        404       303
POST /folders/{folder}/share/{kind}/{subject}/end   303    303     404        403      404        404       303
POST /folders/{folder}/share/{kind}/{subject}/removal   303    303     404        403      404        404       303
POST /folders/{folder}/share/{kind}/{subject}/restoration   303    303     404        403      404        404       303
GET  deletion                                     200    403     403        403      404        404       303
POST deletion                                     303    403     403        403      404        404       303
POST /restoration                                 303    403     403        403      404        404       303
GET  audit-log                                    200    200     403        403      404        404       303
POST audit-log/exports                            200    200     403        403      404        404       303
GET  audit-log/{id}                               200    200     403        403      404        404       303
POST /leaving                                     303    303     303        403      404        404       303
";

/// What they get about ids that are not of their workspace, whether those are somebody's or nobody's.
const ABOUT_OTHERS: [u16; 7] = [404, 404, 403, 403, 404, 404, 303];

/// The same where they reach nothing but their own anyway.
const ABOUT_OTHERS_IN_THE_ACCOUNT: [u16; 7] = [404, 404, 404, 403, 404, 404, 303];

/// The same where whoever has no role may not know of it.
const ABOUT_FOLDERS: [u16; 7] = [404, 404, 404, 403, 404, 404, 303];

/// What ends somebody comes last.
fn routes() -> Vec<(Route, String)> {
    let mut routes: Vec<_> = table()
        .into_iter()
        .filter_map(|route| {
            let rest = route.path.strip_prefix("/w/{slug}")?;
            let rest = rest.strip_prefix("/settings/").unwrap_or(rest);
            let name = format!("{:4} {rest}", route.method.as_str());
            Some((route, name))
        })
        .collect();
    routes
        .sort_by_key(|(route, _)| route.method == Method::POST && route.path.ends_with("/leaving"));
    routes
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
async fn who_gets_what_of_a_workspace() {
    let scene = Scene::set();
    let everybody = everybody(&scene).await;
    let mut found = format!(
        "\n{:47} owner  admin  member  suspended  removed  elsewhere  stranger",
        ""
    );
    for (route, name) in routes() {
        found += &format!("\n{name:47}");
        for (browser, width) in everybody.iter().zip([6, 7, 8, 11, 9, 11, 10]) {
            let path = scene.path_of(&route, browser);
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
    // Pages say to the minute when somebody was here.
    scene.app.clock.stop();
    let everybody = everybody(&scene).await;
    let app = &scene.app;
    let theirs = make::member_id(app, "elsewhere", &make::owner_email("Elsewhere"));
    let circle = make::group(app, "elsewhere", "Circle", &[]);
    make::in_group(app, &circle, &theirs);
    let invitation = make::invitation(app, "elsewhere", "noor@x.example", "anothers");
    let key = make::key(app, "elsewhere", "theirs");
    let notice = make::notice(app, "elsewhere", &key);
    let folder = make::folder(app, "elsewhere", "Theirs", None);
    let file = make::file(app, &folder, "theirs.txt", "theirs");
    let about = make::about("key.created", "key", &key.id, "theirs");
    make::entry(app, "elsewhere", Who::CommandLine, about, app.clock.now());
    let entry = app.sql(|sql| {
        sql.line(
            "SELECT e.id::text AS line FROM audit_events e JOIN workspaces w ON w.id = workspace_id
             WHERE slug = 'elsewhere' LIMIT 1",
        )
    });
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
        let (none, id) = match route.path.contains("audit-log") {
            true => (ENTRY, &entry),
            false => (NO_KEY, &key.id),
        };
        let missing = address(&route, HOME, none);
        let foreign = missing
            .replace(none, id)
            .replace(NO_MEMBER, &theirs)
            .replace(NO_GROUP, &circle)
            .replace(NO_INVITATION, &invitation)
            .replace(NO_FOLDER, &folder)
            .replace(NO_FILE, &file)
            .replace(NO_NOTICE, &notice);
        if foreign == missing {
            continue;
        }
        let about_others = match route.access {
            Access::Own => ABOUT_OTHERS_IN_THE_ACCOUNT,
            _ if ["{folder}", "{file}"]
                .iter()
                .any(|part| route.path.contains(part)) =>
            {
                ABOUT_FOLDERS
            }
            _ => ABOUT_OTHERS,
        };
        for (browser, expected) in everybody.iter().zip(about_others) {
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
    assert!(walked > 25, "{walked}");
}
