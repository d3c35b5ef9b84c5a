//! How fast a board or a calendar scrolls by itself while something is held near its edge.

/// How near, in pixels.
const NEAR: f64 = 72.0;
/// How much nearer, in pixels, than where it was taken up.
const NEARER: f64 = 16.0;
/// The greatest speed, in pixels a frame.
const FASTEST: f64 = 18.0;

/// Pixels to scroll in this frame: negative towards the start, faster the nearer the pointer is to the edge. What was taken up
/// `from` near an edge scrolls only once it is pulled nearer.
pub(crate) fn speed(at: f64, from: f64, start: f64, end: f64) -> f64 {
    // On a narrow glass the two margins leave room for a middle in which nothing moves.
    let near = NEAR.min((end - start) / 4.0);
    let into = |distance: f64, begun: f64| {
        let near = near.min(begun - NEARER).max(1.0);
        ((near - distance) / near).clamp(0.0, 1.0) * FASTEST
    };
    into(end - at, end - from) - into(at - start, from - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn it_stands_still_in_the_middle_and_runs_at_the_edges() {
        let speed_at = |at: f64| speed(at, 500.0, 0.0, 1_000.0);
        assert_eq!(speed_at(500.0), 0.0);
        assert_eq!(speed_at(1_000.0), FASTEST);
        assert_eq!(speed_at(-30.0), -FASTEST);
        assert!(speed_at(950.0) < speed_at(990.0));
        assert_eq!(speed(50.0, 50.0, 0.0, 100.0), 0.0, "also on a tiny board");
        assert_eq!(speed(980.0, 980.0, 0.0, 1_000.0), 0.0, "what is taken up at the edge may go along it");
        assert_eq!(speed(990.0, 980.0, 0.0, 1_000.0), 0.0, "a hand is never quite still");
        assert!(speed(998.0, 980.0, 0.0, 1_000.0) > 0.0);
        assert_eq!(speed(1_010.0, 1_005.0, 0.0, 1_000.0), FASTEST);
    }
}
