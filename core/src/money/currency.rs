//! Currencies: the codes of ISO 4217 and how finely each divides.

use std::fmt;
use std::str::FromStr;

use crate::sorting::Order;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A currency of ISO 4217; in JSON its code, `"EUR"`.
///
/// Codes that are not in the table are refused, because the number of decimals of an unknown currency is unknown, and a
/// guess would be wrong by a factor of ten or more. A record with such a code from a newer version is still kept and
/// relayed, as all fields are; it only cannot be reckoned with here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    exponent: u8,
}

/// A code that ISO 4217 does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a currency; use a code of three letters such as EUR, USD or JPY.")]
pub struct UnknownCurrency;

/// The currencies in use, and the units of account that have a minor unit, by number of decimals. Metals, bond market
/// units and test codes are left out: nobody sends an invoice in them.
const ACTIVE: [(u8, &str); 4] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY \
         COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
         INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR \
         MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP \
         STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

/// Withdrawn in the years that people still hold invoices of (Bulgaria's lev by the euro in 2026, …); all have two
/// decimals. Understood, not offered.
const WITHDRAWN: &str = "ANG BGN CUC HRK SLL ZWL";

impl Currency {
    /// The euro.
    pub const EUR: Self = Self { code: "EUR", exponent: 2 };
    /// The dollar of the United States.
    pub const USD: Self = Self { code: "USD", exponent: 2 };

    /// The code, three capital letters.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many decimals its amounts have: 0 to 4. One unit is 10^exponent minor units.
    pub const fn exponent(self) -> u8 {
        self.exponent
    }

    /// How many minor units make one unit: 1, 100, 1,000 or 10,000.
    pub const fn minor_units(self) -> i64 {
        10_i64.pow(self.exponent as u32)
    }

    /// All currencies in use, by code: for the choices of a field.
    pub fn active() -> Vec<Self> {
        let mut all: Vec<Self> = ACTIVE
            .iter()
            .flat_map(|(exponent, codes)| codes.split(' ').map(|code| Self { code, exponent: *exponent }))
            .collect();
        all.order_by(Ord::cmp);
        all
    }

    fn find(code: &str) -> Option<Self> {
        ACTIVE.iter().copied().chain([(2, WITHDRAWN)]).find_map(|(exponent, codes)| {
            codes.split(' ').find(|known| *known == code).map(|code| Self { code, exponent })
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code)
    }
}

/// Reads a code, in capitals or not, with white space around it or not.
impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::find(&text.trim().to_ascii_uppercase()).ok_or(UnknownCurrency)
    }
}

// By hand: derived, a field of type `&'static str` would ask for JSON that lives for ever.
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

/// Reads a code as it is in JSON: exactly three capitals.
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::find(&code).ok_or_else(|| de::Error::custom(UnknownCurrency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let active = Currency::active();
        assert_eq!(active.len(), 165);
        assert!(active.windows(2).all(|pair| pair[0].code < pair[1].code), "sorted, and none twice");
        for currency in active.into_iter().chain(WITHDRAWN.split(' ').map(|code| Currency { code, exponent: 2 })) {
            assert!(
                currency.code.len() == 3 && currency.code.bytes().all(|byte| byte.is_ascii_uppercase()),
                "{currency}"
            );
            assert_eq!(currency.code.parse(), Ok(currency));
        }
        assert_eq!("EUR".parse(), Ok(Currency::EUR));
        assert_eq!("USD".parse(), Ok(Currency::USD));
    }

    #[test]
    fn currencies_divide_as_iso_4217_says() {
        for (code, exponent) in
            [("JPY", 0), ("KRW", 0), ("ISK", 0), ("EUR", 2), ("MGA", 2), ("KWD", 3), ("TND", 3), ("CLF", 4)]
        {
            assert_eq!(code.parse::<Currency>().map(Currency::exponent), Ok(exponent), "{code}");
        }
        assert_eq!(Currency::EUR.minor_units(), 100);
    }

    #[test]
    fn a_code_that_does_not_exist_is_refused() {
        for code in ["", "EUX", "EU", "EURO", "€", "XXX", "XAU", "E R", "   "] {
            assert_eq!(code.parse::<Currency>(), Err(UnknownCurrency), "{code}");
        }
        assert_eq!(" eur ".parse(), Ok(Currency::EUR));
        assert!(serde_json::from_str::<Currency>("\"eur\"").is_err(), "other programs write the code as it is");
    }
}
