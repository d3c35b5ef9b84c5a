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

/// The height of a row, as measured; the least there is before one was, and where none has a height, in a page that is not shown.
pub(crate) fn height_of(measured: f64) -> f64 {
    if measured >= 1.0 { measured } else { LEAST_ROW.0 }
}

/// The window for a list whose first row is `above` pixels above the top of the glass (negative if below it), on a
/// glass `height` pixels high, with rows of `row` pixels. Where the list has only so many lines and ends above the glass, its end.
pub(crate) fn span(above: f64, height: f64, row: f64, total: Option<usize>) -> Span {
    let row = height_of(row);
    let seen = (height.max(0.0) / row) as usize + 1;
    let last = total.map_or(usize::MAX, |total| total.saturating_sub(seen));
    let seen_from = ((above.max(0.0) / row) as usize).min(last);
    let start = seen_from.saturating_sub(MARGIN) / STEP * STEP;
    let end = (seen_from + seen + MARGIN).div_ceil(STEP) * STEP;
    Span { start, len: (end - start).min(100) }
}

/// The heights, in pixels, of what is not in the page above and below a window of so many lines from `start`, of `total` in all. Of a
/// list that ends above the window, as one does that has just become much shorter, nothing stands above but what it has: so the page
/// is as long as the list at once, and the glass comes to its end. With the window's own place it would be so only a window later, and
/// the glass would creep up.
pub(crate) fn spacers(start: usize, lines: usize, total: Option<usize>, row: f64) -> (f64, f64) {
    let end = start + lines;
    let total = total.unwrap_or(end);
    (start.min(total) as f64 * row, total.saturating_sub(end) as f64 * row)
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
            let span = span(above, 900.0, 48.0, None);
            let first = (f64::max(above, 0.0) / 48.0) as usize;
            assert!(span.start <= first && span.start + span.len > first + 18, "{above}: {span:?}");
            assert!(span.len <= 100, "{above}: {span:?}");
        }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn rows_without_a_height_make_no_window_of_all_of_them() {
        for row in [0.0, 0.4, -3.0, f64::NAN] {
            assert_eq!(span(4_800.0, 900.0, row, None), span(4_800.0, 900.0, LEAST_ROW.0, None), "{row}");
        }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_list_is_as_high_as_all_of_its_lines_also_when_it_ends_above_the_window() {
        assert_eq!(spacers(80, 40, Some(200), 48.0), (80.0 * 48.0, 80.0 * 48.0));
        assert_eq!(spacers(80, 0, Some(9), 48.0), (9.0 * 48.0, 0.0));
        assert_eq!(spacers(80, 0, Some(0), 48.0), (0.0, 0.0));
        // Before anybody has counted it ends where the window does.
        assert_eq!(spacers(80, 40, None, 48.0), (80.0 * 48.0, 0.0));
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn of_a_list_that_ends_above_the_glass_its_end_is_in_the_page() {
        assert_eq!(span(4_800.0, 900.0, 48.0, Some(7)), Span { start: 0, len: 32 });
        let end = span(1e9, 900.0, 48.0, Some(500));
        assert!(end.start < 500 && end.start + end.len >= 500, "{end:?}");
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn small_movements_keep_the_window() {
        assert_eq!(span(4_800.0, 900.0, 48.0, None), span(4_840.0, 900.0, 48.0, Some(500)));
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_row_is_brought_into_sight_by_the_least_movement() {
        assert_eq!(reveal(100.0, 48.0, 900.0, (40.0, 60.0)), 0.0);
        assert_eq!(reveal(10.0, 48.0, 900.0, (40.0, 60.0)), -30.0);
        assert_eq!(reveal(820.0, 48.0, 900.0, (40.0, 60.0)), 28.0);
    }
}
