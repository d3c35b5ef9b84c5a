//! Random bytes from the system.

use crate::error::ApiError;

/// As many as are asked for.
///
/// # Errors
/// [`ApiError::Internal`], on a machine that has none to give.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no random numbers");
        ApiError::Internal
    })?;
    Ok(bytes)
}
