//! The app's `view!`: the markup of Leptos, compiled to calls of the app's `markup` room.
//!
//! Leptos' own macro makes a type of each element and copies the code that builds, patches and takes it away for each.
//! In an app of this size that is most of what a first visit loads. This one knows the same markup, and every element
//! becomes the same type, built by the same few functions: a page costs what it says, not how it is shown.
//!
//! What is written in the markup as text is English, and shown in the person's language (`crate::words`).
//!
//! Known: elements with attributes, `class:`, `style:`, `prop:`, `on:` and `node_ref`, components with props, children and
//! text, blocks, closures, fragments. Not known, because nothing here needs them: slots, spreading, `bind:`, `let:`, `use:`.

mod component;
mod element;
mod words;

use proc_macro2::TokenStream;
use quote::quote;
use rstml::node::{Node, NodeBlock, NodeElement};
use syn::{Expr, Stmt};

/// Markup, as a `crate::markup::Markup`; a component alone is what the component returns.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let parser = rstml::Parser::new(rstml::ParserConfig::default().recover_block(true));
    let (nodes, errors) = parser.parse_recoverable(tokens).split_vec();
    let errors = errors.into_iter().map(|error| error.emit_as_expr_tokens());
    let nodes = fragment(&nodes);
    quote! {{ #(#errors;)* #nodes }}.into()
}

/// A sentence in the person's language, with values in its places: `t!("{} of {many}", done)`. English as in `format!`, but that places
/// hold a name or nothing. A `&'static str` without places, a `String` with some.
#[proc_macro]
pub fn t(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    words::sentence(tokens).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// A sentence that depends on a number, a `usize`: `tn!(count, "1 lead", "{} leads", intl::count(count))`. The first text is for one,
/// the second for all others, with the places of [`t!`]; other languages have as many forms as they need.
#[proc_macro]
pub fn tn(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    words::counted(tokens).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// What stands between two tags, as one expression.
fn fragment(nodes: &[Node]) -> TokenStream {
    let nodes: Vec<_> = nodes.iter().filter(|node| !matches!(node, Node::Comment(_) | Node::Doctype(_))).collect();
    match &nodes[..] {
        [] => quote! { () },
        [Node::Fragment(one)] => fragment(&one.children),
        [one @ Node::Element(_)] => node(one),
        [one] => {
            let one = node(one);
            quote! { crate::markup::IntoMarkup::into_markup(#one) }
        }
        _ => {
            let nodes = nodes.iter().map(|each| node(each));
            quote! {
                crate::markup::Markup::Many(::std::vec![#(crate::markup::IntoMarkup::into_markup(#nodes)),*])
            }
        }
    }
}

fn node(node: &Node) -> TokenStream {
    match node {
        Node::Element(element) if is_component(element) => component::tokens(element),
        Node::Element(element) => element::tokens(element),
        Node::Fragment(inner) => fragment(&inner.children),
        Node::Text(text) => {
            let text = &text.value;
            quote! { crate::words::tr(#text) }
        }
        Node::RawText(text) => {
            let text = text.to_string_best();
            quote! { crate::words::tr(#text) }
        }
        Node::Block(NodeBlock::ValidBlock(block)) => match &block.stmts[..] {
            // The braces are the markup's, not the expression's.
            [Stmt::Expr(inner, None)] => quote! { #inner },
            _ => quote! { #block },
        },
        Node::Block(invalid @ NodeBlock::Invalid(_)) => quote! { #invalid },
        Node::Comment(_) | Node::Doctype(_) | Node::Custom(_) => quote! { () },
    }
}

/// A component is named like a type; an element is not.
fn is_component(element: &NodeElement<rstml::Infallible>) -> bool {
    let name = element.name().to_string();
    name.contains("::") || name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Whether a block is one closure without arguments, so that what it makes is made anew whenever what it reads changes.
fn is_live(block: &NodeBlock) -> bool {
    let NodeBlock::ValidBlock(block) = block else { return false };
    matches!(&block.stmts[..], [Stmt::Expr(Expr::Closure(closure), None)] if closure.inputs.is_empty())
}
