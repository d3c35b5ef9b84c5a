//! The header of a record's page: what it is called, where it stands and what can be done with it.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use outpost_core::exchange::{has_cards, vcard};
use outpost_core::record::Record;
use outpost_core::schema::Schema;

use super::keep_item;
use crate::components::{Avatar, Glyph, Icon, LinkButton, Menu, MenuItem, PageHeader, Tag, Toast};
use crate::pages::types::look;
use crate::pages::undo::delete_with_undo;
use crate::pages::{links, merge, show};
use crate::platform::share::{self, Shared};
use crate::platform::{page, spawn};
use crate::state::{Desk, title_of};
use crate::words::tr;

/// The header.
#[component]
pub(crate) fn Header(
    /// What every page works with.
    desk: Desk,
    /// The record's type.
    schema: &'static Schema,
    /// The record.
    record: Signal<Record>,
    /// What else can be done with it.
    #[prop(optional, into)]
    act: ViewFn,
) -> Markup {
    let id = record.with_untracked(|record| record.id);
    let look = look(schema.kind);
    let title = Memo::new(move |_| record.with(title_of));
    let subtitle = MaybeProp::derive(move || {
        let text = record.with(|record| record.text(schema.list.subtitle).trim().to_owned());
        Some(text).filter(|text| !text.is_empty())
    });
    let state = Memo::new(move |_| record.with(|record| show::state_of(schema, record)));
    let beside = move || state.get().map(|(label, tone)| view! { <Tag tone>{label}</Tag> });
    let before = move || match look.mark() {
        Some(glyph) => view! { <span class="av big" aria-hidden="true"><Icon glyph /></span> },
        None => view! { <Avatar name=title big=true /> },
    };
    let navigate = use_navigate();
    let delete = Callback::new(move |()| {
        let navigate = navigate.clone();
        let back = move || navigate(schema.path, Default::default());
        delete_with_undo(desk, record.with_untracked(Record::key), title.get_untracked(), back);
    });
    let pass_on = move || record.with_untracked(|record| pass_on(desk, schema, record));
    let keep = keep_item(desk, schema, record);
    let items = Signal::derive(move || {
        let shared = share::can_share().then(|| MenuItem::new(tr("Share"), pass_on).icon(Glyph::Share));
        let first = shared.into_iter().chain(merge::item(schema, id)).chain(keep());
        let last = MenuItem::new(tr("Delete"), move || delete.run(())).icon(Glyph::Trash).danger();
        first.chain([last]).collect::<Vec<_>>()
    });
    view! {
        <PageHeader title subtitle back=schema.path back_label=tr(schema.plural) beside before>
            {move || reach(&record.get())}
            {move || act.run()}
            {look
                .edit
                .map(|_| {
                    view! {
                        <LinkButton icon=Glyph::Edit href=format!("{}/{id}/edit", schema.path)>
                            "Edit"
                        </LinkButton>
                    }
                })}
            <Menu label="More" items />
        </PageHeader>
    }
}

/// One tap to call or write.
fn reach(record: &Record) -> Markup {
    let first = |name: &str| show::read::<Vec<String>>(record, name).and_then(|all| all.into_iter().next());
    let call = first("phones").and_then(|phone| links::call(&phone));
    let write = first("emails").map(|email| links::write_to(&email));
    let button = |href: String, label: &'static str, icon: Glyph| {
        view! { <LinkButton icon href>{label}</LinkButton> }
    };
    view! {
        {call.map(|href| button(href, "Dial", Glyph::Phone))}
        {write.map(|href| button(href, "E-mail", Glyph::Mail))}
    }
}

/// Hands a record to another app of this device: somebody's card, or where it is found.
fn pass_on(desk: Desk, schema: &'static Schema, record: &Record) {
    let title = title_of(record);
    let card = has_cards(schema).then(|| ([&title, ".vcf"].concat(), "text/vcard", vcard(schema, record)));
    let url = page::address(&links::page_of(&record.key()).unwrap_or_default());
    spawn(async move {
        if let Err(why) = share::share(Shared { title, url, file: card }).await {
            desk.toasts.show(Toast::bad(why));
        }
    });
}
