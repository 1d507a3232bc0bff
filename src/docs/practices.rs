//! How to keep API keys safe: what somebody reads before they put one into an application, and after one leaked.

use actix_web::web::Data;

use super::{
    Docs,
    views::{Leads, PracticesPage, Sample, SettingsLeads},
};
use crate::{
    db::Db,
    policy::Unscoped,
    web::{Page, PageResult, ui::Shell},
    workspaces::{self, Workspace},
};

const WHY: Unscoped =
    Unscoped::because("the guard showed that whoever looks belongs to this workspace");

pub async fn practices(shell: Shell, docs: Data<Docs>, db: Data<Db>) -> PageResult {
    let slug = shell.workspace.as_ref().map(|w| w.slug.clone());
    let workspace = match slug {
        Some(slug) => {
            db.run(move |conn| workspaces::find_by_slug(conn, WHY, &slug))
                .await?
        }
        None => None,
    };
    let contact = workspace.as_ref().and_then(|w| w.security_contact.as_ref());
    let page = PracticesPage {
        docs: &docs.reference,
        leads: workspace
            .as_ref()
            .and_then(|workspace| Leads::of(&shell, workspace))
            .unwrap_or_default(),
        contact: contact.map(|contact| (contact.href(), contact.as_str().to_owned())),
        env: sample("env", ".env", ENV.to_owned()),
        ignore: sample("gitignore", ".gitignore", IGNORE.to_owned()),
        python: sample("python", "Python", python(&docs.reference.base)),
        node: sample("node", "Node.js", node(&docs.reference.base)),
        shell: shell.titled("Best practices for API keys", "practices"),
    };
    Page(page).ok()
}

impl Leads {
    /// Only to screens that whoever looks may see.
    fn of(shell: &Shell, workspace: &Workspace) -> Option<Self> {
        let view = shell.workspace.as_ref()?;
        let keys = match shell.is_admin {
            true => &view.keys,
            false => &view.own_keys,
        };
        let makes_some = shell.is_admin || workspace.personal_keys;
        Some(Self {
            new: makes_some.then(|| format!("{keys}/new")),
            keys: Some(keys.clone()),
            settings: shell.is_admin.then(|| SettingsLeads {
                general: view.general.clone(),
                audit: view.audit.clone(),
            }),
        })
    }
}

fn sample(id: &str, title: &str, text: String) -> Sample {
    Sample {
        id: format!("{id}-sample"),
        title: title.to_owned(),
        text,
        copies: true,
    }
}

const ENV: &str = "KEYROOM_API_KEY=paste-the-key-here";

const IGNORE: &str = ".env\n.env.*\n!.env.example";

fn python(base: &str) -> String {
    format!(
        r#"# pip install python-dotenv requests
import os

import requests
from dotenv import load_dotenv

load_dotenv()
answer = requests.get(
    "{base}/whoami",
    headers={{"Authorization": f"Bearer {{os.environ['KEYROOM_API_KEY']}}"}},
    timeout=10,
)
answer.raise_for_status()
print(answer.json()["key"]["label"])"#
    )
}

fn node(base: &str) -> String {
    format!(
        r#"// node --env-file=.env app.mjs
const answer = await fetch("{base}/whoami", {{
  headers: {{ authorization: `Bearer ${{process.env.KEYROOM_API_KEY}}` }},
}})
const body = await answer.json()
if (!answer.ok) throw new Error(body.detail)
console.log(body.key.label)"#
    )
}
