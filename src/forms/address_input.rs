//! A postal address: one line until it is opened, then part by part.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::records::Address;

use super::entry::Entry;
use super::state::FieldState;
use crate::components::{Fold, InputKind, TextArea, TextInput};
use crate::words::tr;

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
                <TextInput
                    label="Postal code"
                    autocomplete="postal-code"
                    value=part(|address| &address.postcode)
                    on_input=set(|address, text| address.postcode = text)
                />
                <TextInput
                    label="Town"
                    autocomplete="address-level2"
                    kind=InputKind::Name
                    value=part(|address| &address.city)
                    on_input=set(|address, text| address.city = text)
                />
                <TextInput
                    label="State or region"
                    autocomplete="address-level1"
                    kind=InputKind::Name
                    value=part(|address| &address.region)
                    on_input=set(|address, text| address.region = text)
                />
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
