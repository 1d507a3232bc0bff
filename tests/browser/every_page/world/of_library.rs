//! Folders, and who has which role in them.

use super::*;

/// The owner's, in every state there is, one that is shared with the member, and one that is the member's alone.
pub(super) fn folders(scene: &Scene, member: &str) -> BTreeMap<&'static str, String> {
    let app = &scene.app;
    let owner = make::owner_email("Brightwater");
    let owner = make::member_id(app, "brightwater", &owner);
    let member = make::member_id(app, "brightwater", member);
    let top = make::folder(app, "brightwater", "Company", Some(&owner));
    let plans = make::subfolder(app, &top, "Plans for 2027");
    for name in ["Screenshots", "Translations", "Attic", LONG_LABEL] {
        make::subfolder(app, &plans, name);
    }
    let bare = make::folder(app, "brightwater", "Release notes", Some(&owner));
    let theirs = make::folder(app, "brightwater", "Interviews", Some(&member));
    let crowded = make::folder(app, "brightwater", "Archive of everything", Some(&owner));
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility, created_at, updated_at)
             SELECT f.workspace_id, n.id, f.id, ARRAY[f.id, n.id], 'Box ' || n.n, '', '{{}}', 'listed', now(), now()
             FROM folders f, (SELECT gen_random_uuid() AS id, n FROM generate_series(1, 60) n) n WHERE f.id = '{crowded}'"
        ));
    });
    let key = make::key(app, "brightwater", "handbook-sync");
    let group = make::group(app, "brightwater", "Writers", &[]);
    make::shared(app, &plans, ("group_id", &group), "user");
    make::shared(app, &plans, ("key_id", &key.id), "editor");
    make::shared(app, &plans, ("member_id", &member), "user");
    let gone = make::folder(app, "brightwater", "Old plans", Some(&owner));
    let soon = make::subfolder(app, &plans, "Campaign 2024");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE folders SET visibility = 'unlisted' WHERE name = 'Attic';
             UPDATE folders SET description = E'What we do next, and why.\nOne page a quarter.' WHERE id = '{plans}';
             UPDATE folders SET trashed_at = now() - interval '2 days', trashed_with = id, trashed_by = 'Ada Park'
             WHERE id = '{gone}';
             UPDATE folders SET trashed_at = now() - interval '28 days', trashed_with = id, trashed_by = 'handbook-sync'
             WHERE id = '{soon}'"
        ));
    });
    make::folder(app, "brightwater", "Old Plans", Some(&owner));
    let long = format!("{LONG_LABEL} {}.xlsx", "x".repeat(190 - LONG_LABEL.len()));
    let file = make::file(app, &plans, "Price list 2027.pdf", "prices");
    for name in ["Screenshot of the start.png", &long, "Minutes.txt"] {
        make::file(app, &plans, name, &"x".repeat(4_200));
    }
    let lost = make::file(app, &plans, "minutes 2.txt", "x");
    make::file(app, &plans, "Minutes 2.txt.old", "x");
    for name in ["Draft", "Final", "For customers"] {
        make::label(app, "brightwater", name);
    }
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE files SET media_type = 'application/pdf', visibility = 'unlisted', created_by_member_id = '{owner}',
                    metadata = '{{\"source\": \"wiki\", \"reviewed by\": \"Priya Nair\"}}', product = '{{\"sku\": \"KR-1004\"}}'
             WHERE id = '{file}';
             UPDATE files SET media_type = 'image/png' WHERE name LIKE '%.png';
             UPDATE files SET name = 'Minutes.txt', trashed_at = now() - interval '1 hour', trashed_by = 'Ada Park'
             WHERE id = '{lost}';
             INSERT INTO file_labels (workspace_id, file_id, label_id)
             SELECT workspace_id, '{file}', id FROM labels WHERE name = 'Final'"
        ));
    });
    BTreeMap::from([
        ("plans", plans),
        ("bare", bare),
        ("interviews", theirs),
        ("crowded", crowded),
        ("oldplans", gone),
        ("file", file),
        ("lostfile", lost),
    ])
}
