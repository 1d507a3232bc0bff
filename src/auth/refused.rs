//! What members were refused, for the log and for themselves.

use actix_web::{body::BoxBody, dev::ServiceResponse, web::Data};

use crate::{
    actor::Actor,
    audit,
    db::Db,
    error::Error,
    people,
    policy::Unscoped,
    web::{Fault, Site, limit::Limits, text},
};

const WHY: Unscoped = Unscoped::because("a refused member is told whom to ask");

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
    let entry = audit::Entry {
        action: "request.refused",
        subject: audit::Subject {
            kind: "page",
            id: text::for_log(req.path()),
            label: asked,
        },
        before: None,
        after: None,
    };
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
