//! What the dialogs ask about limits, and what is said of them.

use std::net::IpAddr;

use super::new::typed::TypedLimits;
use crate::{
    error::FieldError,
    keys::{model::KeyLimits, views::LimitsFields},
    web::ui::Fact,
    workspaces::RateLimit,
};

/// `apply` of the button *Add my address*.
pub const ADDRESS: &str = "address";

/// What the dialog knows beside what was typed.
#[derive(Clone, Copy)]
pub struct Around {
    pub default_rate: RateLimit,
    /// Of whoever asks, as this server sees it.
    pub ip: Option<IpAddr>,
    /// The address was just added.
    pub is_applied: bool,
}

pub fn fields(typed: &TypedLimits<'_>, mistakes: &[FieldError], around: Around) -> LimitsFields {
    let ips_error = FieldError::of(mistakes, "allowed_ips");
    let rate_error = FieldError::of(mistakes, "rate_limit_per_minute");
    let is_said = |text: &str| !text.trim().is_empty();
    LimitsFields {
        is_open: is_said(typed.allowed_ips)
            || is_said(typed.rate_limit_per_minute)
            || around.is_applied,
        allowed_ips: typed.allowed_ips.to_owned(),
        ips_error,
        autofocus: around.is_applied,
        own_ip: around.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        rate: typed.rate_limit_per_minute.to_owned(),
        rate_error,
        default_rate: around.default_rate.in_words(),
    }
}

/// What was typed, and the address in a line of its own; what is typed wrong stays as it is.
pub fn with_address(typed: &str, ip: Option<IpAddr>) -> String {
    let Some(ip) = ip.map(|ip| ip.to_string()) else {
        return typed.to_owned();
    };
    if typed.lines().any(|line| line.trim() == ip) {
        return typed.to_owned();
    }
    match typed.trim_end() {
        "" => ip,
        lines => format!("{lines}\n{ip}"),
    }
}

/// "Only from 203.0.113.0/24 and 2 more", "50 a minute". Empty where the key has no limit of its own.
pub fn in_words(limits: &KeyLimits) -> Vec<String> {
    let from = (!limits.allowed_ips.is_any()).then(|| format!("Only from {}", ranges(limits, 1)));
    let rate = limits.rate_limit_per_minute.map(RateLimit::in_words);
    from.into_iter().chain(rate).collect()
}

/// What the key's own page says of them.
pub fn facts(limits: &KeyLimits, default: RateLimit) -> [Fact; 2] {
    let ips = &limits.allowed_ips;
    let from = match ips.is_any() {
        true => Fact::text("Allowed addresses", "Any"),
        false => Fact::text("Allowed addresses", ranges(limits, 5)).note(ips.remark()),
    };
    let rate = Fact::text(
        "Rate limit",
        limits.rate_limit_per_minute.unwrap_or(default).in_words(),
    );
    let whose = match limits.rate_limit_per_minute {
        Some(_) => "Its own",
        None => "Default of the workspace",
    };
    [from, rate.note(whose)]
}

/// As it is typed.
pub fn rate(limits: &KeyLimits) -> String {
    let number = limits.rate_limit_per_minute.map(RateLimit::number);
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// The ranges in one line, as they are compared.
pub fn listed(limits: &KeyLimits) -> String {
    limits.allowed_ips.ranges().collect::<Vec<_>>().join(" ")
}

/// The first of them: "203.0.113.0/24, 10.0.0.0/8 and 2 more".
pub fn ranges(limits: &KeyLimits, named: usize) -> String {
    let names = limits.allowed_ips.lines().take(named).collect::<Vec<_>>();
    match limits.allowed_ips.number().saturating_sub(named) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_added_once_and_nothing_typed_is_lost() {
        let ip = "198.51.100.7".parse().ok();
        assert_eq!(with_address(" \n", ip), "198.51.100.7");
        assert_eq!(with_address("oops\r\n", ip), "oops\n198.51.100.7");
        assert_eq!(with_address(" 198.51.100.7\nx", ip), " 198.51.100.7\nx");
        assert_eq!(with_address("x", None), "x");
    }

    #[test]
    fn limits_are_said_shortly() {
        let said = |ips, rate| in_words(&KeyLimits::parse(ips, rate).expect("limits"));
        assert!(said("", "").is_empty());
        let both = said("10.0.0.0/8\n203.0.113.7\n2001:db8::/32", "1500");
        assert_eq!(both, ["Only from 10.0.0.0/8 and 2 more", "1,500 a minute"]);
    }
}
