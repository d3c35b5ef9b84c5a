//! The system as a whole: real browsers, a real server, and what a person would do. Run by `cargo xtask test`.

/// Makes a test of each scenario for each browser: `scenario::chromium` and `scenario::webkit`.
macro_rules! in_both {
    ($($scenario:ident),+ $(,)?) => { $(
        mod $scenario {
            use outpost_tests::{
                browser::{Engine, despite_crashes},
                trouble::Result,
            };

            #[tokio::test]
            async fn chromium() -> Result {
                despite_crashes(Engine::Chromium, super::$scenario).await
            }

            #[tokio::test]
            async fn webkit() -> Result {
                despite_crashes(Engine::WebKit, super::$scenario).await
            }
        }
    )+ };
}

mod accessible;
mod accessible_dialogs;
mod archive;
mod background;
mod board;
mod board_touch;
mod captive_portal;
mod clock_change;
mod conflicts;
mod crashed_tab;
mod crm;
mod custom;
mod field_day;
mod filters;
mod first_account;
mod first_run;
mod first_sync;
mod forced_colors;
mod forms;
mod import;
mod keys;
mod languages;
mod lists;
mod live;
mod merge;
mod morning;
mod no_server;
mod notified;
mod older_server;
mod page_cache;
mod panic;
mod payments;
mod phone;
mod pipelines;
mod products;
mod refused;
mod reminders;
mod reports;
mod restored;
mod roles;
mod search;
mod served;
mod session_ended;
mod sign_out;
mod steady;
mod storage;
mod storage_settings;
mod stranger;
mod sync_again;
mod sync_centre;
mod tabs;
mod today;
mod two_devices;
mod undo;
mod update;
mod views;
