//! A component: its props set one by one, as Leptos' `#[component]` expects them.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use rstml::Infallible;
use rstml::node::{Node, NodeAttribute, NodeBlock, NodeElement};
use syn::{Expr, ExprLit, Ident, Lit, Stmt, spanned::Spanned};

pub(crate) fn tokens(element: &NodeElement<Infallible>) -> TokenStream {
    let name = element.name();
    let generics = &element.open_tag.generics;
    let generics = generics.lt_token.map(|_| quote! { ::#generics });
    let props = element.attributes().iter().map(prop);
    let children = children(&element.children);
    quote! {
        ::leptos::component::component_view(
            #[allow(clippy::needless_borrows_for_generic_args)]
            &#name,
            ::leptos::component::component_props_builder(&#name #generics)
                #(#props)*
                #children
                .build(),
        )
    }
}

fn prop(attribute: &NodeAttribute) -> TokenStream {
    let NodeAttribute::Attribute(attribute) = attribute else {
        return syn::Error::new_spanned(attribute, "props are not spread here: name each").to_compile_error();
    };
    let name = &attribute.key;
    if name.to_string().contains(':') {
        return syn::Error::new_spanned(name, "a component takes props, not attributes of elements").to_compile_error();
    }
    let value = attribute.value().map_or_else(
        || quote! { #name },
        |value| match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if is_said(&text.value()) => {
                quote! { crate::words::tr(#text) }
            }
            value => quote! { #value },
        },
    );
    quote! { .#name(#[allow(unused_braces)] { #value }) }
}

/// Whether a text is for people; addresses, names of classes and the like are not.
fn is_said(text: &str) -> bool {
    text.starts_with(char::is_uppercase) || text.contains(' ') && !text.starts_with(['/', '#'])
}

fn children(nodes: &[Node]) -> TokenStream {
    if nodes.is_empty() {
        return TokenStream::new();
    }
    let inner = match nodes {
        // Words need no closure.
        [node] if is_text(node) => {
            let text = crate::node(node);
            quote! { ::leptos::children::ChildrenOptContainer(#text) }
        }
        _ => {
            let inner = crate::fragment(nodes);
            quote! { move || #inner }
        }
    };
    quote_spanned! {inner.span()=> .children(::leptos::children::ToChildren::to_children(#inner)) }
}

fn is_text(node: &Node) -> bool {
    match node {
        Node::Text(_) | Node::RawText(_) => true,
        Node::Block(NodeBlock::ValidBlock(block)) => match &block.stmts[..] {
            [Stmt::Expr(Expr::Macro(call), None)] => is_sentence(call.mac.path.get_ident()),
            [Stmt::Macro(call)] => is_sentence(call.mac.path.get_ident()),
            _ => false,
        },
        _ => false,
    }
}

fn is_sentence(name: Option<&Ident>) -> bool {
    name.is_some_and(|name| ["format", "t", "tn"].iter().any(|known| name == known))
}
