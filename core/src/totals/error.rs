//! Why a document cannot be added up, in sentences that say which line to look at.

/// What is wrong with one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Quantity × price is beyond what can be stored.
    #[error("quantity times price is too large")]
    TooLarge,
    /// More than 100 % off.
    #[error("the discount is more than 100 %")]
    DiscountAboveWhole,
    /// The same category and rate twice, which would tax the line twice.
    #[error("the same tax is on it twice")]
    SameTaxTwice,
}

/// Why a document cannot be added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// A line cannot be reckoned.
    #[error("Line {number}: {source}.")]
    Line {
        /// Which one, counted from 1.
        number: usize,
        /// What is wrong with it.
        source: LineError,
    },
    /// The document's discount has the wrong sign or exceeds the lines.
    #[error("The discount must lie between zero and the sum of the lines.")]
    DiscountOutOfRange,
    /// An amount has to be spread over parts that add up to zero.
    #[error("There is nothing to spread this amount over.")]
    NothingToSpreadOver,
    /// A sum is beyond what can be stored.
    #[error("This document adds up to more than can be stored; split it into several.")]
    TooLarge,
}
