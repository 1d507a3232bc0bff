//! A key while it has two values: the note on its card, and both side by side on its page.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::{
    keys::{
        pages::{back::dialog, facts::use_fact, list_path},
        store::{Caller, HourOfValue, Listed, Value},
        views::{Ending, Ends, HourBar, OldCaller, Rotating, RotationSection, Side},
    },
    web::{
        client::program,
        time::{self, Zone},
        ui::{KeyTag, Shell},
    },
};

/// What was used within it is in use.
const IN_USE: TimeDelta = TimeDelta::hours(1);
/// Hours that the pictures show.
const HOURS: usize = 24;
const HEIGHT: i64 = 55;

pub fn is_in_use(value: &Value, now: DateTime<Utc>) -> bool {
    let last = value.last_use.as_ref();
    last.is_some_and(|last| now - last.at < IN_USE)
}

/// The note of a key that has two values. `back`: where a change returns to. `progress`: where the key's page says more;
/// empty on that page.
pub fn note(
    listed: &Listed,
    shell: &Shell,
    back: &str,
    progress: String,
    now: DateTime<Utc>,
) -> Option<Rotating> {
    let key = &listed.key;
    let until = key.old_until(now).filter(|_| key.revoked_at.is_none())?;
    let values = listed.in_force.as_ref()?;
    let old = values.old.as_ref()?;
    let list = list_path(shell);
    let ending = |what: &str, stops: &Value| {
        let (address, asks) = (
            format!("{list}/{}/rotation/{what}", key.id),
            is_in_use(stops, now),
        );
        let action = match asks {
            true => dialog(&address, back, &list),
            false => address,
        };
        Ending { action, asks }
    };
    let last = old.last_use.as_ref();
    Some(Rotating {
        csrf: shell.csrf.clone(),
        id: key.id.to_string(),
        label: key.label.clone(),
        back: back.to_owned(),
        until: shell.zone.relative(until, now),
        last_used: last.map(|last| shell.zone.relative(last.at, now)),
        progress,
        ends: (!listed.is_anothers).then(|| Ends {
            finish: ending("completion", old),
            undo: (values.current.can_be_taken_back).then(|| ending("reversal", &values.current)),
        }),
    })
}

/// `hours`: served calls of the hours by version. `callers`: who calls with the old value.
pub fn section(
    listed: &Listed,
    (hours, callers): (&[HourOfValue], &[Caller]),
    shell: &Shell,
    now: DateTime<Utc>,
) -> Option<RotationSection> {
    let back = format!("{}/{}", list_path(shell), listed.key.id);
    let note = note(listed, shell, &back, String::new(), now)?;
    let values = listed.in_force.as_ref()?;
    let zone = shell.zone;
    let of = |version: i32| {
        let of_it = hours.iter().filter(move |(_, v, _)| *v == version);
        by_hour(of_it.map(|(hour, _, calls)| (*hour, *calls)), now)
    };
    let id = listed.key.id.as_str();
    let is_publishable = listed.key.kind.is_publishable();
    let (off, live) = (KeyTag::off(id), KeyTag::live(id));
    let (off, live) = (
        off.publishable(is_publishable),
        live.publishable(is_publishable),
    );
    let old = values.old.as_ref()?;
    Some(RotationSection {
        sides: [
            side(("old", old), of(old.version), off, zone, now),
            side(
                ("new", &values.current),
                of(values.current.version),
                live,
                zone,
                now,
            ),
        ],
        callers: callers
            .iter()
            .map(|caller| OldCaller {
                from: caller
                    .ip
                    .clone()
                    .unwrap_or_else(|| "Other addresses".to_owned()),
                client: caller
                    .user_agent
                    .as_deref()
                    .map(program)
                    .unwrap_or_default(),
                last_call: zone.relative(caller.last_at, now),
                calls: time::grouped(caller.served),
            })
            .collect(),
        note,
    })
}

/// The last is the hour in which `now` lies.
fn by_hour(calls: impl Iterator<Item = (DateTime<Utc>, i64)>, now: DateTime<Utc>) -> [i64; HOURS] {
    let mut bars = [0; HOURS];
    let into = TimeDelta::seconds(i64::from(now.num_seconds_from_midnight() % 3_600));
    for (hour, n) in calls {
        // What another server, whose clock is ahead, has counted of the next hour is this one's.
        let ago = (now - into - hour + TimeDelta::seconds(1))
            .num_hours()
            .max(0);
        let at = usize::try_from(ago)
            .ok()
            .and_then(|ago| bars.iter_mut().nth_back(ago));
        if let Some(bar) = at {
            *bar += n;
        }
    }
    bars
}

fn side(
    (which, value): (&'static str, &Value),
    hours: [i64; HOURS],
    tag: KeyTag,
    zone: Zone,
    now: DateTime<Utc>,
) -> Side {
    let (half, day) = (hours[HOURS / 2..].iter().sum(), hours.iter().sum());
    let most = hours.iter().copied().max().unwrap_or(0).max(1);
    let (title, full) = match which {
        "old" => ("Old value", "b"),
        _ => ("New value", "a"),
    };
    let bars = hours.iter().zip(0..).map(|(n, place)| {
        let height = (n * HEIGHT + most - 1) / most;
        let height = height.max(1);
        HourBar {
            x: place * 10 + 1,
            y: HEIGHT - height,
            height,
            class: if *n == 0 { "z" } else { full },
        }
    });
    Side {
        which,
        title,
        made: zone.date(value.made_at),
        shown: value.shown.clone(),
        tag,
        in_use: is_in_use(value, now),
        half_day: time::grouped(half),
        day: time::grouped(day),
        said: format!(
            "Requests with the {which} value by hour, {} in the last 24 hours",
            time::grouped(day)
        ),
        bars: bars.collect(),
        last_used: use_fact(value.last_use.as_ref(), zone, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn an_hour_stands_where_it_was() {
        let now = at("2026-11-20T09:42:10Z");
        let calls = [
            (at("2026-11-20T09:00:00Z"), 3),
            (at("2026-11-20T10:00:00Z"), 1),
            (at("2026-11-20T08:00:00Z"), 5),
            (at("2026-11-19T10:00:00Z"), 7),
            (at("2026-11-19T09:00:00Z"), 9),
        ];
        let bars = by_hour(calls.into_iter(), now);
        assert_eq!((bars[23], bars[22], bars[0]), (4, 5, 7));
        assert_eq!(bars.iter().sum::<i64>(), 16, "what is a day old is gone");
    }

    #[test]
    fn the_highest_bar_fills_the_picture_and_none_is_missing() {
        let mut hours = [0; HOURS];
        (hours[22], hours[23]) = (1, 1_000);
        let value = Value {
            can_be_taken_back: true,
            version: 1,
            made_at: at("2026-08-24T09:00:00Z"),
            shown: None,
            last_use: None,
        };
        let now = at("2026-11-20T09:42:10Z");
        let side = side(("old", &value), hours, KeyTag::off("x"), Zone::UTC, now);
        let told: Vec<_> = side.bars.iter().map(|b| (b.class, b.y, b.height)).collect();
        assert_eq!(told[21..], [("z", 54, 1), ("b", 54, 1), ("b", 0, 55)]);
        assert_eq!(
            (side.half_day.as_str(), side.day.as_str()),
            ("1,001", "1,001")
        );
        assert!(!side.in_use);
    }
}
