//! Which rows of a long list are in the page: those on the glass and some around them, whatever the list's length.

/// How many rows there are above and below what is seen, so that a quick flick still meets rows.
const MARGIN: usize = 12;
/// The window moves in steps of so many rows, so that scrolling by one row asks the store for nothing.
const STEP: usize = 8;
/// The least height of a row, in pixels: of a table, and of a phone's list.
const LEAST_ROW: (f64, f64) = (48.0, 64.0);
/// What stands above every list at least: its title and what narrows it down.
const HEAD: f64 = 160.0;

/// What a window is before anything was measured: as many rows as a glass of this height may show, and no more, since the
/// first of all is waited for.
pub(crate) fn first(height: f64, is_compact: bool) -> Span {
    let row = if is_compact { LEAST_ROW.1 } else { LEAST_ROW.0 };
    Span { start: 0, len: ((height - HEAD).max(0.0) / row) as usize + 1 }
}

/// A window of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Its first row, counted from 0.
    pub start: usize,
    /// How many rows.
    pub len: usize,
}

/// The window for a list whose first row is `above` pixels above the top of the glass (negative if below it), on a
/// glass `height` pixels high, with rows of `row` pixels.
pub(crate) fn span(above: f64, height: f64, row: f64) -> Span {
    let row = if row < 1.0 { LEAST_ROW.0 } else { row };
    let seen_from = (above.max(0.0) / row) as usize;
    let seen = (height.max(0.0) / row) as usize + 1;
    let start = seen_from.saturating_sub(MARGIN) / STEP * STEP;
    let end = (seen_from + seen + MARGIN).div_ceil(STEP) * STEP;
    Span { start, len: (end - start).min(100) }
}

/// How far to scroll, in pixels, so that a row is on the glass; 0 if it is. `top` is where the row begins on the glass,
/// `inset` what covers the glass above and below (bars, sticky heads).
pub(crate) fn reveal(top: f64, row: f64, height: f64, inset: (f64, f64)) -> f64 {
    if top < inset.0 {
        top - inset.0
    } else if top + row > height - inset.1 {
        top + row - (height - inset.1)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_window_covers_the_glass_and_stays_small() {
        for above in [-200.0, 0.0, 37.0, 480.0, 48_000.0, 4_799_000.0] {
            let span = span(above, 900.0, 48.0);
            let first = (f64::max(above, 0.0) / 48.0) as usize;
            assert!(span.start <= first && span.start + span.len > first + 18, "{above}: {span:?}");
            assert!(span.len <= 100, "{above}: {span:?}");
        }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn small_movements_keep_the_window() {
        assert_eq!(span(4_800.0, 900.0, 48.0), span(4_840.0, 900.0, 48.0));
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_row_is_brought_into_sight_by_the_least_movement() {
        assert_eq!(reveal(100.0, 48.0, 900.0, (40.0, 60.0)), 0.0);
        assert_eq!(reveal(10.0, 48.0, 900.0, (40.0, 60.0)), -30.0);
        assert_eq!(reveal(820.0, 48.0, 900.0, (40.0, 60.0)), 28.0);
    }
}
