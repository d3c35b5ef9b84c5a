//! An element: made, filled by one short call a part, and handed on.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use rstml::Infallible;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeElement};
use syn::{Expr, Lit, spanned::Spanned};

/// Elements of SVG that the app's markup uses.
const SVG: &[&str] = &["circle", "ellipse", "g", "line", "path", "polyline", "rect", "svg"];

pub(crate) fn tokens(element: &NodeElement<Infallible>) -> TokenStream {
    let tag = element.name().to_string();
    let new = if SVG.contains(&tag.as_str()) {
        quote! { svg }
    } else {
        quote! { new }
    };
    // `class` replaces what single classes have set, so it comes before them.
    let (class, others): (Vec<_>, Vec<_>) = element.attributes().iter().partition(|one| is_class(one));
    let clash = class.iter().any(|one| is_live(one)).then(|| others.iter().find(|one| is_single_class(one))).flatten();
    let clash = clash.map(|one| {
        let text = "a `class` that changes by itself would take away what `class:` has set: say it in one of them";
        syn::Error::new_spanned(one, text).to_compile_error()
    });
    let attributes = class.into_iter().chain(others).map(attribute);
    let children = element.children.iter().filter_map(child);
    let close = element.close_tag.as_ref().map(|close| close.name.span());
    let done = quote_spanned! {close.unwrap_or_else(|| element.name().span())=> crate::markup::Markup::El(__el) };
    quote! {{
        let mut __el = crate::markup::El::#new(#tag);
        #clash
        #(#attributes)*
        #(#children)*
        #done
    }}
}

fn child(node: &Node) -> Option<TokenStream> {
    Some(match node {
        Node::Comment(_) | Node::Doctype(_) => return None,
        Node::Fragment(inner) => {
            let children = inner.children.iter().filter_map(child);
            quote! { #(#children)* }
        }
        Node::Text(_) | Node::RawText(_) => {
            let text = crate::node(node);
            quote! { __el.text(#text); }
        }
        Node::Block(block) if crate::is_live(block) => {
            let block = crate::node(node);
            quote_spanned! {block.span()=> __el.live(#block); }
        }
        _ => {
            let inner = crate::node(node);
            quote_spanned! {inner.span()=> __el.child(#inner); }
        }
    })
}

fn is_class(attribute: &NodeAttribute) -> bool {
    matches!(attribute, NodeAttribute::Attribute(attribute) if attribute.key.to_string() == "class")
}

fn is_single_class(attribute: &NodeAttribute) -> bool {
    matches!(attribute, NodeAttribute::Attribute(attribute) if attribute.key.to_string().starts_with("class:"))
}

fn is_live(attribute: &NodeAttribute) -> bool {
    let NodeAttribute::Attribute(attribute) = attribute else { return false };
    matches!(attribute.value(), Some(Expr::Closure(_)))
}

fn attribute(attribute: &NodeAttribute) -> TokenStream {
    match attribute {
        NodeAttribute::Attribute(attribute) => keyed(attribute),
        NodeAttribute::Block(block) => {
            syn::Error::new_spanned(block, "attributes are not spread here: name each").to_compile_error()
        }
    }
}

fn keyed(attribute: &KeyedAttribute) -> TokenStream {
    let key = attribute.key.to_string();
    let span = attribute.key.span();
    let value = attribute.value();
    let given = value.map_or_else(|| quote! { true }, |value| quote! { #value });
    let (kind, name) = key.split_once(':').unwrap_or(("attr", &key));
    match kind {
        "attr" if name == "node_ref" => quote_spanned! {span=> __el.node_ref(#given); },
        "attr" => match value {
            Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Str(_)) => {
                quote_spanned! {span=> __el.fixed(#name, #literal); }
            }
            _ => quote_spanned! {span=> __el.attr(#name, #given); },
        },
        "class" | "style" | "prop" => {
            let kind = format_ident!("{kind}");
            quote_spanned! {span=> __el.#kind(#name, #given); }
        }
        "on" => {
            let event = format_ident!("{name}", span = span);
            quote_spanned! {span=> __el.on(::leptos::ev::#event, #given); }
        }
        _ => syn::Error::new(span, format!("`{kind}:` is not known here")).to_compile_error(),
    }
}
