//! What a person may do in a workspace. The server says it with each answer, and sees to it: what a role does not allow
//! is refused change by change, and whoever was removed gets nothing any more.

/// The code with which a change is refused that its writer's role does not allow.
pub const NOT_ALLOWED: &str = "not_allowed";

/// The code of the answer to somebody who was removed from the workspace (403). The device drops what is the workspace's
/// ([`crate::sync::purge`]).
pub const REMOVED: &str = "removed";

crate::choices! {
    /// What a person may do in a workspace.
    pub enum Role {
        /// Everything.
        #[default]
        Member = "member", "May look and change", Neutral;
        /// Nothing is taken from them; they see what members see.
        Viewer = "viewer", "May only look", Neutral;
        /// Not of the workspace any more.
        Removed = "removed", "Removed", Bad;
    }
}

impl Role {
    /// Whether changes are taken. Of a role of a later version that is left to the server to say.
    pub const fn may_write(self) -> bool {
        !matches!(self, Self::Viewer | Self::Removed)
    }

    /// Whether it is the one that goes without saying.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(crate) const fn is_member(&self) -> bool {
        matches!(self, Self::Member)
    }
}
