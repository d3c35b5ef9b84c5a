//! The app's pages. They show what the store says and ask it for what a person does; none of them knows of IndexedDB or the
//! network.

#![allow(unreachable_pub, reason = "the component macro writes pub before whatever it makes")]

mod account;
mod archive;
pub(crate) mod aside;
mod board;
mod calendar;
mod deal;
mod export;
mod first;
mod hand;
mod import;
mod invoice;
mod lead;
mod links;
pub(crate) mod list;
mod menu;
mod merge;
mod not_found;
mod planned;
mod record;
mod reports;
pub(crate) mod search;
mod settings;
mod show;
mod swipe;
mod sync;
pub(crate) mod tasks;
mod today;
mod together;
mod types;
pub(crate) mod undo;

pub(crate) use account::AccountPage;
pub(crate) use archive::ArchivePage;
pub(crate) use board::DealBoard;
pub(crate) use calendar::CalendarPage;
pub(crate) use export::ExportPage;
pub(crate) use import::ImportPage;
pub(crate) use lead::LeadList;
pub(crate) use menu::MenuPage;
pub(crate) use merge::MergePage;
pub(crate) use not_found::NotFound;
pub(crate) use reports::ReportsPage;
pub(crate) use search::Palette;
pub(crate) use settings::{DeletedPage, PipelinesPage, SettingsPage, TypeSettingPage, TypesPage};
pub(crate) use sync::SyncPage;
pub(crate) use tasks::TasksPage;
pub(crate) use today::{TodayPage, tasks_due};
pub(crate) use types::{Of, TypePage};
