//! What members were refused, for the log and for themselves.

use actix_web::{HttpMessage, body::BoxBody, dev::ServiceResponse, web::Data};

use crate::{
    actor::Actor,
    audit,
    db::Db,
    error::{Error, Refusal},
    people,
    policy::Unscoped,
    web::{Fault, Site, limit::Limits, text},
};

const WHY: Unscoped = Unscoped::because("a refused member is told whom to ask");

/// What a key was refused by a rule, after it was let in, is in the log too.
pub(super) async fn note_of_key(
    res: &ServiceResponse<BoxBody>,
    (db, site, limits): (&Db, &Site, &Limits),
) {
    let fault = res.response().extensions().get::<Fault>().cloned();
    let is_refused = matches!(
        fault.as_ref().map(Fault::error),
        Some(
            Error::Forbidden(_)
                | Error::Refused(Refusal::PermissionMissing(_) | Refusal::RoleTooLow)
        )
    );
    if !is_refused {
        return;
    }
    let (req, now) = (res.request(), site.clock.now());
    let Some(actor) = req.extensions().get::<Actor>().cloned() else {
        return;
    };
    let is_audited = |id| limits.audited_refusals_of_keys.take(&id).is_ok();
    if !actor.key_id().is_some_and(is_audited) {
        return;
    }
    let path = text::for_log(req.path());
    let entry = entry(format!("{} {path}", req.method()), path);
    let noted = db.run(move |conn| audit::record_refusal(conn, &actor, entry, now));
    if let Err(error) = noted.await {
        log::error!("a refusal was not recorded: {error}");
    }
}

fn entry(asked: String, path: String) -> audit::Entry {
    audit::Entry {
        action: "request.refused",
        subject: audit::Subject {
            kind: "page",
            id: path,
            label: asked,
        },
        before: None,
        after: None,
    }
}

/// What a member was refused is in the log too, in a transaction of its own: that of the request was undone.
/// The page then also says whom to ask.
pub(super) async fn note(res: &mut ServiceResponse<BoxBody>, actor: Actor, asked: String) {
    let fault = res.response().extensions().get::<Fault>().cloned();
    type Refusal = fn(String) -> Error;
    let (why, refuse): (&str, Refusal) = match fault.as_ref().map(Fault::error) {
        Some(Error::Forbidden(why)) => (why, Error::Forbidden),
        Some(Error::Suspended(why)) => (why, Error::Suspended),
        _ => return,
    };
    let req = res.request();
    let (Some(member), Some(db), Some(site), Some(limits)) = (
        actor.member_id(),
        req.app_data::<Data<Db>>(),
        req.app_data::<Data<Site>>(),
        req.app_data::<Data<Limits>>(),
    ) else {
        return;
    };
    let is_audited = limits.audited_refusals.take(&member).is_ok();
    let now = site.clock.now();
    let entry = entry(asked, text::for_log(req.path()));
    let noted = db
        .run(move |conn| {
            if is_audited {
                audit::record_refusal(conn, &actor, entry, now)?;
            }
            people::owners(conn, WHY, actor.workspace)
        })
        .await;
    match noted {
        Ok(owners) if !owners.is_empty() => {
            let told = format!("{why} Ask {}.", owners.join(" or "));
            res.response_mut()
                .extensions_mut()
                .insert(Fault::from(refuse(told)));
        }
        Ok(_) => {}
        Err(error) => log::error!("a refusal was not recorded: {error}"),
    }
}
