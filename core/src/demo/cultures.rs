//! Where the made-up people live: their names, in their own script, and what goes with them.

mod asia;
mod central;
mod overseas;
mod west;

use crate::index::fold;

/// A country's people and customs. In patterns `#` is a digit.
///
/// A name may carry its Latin spelling for e-mail addresses after `=`; without one, its accents are dropped.
#[derive(Debug)]
pub(super) struct Culture {
    /// The country, as addresses have it.
    pub(super) country: &'static str,
    /// What is paid in.
    pub(super) currency: &'static str,
    /// Tax rates in parts per million, the usual one first.
    pub(super) taxes: &'static [i64],
    /// How names are put together.
    pub(super) order: Order,
    /// Given and family names that go together.
    pub(super) people: &'static [People],
    /// Companies; `{f}` is the family name, `{c}` the town.
    pub(super) companies: &'static [&'static str],
    /// Towns with the pattern of their postal codes.
    pub(super) towns: &'static [(&'static str, &'static str)],
    /// Streets with a house number's pattern.
    pub(super) streets: &'static [&'static str],
    /// Telephone numbers.
    pub(super) phone: &'static str,
    /// Tax numbers; may be empty.
    pub(super) tax_id: &'static str,
}

/// Names that go together: where family names have a gender, there are two of these.
#[derive(Debug, Clone, Copy)]
pub(super) struct People {
    /// Given names.
    pub(super) given: &'static [&'static str],
    /// Family names.
    pub(super) family: &'static [&'static str],
}

/// How a full name is put together.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    /// Amara Okafor.
    GivenFirst,
    /// 田中 美咲.
    FamilyFirst,
}

/// All of them. Those that stand twice have twice as many customers.
pub(super) const ALL: &[&Culture] = &[
    &west::GERMANY,
    &west::FRANCE,
    &west::ITALY,
    &west::SPAIN,
    &overseas::BRITAIN,
    &overseas::UNITED_STATES,
    &overseas::NIGERIA,
    &overseas::NORWAY,
    &central::CZECHIA,
    &central::POLAND,
    &central::UKRAINE,
    &central::GREECE,
    &asia::JAPAN,
    &asia::KUWAIT,
    &asia::INDIA,
    &asia::KOREA,
    &asia::VIETNAM,
    &west::GERMANY,
    &west::FRANCE,
    &overseas::BRITAIN,
    &overseas::UNITED_STATES,
    &central::CZECHIA,
    &asia::JAPAN,
];

/// A name as people write it.
pub(super) fn written(name: &str) -> &str {
    name.split_once('=').map_or(name, |(written, _)| written)
}

/// A name as it stands in an e-mail address: lower-case ASCII letters, digits and hyphens.
pub(super) fn latin(name: &str) -> String {
    let name = name.split_once('=').map_or(name, |(_, latin)| latin);
    let mut slug = String::with_capacity(name.len());
    for c in fold(name).chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_end_matches('-').to_owned()
}
