use serde::{Deserialize, Serialize};

/// A postal address. All parts are free text, since the world's addresses agree on nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street, house number, building: one or more lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// State, province or county, where the address has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Country.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Address {
    /// The parts that are there, each a line: street, postcode with city, region, country.
    pub fn lines(&self) -> Vec<String> {
        let town = [self.postcode.trim(), self.city.trim()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>();
        let mut lines: Vec<String> = self.street.lines().map(|line| line.trim().to_owned()).collect();
        lines.extend([town.join(" "), self.region.trim().to_owned(), self.country.trim().to_owned()]);
        lines.retain(|line| !line.is_empty());
        lines
    }
}
