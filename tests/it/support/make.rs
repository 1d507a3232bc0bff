//! Scenes: people, workspaces and keys that a test finds in place.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use keyroom::{
    actor::{Actor, Role, Source, Who},
    audit,
    error::Error,
    ids::{
        FileId, FolderId, GroupId, InvitationId, LabelId, MemberId, ObjectId, ShareId, WorkspaceId,
    },
    keys::{self, Grace, Lifetime, NewKey, Origins, Rotation},
    notices::{self, Audience, Kind, Notice, Subject},
    people::{self, Hasher, NewUser, PasswordHash, TypedPassword},
    permissions::{Permission, Permissions},
    policy::Unscoped,
    setup,
    web::time::Zone,
    workspaces::{self, NewWorkspace},
};

use super::TestApp;

const WHY: Unscoped = Unscoped::because("a test sets its scene");

/// Everybody's.
pub const PASSWORD: &str = "violet tractor sings at noon";

/// A key that was made, with its value.
pub struct MadeKey {
    pub id: String,
    pub secret: String,
}

/// Hashed once a run: it costs.
fn hash() -> &'static PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    HASH.get_or_init(|| {
        let password = TypedPassword::new(PASSWORD.to_owned()).choose(&[]);
        let hasher = Hasher::new().expect("a hasher");
        hasher
            .hash_here(&password.expect("a good password"))
            .expect("a hash")
    })
}

pub fn slug(name: &str) -> String {
    let new = NewWorkspace::parse(name).expect("a name for a workspace");
    new.slug().to_owned()
}

/// Of the owner that [`workspace`] makes.
pub fn owner_email(workspace: &str) -> String {
    format!("owner@{}.example", slug(workspace))
}

/// A workspace and its owner, Ada Park; Keyroom is set up then.
pub fn workspace(app: &TestApp, name: &str) {
    let new = NewWorkspace::parse(name).expect("a name for a workspace");
    let user = NewUser::parse("Ada Park", &owner_email(name)).expect("a person");
    let now = app.clock.now();
    app.db
        .run_here(|conn| setup::create_admin(conn, &new, &user, hash(), now))
        .expect("a workspace");
}

/// Somebody new in a workspace, and their address.
pub fn member(app: &TestApp, workspace: &str, role: Role) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let n = NUMBER.fetch_add(1, Ordering::Relaxed);
    let email = format!("person-{n}@{workspace}.example");
    named(app, workspace, &format!("Person {n}"), &email, role);
    email
}

/// The same with a name and an address; the id is that of the member.
pub fn named(app: &TestApp, workspace: &str, name: &str, email: &str, role: Role) -> String {
    let user = NewUser::parse(name, email).expect("a person");
    let now = app.clock.now();
    let user = app
        .db
        .run_here(|conn| people::create_user(conn, WHY, &user, hash(), now))
        .expect("a user");
    add(app, workspace, user.id.to_string().as_str(), role)
}

/// The id of whoever has this address as a member of a workspace.
pub fn member_id(app: &TestApp, workspace: &str, email: &str) -> String {
    app.sql(|sql| {
        sql.line(&format!(
            "SELECT members.id::text AS line FROM members
             JOIN users ON users.id = user_id JOIN workspaces ON workspaces.id = workspace_id
             WHERE email = '{email}' AND slug = '{workspace}' AND removed_at IS NULL"
        ))
    })
}

/// A group, by its id.
pub fn group(app: &TestApp, workspace: &str, name: &str, permissions: &[Permission]) -> String {
    let (id, at) = (GroupId::fresh(), app.clock.now());
    let codes: Vec<&str> = permissions.iter().map(|p| p.describe().code).collect();
    let codes = codes.join(",");
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO groups (workspace_id, id, name, description, permissions, created_at)
             SELECT id, '{id}', '{name}', '', '{{{codes}}}', '{at}' FROM workspaces WHERE slug = '{workspace}'"
        ));
    });
    id.to_string()
}

pub fn in_group(app: &TestApp, group: &str, member: &str) {
    let at = app.clock.now();
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO group_members SELECT workspace_id, '{group}', id, '{at}' FROM members WHERE id = '{member}'"
        ));
    });
}

/// As whoever adds a member to a group at this moment does: until `COMMIT` the member is held.
pub fn coming_into_group(app: &TestApp, group: &str, member: &str) {
    app.sql(|sql| {
        sql.execute(&format!(
            "BEGIN; SELECT FROM members WHERE id = '{member}' FOR SHARE"
        ));
    });
    in_group(app, group, member);
}

/// Removed now, without a key to decide on.
pub fn removed(app: &TestApp, member: &str) {
    let at = app.clock.now();
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET removed_at = '{at}' WHERE id = '{member}';
             INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind, subject_id,
                                       subject_label, before, after, refused)
             SELECT workspace_id, '{at}', gen_random_uuid(), 'command_line', 'Command line', 'member.removed', 'member',
                    id::text, 'Somebody', '{{\"role\": \"member\"}}', '{{\"keys\": []}}', false
             FROM members WHERE id = '{member}'"
        ));
    });
}

/// A key as if a member had made it.
pub fn made_by(app: &TestApp, key: &MadeKey, member: &str) {
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET created_by_member_id = '{member}' WHERE id = '{id}'"
        ));
    });
}

/// A personal key of a member, with these permissions.
pub fn personal(
    app: &TestApp,
    (workspace, member): (&str, &str),
    label: &str,
    permissions: &[Permission],
) -> MadeKey {
    // An operator makes keys of the workspace, among which the label may be taken.
    let own = format!("{label:.30} of {member}");
    let key = key_with(app, workspace, &own, permissions, Lifetime::Days(90));
    given_to(app, member, &key, label);
    key
}

/// Makes a key of the workspace one of a member, with a label of theirs.
pub fn given_to(app: &TestApp, member: &str, key: &MadeKey, label: &str) {
    let id = &key.id;
    let label = label.replace('\'', "''");
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET label = '{label}', owner_member_id = '{member}', created_by_member_id = '{member}',
                             updated_by_member_id = '{member}' WHERE id = '{id}'"
        ));
    });
}

/// An open invitation by the first owner of a workspace, whose link has this token; by its id.
pub fn invitation(app: &TestApp, workspace: &str, email: &str, token: &str) -> String {
    let (id, at) = (InvitationId::fresh(), app.clock.now());
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO invitations (workspace_id, id, email, role, token_digest, was_shown, invited_by_member_id,
                                      created_at, sent_at, expires_at)
             SELECT w.id, '{id}', '{email}', 'member', sha256('invitation\\000{token}'), false, m.id, '{at}', '{at}',
                    '{at}'::timestamptz + interval '7 days'
             FROM workspaces w JOIN members m ON m.workspace_id = w.id AND role = 'owner'
             WHERE slug = '{workspace}' ORDER BY m.created_at, m.id LIMIT 1"
        ));
    });
    id.to_string()
}

/// Suspended now.
pub fn suspended(app: &TestApp, member: &str) {
    let at = app.clock.now();
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET suspended_at = '{at}' WHERE id = '{member}'"
        ));
    });
}

/// Somebody known in one more workspace.
pub fn membership(app: &TestApp, workspace: &str, email: &str, role: Role) {
    let user = app.sql(|sql| {
        sql.line(&format!(
            "SELECT id::text AS line FROM users WHERE email = '{email}'"
        ))
    });
    add(app, workspace, &user, role);
}

fn add(app: &TestApp, workspace: &str, user: &str, role: Role) -> String {
    let (id, role, at) = (MemberId::fresh(), role.name(), app.clock.now());
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO members (workspace_id, id, user_id, role, created_at)
             SELECT id, '{id}', '{user}', '{role}', '{at}' FROM workspaces WHERE slug = '{workspace}'"
        ));
    });
    id.to_string()
}

/// A key with every permission and 90 days, made at the command line.
pub fn key(app: &TestApp, workspace: &str, label: &str) -> MadeKey {
    key_with(app, workspace, label, Permission::ALL, Lifetime::Days(90))
}

pub fn key_with(
    app: &TestApp,
    workspace: &str,
    label: &str,
    permissions: &[Permission],
    lifetime: Lifetime,
) -> MadeKey {
    made(app, workspace, label, permissions, lifetime, |new| new)
}

/// One whose secret can be shown again, in a workspace that allows it from now on.
pub fn recoverable(app: &TestApp, workspace: &str, label: &str) -> MadeKey {
    recovery(app, workspace, true);
    let (all, lifetime) = (Permission::ALL, Lifetime::Days(90));
    made(app, workspace, label, all, lifetime, |new| {
        new.recoverable(true)
    })
}

/// Gives a key limits of its own, wide enough for any test.
pub fn limited(app: &TestApp, key: &MadeKey) {
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET allowed_ips = '{{10.0.0.0/8,127.0.0.0/8}}', rate_limit_per_minute = 4321 WHERE id = '{}'",
            key.id
        ));
    });
}

/// Whether new keys of a workspace may be made recoverable.
pub fn recovery(app: &TestApp, workspace: &str, is_allowed: bool) {
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE workspaces SET recoverable_keys = {is_allowed} WHERE slug = '{workspace}'"
        ));
    });
}

fn made(
    app: &TestApp,
    workspace: &str,
    label: &str,
    permissions: &[Permission],
    lifetime: Lifetime,
    of_kind: impl Fn(NewKey) -> NewKey,
) -> MadeKey {
    let now = app.clock.now();
    let permissions: Permissions = permissions.iter().copied().collect();
    let keep = (&**app.shared.pepper, &**app.shared.key_seal);
    let (key, secret) = app
        .db
        .run_here(|conn| {
            let workspace =
                workspaces::find_by_slug(conn, WHY, workspace)?.ok_or(Error::NotFound)?;
            let rules = (workspace.key_lifetimes(), Zone::UTC, now);
            let new = NewKey::parse(label, Ok(permissions), Ok(lifetime), rules)?;
            let actor = operator(workspace.id);
            keys::create(conn, &actor, keep, &of_kind(new), now)
        })
        .expect("a key");
    MadeKey {
        id: key.id.to_string(),
        secret: secret.reveal().to_owned(),
    }
}

/// A publishable key that lists objects from these sites, one in each line.
pub fn publishable(app: &TestApp, workspace: &str, label: &str, origins: &str) -> MadeKey {
    let origins = Origins::parse(origins).expect("origins");
    let list = [Permission::ObjectsList];
    made(app, workspace, label, &list, Lifetime::Days(90), |new| {
        new.publishable(origins.clone())
    })
}

/// Rotated now at the command line: its new value, beside which the one before works for so many seconds.
pub fn rotated(app: &TestApp, key: &MadeKey, grace_seconds: i64) -> MadeKey {
    let (id, now) = (key.id.parse().expect("an id"), app.clock.now());
    let rotation = Rotation {
        grace: Grace::parse(grace_seconds).expect("a grace period"),
        lifetime: None,
        is_final: false,
        newest: None,
    };
    let actor = operator(workspace_of(app, key));
    let rotated = app.db.run_here(|conn| {
        let at = (Zone::UTC, now);
        keys::rotate(
            conn,
            &actor,
            (&app.shared.pepper, &app.shared.key_seal),
            id,
            &rotation,
            at,
        )
    });
    MadeKey {
        id: key.id.clone(),
        secret: rotated.expect("a new value").secret.reveal().to_owned(),
    }
}

fn workspace_of(app: &TestApp, key: &MadeKey) -> WorkspaceId {
    let id = &key.id;
    let query = format!("SELECT workspace_id::text AS line FROM keys WHERE id = '{id}'");
    app.sql(|sql| sql.line(&query))
        .parse()
        .expect("a workspace")
}

/// Revoked now, for `unneeded` or `compromised`.
pub fn revoked(app: &TestApp, key: &MadeKey, reason: &str) {
    let (id, at) = (&key.id, app.clock.now());
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET revoked_at = '{at}', revoked_for = '{reason}' WHERE id = '{id}'"
        ));
    });
}

/// Deactivated now.
pub fn deactivated(app: &TestApp, key: &MadeKey) {
    let (id, at) = (&key.id, app.clock.now());
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET deactivated_at = '{at}' WHERE id = '{id}'"
        ));
    });
}

/// A notice for the admins, by its id: a key will expire in a week.
pub fn notice(app: &TestApp, workspace: &str, key: &MadeKey) -> String {
    let expires_at = app.clock.now() + TimeDelta::days(7);
    let kind = Kind::KeyExpiresSoon {
        expires_at,
        days: 7,
    };
    raised(app, workspace, key, kind, Audience::Admins);
    let of_key = format!(
        "SELECT id::text AS line FROM notices WHERE subject_id = '{}'",
        key.id
    );
    app.sql(|sql| sql.line(&of_key))
}

/// A notice about a key, as it is told now.
pub fn raised(app: &TestApp, workspace: &str, key: &MadeKey, kind: Kind, audience: Audience) {
    let now = app.clock.now();
    let (id, workspace) = (&key.id, workspace.to_owned());
    let label =
        app.sql(|sql| sql.line(&format!("SELECT label AS line FROM keys WHERE id = '{id}'")));
    let notice = Notice {
        kind,
        subject: Subject {
            kind: "key",
            id: id.clone(),
            label,
        },
        audience,
        times: 1,
    };
    app.db
        .run_here(|conn| {
            let of = workspaces::find_by_slug(conn, WHY, &workspace)?.ok_or(Error::NotFound)?;
            notices::raise(conn, WHY, of.id, &notice, now)
        })
        .expect("a notice");
}

/// `calls` served calls, the last of them at `at` from 203.0.113.7.
pub fn used(app: &TestApp, key: &MadeKey, calls: i64, at: DateTime<Utc>) {
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_calls (workspace_id, key_id, hour, secret_version, outcome, calls)
             SELECT workspace_id, id, date_trunc('hour', '{at}'::timestamptz, 'UTC'), 1, 'served', {calls}
             FROM keys WHERE id = '{id}';
             INSERT INTO key_last_uses (workspace_id, key_id, at, ip)
             SELECT workspace_id, id, '{at}', '203.0.113.7' FROM keys WHERE id = '{id}'"
        ));
    });
}

/// `calls` calls in the hour of `at` that ended so: `served`, or the code of a refusal.
pub fn called(app: &TestApp, key: &MadeKey, outcome: &str, calls: i64, at: DateTime<Utc>) {
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_calls (workspace_id, key_id, hour, secret_version, outcome, calls)
             SELECT workspace_id, id, date_trunc('hour', '{at}'::timestamptz, 'UTC'), 1, '{outcome}', {calls}
             FROM keys WHERE id = '{id}'"
        ));
    });
}

/// A call from an address with a program, served first and last at these times.
pub fn caller(
    app: &TestApp,
    key: &MadeKey,
    (ip, program): (&str, &str),
    (first, last): (DateTime<Utc>, DateTime<Utc>),
) {
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_callers (workspace_id, caller, key_id, secret_version, ip, user_agent, first_at, last_at, last_served_at)
             SELECT workspace_id, sha256('{id} {ip} {program}'), id, 1, '{ip}', '{program}', '{first}', '{last}', '{last}'
             FROM keys WHERE id = '{id}';
             INSERT INTO key_caller_days (workspace_id, caller, day, served, refused)
             SELECT workspace_id, sha256('{id} {ip} {program}'), '{last}'::timestamptz AT TIME ZONE 'UTC', 12, 3
             FROM keys WHERE id = '{id}'"
        ));
    });
}

/// A key that may call as often as any key may.
pub fn unhurried(app: &TestApp, key: &MadeKey) {
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET rate_limit_per_minute = 1000000 WHERE id = '{id}'"
        ))
    });
}

/// A key as if another had made it.
pub fn made_with(app: &TestApp, key: &MadeKey, maker: &MadeKey) {
    let (id, maker) = (&key.id, &maker.id);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET created_by_member_id = NULL, created_by_key_id = '{maker}' WHERE id = '{id}'"
        ));
    });
}

/// `calls` served calls from an address by a program, on the day of `at` and the last of them then.
pub fn called_from(
    app: &TestApp,
    key: &MadeKey,
    (ip, program): (&str, &str),
    calls: i64,
    at: DateTime<Utc>,
) {
    let id = &key.id;
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO key_callers (workspace_id, caller, key_id, secret_version, ip, user_agent, first_at, last_at,
                                      last_served_at)
             SELECT workspace_id, sha256('{id} {ip} {program}'), id, 1, '{ip}', '{program}', '{at}', '{at}', '{at}'
             FROM keys WHERE id = '{id}';
             INSERT INTO key_caller_days
             SELECT workspace_id, sha256('{id} {ip} {program}'), ('{at}'::timestamptz AT TIME ZONE 'UTC')::DATE, {calls}, 0
             FROM keys WHERE id = '{id}'"
        ));
    });
}

/// An entry of the audit log of the workspace at `slug`, as if `who` had done it then; the month it lies in is made.
pub fn entry(app: &TestApp, slug: &str, who: Who, entry: audit::Entry, at: DateTime<Utc>) {
    enter(app, slug, who, at, |conn, actor| {
        audit::record(conn, actor, entry, at)
    });
}

/// The same of something that was refused.
pub fn refusal(app: &TestApp, slug: &str, who: Who, entry: audit::Entry, at: DateTime<Utc>) {
    enter(app, slug, who, at, |conn, actor| {
        audit::record_refusal(conn, actor, entry, at)
    });
}

fn enter(
    app: &TestApp,
    slug: &str,
    who: Who,
    at: DateTime<Utc>,
    record: impl FnOnce(&mut PgConnection, &Actor) -> keyroom::error::Result<()>,
) {
    let entered = app.db.run_here(|conn| {
        audit::prepare_months(conn, WHY, at)?;
        let workspace = workspaces::find_by_slug(conn, WHY, slug)?.ok_or(Error::NotFound)?;
        let actor = Actor::new(who, workspace.id, Source::default());
        record(conn, &actor)
    });
    entered.expect("an entry");
}

/// What an entry is about, and nothing more.
pub fn about(action: &'static str, kind: &'static str, id: &str, label: &str) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind,
            id: id.to_owned(),
            label: label.to_owned(),
        },
        before: None,
        after: None,
    }
}

fn operator(workspace: WorkspaceId) -> Actor {
    Actor::new(Who::CommandLine, workspace, Source::default())
}

/// A folder at the top of the library, of the workspace unless somebody is named.
pub fn folder(app: &TestApp, workspace: &str, name: &str, owner: Option<&str>) -> String {
    let (id, owner) = (
        FolderId::fresh(),
        owner.map_or("NULL".to_owned(), |id| format!("'{id}'")),
    );
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO folders (workspace_id, id, path, name, description, metadata, visibility, owner_member_id,
                                  created_at, updated_at)
             SELECT id, '{id}', ARRAY['{id}']::uuid[], '{name}', '', '{{}}', 'listed', {owner}, now(), now()
             FROM workspaces WHERE slug = '{workspace}'"
        ));
    });
    id.to_string()
}

/// A folder within another, of the same owner.
pub fn subfolder(app: &TestApp, parent: &str, name: &str) -> String {
    let id = FolderId::fresh();
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO folders (workspace_id, id, parent_id, path, name, description, metadata, visibility,
                                  owner_member_id, created_at, updated_at)
             SELECT workspace_id, '{id}', id, path || '{id}'::uuid, '{name}', '', '{{}}', 'listed', owner_member_id,
                    now(), now()
             FROM folders WHERE id = '{parent}'"
        ));
    });
    id.to_string()
}

/// A text in a folder, by its id.
pub fn file(app: &TestApp, folder: &str, name: &str, content: &str) -> String {
    let (id, object) = (FileId::fresh(), ObjectId::fresh());
    let place = app.sql(|sql| {
        sql.line(&format!(
            "SELECT i.id || '/' || workspace_id AS line FROM folders, installation i WHERE folders.id = '{folder}'"
        ))
    });
    let place = app.objects_folder().join(place);
    std::fs::create_dir_all(&place).expect("a folder");
    std::fs::write(place.join(object.to_string()), content).expect("contents");
    let size = content.len();
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO object_space (workspace_id, used) SELECT workspace_id, {size} FROM folders WHERE id = '{folder}'
             ON CONFLICT (workspace_id) DO UPDATE SET used = object_space.used + {size};
             INSERT INTO objects (workspace_id, id, state, size, sha256, progressed_at)
             SELECT workspace_id, '{object}', 'whole', {size}, sha256(convert_to('{content}', 'UTF8')), now()
             FROM folders WHERE id = '{folder}';
             INSERT INTO files (workspace_id, id, folder_id, object_id, name, size, media_type, sha256, version, product,
                                metadata, visibility, created_at, updated_at)
             SELECT workspace_id, '{id}', id, '{object}', '{name}', {size}, 'text/plain',
                    sha256(convert_to('{content}', 'UTF8')), 1, '{{}}', '{{}}', 'listed', now(), now()
             FROM folders WHERE id = '{folder}'"
        ));
    });
    id.to_string()
}

/// A label of a workspace, by its id.
pub fn label(app: &TestApp, workspace: &str, name: &str) -> String {
    let id = LabelId::fresh();
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO labels (workspace_id, id, name, created_at, updated_at)
             SELECT id, '{id}', '{name}', now(), now() FROM workspaces WHERE slug = '{workspace}'"
        ));
    });
    id.to_string()
}

/// Gives a role in a folder. `column`: `member_id`, `group_id` or `key_id`.
pub fn shared(app: &TestApp, folder: &str, (column, id): (&str, &str), role: &str) {
    let share = ShareId::fresh();
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO shares (workspace_id, id, folder_id, {column}, role, created_at)
             SELECT workspace_id, '{share}', id, '{id}', '{role}', now() FROM folders WHERE id = '{folder}'"
        ));
    });
}
