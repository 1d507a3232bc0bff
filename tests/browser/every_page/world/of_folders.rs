//! A folder whose dialog has one row of every kind.

use keyroom::actor::Role;

use super::LONG_NAME;
use crate::scene::Scene;
use crate::server::make;

/// What is shared, by a word for each.
pub fn folders(scene: &Scene, member: &str) -> Vec<(&'static str, String)> {
    let app = &scene.app;
    let home = "brightwater";
    let member = make::member_id(app, home, member);
    let owner = make::named(
        app,
        home,
        "Freya Lind",
        "freya@brightwater.example",
        Role::Member,
    );
    let above = make::folder(app, home, "Company", Some(&owner));
    let shared = make::subfolder(app, &above, "Handbook");
    let read = make::folder(app, home, "Read only", Some(&owner));
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET owner_member_id = '{member}' WHERE id = '{shared}'"
        ))
    });
    make::shared(app, &read, ("member_id", &member), "user");
    let group = make::group(app, home, "Readers", &[]);
    make::in_group(app, &group, &owner);
    make::in_group(app, &group, &member);
    make::shared(app, &above, ("group_id", &group), "user");
    for (label, role) in [
        ("share-reader", "user"),
        ("share-off", "editor"),
        ("share-writer", "editor"),
    ] {
        let key = make::key(app, home, label);
        make::shared(app, &shared, ("key_id", &key.id), role);
        if label == "share-off" {
            make::deactivated(app, &key);
        }
    }
    let invitation = make::invitation(app, home, "share@partner.example", "share");
    make::shared(app, &shared, ("invitation_id", &invitation), "user");
    let request = "018f0000-0000-7000-8000-0000000000d1";
    let raise = "018f0000-0000-7000-8000-0000000000d2";
    for (id, wanted, role) in [
        (request, "the help site", "user"),
        (raise, "share-reader", "editor"),
    ] {
        app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO share_requests (workspace_id, id, folder_id, asked_by_member_id, wanted, role, note, asked_at, reason)
                 SELECT workspace_id, '{id}', '{shared}', id, '{wanted}', '{role}', 'It answers from this folder', now(), ''
                 FROM members WHERE id = '{member}'"
            ));
        });
    }
    vec![
        ("shared", shared),
        ("read-only", read),
        ("request", request.to_owned()),
        ("raise", raise.to_owned()),
    ]
}

/// What a compromised key, and one that it made, gave to others.
pub fn given_with(scene: &Scene, stolen: &str) {
    let (app, home) = (&scene.app, "brightwater");
    let reports = make::folder(app, home, "Quarterly reports", None);
    let long = make::folder(app, home, LONG_NAME, None);
    let gone = make::folder(app, home, "Raw exports", None);
    let id = |table: &str, is: &str| {
        app.sql(|sql| {
            sql.line(&format!(
                "SELECT id::text AS line FROM {table} WHERE {is} LIMIT 1"
            ))
        })
    };
    let sam = make::member_id(app, home, "sam@brightwater.example");
    let support = id("groups", "name = 'Support'");
    let kiosk = id("keys", "label = 'kiosk-1'");
    let invitation = make::invitation(app, home, "freelancer@partner.example", "given");
    make::shared(app, &reports, ("member_id", &sam), "editor");
    make::shared(app, &reports, ("invitation_id", &invitation), "user");
    make::shared(app, &long, ("group_id", &support), "user");
    make::shared(app, &long, ("key_id", &kiosk), "editor");
    make::shared(app, &gone, ("member_id", &sam), "user");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE shares SET created_by_key_id = '{stolen}' WHERE folder_id IN ('{reports}', '{long}', '{gone}');
             UPDATE shares SET created_by_key_id = (SELECT id FROM keys WHERE label = 'import-worker'),
                               expires_at = now() + interval '9 days' WHERE folder_id = '{long}' AND key_id IS NOT NULL;
             UPDATE shares SET created_at = now() - interval '2 hours' WHERE folder_id IN ('{reports}', '{gone}');
             UPDATE folders SET trashed_at = now(), trashed_with = id, trashed_by = 'Sam Okafor' WHERE id = '{gone}'"
        ));
    });
}
