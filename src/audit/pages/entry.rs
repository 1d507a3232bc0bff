//! An entry's own page: the whole record.

use actix_web::web::Data;
use chrono::SecondsFormat;
use serde::Deserialize;

use crate::{
    actor::Actor,
    audit::{
        changes::changes,
        model::Event,
        places::Places,
        store,
        views::{EntryPage, Party},
        words,
    },
    db::Db,
    ids::AuditEventId,
    policy::permit,
    web::{Page, PageResult, Path, client::program, text::capitalized, ui::Shell},
};

/// The variable parts of an entry's address.
#[derive(Deserialize)]
pub struct OfEntry {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    id: AuditEventId,
}

pub async fn entry(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Path(of): Path<OfEntry>,
) -> PageResult {
    let event = db
        .run(move |conn| store::find(conn, &permit(&actor)?, of.id))
        .await?;
    Page(page(shell, event)).ok()
}

fn page(shell: Shell, event: Event) -> EntryPage {
    let places = Places::of(shell.workspace.as_ref());
    let sentence = words::sentence(&event);
    EntryPage {
        log: places.log().to_owned(),
        refused: event.refused,
        at: shell.zone.to_the_second(event.at),
        utc: event.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        avatar: words::avatar(&event),
        tag: words::tag(&event),
        marks: event.before.is_some() && event.after.is_some(),
        changes: changes(event.before.as_ref(), event.after.as_ref(), shell.zone),
        record: places.record(&event.action, &event.subject_id),
        actor: party(
            &places,
            &event.actor_kind,
            event.actor_id.unwrap_or_default(),
            event.actor_label,
        ),
        subject: party(
            &places,
            &event.subject_kind,
            event.subject_id,
            event.subject_label,
        ),
        action: event.action,
        ip: event.ip.unwrap_or_default(),
        agent: event.user_agent.as_deref().map(program).unwrap_or_default(),
        user_agent: event.user_agent.unwrap_or_default(),
        request_id: event.request_id.unwrap_or_default(),
        id: event.id.to_string(),
        shell: shell.titled(sentence.clone(), "audit"),
        sentence,
    }
}

fn party(places: &Places, kind: &str, id: String, label: String) -> Party {
    Party {
        href: places.page(kind, &id),
        entries: places.entries_of(kind, &id),
        kind: match kind {
            "member" => "Person".to_owned(),
            "key" => "API key".to_owned(),
            "command_line" => "Whoever runs this server".to_owned(),
            "system" => "Keyroom itself".to_owned(),
            other => capitalized(&other.replace('_', " ")),
        },
        label,
        id,
    }
}
