//! Starts the app in the browser.

fn main() {
    outpost::platform::panic::install();
    outpost::app::start();
}
