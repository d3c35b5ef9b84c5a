//! `t!` and `tn!`: sentences as in `format!`, whose English is looked up in the catalogue of the person's language.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, Ident, LitStr, Result, Token};

/// `"…", a, name = b`
struct Sentence {
    text: LitStr,
    values: Vec<Value>,
}

/// `count, "one", "many", a, name = b`
struct Counted {
    number: Expr,
    one: LitStr,
    many: Sentence,
}

struct Value {
    name: Option<Ident>,
    value: Expr,
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        Ok(Self { name, value: input.parse()? })
    }
}

impl Parse for Sentence {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let text = input.parse()?;
        let mut values = Punctuated::<Value, Token![,]>::new();
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
            values = Punctuated::parse_terminated(input)?;
        }
        Ok(Self { text, values: values.into_iter().collect() })
    }
}

impl Parse for Counted {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let number = input.parse()?;
        input.parse::<Token![,]>()?;
        let one = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok(Self { number, one, many: input.parse()? })
    }
}

impl Sentence {
    /// The text as catalogues have it, each place with a name, and the values by their names.
    fn named(&self) -> Result<(String, Vec<TokenStream>)> {
        let (text, places) = places(&self.text, &self.text.value())?;
        let mut values = Vec::new();
        for place in &places {
            let given = match place.parse::<usize>() {
                Ok(at) => self.values.iter().filter(|value| value.name.is_none()).nth(at),
                Err(_) => self.values.iter().find(|value| value.name.as_ref().is_some_and(|name| name == place)),
            };
            let value = match given {
                Some(given) => given.value.to_token_stream(),
                None if place.parse::<usize>().is_ok() => {
                    return Err(Error::new(self.text.span(), format!("no value is given for {{{place}}}")));
                }
                // As in `format!`, a name alone is a variable.
                None => Ident::new(place, self.text.span().resolved_at(Span::call_site())).into_token_stream(),
            };
            values.push(quote! { (#place, &(#value) as &dyn ::std::fmt::Display) });
        }
        for (at, given) in self.values.iter().enumerate() {
            let name = given.name.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
            if !places.contains(&name) {
                return Err(Error::new_spanned(&given.value, "this value has no place in the text"));
            }
        }
        Ok((text, values))
    }
}

/// A text with its unnamed places numbered, and the names of all its places, each once.
fn places(literal: &LitStr, text: &str) -> Result<(String, Vec<String>)> {
    let error = |text: &str| Error::new(literal.span(), text);
    let (mut out, mut names, mut unnamed) = (String::new(), Vec::new(), 0);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(|| error("a { without its }"))?;
        let name = match name {
            "" => {
                unnamed += 1;
                (unnamed - 1).to_string()
            }
            name if name.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric()) => name.to_owned(),
            _ => return Err(error("a place holds a name or nothing: bring the value into its form first")),
        };
        out.push_str(&format!("{before}{{{name}}}"));
        if !names.contains(&name) {
            names.push(name);
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok((out, names))
}

pub(crate) fn sentence(tokens: proc_macro::TokenStream) -> Result<TokenStream> {
    let sentence: Sentence = syn::parse(tokens)?;
    let (text, values) = sentence.named()?;
    Ok(if values.is_empty() {
        quote! { crate::words::tr(#text) }
    } else {
        quote! { crate::words::fill(#text, &[#(#values),*]) }
    })
}

pub(crate) fn counted(tokens: proc_macro::TokenStream) -> Result<TokenStream> {
    let Counted { number, one, many } = syn::parse(tokens)?;
    let (text, values) = many.named()?;
    let (one, _) = places(&one, &one.value())?;
    Ok(quote! { crate::words::fill_number(#number, #one, #text, &[#(#values),*]) })
}
