//! The icons.

use crate::components::{Glyph, Icon, Logo, Panel};
use crate::markup::{Markup, view};
use leptos::prelude::*;

const GLYPHS: &[Glyph] = &[
    Glyph::ArrowDown,
    Glyph::ArrowLeft,
    Glyph::ArrowRight,
    Glyph::ArrowUp,
    Glyph::Building,
    Glyph::Calendar,
    Glyph::Chart,
    Glyph::Check,
    Glyph::ChevronDown,
    Glyph::ChevronRight,
    Glyph::Clock,
    Glyph::Close,
    Glyph::Cloud,
    Glyph::CloudOff,
    Glyph::Copy,
    Glyph::Deals,
    Glyph::Device,
    Glyph::DragHandle,
    Glyph::Edit,
    Glyph::Error,
    Glyph::Export,
    Glyph::Eye,
    Glyph::Filter,
    Glyph::Import,
    Glyph::Info,
    Glyph::Invoices,
    Glyph::Leads,
    Glyph::Link,
    Glyph::Lock,
    Glyph::Mail,
    Glyph::MapPin,
    Glyph::Money,
    Glyph::Moon,
    Glyph::More,
    Glyph::Note,
    Glyph::Phone,
    Glyph::Plus,
    Glyph::Print,
    Glyph::Product,
    Glyph::Refresh,
    Glyph::Search,
    Glyph::Send,
    Glyph::Settings,
    Glyph::Share,
    Glyph::SignOut,
    Glyph::Sort,
    Glyph::Storage,
    Glyph::Sun,
    Glyph::Today,
    Glyph::Trash,
    Glyph::Undo,
    Glyph::User,
    Glyph::Warning,
];

/// All of them, and the product's own.
#[component]
pub fn Icons() -> Markup {
    view! {
        <Panel title="Icons">
            <div class="row">
                <Logo />
                {GLYPHS.iter().map(|glyph| view! { <Icon glyph=*glyph /> }).collect::<Vec<_>>()}
            </div>
        </Panel>
    }
}
