//! Addresses from which a key may be used.

use std::{fmt, net::IpAddr};

use ipnet::{IpNet, Ipv4Net};

/// The ranges that a key may have.
const MOST_RANGES: usize = 100;

/// Ranges from one of which a call must come; without one, from anywhere. An IPv4 address in the clothes of IPv6 is that
/// IPv4 address.
#[derive(Debug, Clone, Default, PartialEq, Eq, diesel::AsExpression, diesel::FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Nullable<diesel::sql_types::Text>>)]
pub struct AllowedIps(Vec<IpNet>);

impl AllowedIps {
    /// Ranges or addresses, one a line; sorted, and each once.
    ///
    /// # Errors
    /// A sentence to the person, about the first that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut ranges = Vec::new();
        for (n, line) in text.lines().enumerate() {
            if !line.trim().is_empty() {
                ranges.push(range(line.trim()).map_err(|why| format!("Line {}: {why}", n + 1))?);
            }
        }
        Self::sorted(ranges)
    }

    /// The same from a list, each entry one address or range.
    ///
    /// # Errors
    /// A sentence about each that is none, with its place; without one, about the list.
    pub fn of(list: &[String]) -> Result<Self, Vec<(Option<usize>, String)>> {
        let (mut ranges, mut mistakes) = (Vec::new(), Vec::new());
        for (n, text) in list.iter().enumerate() {
            match range(text.trim()) {
                Ok(range) => ranges.push(range),
                Err(why) => mistakes.push((Some(n), why)),
            }
        }
        match mistakes.is_empty() {
            true => Self::sorted(ranges).map_err(|why| vec![(None, why)]),
            false => Err(mistakes),
        }
    }

    fn sorted(mut ranges: Vec<IpNet>) -> Result<Self, String> {
        ranges.sort();
        ranges.dedup();
        match ranges.len() <= MOST_RANGES {
            true => Ok(Self(ranges)),
            false => Err(format!(
                "Keep the list within {MOST_RANGES} addresses and ranges"
            )),
        }
    }

    /// Does `other` admit every address that this does?
    pub fn is_within(&self, other: &Self) -> bool {
        let whole = IpNet::aggregate(&other.0);
        let is_in = |range: &IpNet| whole.iter().any(|one| one.contains(range));
        other.is_any() || (!self.is_any() && self.0.iter().all(is_in))
    }

    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    pub fn number(&self) -> usize {
        self.0.len()
    }

    pub fn admits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.is_any() || self.0.iter().any(|range| range.contains(&ip))
    }

    /// As Postgres and the API write them: "203.0.113.7/32".
    pub fn ranges(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(IpNet::to_string)
    }

    /// As people write them: "203.0.113.7".
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0
            .iter()
            .map(|range| match range.prefix_len() == range.max_prefix_len() {
                true => range.addr().to_string(),
                false => range.to_string(),
            })
    }

    /// What is as good as no limit, in words. Empty where nothing is.
    pub fn remark(&self) -> &'static str {
        let is_whole = |v4| {
            let mut all = self.0.iter().filter(|range| range.prefix_len() == 0);
            all.any(|range| range.addr().is_ipv4() == v4)
        };
        match (is_whole(true), is_whole(false)) {
            (true, true) => "0.0.0.0/0 and ::/0 allow every address there is.",
            (true, false) => "0.0.0.0/0 allows every IPv4 address.",
            (false, true) => "::/0 allows every IPv6 address.",
            (false, false) => "",
        }
    }
}

/// A range a line.
impl fmt::Display for AllowedIps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().collect::<Vec<_>>().join("\n"))
    }
}

fn range(text: &str) -> Result<IpNet, String> {
    let range: IpNet = text
        .parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| {
            let text: String = text.chars().take(60).collect();
            format!("“{text}” is no address and no range. Write for example 203.0.113.7 or 203.0.113.0/24")
        })?;
    let range = unmapped(range);
    match range.trunc() == range {
        true => Ok(range),
        false => Err(format!(
            "{range} begins inside its range. Write {} for the whole range, or {} for the one address",
            range.trunc(),
            range.addr()
        )),
    }
}

/// `::ffff:203.0.113.0/120` is `203.0.113.0/24`.
fn unmapped(range: IpNet) -> IpNet {
    let (IpNet::V6(v6), IpAddr::V4(v4)) = (range, range.addr().to_canonical()) else {
        return range;
    };
    let bits = v6.prefix_len().checked_sub(96);
    bits.and_then(|bits| Ipv4Net::new(v4, bits).ok())
        .map_or(range, IpNet::V4)
}

mod sql {
    use diesel::{
        deserialize::{self, FromSql},
        pg::{Pg, PgValue},
        serialize::{self, Output, ToSql},
        sql_types::{Array, Nullable, Text},
    };

    use super::AllowedIps;

    impl FromSql<Array<Nullable<Text>>, Pg> for AllowedIps {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            let all = <Vec<Option<String>> as FromSql<Array<Nullable<Text>>, Pg>>::from_sql(value)?;
            let ranges = all.iter().flatten().map(|range| range.parse());
            Ok(Self(ranges.collect::<Result<_, _>>()?))
        }
    }

    impl ToSql<Array<Nullable<Text>>, Pg> for AllowedIps {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            let all: Vec<Option<String>> = self.ranges().map(Some).collect();
            <Vec<Option<String>> as ToSql<Array<Nullable<Text>>, Pg>>::to_sql(
                &all,
                &mut out.reborrow(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> AllowedIps {
        AllowedIps::parse(text).expect("ranges")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn ranges_are_told_in_one_way_however_they_were_typed() {
        let typed = " 2001:DB8::/32 \r\n\n203.0.113.7\n::ffff:203.0.113.7\n::ffff:198.51.100.0/120\n203.0.113.7/32";
        let ips = parsed(typed);
        let ranges: Vec<String> = ips.ranges().collect();
        assert_eq!(
            ranges,
            ["198.51.100.0/24", "203.0.113.7/32", "2001:db8::/32"]
        );
        assert_eq!(
            ips.to_string(),
            "198.51.100.0/24\n203.0.113.7\n2001:db8::/32"
        );
        assert_eq!(parsed(&ips.to_string()), ips);
        assert!(parsed(" \n").is_any());
    }

    #[test]
    fn a_range_that_begins_inside_itself_is_refused_with_what_may_be_meant() {
        assert_eq!(
            AllowedIps::parse("10.0.0.0/8\n203.0.113.7/24"),
            Err("Line 2: 203.0.113.7/24 begins inside its range. Write 203.0.113.0/24 for the whole range, or 203.0.113.7 \
                 for the one address"
                .to_owned())
        );
        for wrong in [
            "203.0.113",
            "10.0.0.0/33",
            "example.com",
            "10.0.0.1, 10.0.0.2",
            "fe80::1%eth0",
            "::ffff:10.0.0.1/100",
            "/8",
        ] {
            let why = AllowedIps::parse(wrong).expect_err(wrong);
            assert!(why.starts_with("Line 1: "), "{why}");
        }
        let many = |n: u32| {
            (0..n)
                .map(|n| format!("10.0.{}.{}\n", n / 250, n % 250))
                .collect::<String>()
        };
        assert!(AllowedIps::parse(&many(100)).is_ok() && AllowedIps::parse(&many(101)).is_err());
    }

    #[test]
    fn an_address_is_admitted_by_any_of_the_ranges_and_by_none_of_the_other_kind() {
        let ips = parsed("203.0.113.0/24\n2001:db8::/32");
        for inside in [
            "203.0.113.0",
            "203.0.113.255",
            "::ffff:203.0.113.9",
            "2001:db8:ffff::1",
        ] {
            assert!(ips.admits(ip(inside)), "{inside}");
        }
        for outside in ["203.0.114.0", "::203.0.113.9", "2001:db9::1", "::1"] {
            assert!(!ips.admits(ip(outside)), "{outside}");
        }
        assert!(AllowedIps::default().admits(ip("::1")));
        let whole = parsed("0.0.0.0/0");
        assert!(whole.admits(ip("::ffff:8.8.8.8")) && !whole.admits(ip("2001:db8::1")));
        assert_eq!(whole.remark(), "0.0.0.0/0 allows every IPv4 address.");
        assert_eq!(
            (parsed("::/0").remark(), ips.remark()),
            ("::/0 allows every IPv6 address.", "")
        );
    }
}
