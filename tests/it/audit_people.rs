//! Whose entries can be asked for: the members of the workspace, of now and of before.

use keyroom::actor::Role;

use crate::{
    scenes::{AUDIT, KEYS, sentences},
    support::{TestApp, make, page::Page},
};

fn offered(page: &Page) -> Vec<String> {
    page.all("#person option")
}

fn id_of(app: &TestApp, email: &str) -> String {
    app.sql(|sql| {
        sql.line(&format!(
            "SELECT m.id::text AS line FROM members m JOIN users u ON u.id = user_id WHERE email = '{email}'"
        ))
    })
}

#[actix_web::test]
async fn everybody_of_the_workspace_is_offered_also_who_has_left() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::workspace(&app, "Elsewhere");
    let email = make::member(&app, "brightwater", Role::Admin);
    let gone = app.sign_in(&email).await;
    gone.get(KEYS).await.expect(200);
    let id = id_of(&app, &email);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE users SET name = 'Zed Last' WHERE email = '{email}';
             UPDATE members SET removed_at = now() WHERE id = '{id}'"
        ));
    });
    let page = owner.get(AUDIT).await.expect(200).page();
    assert_eq!(offered(&page), ["Anyone", "Ada Park", "Zed Last (removed)"]);
    assert!(!page.has("#find"), "so few need no search");
    assert_eq!(
        sentences(&owner, &format!("{AUDIT}?person={id}")).await,
        ["signed in"]
    );
}

#[actix_web::test]
async fn namesakes_are_told_apart_by_their_address() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let email = make::member(&app, "brightwater", Role::Member);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE users SET name = 'Ada Park' WHERE email = '{email}'"
        ));
    });
    let mut people = offered(&owner.get(AUDIT).await.expect(200).page());
    people.sort();
    assert_eq!(
        people,
        [
            "Ada Park (owner@brightwater.example)".to_owned(),
            format!("Ada Park ({email})"),
            "Anyone".to_owned(),
        ]
    );
}

#[actix_web::test]
async fn where_people_are_many_a_field_narrows_them_and_who_is_chosen_stays() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO users (id, email, name, password_hash, password_changed_at, created_at)
             SELECT gen_random_uuid(), 'p' || n || '@brightwater.example', 'Person_ ' || lpad(n::text, 3, '0'),
                    '$argon2id$x', now(), now()
             FROM generate_series(1, 250) n;
             INSERT INTO members (workspace_id, id, user_id, role, created_at)
             SELECT w.id, gen_random_uuid(), u.id, 'member', now()
             FROM users u, workspaces w WHERE u.email LIKE 'p%'",
        );
    });
    let page = owner.get(AUDIT).await.expect(200).page();
    assert_eq!(offered(&page).len(), 201);
    assert!(page.has("#find") && !offered(&page).contains(&"Person_ 250".to_owned()));
    let page = owner.get(&format!("{AUDIT}?find=PERSON_+05")).await;
    let page = page.expect(200).page();
    assert_eq!(
        offered(&page),
        [
            "Anyone",
            "Person_ 050",
            "Person_ 051",
            "Person_ 052",
            "Person_ 053",
            "Person_ 054",
            "Person_ 055",
            "Person_ 056",
            "Person_ 057",
            "Person_ 058",
            "Person_ 059"
        ]
    );
    assert_eq!(page.attributes("#find", "value"), ["PERSON_ 05"]);

    let last = id_of(&app, "p250@brightwater.example");
    for query in [format!("person={last}"), format!("person={last}&find=ada")] {
        let page = owner
            .get(&format!("{AUDIT}?{query}"))
            .await
            .expect(200)
            .page();
        assert_eq!(page.form("#filter").value("person"), Some(last.as_str()));
        assert!(page.one(".empty p").contains("by Person_ 250"), "{query}");
    }
    // What is searched for is text, not a pattern.
    for nothing in ["%25", "Person%252", "nobody"] {
        let page = owner
            .get(&format!("{AUDIT}?find={nothing}"))
            .await
            .expect(200)
            .page();
        assert_eq!(offered(&page), ["Anyone"], "{nothing}");
    }
}
