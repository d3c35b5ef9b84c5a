//! How fast a board or a calendar scrolls by itself while something is held near its edge.

/// How near, in pixels.
const NEAR: f64 = 72.0;
/// The greatest speed, in pixels a frame.
const FASTEST: f64 = 18.0;

/// Pixels to scroll in this frame: negative towards the start, faster the nearer the pointer is to the edge.
pub(crate) fn speed(at: f64, start: f64, end: f64) -> f64 {
    // On a narrow glass the two margins leave room for a middle in which nothing moves.
    let near = NEAR.min((end - start) / 4.0).max(1.0);
    let into = |distance: f64| ((near - distance) / near).clamp(0.0, 1.0) * FASTEST;
    into(end - at) - into(at - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn it_stands_still_in_the_middle_and_runs_at_the_edges() {
        assert_eq!(speed(500.0, 0.0, 1_000.0), 0.0);
        assert_eq!(speed(1_000.0, 0.0, 1_000.0), FASTEST);
        assert_eq!(speed(-30.0, 0.0, 1_000.0), -FASTEST);
        assert!(speed(950.0, 0.0, 1_000.0) < speed(990.0, 0.0, 1_000.0));
        assert_eq!(speed(50.0, 0.0, 100.0), 0.0, "also on a tiny board");
    }
}
