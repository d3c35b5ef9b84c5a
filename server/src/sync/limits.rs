//! What a sync request must keep to before anything is done with it. Each refusal names what is wrong.

use outpost_core::mutation::Action;
use outpost_core::protocol::{MAX_FIELDS, MAX_MUTATIONS, MAX_OPS, MAX_WANTED, OLDEST, PROTOCOL, SyncRequest};
use serde::Deserialize;

use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::http::body::JsonBytes;

/// The longest name of a record type or field, in bytes.
const MAX_NAME: usize = 64;

/// Whether the request is of a version that this server speaks; looked at alone, as other versions may have another
/// shape.
pub(super) fn check_protocol(body: &JsonBytes) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    struct Version {
        protocol: u64,
    }
    let asked = body.parse::<Version>()?.protocol;
    let is_served = (u64::from(OLDEST)..=u64::from(PROTOCOL)).contains(&asked);
    if is_served { Ok(()) } else { Err(ApiError::UnsupportedProtocol { asked, served: PROTOCOL }) }
}

/// Whether the request is the session's own and within the limits.
pub(super) fn check(request: &SyncRequest, session: &Session) -> Result<(), ApiError> {
    if request.device != session.device {
        return Err(ApiError::ForeignDevice);
    }
    if request.since > request.cursor {
        return Err(ApiError::Malformed("`since` must not be greater than `cursor`".into()));
    }
    let found = request.mutations.len();
    if found > MAX_MUTATIONS {
        return Err(ApiError::TooManyMutations { found, limit: MAX_MUTATIONS });
    }
    let found = request.wanted.len();
    if found > MAX_WANTED {
        return Err(ApiError::Malformed(format!(
            "{found} records were asked for by name, and at most {MAX_WANTED} can be"
        )));
    }
    let mut before = None;
    for mutation in &request.mutations {
        let n = mutation.n;
        if n == 0 || n > i64::MAX as u64 {
            return Err(ApiError::Malformed("mutations are numbered from 1".into()));
        }
        if let Some(before) = before.filter(|before| before + 1 != n) {
            return Err(ApiError::NotContiguous { before, n });
        }
        before = Some(n);
        if mutation.hlc.device != session.device {
            return Err(ApiError::ForeignStamp { n });
        }
        let found = mutation.ops.len();
        if found > MAX_OPS {
            return Err(ApiError::TooManyOps { n, found, limit: MAX_OPS });
        }
        for op in &mutation.ops {
            check_name(n, "type", &op.kind)?;
            match &op.action {
                Action::Patch(patch) => check_fields(n, patch.keys())?,
                Action::Merge(registers) => check_fields(n, registers.fields.keys())?,
                Action::Delete | Action::Restore => {}
            }
        }
    }
    Ok(())
}

fn check_fields<'a>(n: u64, mut names: impl ExactSizeIterator<Item = &'a String>) -> Result<(), ApiError> {
    let found = names.len();
    if found > MAX_FIELDS {
        return Err(ApiError::TooManyFields { n, found, limit: MAX_FIELDS });
    }
    names.try_for_each(|name| check_name(n, "field", name))
}

fn check_name(n: u64, what: &'static str, name: &str) -> Result<(), ApiError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(ApiError::BadName { n, what, limit: MAX_NAME })
}
