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
mod not_found;
mod record;
mod settings;
mod show;
mod sync;

pub(crate) use account::AccountPage;
pub(crate) use archive::ArchivePage;
pub(crate) use board::DealBoard;
pub(crate) use deal::{DealEdit, DealList, DealNew, DealPage};
pub(crate) use export::ExportPage;
pub(crate) use import::ImportPage;
pub(crate) use invoice::{InvoiceList, InvoiceNew, InvoicePage};
pub(crate) use lead::{LeadEdit, LeadList, LeadNew, LeadPage};
pub(crate) use not_found::NotFound;
pub(crate) use settings::{DeletedPage, SettingsPage};
pub(crate) use sync::SyncPage;
