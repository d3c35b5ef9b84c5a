//! The business: who sells, and what new deals and invoices start with.

use crate::markup::{Markup, effect, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::RecordKey;
use outpost_core::records::{BUSINESS_ID, Business};
use outpost_core::schema::{RecordType, Schema};

use crate::components::{Banner, BannerKind, Button, ButtonKind, LookOnly, Setting, Toast, focus_first_invalid};
use crate::forms::{FieldInput, FormState, draft};
use crate::state::{Live, live, use_desk};
use crate::words::{t, tr};
use outpost_core::record::Record;

static SCHEMA: Schema = Business::SCHEMA;

/// The setting.
#[component]
pub(super) fn BusinessSetting() -> Markup {
    let desk = use_desk();
    let record: Live<Option<Record>> = live(
        move || desk.version(SCHEMA.kind),
        move |_| {
            let store = desk.store();
            async move { store.get(&RecordKey::new(SCHEMA.kind, BUSINESS_ID)).await.map_err(crate::forms::say) }
        },
    );
    let form = RwSignal::new(None::<FormState>);
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    spawn_local(async move {
        let habits = desk.habits().await;
        let found = desk.store().get(&RecordKey::new(SCHEMA.kind, BUSINESS_ID)).await.ok().flatten();
        let Some(owner) = owner.try_get_value() else { return };
        owner.with(|| {
            let made = FormState::new(&SCHEMA, &[], found.as_ref(), &Patch::new(), habits);
            draft::follow(desk, made, "/settings#business".to_owned());
            form.try_set(Some(made));
        });
    });
    effect(move || {
        if let (Some(Some(record)), Some(form)) = (record.value(), form.get()) {
            untrack(|| form.rebase(&record));
        }
    });
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let node = NodeRef::<leptos::html::Form>::new();
    let save = move || {
        let Some(form) = form.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        let Ok(patch) = form.patch() else {
            request_animation_frame(move || {
                if let Some(root) = node.try_get_untracked().flatten() {
                    focus_first_invalid(&root);
                }
            });
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match desk.write(vec![Op::patch(SCHEMA.kind, BUSINESS_ID, patch.clone())]).await {
                Ok(_) => {
                    form.saved(&patch);
                    problem.try_set(None);
                    desk.toasts.show(Toast::new(tr("Business saved")));
                }
                Err(why) => {
                    problem.try_set(Some(t!("{why} What you entered is kept.")));
                }
            }
            busy.try_set(false);
        });
    };
    let fields = move || {
        form.get().map(|form| {
            let wide = |name: &str| matches!(name, "address" | "name" | "bank");
            form.fields()
                .into_iter()
                .map(|state| {
                    let class = if wide(state.field.name) { "full" } else { "" };
                    view! {
                        <div class=class>
                            <FieldInput form state />
                        </div>
                    }
                })
                .collect::<Vec<_>>()
        })
    };
    view! {
        <Setting title="Business" text="Who sends your invoices, and what new ones start with." id="business" long=true>
            <form
                node_ref=node
                class="form"
                novalidate=true
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <LookOnly when=desk.sync().may_only_look() />
                <div class="form-grid">{fields}</div>
                {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary submit=true busy>
                        "Save business"
                    </Button>
                </div>
            </form>
        </Setting>
    }
}
