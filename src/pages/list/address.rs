//! What a list shows is kept in the page's address, so that reload, back and a shared link keep it.

use outpost_core::list_view::ListView;

use crate::pages::links::escape;

/// The parameters of an address, with the question mark; empty for the list as it is at first.
pub(crate) fn write(view: &ListView) -> String {
    let parts: Vec<String> =
        view.params().into_iter().map(|(name, value)| format!("{name}={}", escape(&value))).collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

#[cfg(test)]
mod tests {
    use outpost_core::index::Sort;

    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_address_keeps_all_of_the_view() {
        let view = ListView {
            facet: Some("qualified".into()),
            text: "Été & co".into(),
            sort: Sort::Title,
            descending: true,
            ..ListView::default()
        };
        assert_eq!(write(&view), "?show=qualified&q=%C3%89t%C3%A9%20%26%20co&sort=name&order=down");
        assert_eq!(write(&ListView::default()), "");
    }
}
