//! A postal address: one line until it is opened, then part by part.

use crate::markup::{For, Markup, view};
use leptos::prelude::*;
use outpost_core::records::{Address, AddressLayout};

use super::entry::Entry;
use super::state::FieldState;
use crate::components::{Fold, InputKind, TextArea, TextInput};
use crate::platform::intl;
use crate::words::tr;

/// What stands between street and country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Postcode,
    City,
    Region,
}

/// The parts of an address, folded away below the address as it is.
#[component]
pub(super) fn AddressInput(state: FieldState) -> Markup {
    let part = move |get: fn(&Address) -> &String| {
        Signal::derive(move || {
            state.entry.with(|entry| match entry {
                Entry::Address(address) => get(address).clone(),
                _ => String::new(),
            })
        })
    };
    let set = move |put: fn(&mut Address, String)| {
        Callback::new(move |text: String| {
            let mut address = match state.entry.get_untracked() {
                Entry::Address(address) => address,
                _ => Address::default(),
            };
            put(&mut address, text);
            state.enter(Entry::Address(address));
        })
    };
    // As the country writes them, and until one is named, that of the person's language.
    let layout = Memo::new(move |_| {
        let named = state.entry.with(|entry| match entry {
            Entry::Address(address) => AddressLayout::of(&address.country),
            _ => None,
        });
        let language = intl::language();
        named.or_else(|| AddressLayout::of(language.split_once('-')?.1)).unwrap_or_default()
    });
    let order = move || match layout.get() {
        AddressLayout::CodeFirst => [Part::Postcode, Part::City, Part::Region],
        AddressLayout::CommaRegionCode | AddressLayout::RegionCode | AddressLayout::CodeBelow => {
            [Part::City, Part::Region, Part::Postcode]
        }
    };
    let below = move |which: Part| match which {
        Part::Postcode => view! {
            <TextInput
                label="Postal code"
                autocomplete="postal-code"
                value=part(|address| &address.postcode)
                on_input=set(|address, text| address.postcode = text)
            />
        },
        Part::City => view! {
            <TextInput
                label="Town"
                autocomplete="address-level2"
                kind=InputKind::Name
                value=part(|address| &address.city)
                on_input=set(|address, text| address.city = text)
            />
        },
        Part::Region => view! {
            <TextInput
                label="State or region"
                autocomplete="address-level1"
                kind=InputKind::Name
                value=part(|address| &address.region)
                on_input=set(|address, text| address.region = text)
            />
        },
    };
    let content = Signal::derive(move || {
        state.entry.with(|entry| match entry {
            Entry::Address(address) => address.lines().join(", "),
            _ => String::new(),
        })
    });
    view! {
        <Fold label=tr(state.field.label) content begin="Add an address">
            <div class="form-grid address">
                <div class="full">
                    <TextArea
                        label="Street"
                        rows=2
                        autocomplete="street-address"
                        value=part(|address| &address.street)
                        on_input=set(|address, text| address.street = text)
                    />
                </div>
                <For each=order key=|part| *part children=below />
                <TextInput
                    label="Country"
                    autocomplete="country-name"
                    kind=InputKind::Name
                    value=part(|address| &address.country)
                    on_input=set(|address, text| address.country = text)
                />
            </div>
        </Fold>
    }
}
