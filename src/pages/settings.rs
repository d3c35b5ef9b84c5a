//! Settings: the account, how it looks, this device, what is kept, the business.

mod about;
mod account;
mod business;
mod deleted;
mod device;
mod language;
mod storage;

use crate::markup::{Markup, view};
use leptos::prelude::*;

use crate::components::PageHeader;

pub(crate) use deleted::DeletedPage;

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
            <storage::StorageSetting />
            <business::BusinessSetting />
            <about::AboutSetting />
        </div>
    }
}
