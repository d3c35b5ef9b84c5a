//! A postal address: one line until it is opened, then part by part.

use crate::markup::{For, Markup, view};
use leptos::prelude::*;
use outpost_core::records::{Address, AddressLayout};

use super::entry::Entry;
use super::state::FieldState;
use crate::components::{Fold, InputKind, TextArea, TextInput};
use crate::platform::intl;
use crate::words::tr;

/// What stands below the street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Postcode,
    City,
    Region,
    Country,
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
        AddressLayout::CodeFirst => [Part::Postcode, Part::City, Part::Region, Part::Country],
        AddressLayout::CommaRegionCode | AddressLayout::RegionCode | AddressLayout::CodeBelow => {
            [Part::City, Part::Region, Part::Postcode, Part::Country]
        }
    };
    type Get = fn(&Address) -> &String;
    type Put = fn(&mut Address, String);
    let below = move |which: Part| {
        let (label, autocomplete, kind, get, put): (_, _, _, Get, Put) = match which {
            Part::Postcode => {
                ("Postal code", "postal-code", InputKind::Text, |of| &of.postcode, |of, text| of.postcode = text)
            }
            Part::City => ("Town", "address-level2", InputKind::Name, |of| &of.city, |of, text| of.city = text),
            Part::Region => {
                ("State or region", "address-level1", InputKind::Name, |of| &of.region, |of, text| of.region = text)
            }
            Part::Country => {
                ("Country", "country-name", InputKind::Name, |of| &of.country, |of, text| of.country = text)
            }
        };
        view! { <TextInput label=tr(label) autocomplete kind value=part(get) on_input=set(put) /> }
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
            </div>
        </Fold>
    }
}
