//! Whether this device may show notifications, so that reminders are seen behind other windows too.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::{Button, Setting};
use crate::markup::{Markup, view};
use crate::platform::notify::{self, Permission};

/// The setting.
#[component]
pub(super) fn ReminderSetting() -> Markup {
    let permission = RwSignal::new(notify::permission());
    let ask = move |()| {
        spawn_local(async move {
            let answer = notify::ask().await;
            permission.try_set(answer);
        });
    };
    let state = move || match permission.get() {
        Permission::Granted => view! { <p class="small">"Notifications are on."</p> },
        Permission::Unasked => view! {
            <div class="btn-group">
                <Button small=true on_click=ask>"Turn on notifications"</Button>
            </div>
        },
        Permission::Denied => view! {
            <p class="small">"This browser does not allow notifications. You can change that in its settings for this site."</p>
        },
        Permission::Missing => view! {
            <p class="small">"This browser has no notifications here. On an iPhone they come once Outpost is on the home screen."</p>
        },
    };
    view! {
        <Setting
            title="Reminders"
            text="A task reminds you while Outpost is open: in the page, and behind other windows by a notification."
        >
            {state}
        </Setting>
    }
}
