//! Light, dark, or as the system is.

use leptos::prelude::{ArcRwSignal, Get, Set};

use crate::platform::media;

thread_local! {
    static THEME: ArcRwSignal<Theme> = ArcRwSignal::new(saved());
}

/// Which colours the app has on this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The name it is kept by; none for the system's.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The theme of a name; the system's for any that is unknown.
    pub fn of_name(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

fn saved() -> Theme {
    media::theme().map(|name| Theme::of_name(&name)).unwrap_or_default()
}

/// What was chosen on this device. Tracked.
pub fn theme() -> Theme {
    THEME.with(ArcRwSignal::get)
}

/// Shows a theme and keeps it for the next start.
pub fn apply_theme(theme: Theme) {
    media::set_theme(theme.name());
    THEME.with(|shown| shown.set(theme));
}
