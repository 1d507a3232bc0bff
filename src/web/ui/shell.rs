//! The frame of every page: who looks at it, where, and what just happened.

use super::filters;
use crate::web::{Home, text::initial, time::Zone};
use askama::Template;

/// Taken by extraction on every page, so no handler builds it; a handler sets `title` and `here`.
pub struct Shell {
    /// Without the product's name, which the layout adds. A flash or "Error:" is put in front by the layout.
    pub title: String,
    pub csrf: Csrf,
    /// `system`, `light` or `dark`.
    pub theme: &'static str,
    pub flash: Option<FlashView>,
    /// Served over plain HTTP to other machines: every page says so.
    pub insecure: bool,
    pub viewer: Option<Viewer>,
    pub workspace: Option<WorkspaceView>,
    /// The first of the workspaces that the viewer may enter, the present one before the others.
    pub homes: Vec<HomeLink>,
    /// The entry of the side bar this page is: `library`, `shared`, `trash`; in the settings `general`, `members`, `groups`, `all-folders`, `mail`, `api`, `notices`, `audit`, or empty. In the account, its tab.
    pub here: &'static str,
    /// Path and query of this page as a GET would ask for it: where the theme buttons come back to.
    pub path: String,
    /// It is about what is the viewer's own in the workspace, and so part of their account.
    pub is_own: bool,
    /// The viewer may see the settings of the workspace.
    pub is_admin: bool,
    /// In which times are shown and entered: the viewer's own, or else the workspace's.
    pub zone: Zone,
    /// The viewer's own, if they chose one.
    pub own_zone: Option<Zone>,
}

impl Shell {
    /// Which of the two side bars: that of the settings, or the other one.
    pub fn is_in_settings(&self) -> bool {
        let here = self.path.split(['/', '?']).nth(3);
        self.is_admin && here == Some("settings")
    }
}

/// Who is signed in.
pub struct Viewer {
    pub name: String,
    pub email: String,
    pub avatar: Avatar,
}

impl Viewer {
    /// The avatar follows from the name.
    pub fn new(name: &str, email: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            avatar: Avatar::person(name),
        }
    }
}

/// The workspace a settings page belongs to, with the addresses of its side bar.
pub struct WorkspaceView {
    pub name: String,
    pub initial: String,
    pub slug: String,
    /// In which those see times who have chosen none.
    pub zone: Zone,
    /// What the addresses of all its pages begin with.
    pub home: String,
    /// Where everybody begins.
    pub library: String,
    pub shared: String,
    pub trash: String,
    /// Where whoever sees the settings begins there.
    pub settings: String,
    pub general: String,
    pub members: String,
    pub invitations: String,
    pub groups: String,
    pub mail: String,
    pub notices: String,
    pub keys: String,
    /// The viewer's own.
    pub own_keys: String,
    pub audit: String,
    /// A folder's page is beneath.
    pub folders: String,
    /// Settings → Workspace → Library.
    pub all_folders: String,
}

impl WorkspaceView {
    /// `slug` goes into addresses as it is: it is made of letters, digits and dashes.
    pub fn new(name: &str, slug: &str, zone: Zone) -> Self {
        Self {
            name: name.to_owned(),
            initial: initial(name),
            slug: slug.to_owned(),
            zone,
            folders: format!("/w/{slug}/folders"),
            home: format!("/w/{slug}"),
            library: format!("/w/{slug}/library"),
            shared: format!("/w/{slug}/library?show=shared"),
            trash: format!("/w/{slug}/library/trash"),
            settings: format!("/w/{slug}/settings"),
            all_folders: format!("/w/{slug}/settings/library"),
            general: format!("/w/{slug}/settings/general"),
            members: format!("/w/{slug}/settings/members"),
            invitations: format!("/w/{slug}/settings/invitations"),
            groups: format!("/w/{slug}/settings/groups"),
            mail: format!("/w/{slug}/settings/mail"),
            notices: format!("/w/{slug}/settings/notices"),
            keys: format!("/w/{slug}/settings/api-keys"),
            own_keys: format!("/w/{slug}/account/api-keys"),
            audit: format!("/w/{slug}/settings/audit-log"),
        }
    }
}

impl WorkspaceView {
    /// Where keys are: the viewer's own in their account, or all of them.
    pub fn keys_of(&self, is_own: bool) -> &str {
        match is_own {
            true => &self.own_keys,
            false => &self.keys,
        }
    }
}

/// A workspace in the menu that leads from one to another.
#[derive(Clone)]
pub struct HomeLink {
    pub name: String,
    pub initial: String,
    pub href: String,
    /// "Owner".
    pub role: String,
    pub current: bool,
}

impl HomeLink {
    pub fn new(home: &Home, current: bool) -> Self {
        Self {
            name: home.name.clone(),
            initial: initial(&home.name),
            href: format!("/w/{}", home.slug),
            role: home.role.title().to_owned(),
            current,
        }
    }
}

/// What the request before this page did: shown once at the top, focused on a full load.
pub struct FlashView {
    /// False: the thing was not done.
    pub good: bool,
    /// Begins the title of the page too: "production-server is deactivated."
    pub strong: String,
    pub text: String,
    pub undo: Option<Undo>,
}

/// A POST that takes the change back.
pub struct Undo {
    pub action: String,
    /// Nearly always "Undo".
    pub label: String,
}

/// The synchroniser token as a hidden field. Every form that posts contains it.
#[derive(Template, Clone)]
#[template(path = "ui/csrf.html")]
pub struct Csrf {
    pub token: String,
}
impl askama::filters::HtmlSafe for Csrf {}

/// A round sign for a person, a square one for a key, a plain ring for the system itself.
#[derive(Template, Clone)]
#[template(path = "ui/avatar.html")]
pub struct Avatar {
    /// CSS classes: shape and tone.
    pub class: String,
    /// At most two letters; empty where `icon` is shown.
    pub initials: String,
    /// A symbol of `icons.svg`; empty where `initials` are shown.
    pub icon: &'static str,
}
impl askama::filters::HtmlSafe for Avatar {}

impl Avatar {
    /// First letters of the first and the last word; one of six tones, always the same for the same name.
    pub fn person(name: &str) -> Self {
        let mut words = name.split_whitespace();
        let first = words.next();
        let initials = first
            .into_iter()
            .chain(words.next_back())
            .filter_map(|word| word.chars().next())
            .flat_map(char::to_uppercase)
            .collect();
        let tone = name.bytes().map(u32::from).sum::<u32>() % 6 + 1;
        Self {
            class: format!("ava a{tone}"),
            initials,
            icon: "",
        }
    }

    /// A secret key that did something.
    pub fn key() -> Self {
        Self::symbol("ava sq kb", "key")
    }

    pub fn publishable_key() -> Self {
        Self::symbol("ava sq kp", "key")
    }

    pub fn group() -> Self {
        Self::symbol("ava sq none", "group")
    }

    /// The command line, or the system itself.
    pub fn system() -> Self {
        Self::symbol("ava none", "laptop")
    }

    /// Somebody of whom only the address is known.
    pub fn mail() -> Self {
        Self::symbol("ava none", "mail")
    }

    fn symbol(class: &str, icon: &'static str) -> Self {
        Self {
            class: class.to_owned(),
            initials: String::new(),
            icon,
        }
    }
}
