//! What the last rounds did, with bytes and time, the newest first.

use leptos::prelude::*;

use crate::components::{Glyph, Icon, Panel};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::platform::intl;
use crate::state::{Desk, live, use_desk};
use crate::sync::Round;
use crate::words::{t, tn};

/// The log.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rounds(Vec<Round>);

impl Rounds {
    /// Since when nothing has gone well.
    pub(super) fn failing_since(&self) -> Option<u64> {
        self.0.iter().take_while(|round| round.why.is_some()).last().map(|round| round.at)
    }

    /// Why the last round did not go well, if it did not.
    pub(super) fn failing_why(&self) -> Option<&str> {
        self.0.first()?.why.as_deref()
    }
}

pub(super) async fn read(desk: Desk) -> Result<Rounds, String> {
    desk.sync().log().await.map(Rounds).map_err(say)
}

/// What a round did: “Sent 3 changes, received 2 records”.
fn words(round: &Round) -> String {
    let Round { sent, received, refused, mended, .. } = *round;
    let mut parts = Vec::new();
    if sent > 0 {
        parts.push(tn!(sent, "1 change sent", "{} changes sent", intl::count(sent)));
    }
    if received > 0 {
        parts.push(tn!(received, "1 record received", "{} records received", intl::count(received)));
    }
    if refused > 0 {
        parts.push(tn!(refused, "1 change refused", "{} changes refused", intl::count(refused)));
    }
    if mended > 0 {
        parts.push(tn!(
            mended,
            "1 record that differed from the server’s put right",
            "{} records that differed from the server’s put right",
            intl::count(mended)
        ));
    }
    let done = parts.join(", ");
    match round.why.as_ref().map(say) {
        None => done,
        Some(why) if done.is_empty() => why,
        Some(why) => t!("{done}, then: {why}"),
    }
}

fn line(round: Round) -> Markup {
    let is_well = round.why.is_none() && round.refused == 0;
    let (class, glyph) = match (is_well, round.why.is_some()) {
        (true, _) => ("ok", Glyph::Check),
        (false, true) => ("none", Glyph::CloudOff),
        (false, false) => ("warn", Glyph::Warning),
    };
    let seconds = format!("{}.{} s", round.took / 1_000, round.took % 1_000 / 100);
    let took = if round.took < 1_000 { format!("{} ms", round.took) } else { seconds };
    let bytes =
        (round.up + round.down > 0).then(|| format!("↑ {}  ↓ {}", intl::bytes(round.up), intl::bytes(round.down)));
    let figures =
        [Some(intl::moment(round.at)), bytes, Some(took)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <li class="event">
            <span class=format!("event-mark {class}") aria-hidden="true">
                <Icon glyph />
            </span>
            <div class="event-body">
                {words(&round)} <div class="event-when">{figures}</div>
            </div>
        </li>
    }
}

#[component]
pub(super) fn Log() -> Markup {
    let desk = use_desk();
    let logged = desk.sync().logged();
    let rounds = live(move || logged.get(), move |_| read(desk));
    let list = move || {
        let rounds = rounds.value().unwrap_or_default().0;
        if rounds.is_empty() {
            return view! { <p class="muted small">"Nothing was sent or received yet."</p> };
        }
        view! { <ol class="timeline" aria-label="Last syncs">{rounds.into_iter().map(line).collect::<Vec<_>>()}</ol> }
    };
    view! { <Panel title="Last syncs">{list}</Panel> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_round_is_told_in_words() {
        let round = Round { sent: 1, received: 1_200, ..Round::default() };
        assert_eq!(words(&round), "1 change sent, 1,200 records received");
        let mended = Round { mended: 2, ..Round::default() };
        assert_eq!(words(&mended), "2 records that differed from the server’s put right");
        let failed = Round { why: Some("the server did not answer".into()), ..Round::default() };
        assert_eq!(words(&failed), "The server did not answer.");
        assert_eq!(words(&Round { sent: 2, ..failed }), "2 changes sent, then: The server did not answer.");
    }

    #[wasm_bindgen_test]
    fn offline_is_since_the_first_failure_in_a_row() {
        let at = |at: u64, why: Option<&str>| Round { at, why: why.map(str::to_owned), ..Round::default() };
        let rounds = Rounds(vec![at(9, Some("b")), at(7, Some("a")), at(5, None), at(3, Some("a"))]);
        assert_eq!((rounds.failing_since(), rounds.failing_why()), (Some(7), Some("b")));
        assert_eq!(Rounds(vec![at(5, None)]).failing_since(), None);
    }
}
