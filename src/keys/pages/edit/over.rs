//! The dialog over its list.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::typed::EditForm;
use crate::{
    actor::Actor,
    error::{FieldError, Result},
    ids::KeyId,
    keys::{
        actions,
        model::Key,
        pages::{
            back::at_key,
            limits::Around,
            list::{self, Read},
            list_path,
        },
        store,
        views::{EditPage, Excluded, Meanwhile},
    },
    policy::{self, ListKeys, ManageKeys, permit},
    web::{time::Zone, ui::Shell},
    workspaces::{self, Workspace},
};

/// Why the dialog is there again though no field has a mistake.
#[derive(Default)]
pub(super) struct NotSaved {
    pub(super) meanwhile: Vec<Meanwhile>,
    pub(super) excluded: Option<Excluded>,
}

/// The key that is edited, and the list behind its dialog.
pub(super) struct Over {
    pub(super) key: Key,
    list: Read,
    workspace: Workspace,
    actor: Actor,
}

impl Over {
    pub(super) fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        let manage = permit::<ManageKeys>(actor)?;
        let listed = store::find(conn, &permit::<ListKeys>(actor)?, id, at)?;
        policy::check_may_change_key_of(actor, listed.key.owner_member_id)?;
        actions::check_editable(&listed.key, at.1)?;
        Ok(Self {
            key: listed.key,
            list: list::read_newest(conn, actor, at)?,
            workspace: workspaces::find(conn, &manage)?,
            actor: actor.clone(),
        })
    }

    pub(super) fn page(
        self,
        shell: Shell,
        form: &EditForm,
        mistakes: &[FieldError],
        why: NotSaved,
        now: DateTime<Utc>,
    ) -> Result<EditPage> {
        let (path, base, held) = (list_path(&shell), form.base()?, policy::held(&self.actor));
        let back = form.next.or_list(&path);
        let addresses = (
            format!("{path}/{}/edit", self.key.id),
            at_key(&back, self.key.id),
        );
        let at = (self.workspace.key_lifetimes(), shell.zone, now);
        let around = Around {
            default_rate: self.workspace.default_rate_limit_per_minute,
            ip: self.actor.source.ip,
            is_applied: form.applies_address(),
        };
        let typed = form.typed(&base);
        let mut fields = typed.view(addresses, &held, mistakes, at, around);
        fields.label.autofocus &= why.meanwhile.is_empty() && why.excluded.is_none();
        Ok(EditPage {
            was: base.view(),
            form: fields,
            next: back,
            meanwhile: why.meanwhile,
            excluded: why.excluded,
            list: self.list.view(&shell, &path, now),
            shell: shell
                .titled(format!("Edit {}", self.key.label), "api")
                .at(path),
            label: self.key.label,
        })
    }
}
