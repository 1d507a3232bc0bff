//! What is asked before something is done to the folders that were ticked.

use std::collections::{BTreeSet, HashMap};

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    actions,
    asked::Who,
    list_path,
    model::{Folder, Path},
    rows::within,
    stays::what_stays,
    views::{Asking, Heir, QuestionPage},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{files, pages::Access},
    policy::{ManageLibrary, UseLibrary, permit},
    web::{
        Flash, Form, Now, Page, PageResult,
        back::Next,
        see_other_with,
        time::counted,
        ui::{ErrorSummary, Shell},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Do {
    /// Take away what `who` was given.
    Remove,
    /// In whichever folder that was.
    RemoveAll,
    HandOver,
    /// Give oneself a role.
    User,
    Editor,
    Trash,
    Restore,
}

/// The folders that were ticked, and the button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    #[serde(default)]
    id: Vec<String>,
    r#do: Do,
    #[serde(default)]
    who: String,
    #[serde(default)]
    next: Next,
}

/// As a set: who is ticked twice is asked about once. What is no id is no folder of ours.
pub fn parsed(ids: &[String]) -> Result<BTreeSet<FolderId>> {
    ids.iter()
        .map(|id| id.parse().map_err(|_| Error::NotFound))
        .collect()
}

/// Asks; nothing is changed yet.
pub async fn select(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<Selection>,
) -> PageResult {
    permit::<ManageLibrary>(&actor)?;
    let back = form.next.or_list(&list_path(&shell));
    let ids = parsed(&form.id)?;
    if ids.is_empty() && form.r#do != Do::RemoveAll {
        let flash = Flash::not_done("No folder is selected.", "Tick the folders, then choose.");
        return see_other_with(&back, flash);
    }
    let who = match form.r#do {
        Do::Remove | Do::RemoveAll => Some(Who::parse(&form.who)?),
        _ => None,
    };
    let question = db
        .run(move |conn| Question::read(conn, &actor, form.r#do, (who, &ids), now))
        .await?;
    if question.is_empty() {
        let flash = Flash::not_done(
            format!("{} was given nothing.", question.name()),
            "What they reach follows from a group or from what they own.",
        );
        return see_other_with(&back, flash);
    }
    Page(question.page(shell, &back, &[], String::new())).ok()
}

/// What would be done, and to what.
pub struct Question {
    r#do: Do,
    who: Option<(Who, String)>,
    folders: Vec<(Folder, String)>,
    /// Who loses access, where the folders go.
    losing: Option<Access>,
}

impl Question {
    pub fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        r#do: Do,
        (who, ids): (Option<Who>, &BTreeSet<FolderId>),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let permit = permit::<ManageLibrary>(actor)?;
        let who = match who {
            None => None,
            Some(who) => {
                let name = actions::name_of(conn, &permit, who.0)?;
                Some((who, name.ok_or(Error::NotFound)?))
            }
        };
        let mut folders: Vec<Folder> = match &who {
            Some((who, _)) if r#do == Do::RemoveAll => actions::given_to(conn, &permit, who.0)?.0,
            _ => actions::folders(conn, &permit, ids)?
                .into_values()
                .collect(),
        };
        folders.sort_by(|a, b| (&a.folded, a.id).cmp(&(&b.folded, b.id)));
        let ids: Vec<FolderId> = folders.iter().map(|folder| folder.id).collect();
        let stays = match &who {
            None => None,
            Some((who, _)) => Some(what_stays(conn, &permit, (*who, &ids), now)?),
        };
        let (mut sizes, mut losing) = (HashMap::new(), None);
        if r#do == Do::Trash {
            let paths: Vec<Path> = folders.iter().map(|folder| folder.path.clone()).collect();
            sizes = files::sizes(conn, &permit, &ids)?;
            let library = crate::policy::permit::<UseLibrary>(actor)?;
            losing = Some(Access::lost(conn, &library, &paths, now)?);
        }
        let note = |folder: &Folder| match &stays {
            None => within(sizes.get(&folder.id).copied().unwrap_or_default()),
            Some(_) if folder.trashed_at.is_some() => "In the trash".to_owned(),
            Some(stays) => stays
                .get(&folder.id)
                .cloned()
                .unwrap_or_else(|| "Loses access".to_owned()),
        };
        let folders = folders.into_iter().map(|folder| (note(&folder), folder));
        Ok(Self {
            r#do,
            who,
            folders: folders.map(|(note, folder)| (folder, note)).collect(),
            losing,
        })
    }

    /// Who is asked about was given nothing.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// Whom or what it is about, if anybody.
    pub fn name(&self) -> &str {
        self.who.as_ref().map_or("", |(_, name)| name)
    }

    pub fn page(
        self,
        shell: Shell,
        back: &str,
        mistakes: &[FieldError],
        heir: String,
    ) -> QuestionPage {
        let list = list_path(&shell);
        let number = i64::try_from(self.folders.len()).unwrap_or(i64::MAX);
        let folders = counted(number, "folder");
        let name = self.name();
        let (title, text, way, is_danger) = match self.r#do {
            Do::Remove => (
                format!("Remove {name} from {folders}?"),
                "What was given in these folders themselves is taken away at once. You can undo it.",
                "removals",
                true,
            ),
            Do::RemoveAll => (
                format!("Remove all shares of {name}?"),
                "All that was given to them in these folders, and in no other, is taken away at once. You can undo it.",
                "removals",
                true,
            ),
            Do::HandOver => (
                format!("Hand over {folders}?"),
                "Whoever owns them now stays Editor of them. Everybody else who has access keeps it.",
                "owners",
                false,
            ),
            Do::User | Do::Editor => (
                format!("Give yourself a role in {folders}?"),
                "You can see what is in them then. Where you have that role already, or a greater one, it stays as it is. The audit log says that you gave it to yourself.",
                "roles",
                false,
            ),
            Do::Trash => (
                format!("Move {folders} to the trash?"),
                "With all that is in them. Nobody reaches them there. You can undo it, and for 30 days they can be restored.",
                "trash",
                true,
            ),
            Do::Restore => (
                format!("Restore {folders}?"),
                "With all that was put into the trash with them. Who had access has it again.",
                "restorations",
                false,
            ),
        };
        let more = self.folders.len().saturating_sub(actions::MOST);
        let mut hidden = vec![("next", back.to_owned())];
        if let Some((who, _)) = &self.who {
            hidden.push(("who", who.encode()));
        }
        match self.r#do {
            Do::User => hidden.push(("role", "user".to_owned())),
            Do::Editor => hidden.push(("role", "editor".to_owned())),
            Do::RemoveAll => hidden.push(("all", "yes".to_owned())),
            _ => {}
        }
        QuestionPage {
            action: format!("{list}/{way}"),
            text: text.to_owned(),
            summary: ErrorSummary::of(mistakes),
            folders: self
                .folders
                .into_iter()
                .take(actions::MOST)
                .map(|(folder, note)| Asking {
                    id: folder.id.to_string(),
                    name: folder.name,
                    note,
                })
                .collect(),
            more: (more > 0).then(|| {
                let more = i64::try_from(more).unwrap_or(i64::MAX);
                format!("and {} more", counted(more, "folder"))
            }),
            losses: self.losing.as_ref().map(Access::losses),
            hidden,
            heir: (self.r#do == Do::HandOver).then(|| Heir {
                value: heir,
                error: FieldError::of(mistakes, "heir"),
            }),
            cancel: back.to_owned(),
            button: title.trim_end_matches('?').to_owned(),
            is_danger,
            list_href: list,
            shell: shell.titled(title, "all-folders"),
        }
    }
}
