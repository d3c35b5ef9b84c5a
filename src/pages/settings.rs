//! Settings: the account, how it looks, this device, what is kept, the business.

mod about;
mod account;
mod business;
mod deleted;
mod device;
mod language;
mod pipelines;
mod reminders;
mod storage;
mod types;

use crate::markup::{Markup, view};
use leptos::prelude::*;

use crate::components::PageHeader;

pub(crate) use deleted::DeletedPage;
pub(crate) use pipelines::PipelinesPage;
pub(crate) use types::{TypeSettingPage, TypesPage};

/// The page.
#[component]
pub(crate) fn SettingsPage() -> Markup {
    view! {
        <PageHeader title="Settings" />
        <div class="settings">
            <account::AccountSetting />
            <about::LooksSetting />
            <language::LanguageSetting />
            <device::DeviceSetting />
            <reminders::ReminderSetting />
            <storage::StorageSetting />
            <types::TypesSetting />
            <pipelines::PipelinesSetting />
            <business::BusinessSetting />
            <about::AboutSetting />
        </div>
    }
}
