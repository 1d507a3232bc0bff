//! Calls per day as a picture and a table, which say the same.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    keys::{
        model::days::{self, Day},
        views::{Bar, Calls, Chart, Column, Line, Row, Text},
    },
    web::time::{Zone, counted, grouped},
};

/// In pixels, where the picture has its own size. The columns stand between `LEFT` and `RIGHT`, on `BASE`; the lines
/// reach up to `TOP`, and the dates are below.
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 172.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 844.0;
const TOP: f64 = 14.0;
const BASE: f64 = 142.0;

/// `days`: the oldest first.
pub fn calls(days: &[Day], zone: Zone, now: DateTime<Utc>) -> Calls {
    let of = |part: fn(&Day) -> i64| days.iter().map(part).sum::<i64>();
    let (served, refused) = (of(|day| day.served), of(|day| day.refused));
    let number = i64::try_from(days.len()).unwrap_or(i64::MAX);
    let period = counted(number, "day");
    let is_quiet = served + refused == 0;
    Calls {
        summary: match (is_quiet, refused) {
            (true, _) => String::new(),
            (_, 0) => format!("{} in {period}, none refused.", counted(served, "request")),
            (_, 1) => format!(
                "{} in {period}. 1 more was refused.",
                counted(served, "request")
            ),
            (_, n) => format!(
                "{} in {period}. {} more were refused.",
                counted(served, "request"),
                grouped(n)
            ),
        },
        days: if days::splits_an_hour(zone, now) {
            format!(
                "Days are those of {}. Calls are counted by the hours of UTC; an hour across midnight belongs to the \
                 day in which it begins.",
                zone.name()
            )
        } else {
            format!("Days are those of {}.", zone.name())
        },
        chart: (!is_quiet).then(|| chart(days)),
        rows: days.iter().rev().map(row).collect(),
        total: Row {
            day: period,
            served: grouped(served),
            refused: grouped(refused),
        },
    }
}

fn row(day: &Day) -> Row {
    Row {
        day: day.date.format("%-d %b %Y").to_string(),
        served: grouped(day.served),
        refused: grouped(day.refused),
    }
}

fn short(date: NaiveDate) -> String {
    date.format("%-d %b").to_string()
}

fn px(length: f64) -> String {
    // At most one decimal, and none where it is nought.
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn chart(days: &[Day]) -> Chart {
    let most = days.iter().map(|day| day.served + day.refused).max();
    let (step, lines) = scale(most.unwrap_or(0));
    let top = step * lines;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a picture is not exact to the call"
    )]
    let height = |calls: i64| calls as f64 / top.max(1) as f64 * (BASE - TOP);
    #[expect(clippy::cast_precision_loss, reason = "there are few days")]
    let pitch = (RIGHT - LEFT) / days.len().max(1) as f64;
    #[expect(clippy::cast_precision_loss, reason = "there are few days")]
    let left = |n: usize| LEFT + n as f64 * pitch;
    Chart {
        width: px(WIDTH),
        height: px(HEIGHT),
        description: description(days),
        left: px(LEFT),
        right: px(RIGHT),
        base: px(BASE),
        lines: (1..=lines)
            .map(|n| {
                let y = BASE - height(n * step);
                Line {
                    y: px(y),
                    label: Text {
                        x: px(LEFT - 8.0),
                        y: px(y + 4.0),
                        text: compact(n * step),
                    },
                }
            })
            .collect(),
        columns: days
            .iter()
            .enumerate()
            .map(|(n, day)| column(day, left(n), pitch, height))
            .collect(),
        // Each week, counted back from today.
        dates: days
            .iter()
            .enumerate()
            .filter(|(n, _)| (days.len() - 1 - n).is_multiple_of(7))
            .map(|(n, day)| Text {
                x: px(left(n) + pitch / 2.0),
                y: px(BASE + 20.0),
                text: short(day.date),
            })
            .collect(),
    }
}

fn column(day: &Day, left: f64, pitch: f64, height: impl Fn(i64) -> f64) -> Column {
    let margin = pitch * 0.15;
    let bar = |bottom: f64, height: f64| Bar {
        x: px(left + margin),
        y: px(bottom - height),
        width: px(pitch - 2.0 * margin),
        height: px(height),
    };
    // What is there can be seen, however little it is beside the rest.
    let seen = |calls: i64| (calls > 0).then(|| height(calls).max(1.0));
    let (served, refused) = (seen(day.served), seen(day.refused));
    let gap = if served.is_some() { 1.0 } else { 0.0 };
    Column {
        title: format!(
            "{}: {}, {} refused",
            short(day.date),
            counted(day.served, "request"),
            grouped(day.refused)
        ),
        day: Bar {
            x: px(left),
            y: px(TOP),
            width: px(pitch),
            height: px(BASE - TOP),
        },
        served: served.map(|height| bar(BASE, height)),
        refused: refused.map(|height| bar(BASE - served.unwrap_or(0.0) - gap, height)),
    }
}

fn description(days: &[Day]) -> String {
    let span = match (days.first(), days.last()) {
        (Some(first), Some(last)) => format!(
            "from {} to {}",
            short(first.date),
            last.date.format("%-d %b %Y")
        ),
        _ => String::new(),
    };
    let number = i64::try_from(days.len()).unwrap_or(i64::MAX);
    let busiest = days.iter().max_by_key(|day| day.served);
    let most = busiest.filter(|day| day.served > 0).map(|day| {
        format!(
            " Most requests were on {}: {}.",
            short(day.date),
            grouped(day.served)
        )
    });
    format!(
        "A column for each of {}, {span}.{}",
        counted(number, "day"),
        most.unwrap_or_default()
    )
}

/// The step between two lines, and how many there are up to the greatest value: at most four.
fn scale(most: i64) -> (i64, i64) {
    let step = (0..18)
        .flat_map(|n| [1, 2, 5].map(|digit| digit * 10_i64.pow(n)))
        .find(|step| *step * 4 >= most)
        .unwrap_or(i64::MAX);
    (step, (most.max(1) - 1) / step + 1)
}

/// "400", "1.5k", "20M".
fn compact(n: i64) -> String {
    let (unit, sign) = match n {
        ..1_000 => return n.to_string(),
        1_000..1_000_000 => (1_000, "k"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        _ => (1_000_000_000, "G"),
    };
    match (n / unit, n % unit * 10 / unit) {
        (whole, 0) => format!("{whole}{sign}"),
        (whole, tenth) => format!("{whole}.{tenth}{sign}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(of: &[(i64, i64)]) -> Vec<Day> {
        let first: NaiveDate = "2026-11-01".parse().expect("a day");
        let dates = first.iter_days().zip(of);
        dates
            .map(|(date, (served, refused))| Day {
                date,
                served: *served,
                refused: *refused,
            })
            .collect()
    }

    fn told(of: &[(i64, i64)]) -> Calls {
        let now = "2026-11-20T09:00:00Z".parse().expect("a time");
        calls(&days(of), Zone::UTC, now)
    }

    #[test]
    fn the_words_say_what_was_served_and_what_refused() {
        let summary = |of: &[(i64, i64)]| told(of).summary;
        assert_eq!(summary(&[(1, 0)]), "1 request in 1 day, none refused.");
        assert_eq!(
            summary(&[(1_200, 1), (34, 0)]),
            "1,234 requests in 2 days. 1 more was refused."
        );
        let quiet = told(&[(0, 0), (0, 0)]);
        assert!(quiet.summary.is_empty() && quiet.chart.is_none());
        assert!(told(&[(0, 3)]).chart.is_some(), "refused calls are calls");
    }

    #[test]
    fn columns_stand_on_the_line_with_what_was_refused_on_top() {
        let chart = told(&[(300, 100), (0, 0), (0, 200), (1, 0)])
            .chart
            .expect("calls");
        let lines: Vec<&str> = chart.lines.iter().map(|l| l.label.text.as_str()).collect();
        assert_eq!(lines, ["100", "200", "300", "400"]);
        assert_eq!(chart.lines[3].y, px(TOP));
        let bars = |n: usize| {
            let column = &chart.columns[n];
            let place = |bar: &Bar| (bar.y.clone(), bar.height.clone());
            (
                column.served.as_ref().map(place),
                column.refused.as_ref().map(place),
            )
        };
        let own = |y: &str, height: &str| Some((y.to_owned(), height.to_owned()));
        assert_eq!(bars(0), (own("46", "96"), own("13", "32")));
        assert_eq!(bars(1), (None, None));
        assert_eq!(bars(2), (None, own("78", "64")));
        assert_eq!(bars(3), (own("141", "1"), None));
        assert_eq!(chart.columns[0].title, "1 Nov: 300 requests, 100 refused");
        assert_eq!(
            chart.description,
            "A column for each of 4 days, from 1 Nov to 4 Nov 2026. Most requests were on 1 Nov: 300."
        );
    }

    #[test]
    fn the_lines_are_round_and_few() {
        for (most, expected) in [
            (0, (1, 1)),
            (1, (1, 1)),
            (4, (1, 4)),
            (5, (2, 3)),
            (493, (200, 3)),
            (401, (200, 3)),
            (400, (100, 4)),
            (1_234_567, (500_000, 3)),
        ] {
            assert_eq!(scale(most), expected, "{most}");
        }
        assert_eq!(
            [400, 1_500, 20_000, 5_000_000].map(compact),
            ["400", "1.5k", "20k", "5M"]
        );
    }
}
