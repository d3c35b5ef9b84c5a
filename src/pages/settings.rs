//! Settings: the account, what is waiting, the business, this device, what it keeps, how it looks.

mod about;
mod account;
mod business;
mod device;
mod storage;
mod waiting;
mod words;

use leptos::prelude::*;

use crate::components::PageHeader;

/// The page.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    view! {
        <PageHeader title="Settings" />
        <div class="settings">
            <account::AccountSetting />
            <waiting::WaitingSetting />
            <business::BusinessSetting />
            <about::LooksSetting />
            <device::DeviceSetting />
            <storage::StorageSetting />
            <about::AboutSetting />
        </div>
    }
}
