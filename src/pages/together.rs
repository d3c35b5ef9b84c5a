//! A page whose parts are shown together.

use crate::markup::{Markup, view};

use crate::state::FirstAnswers;

/// Shows what `make` makes once all that it asks the store for has been answered, or 300 ms later (the style sheet's doing):
/// otherwise each part would move the others as it comes.
pub(crate) fn together(make: impl FnOnce() -> Markup) -> Markup {
    let answers = FirstAnswers::begin();
    let parts = make();
    answers.end();
    view! {
        <div class="together" class:settling=move || answers.are_awaited()>
            {parts}
        </div>
    }
}
