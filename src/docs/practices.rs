//! How to keep API keys safe: what somebody reads before they put one into an application, and after one leaked.

use actix_web::web::Data;

use super::{
    Docs,
    views::{Leads, PracticesPage, Sample},
};
use crate::{
    db::Db,
    policy::Unscoped,
    web::{Page, PageResult, ui::Shell},
    workspaces,
};

const WHY: Unscoped =
    Unscoped::because("the guard showed that whoever looks belongs to this workspace");

pub async fn practices(shell: Shell, docs: Data<Docs>, db: Data<Db>) -> PageResult {
    let slug = shell.workspace.as_ref().map(|w| w.slug.clone());
    let contact = match slug {
        Some(slug) => {
            let found = db.run(move |conn| workspaces::find_by_slug(conn, WHY, &slug));
            found
                .await?
                .and_then(|workspace| workspace.security_contact)
        }
        None => None,
    };
    let page = PracticesPage {
        docs: &docs.reference,
        leads: Leads::of(&shell),
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
    fn of(shell: &Shell) -> Option<Self> {
        let workspace = shell.workspace.as_ref()?;
        let home = format!("/w/{}", workspace.slug);
        let is_admin = |role: &str| role != "Member";
        let here = shell.homes.iter().find(|link| link.href == home)?;
        is_admin(&here.role).then(|| Self {
            name: workspace.name.clone(),
            keys: workspace.keys.clone(),
            general: workspace.general.clone(),
            audit: workspace.audit.clone(),
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
