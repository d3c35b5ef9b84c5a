//! The app's pages. They show what the store says and ask it for what a person does; none of them knows of IndexedDB or the
//! network.

#![allow(unreachable_pub, reason = "the component macro writes pub before whatever it makes")]

mod account;
mod archive;
mod board;
mod deal;
mod export;
mod import;
mod invoice;
mod lead;
mod links;
mod list;
mod menu;

mod not_found;
mod record;
pub(crate) mod search;
mod settings;
mod show;
mod sync;
mod tasks;
mod types;

pub(crate) use account::AccountPage;
pub(crate) use archive::ArchivePage;
pub(crate) use board::DealBoard;
pub(crate) use export::ExportPage;
pub(crate) use import::ImportPage;
pub(crate) use lead::LeadList;
pub(crate) use menu::MenuPage;
pub(crate) use not_found::NotFound;
pub(crate) use search::Palette;
pub(crate) use settings::{DeletedPage, SettingsPage};
pub(crate) use sync::SyncPage;
pub(crate) use tasks::TasksPage;
pub(crate) use types::{Of, TypePage};
