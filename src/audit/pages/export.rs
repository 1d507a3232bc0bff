//! *Export CSV* and *Export NDJSON*: the file, of what the filter shows.

use actix_web::{
    HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web::Data,
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::typed::Typed;
use crate::{
    actor::Actor,
    audit::{
        Standing, actions,
        export::{Export, Format},
        filter::Filter,
    },
    db::Db,
    error::{Error, Result},
    ids::AuditEventId,
    policy::{ReadAudit, permit},
    web::{
        Form, PageResult, Path, Site,
        paging::{Cursor, Stretch},
        time::Zone,
        ui::Shell,
    },
};

/// A GET changes nothing, and who takes the log away is in the log: hence a form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportForm {
    format: Format,
    person: Option<String>,
    key: Option<String>,
    action: Option<String>,
    from: Option<String>,
    to: Option<String>,
    refused: Option<String>,
}

impl ExportForm {
    fn typed(self) -> (Format, Typed) {
        let typed = Typed::of([
            self.person,
            self.key,
            self.action,
            self.from,
            self.to,
            self.refused,
        ]);
        (self.format, typed)
    }
}

pub async fn export(
    actor: Actor,
    shell: Shell,
    (db, site, standing): (Data<Db>, Data<Site>, Data<Standing>),
    Path(slug): Path<String>,
    Form(form): Form<ExportForm>,
) -> PageResult {
    let ((format, typed), now) = (form.typed(), site.clock.now());
    let name = file_name(&slug, &typed, format, shell.zone, now);
    let (by, at) = (actor.clone(), (shell.zone, now));
    let (filter, place) = db
        .run(move |conn| note(conn, &by, (format, &typed), at))
        .await?;
    let export = Export {
        db: db.get_ref().clone(),
        clock: site.clock.clone(),
        standing: *standing.as_ref(),
        actor,
        filter,
        stretch: Stretch::OlderThan(place),
        format,
    };
    let mut answer = HttpResponse::Ok();
    answer.insert_header(attachment(name));
    Ok(export.into_answer(answer).await?)
}

/// Which entries are taken away, from which on, once that is in the log. Who may not is told so before anything that
/// was typed wrong.
fn note(
    conn: &mut PgConnection,
    actor: &Actor,
    (format, typed): (Format, &Typed),
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<(Filter, Cursor<AuditEventId>)> {
    permit::<ReadAudit>(actor)?;
    let filter = typed.parse(zone).map_err(Error::Invalid)?;
    let place = actions::export(conn, actor, (&filter, format), now)?;
    Ok((filter, place))
}

/// `audit-log-brightwater-2026-11-01-to-2026-11-20.csv`: the last day is that of the export, unless an earlier one was
/// asked for.
fn file_name(slug: &str, typed: &Typed, format: Format, zone: Zone, now: DateTime<Utc>) -> String {
    let today = zone.date_of(now).to_string();
    let last = match typed.to.as_str() {
        to if to.is_empty() || to > today.as_str() => &today,
        _ => &typed.to,
    };
    let first = match typed.from.as_str() {
        "" => String::new(),
        from => format!("{from}-"),
    };
    format!("audit-log-{slug}-{first}to-{last}.{}", format.name())
}

fn attachment(name: String) -> ContentDisposition {
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    }
}
