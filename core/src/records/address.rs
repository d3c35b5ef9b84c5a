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

/// How a country writes what stands below the street, after the addressing sheets of the Universal Postal Union.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressLayout {
    /// `10115 Berlin`, the region below it: most of the world.
    #[default]
    CodeFirst,
    /// `Springfield, IL 62704`: the United States.
    CommaRegionCode,
    /// `Ottawa ON K1A 0B1`: Canada, Australia and New Zealand.
    RegionCode,
    /// `London`, the county, and `SW1A 1AA` below them: the United Kingdom and Ireland.
    CodeBelow,
}

/// The countries that do not write the code first: their ISO 3166 codes, and their names in the languages that the app speaks.
const LAYOUTS: [(AddressLayout, &[&str]); 3] = [
    (
        AddressLayout::CommaRegionCode,
        &[
            "us",
            "usa",
            "u.s.",
            "u.s.a.",
            "united states",
            "united states of america",
            "america",
            "vereinigte staaten",
            "الولايات المتحدة",
        ],
    ),
    (
        AddressLayout::RegionCode,
        &[
            "ca",
            "canada",
            "kanada",
            "كندا",
            "au",
            "australia",
            "australien",
            "أستراليا",
            "nz",
            "new zealand",
            "neuseeland",
            "نيوزيلندا",
        ],
    ),
    (
        AddressLayout::CodeBelow,
        &[
            "gb",
            "uk",
            "united kingdom",
            "great britain",
            "england",
            "scotland",
            "wales",
            "northern ireland",
            "vereinigtes königreich",
            "großbritannien",
            "schottland",
            "nordirland",
            "المملكة المتحدة",
            "ie",
            "ireland",
            "éire",
            "irland",
            "أيرلندا",
        ],
    ),
];

impl AddressLayout {
    /// That of a country, by its code or its name; `None` if none is named. A country that is not known writes the code first.
    pub fn of(country: &str) -> Option<Self> {
        let country = country.trim();
        let is_it = |name: &&str| name.eq_ignore_ascii_case(country);
        let known = LAYOUTS.iter().find(|(_, names)| names.iter().any(is_it));
        (!country.is_empty()).then(|| known.map(|(layout, _)| *layout).unwrap_or_default())
    }
}

/// The parts that are not empty, with something between them.
fn joined(parts: &[&str], between: &str) -> String {
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

impl Address {
    /// The parts that are there in one line, for lists: street, postal code, town, region, country, wherever it is.
    pub fn line(&self) -> String {
        let Self { street, postcode, city, region, country } = self;
        let street = street.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
        joined(&[&street, &joined(&[postcode, city], " "), region, country], ", ")
    }

    /// The parts that are there, line by line as its country writes them: the street first, the country last.
    pub fn lines(&self) -> Vec<String> {
        let Self { street, postcode, city, region, country } = self;
        let below = match AddressLayout::of(country).unwrap_or_default() {
            AddressLayout::CodeFirst => vec![joined(&[postcode, city], " "), joined(&[region], "")],
            AddressLayout::CommaRegionCode => vec![joined(&[city, &joined(&[region, postcode], " ")], ", ")],
            AddressLayout::RegionCode => vec![joined(&[city, region, postcode], " ")],
            AddressLayout::CodeBelow => [city, region, postcode].map(|part| joined(&[part], "")).to_vec(),
        };
        let mut lines: Vec<String> = street.lines().map(|line| line.trim().to_owned()).collect();
        lines.extend(below);
        lines.push(joined(&[country], ""));
        lines.retain(|line| !line.is_empty());
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_writes_its_addresses_in_its_own_order() {
        let address = |city: &str, region: &str, postcode: &str, country: &str| Address {
            street: "1 Main St\n\nFloor 2 ".into(),
            city: city.into(),
            region: region.into(),
            postcode: postcode.into(),
            country: country.into(),
        };
        for (address, below) in [
            (address("Berlin", "", "10115", "Deutschland"), vec!["10115 Berlin", "Deutschland"]),
            (address("Bayeux", "Calvados", "14400", ""), vec!["14400 Bayeux", "Calvados"]),
            (address("Springfield", "IL", "62704", "U.S.A."), vec!["Springfield, IL 62704", "U.S.A."]),
            (address("Springfield", "", "", " usa "), vec!["Springfield", "usa"]),
            (address("Ottawa", "ON", "K1A 0B1", "Canada"), vec!["Ottawa ON K1A 0B1", "Canada"]),
            (address("London", "", "SW1A 1AA", "England"), vec!["London", "SW1A 1AA", "England"]),
            (address("", "", "", ""), vec![]),
        ] {
            assert_eq!(address.lines(), [vec!["1 Main St", "Floor 2"], below].concat());
        }
        assert_eq!(address("Bayeux", "Calvados", "14400", "").line(), "1 Main St, Floor 2, 14400 Bayeux, Calvados");
        assert_eq!(AddressLayout::of(" "), None);
        assert_eq!(AddressLayout::of("Atlantis"), Some(AddressLayout::CodeFirst));
    }
}
