//! Every screen there is: a page in one of its states.

/// Who looks at a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The first person, before anything is set up.
    First,
    Stranger,
    /// The same where mail is sent.
    Forgetful,
    /// Of all workspaces.
    Owner,
    /// The owner in a browser that is only used once.
    Leaver,
    /// Of Brightwater, where mail is sent.
    Writer,
    /// A member there, who wants another email.
    Changer,
    /// A member of Brightwater who is no admin.
    Member,
    /// Suspended in Brightwater, their only workspace.
    Suspended,
    /// Somebody in no workspace.
    Nobody,
    /// An admin of Brightwater, whose password was entered a while ago.
    Keeper,
    /// A member of Brightwater with sessions elsewhere, whose password was entered a while ago.
    Roamer,
}

/// What leads from the address to the screen.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Fill(&'static str, &'static str),
    Select(&'static str, &'static str),
    Click(&'static str),
    /// A click that loads a document.
    Send(&'static str),
    /// A click after which a flash is shown.
    Act(&'static str),
    /// A click that opens a dialog.
    Open(&'static str),
    /// The preset.
    ReadOnly,
    Press(&'static str),
    Reload,
    /// Waits until it can be seen.
    See(&'static str),
    Eval(&'static str),
}
use Step::{Act, Click, Eval, Fill, Open, Press, ReadOnly, Reload, See, Select, Send};

const PUBLISHABLE: Step = Click("label:has-text(\"Publishable key\")");

mod library;

pub struct Screen {
    /// Of its pictures.
    pub name: &'static str,
    /// The path of its route.
    pub route: &'static str,
    pub who: Who,
    /// See `World::fill_in`.
    pub path: &'static str,
    pub steps: Vec<Step>,
    pub status: u16,
}

fn screen(
    name: &'static str,
    route: &'static str,
    who: Who,
    path: &'static str,
    steps: &[Step],
    status: u16,
) -> Screen {
    let steps = steps.to_vec();
    Screen {
        name,
        route,
        who,
        path,
        steps,
        status,
    }
}

const LIST: &str = "/w/{slug}/settings/api-keys";
const NEW: &str = "/w/{slug}/settings/api-keys/new";
const RUN: &str = "/w/{slug}/settings/api-keys/runs/{run}";
const SHOW: &str = "/w/{slug}/settings/api-keys/{id}";
const OWN: &str = "/w/{slug}/account/api-keys";
const OWN_NEW: &str = "/w/{slug}/account/api-keys/new";
const OWN_SHOW: &str = "/w/{slug}/account/api-keys/{id}";
const OWN_EDIT: &str = "/w/{slug}/account/api-keys/{id}/edit";
const OWN_CALLERS: &str = "/w/{slug}/account/api-keys/{id}/callers";
const OWN_REVOKE: &str = "/w/{slug}/account/api-keys/{id}/revocation";
const OWN_ROTATE: &str = "/w/{slug}/account/api-keys/{id}/rotation";
const OWN_FINISH: &str = "/w/{slug}/account/api-keys/{id}/rotation/completion";
const OWN_UNDO: &str = "/w/{slug}/account/api-keys/{id}/rotation/reversal";
const OWN_REVEAL: &str = "/w/{slug}/account/api-keys/{id}/reveal";
const OWN_RESTORE: &str = "/w/{slug}/account/api-keys/{id}/restoration";
const CALLERS: &str = "/w/{slug}/settings/api-keys/{id}/callers";
const REVOKE: &str = "/w/{slug}/settings/api-keys/{id}/revocation";
const EDIT: &str = "/w/{slug}/settings/api-keys/{id}/edit";
const ROTATE: &str = "/w/{slug}/settings/api-keys/{id}/rotation";
const FINISH: &str = "/w/{slug}/settings/api-keys/{id}/rotation/completion";
const UNDO: &str = "/w/{slug}/settings/api-keys/{id}/rotation/reversal";
const TAKE: &str = "/w/{slug}/settings/api-keys/{id}/takeover";
const INCIDENT: &str = "/w/{slug}/settings/api-keys/{id}/incident";
const WITHDRAWAL: &str = "/w/{slug}/settings/api-keys/{id}/incident/removal";
const RESTORE: &str = "/w/{slug}/settings/api-keys/{id}/restoration";
const REVEAL: &str = "/w/{slug}/settings/api-keys/{id}/reveal";
const GENERAL: &str = "/w/{slug}/settings/general";
const DELETION: &str = "/w/{slug}/settings/deletion";
const MAIL: &str = "/w/{slug}/settings/mail";
const AUDIT: &str = "/w/{slug}/settings/audit-log";
const ENTRY: &str = "/w/{slug}/settings/audit-log/{id}";
const MEMBERS: &str = "/w/{slug}/settings/members";
const MEMBER: &str = "/w/{slug}/settings/members/{member}";
const REPORT: &str = "/w/{slug}/settings/members/{member}/report";
const SHARE: &str = "/w/{slug}/folders/{folder}/share";
const SHARE_REQUEST: &str = "/w/{slug}/folders/{folder}/share/requests/{request}";
const GROUPS: &str = "/w/{slug}/settings/groups";
const ALL_FOLDERS: &str = "/w/{slug}/settings/library";
const FOLDER_LIMITS: &str = "/w/{slug}/settings/library/limits";
const GROUP_NEW: &str = "/w/{slug}/settings/groups/new";
const DEFAULTS: &str = "/w/{slug}/settings/groups/default-permissions";
const GROUP: &str = "/w/{slug}/settings/groups/{group}";
const GROUP_ADD: &str = "/w/{slug}/settings/groups/{group}/members/new";
const INVITATIONS: &str = "/w/{slug}/settings/invitations";
const INVITE: &str = "/w/{slug}/settings/invitations/new";
const PRACTICES: &str = "/docs/best-practices";
const NOTICES: &str = "/w/{slug}/settings/notices";
const JOIN: &str = "/invitation";
const LEAVE: &str = "/w/{slug}/leaving";
const REMOVAL: &str = "/w/{slug}/settings/members/{member}/removal";

const TAKE_OVER: Step = Send("dialog .btn.primary:has-text(\"Take over\")");
/// As if every value had been copied.
const COPIED: &str =
    "document.querySelectorAll('[data-guard]').forEach(held => held.dataset.safe = '')";
/// Without script it is a link like others, so that one is left alone.
const DONE_TOO_EARLY: &str =
    "matchMedia('(scripting: enabled)').matches && document.querySelector('[data-done]').click()";

const SIGN_IN: Step = Send("button:has-text(\"Sign in\")");
const CREATE: Step = Send("button:has-text(\"Create workspace\")");
const GENERATE: Step = Send("dialog .btn:has-text(\"Generate key\")");
const SHOW_SECRET: Step = Send("dialog .btn:has-text(\"Show the secret\")");
const REVOKE_KEY: Step = Send("dialog .btn:has-text(\"Revoke key\")");
const ROTATE_KEY: Step = Send("dialog .btn:has-text(\"Rotate key\")");
const RESTORE_KEY: Step = Send("dialog .btn:has-text(\"Restore key\")");
const DETAILS: Step = Send("td.more a");
const SAVE: Step = Send("button:has-text(\"Save changes\")");
const SAVE_EDIT: Step = Send("dialog .btn:has-text(\"Save\")");
/// As if the form had been made when the key was called otherwise and could upload files only.
const OLDER: &str = "document.querySelector('[name=was_label]').value = 'server',
    document.querySelector('[name=was_permissions]').value = 'FILE_UPLOAD',
    document.querySelector('[name=was_updated_at]').value = '2026-01-01T00:00:00Z'";
const SAVE_LIFETIMES: Step = Send("#lifetimes-form button:has-text(\"Save changes\")");
const SAVE_SECURITY: Step = Send("#security-form button:has-text(\"Save changes\")");
const TEST_MAIL: Step = Send("button:has-text(\"Send test mail\")");
const SEND_LINK: Step = Send("button:has-text(\"Send link\")");
const MENU: Step = Click("button:has-text(\"account menu\")");

pub fn all() -> Vec<Screen> {
    let mut all = doors();
    all.extend(list());
    all.extend(dialogs());
    all.extend(personal());
    all.extend(settings());
    all.extend(account());
    all.extend(people());
    all.extend(errors());
    all.extend(library::screens());
    all
}

#[rustfmt::skip]
fn doors() -> Vec<Screen> {
    let (wrong, guess) = (Fill("#email", "nobody@brightwater.example"), Fill("#password", "a wrong guess"));
    vec![
        screen("set-up", "/set-up", Who::First, "/set-up", &[], 200),
        screen("set-up-mistake-code", "/set-up", Who::First, "/set-up?code=AAAA-BBBB", &[CREATE], 422),
        screen("sign-in", "/sign-in", Who::Stranger, "/sign-in", &[], 200),
        screen("sign-in-ended", "/sign-in", Who::Stranger, "/sign-in?ended=idle&next=%2F", &[], 200),
        screen("sign-in-ended-elsewhere", "/sign-in", Who::Stranger, "/sign-in?ended=elsewhere", &[], 200),
        screen("sign-in-wrong", "/sign-in", Who::Stranger, "/sign-in", &[wrong, guess, SIGN_IN], 422),
        screen("sign-in-limited", "/sign-in", Who::Stranger, "/sign-in", &[
            Fill("#email", "limited@brightwater.example"), guess, SIGN_IN,
        ], 429),
        screen("sign-in-signed-out", "/sign-in", Who::Leaver, "/account", &[
            MENU, Send("button:has-text(\"Sign out\")"),
        ], 200),
        screen("sign-in-mailing", "/sign-in", Who::Forgetful, "/sign-in", &[], 200),
        screen("forgotten", "/forgot-password", Who::Forgetful, "/forgot-password", &[], 200),
        screen("forgotten-sent", "/forgot-password", Who::Forgetful, "/forgot-password", &[
            Fill("#email", "{new}@brightwater.example"), SEND_LINK,
        ], 200),
        screen("forgotten-mistake", "/forgot-password", Who::Forgetful, "/forgot-password", &[SEND_LINK], 422),
        screen("forgotten-unset", "/forgot-password", Who::Stranger, "/forgot-password", &[], 200),
        screen("reset", "/reset-password", Who::Forgetful, "/reset-password?token={token}", &[], 200),
        screen("reset-mistake", "/reset-password", Who::Forgetful, "/reset-password?token={token}", &[
            Fill("#new", "short"), Send("button:has-text(\"Change password\")"),
        ], 422),
        screen("reset-over", "/reset-password", Who::Forgetful, "/reset-password?token=none", &[], 200),
        screen("docs", "/docs", Who::Stranger, "/docs", &[], 200),
        screen("docs-quick-start", "/docs/quick-start", Who::Stranger, "/docs/quick-start", &[], 200),
        screen("docs-integrating", "/docs/integrating", Who::Owner, "/docs/integrating", &[], 200),
        screen("docs-clients", "/docs/clients", Who::Stranger, "/docs/clients", &[], 200),
        screen("docs-forward-auth", "/docs/forward-auth", Who::Stranger, "/docs/forward-auth", &[], 200),
        screen("docs-secret-scanning", "/docs/secret-scanning", Who::Stranger, "/docs/secret-scanning", &[], 200),
        screen("practices", PRACTICES, Who::Stranger, PRACTICES, &[], 200),
        screen("practices-signed-in", PRACTICES, Who::Owner, PRACTICES, &[], 200),
        screen("errors", "/docs/errors", Who::Stranger, "/docs/errors", &[], 200),
    ]
}

#[rustfmt::skip]
fn list() -> Vec<Screen> {
    vec![
        screen("notices", NOTICES, Who::Owner, "/w/quay/settings/notices", &[], 200),
        screen("notices-none", NOTICES, Who::Owner, "/w/studio/settings/notices", &[], 200),
        screen("keys-notices", LIST, Who::Owner, "/w/quay/settings/api-keys", &[], 200),
        screen("key-notices", SHOW, Who::Owner, "/w/quay/settings/api-keys/{told}", &[], 200),
        screen("home", "/", Who::Owner, "/", &[], 200),
        screen("workspace", "/w/{slug}", Who::Owner, "/w/studio", &[], 200),
        screen("settings", "/w/{slug}/settings", Who::Owner, "/w/studio/settings", &[], 200),
        screen("keys", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[], 200),
        screen("keys-menu", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[MENU], 200),
        screen("keys-flash", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Act("#k-{toggled} button:has-text(\"ctivate\")"),
        ], 200),
        screen("keys-selected", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#p-{long}"),
        ], 200),
        screen("keys-active", LIST, Who::Owner, "/w/brightwater/settings/api-keys?status=active", &[], 200),
        screen("keys-deactivated", LIST, Who::Owner, "/w/brightwater/settings/api-keys?status=deactivated", &[], 200),
        screen("keys-expired", LIST, Who::Owner, "/w/brightwater/settings/api-keys?status=expired", &[], 200),
        screen("keys-revoked", LIST, Who::Owner, "/w/brightwater/settings/api-keys?status=revoked", &[], 200),
        screen("keys-first", LIST, Who::Owner, "/w/empty-shelf/settings/api-keys", &[], 200),
        screen("keys-only-revoked", LIST, Who::Owner, "/w/archive/settings/api-keys", &[], 200),
        screen("keys-none-match", LIST, Who::Owner, "/w/harbour/settings/api-keys?status=expired", &[], 200),
        screen("keys-none-revoked", LIST, Who::Owner, "/w/harbour/settings/api-keys?status=revoked", &[], 200),
        screen("keys-newest", LIST, Who::Owner, "/w/harbour/settings/api-keys", &[], 200),
        screen("keys-oldest", LIST, Who::Owner, "/w/harbour/settings/api-keys", &[
            Click("a:has-text(\"Next\")"), See("a:has-text(\"Previous\")"),
        ], 200),
        screen("keys-more", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#more-{used}"),
        ], 200),
        screen("keys-found", LIST, Who::Owner,
            "/w/brightwater/settings/api-keys?permission=FILE_DELETE&q=e&sort=label", &[], 200),
        screen("keys-not-found", LIST, Who::Owner,
            "/w/brightwater/settings/api-keys?status=expired&permission=ACCESS_MANAGE&q=staging", &[], 200),
        screen("key", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{used}", &[], 200),
        screen("key-table", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{used}", &[
            Click("summary:has-text(\"Show as a table\")"),
        ], 200),
        screen("key-rotating", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{rotating}", &[], 200),
        screen("callers", CALLERS, Who::Owner, "/w/brightwater/settings/api-keys/{used}/callers", &[], 200),
        screen("callers-rest", CALLERS, Who::Owner, "/w/brightwater/settings/api-keys/{used}/callers?page=2", &[], 200),
        screen("callers-none", CALLERS, Who::Owner, "/w/brightwater/settings/api-keys/{long}/callers", &[], 200),
        screen("key-long", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{long}", &[], 200),
        screen("key-deactivated", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{off}", &[], 200),
        screen("key-recoverable", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{kept}", &[], 200),
        screen("key-expired", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{expired}", &[], 200),
        screen("key-publishable", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{widget}", &[], 200),
        screen("key-revoked", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{gone}", &[], 200),
        screen("key-compromised", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{stolen}", &[], 200),
    ]
}

#[rustfmt::skip]
fn dialogs() -> Vec<Screen> {
    let label = Fill("#label", "{new}");
    vec![
        screen("new", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[], 200),
        screen("new-opened", NEW, Who::Owner, "/w/studio/settings/api-keys", &[
            Open("a:has-text(\"Generate new key\")"), ReadOnly, Select("#expiry", "date"),
            Click("summary:has-text(\"Workspace\")"),
        ], 200),
        screen("new-maximum", NEW, Who::Owner, "/w/harbour/settings/api-keys/new", &[Select("#expiry", "date")], 200),
        screen("new-first", NEW, Who::Owner, "/w/empty-shelf/settings/api-keys/new", &[], 200),
        screen("new-mistakes", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            Select("#expiry", "date"), GENERATE,
        ], 422),
        screen("new-label-taken", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            ReadOnly, Fill("#label", "production-server"), GENERATE,
        ], 422),
        screen("new-publishable", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[PUBLISHABLE], 200),
        screen("new-publishable-mistakes", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            Click("label:has-text(\"Upload\")"), PUBLISHABLE, Fill("#allowed_origins", "shop.example.com"), label, GENERATE,
        ], 422),
        screen("new-publishable-made", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            PUBLISHABLE, Fill("#allowed_origins", "https://shop.example.com"), ReadOnly, label, GENERATE,
        ], 200),
        screen("edit-publishable", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{widget}/edit", &[], 200),
        screen("new-limits", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            ReadOnly, label, Click("#limits > summary"), Send("button:has-text(\"Add my address\")"),
        ], 200),
        screen("new-limits-mistakes", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            ReadOnly, label, Click("#limits > summary"), Fill("#allowed_ips", "203.0.113.7/24"),
            Fill("#rate_limit_per_minute", "fast"), GENERATE,
        ], 422),
        screen("reveal-limits", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            ReadOnly, label, Click("#limits > summary"), Fill("#allowed_ips", "0.0.0.0/0"),
            Fill("#rate_limit_per_minute", "1200"), GENERATE,
        ], 201),
        screen("reveal", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[ReadOnly, label, GENERATE], 201),
        screen("reveal-guarded", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            Click("label:has-text(\"Everything I have\")"), ReadOnly, label, GENERATE, Press("Escape"),
        ], 201),
        screen("reveal-shown", NEW, Who::Owner, "/w/studio/settings/api-keys/new", &[
            ReadOnly, label, GENERATE, Reload,
        ], 409),
        screen("new-recoverable", NEW, Who::Owner, "/w/brightwater/settings/api-keys/new", &[Click("#recoverable")], 200),
        screen("reveal-ask", REVEAL, Who::Keeper, "/w/brightwater/settings/api-keys/{kept}/reveal", &[], 200),
        screen("reveal-ask-opened", REVEAL, Who::Keeper, "/w/brightwater/settings/api-keys", &[
            Open("#reveal-{kept}"),
        ], 200),
        screen("reveal-again", REVEAL, Who::Keeper, "/w/brightwater/settings/api-keys/{kept}/reveal", &[
            Fill("#confirm-password", crate::server::make::PASSWORD), SHOW_SECRET,
        ], 200),
        screen("reveal-never", REVEAL, Who::Owner, "/w/brightwater/settings/api-keys/{used}/reveal", &[], 409),
        screen("like", NEW, Who::Owner, "/w/brightwater/settings/api-keys/new?like={used}", &[], 200),
        screen("like-opened", NEW, Who::Owner, "/w/brightwater/settings/api-keys/{expired}", &[
            Open("#like-key"),
        ], 200),
        screen("edit", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{used}/edit", &[], 200),
        screen("edit-opened", EDIT, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#more-{long}"), Open("#m-{long} a:has-text(\"Edit\")"),
        ], 200),
        screen("edit-over-its-page", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{used}", &[
            Open("#edit-key"),
        ], 200),
        screen("edit-expired", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{expired}/edit", &[], 200),
        screen("edit-saved", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{toggled}/edit", &[
            Select("#expiry", "180"), SAVE_EDIT,
        ], 200),
        screen("edit-mistakes", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{used}/edit", &[
            Fill("#label", "staging-server"), Select("#expiry", "date"), SAVE_EDIT,
        ], 422),
        screen("edit-conflict", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{used}/edit", &[
            Eval(OLDER), Fill("#label", "web-server"), SAVE_EDIT,
        ], 409),
        screen("edit-excludes", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{used}/edit", &[
            Click("#limits > summary"), Fill("#allowed_ips", "203.0.113.0/27"), SAVE_EDIT,
        ], 422),
        screen("edit-revoked", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{gone}/edit", &[], 409),
        screen("rotate", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{used}/rotation", &[], 200),
        screen("rotate-opened", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#more-{long}"), Open("#m-{long} a:has-text(\"Rotate key\")"),
        ], 200),
        screen("rotate-over-its-page", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{used}", &[
            Open("#rotate-key"),
        ], 200),
        screen("rotate-expired", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{expired}/rotation", &[], 200),
        screen("rotate-mistakes", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{used}/rotation", &[
            Select("#expiry", "date"), ROTATE_KEY,
        ], 422),
        screen("rotate-reveal", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{rolled}/rotation?grace=0", &[
            ROTATE_KEY,
        ], 201),
        screen("rotate-shown", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{rolled}/rotation?grace=0", &[
            ROTATE_KEY, Reload,
        ], 409),
        screen("rotate-revoked", ROTATE, Who::Owner, "/w/brightwater/settings/api-keys/{gone}/rotation", &[], 409),
        screen("takeover", TAKE, Who::Owner, "/w/brightwater/settings/api-keys/{mine}/takeover", &[], 200),
        screen("takeover-suspended", TAKE, Who::Owner, "/w/brightwater/settings/api-keys/{lenas}", &[
            Open("#take-key"),
        ], 200),
        screen("takeover-mistakes", TAKE, Who::Owner, "/w/brightwater/settings/api-keys/{mine}/takeover", &[
            Fill("#label", "production-server"), TAKE_OVER,
        ], 422),
        screen("takeover-reveal", TAKE, Who::Owner, "/w/brightwater/settings/api-keys/{theirs}/takeover", &[
            TAKE_OVER,
        ], 201),
        screen("takeover-shown", TAKE, Who::Owner, "/w/brightwater/settings/api-keys/{theirs}/takeover", &[
            TAKE_OVER, Reload,
        ], 409),
        screen("takeover-leaving", REMOVAL, Who::Owner, "/w/brightwater/settings/members/{leaver}/removal", &[], 200),
        screen("takeover-values", REMOVAL, Who::Owner, "/w/brightwater/settings/members/{leaver}/removal", &[
            Send("button:has-text(\"Remove Tess\")"),
        ], 201),
        screen("takeover-values-guarded", REMOVAL, Who::Owner, "/w/brightwater/settings/members/{leaver}/removal", &[
            Send("button:has-text(\"Remove Tess\")"), Eval(DONE_TOO_EARLY),
        ], 201),
        screen("takeover-report", REPORT, Who::Owner, "/w/brightwater/settings/members/{leaver}/removal", &[
            Send("button:has-text(\"Remove Tess\")"), Eval(COPIED), Send("a:has-text(\"Done\")"),
        ], 200),
        screen("rotation-finish", FINISH, Who::Owner, "/w/brightwater/settings/api-keys/{rotating}/rotation/completion", &[], 200),
        screen("rotation-finish-opened", FINISH, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Open("#finish-{rotating}"),
        ], 200),
        screen("rotation-undo", UNDO, Who::Owner, "/w/brightwater/settings/api-keys/{rotating}/rotation/reversal", &[], 200),
        screen("revoke", REVOKE, Who::Owner, "/w/brightwater/settings/api-keys/{used}/revocation", &[], 200),
        screen("revoke-opened", REVOKE, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Open("#k-{toggled} a:has-text(\"Revoke key\")"),
        ], 200),
        screen("revoke-long", REVOKE, Who::Owner, "/w/brightwater/settings/api-keys/{long}/revocation", &[], 200),
        screen("revoke-mistake", REVOKE, Who::Owner, "/w/brightwater/settings/api-keys/{used}/revocation", &[
            Fill("#confirm", "production"), REVOKE_KEY,
        ], 422),
        screen("revoke-again", REVOKE, Who::Owner, "/w/brightwater/settings/api-keys/{gone}/revocation", &[], 409),
        screen("bulk-deactivate", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#p-{off}"), Click("#p-{expired}"), Send(".bulk button:has-text(\"Deactivate\")"),
        ], 200),
        screen("bulk-expiry", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#p-{off}"), Click("#p-{expired}"), Click("#more-bulk"),
            Send("#m-bulk button:has-text(\"Change expiry\")"),
        ], 200),
        screen("bulk-expiry-mistake", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#more-bulk"), Send("#m-bulk button:has-text(\"Change expiry\")"),
            Select("#expiry", "date"), Send("dialog .df .btn.primary"),
        ], 422),
        screen("bulk-expiry-preview", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#p-{off}"), Click("#p-{expired}"), Click("#more-bulk"),
            Send("#m-bulk button:has-text(\"Change expiry\")"), Select("#expiry", "30"), Send("dialog .df .btn.primary"),
        ], 200),
        screen("bulk-permissions", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#p-{off}"), Click("#more-bulk"),
            Send("#m-bulk button:has-text(\"Remove permissions\")"),
        ], 200),
        screen("bulk-all", LIST, Who::Owner, "/w/brightwater/settings/api-keys?select=all", &[], 200),
        screen("bulk-run", RUN, Who::Owner, "/w/brightwater/settings/api-keys/runs/{run}", &[], 200),
        screen("bulk-revoke", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Click("#p-{long}"), Send(".bulk button:has-text(\"Revoke\")"),
        ], 200),
        screen("bulk-revoke-mistake", LIST, Who::Owner, "/w/brightwater/settings/api-keys", &[
            Click("#p-{used}"), Send(".bulk button:has-text(\"Revoke\")"), Send("dialog .btn:has-text(\"Revoke 1 key\")"),
        ], 422),
        screen("revoke-compromised", REVOKE, Who::Owner,
            "/w/brightwater/settings/api-keys/{used}/revocation?reason=compromised", &[], 200),
        screen("incident", INCIDENT, Who::Owner, "/w/brightwater/settings/api-keys/{stolen}/incident", &[], 200),
        screen("incident-before", INCIDENT, Who::Owner, "/w/brightwater/settings/api-keys/{used}/incident", &[], 200),
        screen("incident-unneeded", INCIDENT, Who::Owner, "/w/brightwater/settings/api-keys/{gone}/incident", &[], 200),
        screen("incident-mistakes", INCIDENT, Who::Owner, "/w/brightwater/settings/api-keys/{stolen}/incident", &[
            Send("button:has-text(\"Close incident\")"),
        ], 422),
        screen("incident-removal", WITHDRAWAL, Who::Owner, "/w/brightwater/settings/api-keys/{stolen}/incident/removal", &[], 200),
        screen("incident-closed", INCIDENT, Who::Owner, "/w/brightwater/settings/api-keys/{filed}/incident", &[], 200),
        screen("incident-replace", NEW, Who::Owner, "/w/brightwater/settings/api-keys/new?replaces={stolen}", &[], 200),
        screen("restore", RESTORE, Who::Owner, "/w/brightwater/settings/api-keys/{taken}/restoration", &[], 200),
        screen("restore-mistake", RESTORE, Who::Owner, "/w/brightwater/settings/api-keys/{taken}/restoration", &[
            RESTORE_KEY,
        ], 422),
        screen("restore-empty", RESTORE, Who::Owner, "/w/brightwater/settings/api-keys/{taken}/restoration", &[
            Fill("#label", ""), RESTORE_KEY,
        ], 422),
    ]
}

#[rustfmt::skip]
fn personal() -> Vec<Screen> {
    vec![
        screen("own-keys", OWN, Who::Member, "/w/brightwater/account/api-keys", &[], 200),
        screen("own-keys-first", OWN, Who::Owner, "/w/studio/account/api-keys", &[], 200),
        screen("own-keys-workspaces", OWN, Who::Owner, "/w/brightwater/account/api-keys", &[
            Click("button:has-text(\"Workspace\")"),
        ], 200),
        screen("own-keys-off", OWN, Who::Roamer, "/w/archive/account/api-keys", &[], 200),
        screen("own-key", OWN_SHOW, Who::Member, "/w/brightwater/account/api-keys/{mine}", &[], 200),
        screen("own-new", OWN_NEW, Who::Member, "/w/brightwater/account/api-keys/new", &[], 200),
        screen("own-new-mistakes", OWN_NEW, Who::Member, "/w/brightwater/account/api-keys/new", &[GENERATE], 422),
        screen("own-new-off", OWN_NEW, Who::Roamer, "/w/archive/account/api-keys/new", &[], 403),
        screen("own-reveal", OWN_NEW, Who::Member, "/w/brightwater/account/api-keys/new", &[
            ReadOnly, Fill("#label", "{new}"), GENERATE,
        ], 201),
        screen("own-callers", OWN_CALLERS, Who::Member, "/w/brightwater/account/api-keys/{mine}/callers", &[], 200),
        screen("own-edit", OWN_EDIT, Who::Member, "/w/brightwater/account/api-keys/{mine}/edit", &[], 200),
        screen("own-revoke", OWN_REVOKE, Who::Member, "/w/brightwater/account/api-keys/{mine}/revocation", &[], 200),
        screen("own-rotate", OWN_ROTATE, Who::Member, "/w/brightwater/account/api-keys/{mine}/rotation", &[], 200),
        screen("own-rotation-finish", OWN_FINISH, Who::Member, "/w/brightwater/account/api-keys/{mine_rolling}/rotation/completion", &[], 200),
        screen("own-rotation-undo", OWN_UNDO, Who::Member, "/w/brightwater/account/api-keys/{mine_rolling}/rotation/reversal", &[], 200),
        screen("own-reveal-ask", OWN_REVEAL, Who::Member, "/w/brightwater/account/api-keys/{mine_kept}/reveal", &[], 200),
        screen("own-restore", OWN_RESTORE, Who::Member, "/w/brightwater/account/api-keys/{mine_gone}/restoration", &[], 200),
        screen("keys-personal", LIST, Who::Owner, "/w/brightwater/settings/api-keys?owner=members", &[], 200),
        screen("keys-suspended", LIST, Who::Owner, "/w/brightwater/settings/api-keys?status=suspended", &[], 200),
        screen("key-anothers", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{mine}", &[], 200),
        screen("edit-anothers", EDIT, Who::Owner, "/w/brightwater/settings/api-keys/{mine}/edit", &[], 403),
        screen("key-suspended", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/{lenas}", &[], 200),
    ]
}

#[rustfmt::skip]
fn settings() -> Vec<Screen> {
    vec![
        screen("general", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[], 200),
        screen("general-saved", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[SAVE], 200),
        screen("general-mistake", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Fill("#name", ""), SAVE,
        ], 422),
        screen("workspaces", "/workspaces", Who::Owner, "/workspaces", &[], 200),
        screen("workspaces-menu", "/workspaces", Who::Owner, "/workspaces", &[MENU], 200),
        screen("new-workspace", "/workspaces/new", Who::Owner, "/workspaces/new", &[], 200),
        screen("new-workspace-mistake", "/workspaces/new", Who::Owner, "/workspaces/new", &[CREATE], 422),
        screen("delete-workspace", DELETION, Who::Owner, "/w/brightwater/settings/deletion", &[], 200),
        screen("delete-workspace-mistake", DELETION, Who::Owner, "/w/brightwater/settings/deletion", &[
            Fill("#confirm", "brightwater"), Send("button:has-text(\"Delete workspace\")"),
        ], 422),
        screen("general-settled", GENERAL, Who::Owner, "/w/harbour/settings/general", &[], 200),
        screen("general-address", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Fill("#slug", "brightwater-ltd"), Fill("#name", "Brightwater Ltd"), SAVE,
        ], 200),
        screen("general-address-mistake", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Fill("#slug", "Bright Water"), SAVE,
        ], 422),
        screen("general-maximum", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Select("#default_key_lifetime_days", "30"), Select("#max_key_lifetime_days", "other"),
            Fill("#max_key_lifetime_other", "45"), SAVE_LIFETIMES,
        ], 200),
        screen("general-lifetimes-mistake", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Select("#max_key_lifetime_days", "other"), SAVE_LIFETIMES,
        ], 422),
        screen("general-unused", GENERAL, Who::Owner, "/w/quay/settings/general", &[
            Select("#unused_key_days", "30"), SAVE_SECURITY,
        ], 200),
        screen("general-security-mistake", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Select("#unused_key_days", "other"), Fill("#unused_key_other", "7"), Fill("#security_contact", "nobody"), SAVE_SECURITY,
        ], 422),
        screen("mail-unset", MAIL, Who::Owner, "/w/brightwater/settings/mail", &[], 200),
        screen("mail", MAIL, Who::Writer, "/w/brightwater/settings/mail", &[], 200),
        screen("mail-limited", MAIL, Who::Writer, "/w/brightwater/settings/mail", &[TEST_MAIL, TEST_MAIL], 429),
        screen("audit", AUDIT, Who::Owner, "/w/brightwater/settings/audit-log", &[
            Click("main summary"),
        ], 200),
        screen("audit-filtered", AUDIT, Who::Owner, "/w/harbour/settings/audit-log?action=key.created&from={month}", &[], 200),
        screen("audit-none-match", AUDIT, Who::Owner, "/w/harbour/settings/audit-log?key={used}&refused=true", &[], 200),
        screen("audit-mistakes", AUDIT, Who::Owner, "/w/harbour/settings/audit-log?key=ci&from=2026-03-02&to=2026-03-01", &[], 422),
        screen("audit-many-people", AUDIT, Who::Owner, "/w/crowd/settings/audit-log?find=person+2", &[], 200),
        screen("audit-entry", ENTRY, Who::Owner, "/w/brightwater/settings/audit-log?key={used}&action=key.deactivated", &[DETAILS], 200),
        screen("audit-entry-signed-in", ENTRY, Who::Owner, "/w/brightwater/settings/audit-log?action=member.signed_in", &[DETAILS], 200),
        screen("audit-entry-refused", ENTRY, Who::Owner, "/w/brightwater/settings/audit-log?refused=true", &[DETAILS], 200),
        screen("audit-entry-long", ENTRY, Who::Owner, "/w/brightwater/settings/audit-log?key={long}", &[DETAILS], 200),
        screen("audit-oldest", AUDIT, Who::Owner, "/w/harbour/settings/audit-log", &[
            Click("a:has-text(\"Older\")"), See("a:has-text(\"Newer\")"),
        ], 200),
    ]
}

#[rustfmt::skip]
fn account() -> Vec<Screen> {
    let end_others = Send("button:has-text(\"End all other sessions\")");
    vec![
        screen("account", "/account", Who::Owner, "/account", &[], 200),
        screen("account-ways-back", "/account", Who::Owner, "/account", &[Click("button:has-text(\"Workspaces\")")], 200),
        screen("account-menu", "/account", Who::Roamer, "/account", &[MENU], 200),
        screen("account-saved", "/account", Who::Nobody, "/account", &[SAVE], 200),
        screen("account-mistake", "/account", Who::Owner, "/account", &[Fill("#name", ""), SAVE], 422),
        screen("account-mailing", "/account", Who::Writer, "/account", &[], 200),
        screen("account-email-mistake", "/account", Who::Writer, "/account", &[
            Fill("#email", "ada"), Send("button:has-text(\"Change email\")"),
        ], 422),
        screen("account-email", "/account/email", Who::Changer, "/account/email", &[], 200),
        screen("email-confirmation", "/confirm-email", Who::Changer, "/confirm-email?token={token}", &[], 200),
        screen("email-link-over", "/account/email/confirmation", Who::Changer, "/confirm-email?token=none", &[], 200),
        screen("security", "/account/security", Who::Roamer, "/account/security", &[], 200),
        screen("security-mistakes", "/account/security", Who::Member, "/account/security", &[
            Fill("#current", "a wrong guess"), Fill("#new", "short"),
            Send("main button:has-text(\"Change password\")"),
        ], 422),
        screen("password", "/account/password", Who::Leaver, "/account/password", &[], 200),
        screen("confirm", "/account/security", Who::Roamer, "/account/security", &[end_others], 200),
        screen("confirm-mistake", "/account/security", Who::Roamer, "/account/security", &[
            end_others, Fill("#confirm-password", "a wrong guess"), Send("button:has-text(\"Continue\")"),
        ], 422),
        screen("activity", "/account/activity", Who::Roamer, "/account/activity", &[], 200),
        screen("activity-oldest", "/account/activity", Who::Roamer, "/account/activity", &[
            Click("a:has-text(\"Older\")"), See("a:has-text(\"Newer\")"),
        ], 200),
        screen("no-account-page", "", Who::Owner, "/account/nowhere", &[], 404),
    ]
}

#[rustfmt::skip]
fn people() -> Vec<Screen> {
    vec![
        screen("members", MEMBERS, Who::Owner, "/w/brightwater/settings/members", &[], 200),
        screen("members-menu", MEMBERS, Who::Owner, "/w/brightwater/settings/members", &[
            Click("#m-{sam} .acts > button"),
        ], 200),
        screen("members-suspended", MEMBERS, Who::Owner, "/w/brightwater/settings/members?state=suspended", &[], 200),
        screen("members-removed", MEMBERS, Who::Owner, "/w/brightwater/settings/members?state=removed", &[], 200),
        screen("members-none", MEMBERS, Who::Owner, "/w/brightwater/settings/members?q=zzz", &[], 200),
        screen("members-by-seen", MEMBERS, Who::Owner, "/w/harbour/settings/members?sort=seen", &[
            Click("a:has-text(\"Next\")"), See("a:has-text(\"Previous\")"),
        ], 200),
        screen("member", MEMBER, Who::Owner, "/w/brightwater/settings/members/{sam}", &[], 200),
        screen("member-you", MEMBER, Who::Owner, "/w/brightwater/settings/members/{ada}", &[], 200),
        screen("member-removed", MEMBER, Who::Owner, "/w/brightwater/settings/members/{mateo}", &[], 200),
        screen("member-remove", REMOVAL, Who::Owner, "/w/brightwater/settings/members/{sam}/removal", &[], 200),
        screen("member-remove-many", REMOVAL, Who::Owner, "/w/brightwater/settings/members/{priya}/removal", &[], 200),
        screen("member-report", REPORT, Who::Owner, "/w/brightwater/settings/members/{mateo}/report", &[], 200),
        screen("share", SHARE, Who::Owner, "/w/brightwater/folders/{shared}/share", &[], 200),
        screen("share-found", SHARE, Who::Owner, "/w/brightwater/folders/{shared}/share?q=s", &[], 200),
        screen("share-more", SHARE, Who::Owner, "/w/brightwater/folders/{shared}/share", &[Click(".more > summary")], 200),
        screen("share-mistake", SHARE, Who::Owner, "/w/brightwater/folders/{shared}/share", &[Send("dialog .btn:has-text(\"Share\")")], 422),
        screen("share-end", SHARE, Who::Owner, "/w/brightwater/folders/{shared}/share", &[Click(".ending > summary")], 200),
        screen("share-members", SHARE, Who::Owner, "/w/brightwater/folders/{shared}/share", &[Click(".below > summary:has-text(\"Members\")")], 200),
        screen("share-ask", SHARE, Who::Member, "/w/brightwater/folders/{shared}/share", &[], 200),
        screen("share-reader", SHARE, Who::Member, "/w/brightwater/folders/{read-only}/share", &[], 200),
        screen("share-request", SHARE_REQUEST, Who::Owner, "/w/brightwater/folders/{shared}/share/requests/{request}", &[], 200),
        screen("share-request-raise", SHARE_REQUEST, Who::Owner, "/w/brightwater/folders/{shared}/share/requests/{raise}", &[], 200),
        screen("all-folders", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library", &[], 200),
        screen("all-folders-first", ALL_FOLDERS, Who::Owner, "/w/studio/settings/library", &[], 200),
        screen("all-folders-none", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library?q=zzz", &[], 200),
        screen("all-folders-found", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library?find=s", &[], 200),
        screen("all-folders-reach", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library?who=member.{sam}", &[], 200),
        screen("all-folders-trash", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library?state=trash", &[], 200),
        screen("all-folders-remove", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library?who=group.{engineering}", &[
            Click("tbody input"), Send("button[value=remove]"),
        ], 200),
        screen("all-folders-mistake", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library", &[
            Click("tbody input"), Send("button[value=hand_over]"), Send("#question button[type=submit]"),
        ], 422),
        screen("all-folders-remove-all", ALL_FOLDERS, Who::Owner, "/w/brightwater/settings/library?who=group.{engineering}", &[
            Send("#remove-all"),
        ], 200),
        screen("all-folders-limits", FOLDER_LIMITS, Who::Owner, "/w/brightwater/settings/library/limits", &[], 200),
        screen("all-folders-limits-mistake", FOLDER_LIMITS, Who::Owner, "/w/brightwater/settings/library/limits", &[
            Fill("#file_limit", "many"), Send("#limits .btn.primary"),
        ], 422),
        screen("groups", GROUPS, Who::Owner, "/w/brightwater/settings/groups", &[], 200),
        screen("groups-menu", GROUPS, Who::Owner, "/w/brightwater/settings/groups", &[Click("#g-{engineering} .acts > button")], 200),
        screen("groups-first", GROUPS, Who::Owner, "/w/studio/settings/groups", &[], 200),
        screen("groups-none", GROUPS, Who::Owner, "/w/brightwater/settings/groups?q=zzz", &[], 200),
        screen("group-new", GROUP_NEW, Who::Owner, "/w/brightwater/settings/groups", &[Open("#new-group")], 200),
        screen("group-new-mistake", GROUP_NEW, Who::Owner, "/w/brightwater/settings/groups/new", &[
            Send("dialog .btn:has-text(\"Make group\")"),
        ], 422),
        screen("group-defaults", DEFAULTS, Who::Owner, "/w/brightwater/settings/groups/default-permissions", &[], 200),
        screen("group", GROUP, Who::Owner, "/w/brightwater/settings/groups/{engineering}", &[], 200),
        screen("group-empty", GROUP, Who::Owner, "/w/brightwater/settings/groups/{support}", &[], 200),
        screen("group-edit", "/w/{slug}/settings/groups/{group}/details", Who::Owner, "/w/brightwater/settings/groups/{engineering}/details", &[], 200),
        screen("group-delete", "/w/{slug}/settings/groups/{group}/deletion", Who::Owner, "/w/brightwater/settings/groups/{engineering}/deletion", &[], 200),
        screen("group-add", GROUP_ADD, Who::Owner, "/w/brightwater/settings/groups/{support}/members/new", &[], 200),
        screen("group-add-found", GROUP_ADD, Who::Owner, "/w/brightwater/settings/groups/{support}/members/new?q=a", &[See(".option, .found")], 200),
        screen("group-add-mistake", GROUP_ADD, Who::Owner, "/w/brightwater/settings/groups/{support}/members/new", &[
            Send("dialog .btn:has-text(\"Add to group\")"),
        ], 422),
        screen("invitations", INVITATIONS, Who::Owner, "/w/brightwater/settings/invitations", &[], 200),
        screen("invitations-expired", INVITATIONS, Who::Owner, "/w/brightwater/settings/invitations?state=expired", &[], 200),
        screen("invitations-accepted", INVITATIONS, Who::Owner, "/w/brightwater/settings/invitations?state=accepted", &[], 200),
        screen("invitations-first", INVITATIONS, Who::Owner, "/w/empty-shelf/settings/invitations", &[], 200),
        screen("invitations-none", INVITATIONS, Who::Owner, "/w/brightwater/settings/invitations?q=zzz", &[], 200),
        screen("invite", INVITE, Who::Owner, "/w/brightwater/settings/invitations/new", &[], 200),
        screen("invite-opened", INVITATIONS, Who::Writer, "/w/brightwater/settings/invitations", &[Open("#invite")], 200),
        screen("invite-found", INVITE, Who::Owner, "/w/brightwater/settings/invitations/new?q=e", &[See(".option, .found")], 200),
        screen("invite-mistakes", INVITE, Who::Owner, "/w/brightwater/settings/invitations/new", &[
            Fill("#emails", "nobody, sam@brightwater.example good@partner.example, good@partner.example"),
            Send("dialog .btn.primary"),
        ], 422),
        screen("invite-unfit", INVITE, Who::Owner, "/w/brightwater/settings/invitations/new", &[
            Fill("#emails", "sam@brightwater.example lena@brightwater.example good@partner.example"),
            Send("dialog .btn.primary"),
        ], 422),
        screen("invite-links", INVITE, Who::Owner, "/w/harbour/settings/invitations/new", &[
            Fill("#emails", "{new}@partner.example second-{new}@partner.example"), Send("dialog .btn.primary"),
        ], 201),
        screen("join", JOIN, Who::Stranger, "/invitation?token=newcomerAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[], 200),
        screen("join-mistakes", JOIN, Who::Stranger, "/invitation?token=newcomerAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[
            Fill("#password", "short"), Send("button:has-text(\"Accept invitation\")"),
        ], 422),
        screen("join-sign-in", JOIN, Who::Stranger, "/invitation?token=knownAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[], 200),
        screen("join-either", JOIN, Who::Stranger, "/invitation?token=shownAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[], 200),
        screen("join-somebody-else", JOIN, Who::Owner, "/invitation?token=newcomerAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[], 200),
        screen("join-accept", JOIN, Who::Nobody, "/invitation?token=nobodyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[], 200),
        screen("join-over", JOIN, Who::Stranger, "/invitation?token=none", &[], 200),
        screen("join-expired", JOIN, Who::Stranger, "/invitation?token=expiredAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[], 200),
        screen("leave", LEAVE, Who::Member, "/w/brightwater/leaving", &[], 200),
        screen("leave-last-owner", LEAVE, Who::Owner, "/w/archive/leaving", &[], 200),
        screen("workspaces-closed", "/workspaces", Who::Suspended, "/workspaces", &[], 200),
        screen("member-suspended-there", LIST, Who::Suspended, "/w/brightwater/settings/api-keys", &[], 403),
    ]
}

#[rustfmt::skip]
fn errors() -> Vec<Screen> {
    vec![
        screen("no-page", "", Who::Stranger, "/nowhere", &[], 404),
        screen("no-key", SHOW, Who::Owner, "/w/brightwater/settings/api-keys/000000000000", &[], 404),
        screen("no-set-up", "/set-up", Who::Stranger, "/set-up", &[], 404),
        screen("not-allowed", LIST, Who::Member, "/w/brightwater/settings/api-keys", &[], 403),
        screen("no-workspace", "/", Who::Nobody, "/", &[], 200),
        screen("not-a-page", "", Who::Owner, "/sign-out", &[], 405),
        screen("unreadable", LIST, Who::Owner, "/w/brightwater/settings/api-keys?what=ever", &[], 400),
        screen("too-large", GENERAL, Who::Owner, "/w/brightwater/settings/general", &[
            Eval("document.querySelector('#name').value = 'x'.repeat(70000)"), SAVE,
        ], 413),
    ]
}
