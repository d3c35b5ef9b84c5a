//! What the app and the server must agree on.
