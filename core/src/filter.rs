//! Filters: which records of a type a list shows, by conditions on any of its fields, joined by “and” and “or”.
//!
//! A filter is JSON, `{"all": […]}` or `{"any": […]}` of conditions `{"field", "op", "values"}` and further such groups, so that
//! it goes into an address and into a saved view. Which conditions a field can have follows from what it holds.

mod condition;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::record::Record;
use crate::schema::Schema;

pub use condition::{Condition, Operand, Operator};

/// When a record was last changed, as if it were a field: an instant.
pub const CHANGED: &str = "@changed";

/// The most groups within each other.
const MOST_DEEP: usize = 4;
/// The most conditions.
const MOST: usize = 60;

/// See the module's documentation. A group of nothing lets everything through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Filter {
    /// What fits each of these.
    All {
        /// Conditions and groups.
        all: Vec<Filter>,
    },
    /// What fits at least one of these.
    Any {
        /// Conditions and groups.
        any: Vec<Filter>,
    },
    /// What fits this.
    Is(Condition),
}

/// What today is, and on which day an instant falls where the device is.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    /// Today.
    pub today: NaiveDate,
    /// The day of an instant in milliseconds since 1970.
    pub day: fn(u64) -> NaiveDate,
}

/// Why a filter cannot be used.
#[derive(Debug, Error)]
pub enum FilterError {
    /// It is no filter, or one of a newer version.
    #[error("this filter cannot be read; it may come from a newer version of Outpost")]
    Unreadable(#[from] serde_json::Error),
    /// It asks for a field that the type does not have, or for what cannot be asked of it.
    #[error("this filter asks for “{0}”, which is not known here; it may come from a newer version of Outpost")]
    Unknown(String),
    /// It is too large.
    #[error("this filter has more than {MOST} conditions, or groups more than {MOST_DEEP} deep")]
    TooLarge,
}

impl Default for Filter {
    fn default() -> Self {
        Self::All { all: Vec::new() }
    }
}

impl Filter {
    /// Reads a filter of records of a type.
    ///
    /// # Errors
    /// [`FilterError`]: it is to be said; a filter that is not understood never shows what it should not.
    pub fn read(schema: &Schema, json: &str) -> Result<Self, FilterError> {
        let filter: Self = serde_json::from_str(json)?;
        filter.check(schema, 0, &mut 0)?;
        Ok(filter)
    }

    fn check(&self, schema: &Schema, depth: usize, count: &mut usize) -> Result<(), FilterError> {
        match self {
            Self::Is(condition) => {
                *count += 1;
                if *count > MOST {
                    return Err(FilterError::TooLarge);
                }
                let known = Operator::of(schema, &condition.field).contains(&condition.op);
                known.then_some(()).ok_or_else(|| FilterError::Unknown(condition.field.clone()))
            }
            _ if depth == MOST_DEEP => Err(FilterError::TooLarge),
            Self::All { all: parts } | Self::Any { any: parts } => {
                parts.iter().try_for_each(|part| part.check(schema, depth + 1, count))
            }
        }
    }

    /// Whether a record is shown.
    pub fn fits(&self, schema: &Schema, record: &Record, calendar: Calendar) -> bool {
        match self {
            Self::All { all } => all.iter().all(|part| part.fits(schema, record, calendar)),
            Self::Any { any } => any.is_empty() || any.iter().any(|part| part.fits(schema, record, calendar)),
            Self::Is(condition) => condition.fits(schema, record, calendar),
        }
    }

    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => parts.iter().all(Self::is_empty),
            Self::Is(_) => false,
        }
    }

    /// Whether what it shows changes from one day to the next.
    pub fn is_relative(&self) -> bool {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => parts.iter().any(Self::is_relative),
            Self::Is(condition) => condition.op == Operator::Days,
        }
    }
}

#[cfg(test)]
mod tests;
