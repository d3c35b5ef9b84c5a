//! A display in memory, for the browser that has no headless mode.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::trouble::{Result, trouble};

/// A running Xvfb; it stops with this value. Each browser has its own: of two windows on one, only one has the focus, and only that one
/// gets the keys.
#[derive(Debug)]
pub(super) struct Display {
    child: Child,
    /// What `DISPLAY` is to be set to.
    pub(super) name: String,
}

impl Display {
    /// Starts one on a number that is free, which it chooses and says itself once it is ready.
    pub(super) fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let output = child.stdout.take();
        let mut display = Self { child, name: String::new() };
        let mut number = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut number)?;
        }
        if number.trim().is_empty() {
            return trouble(format!("{} ended without giving a display: run it by hand to see why", program.display()));
        }
        display.name = format!(":{}", number.trim());
        Ok(display)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Asked politely it takes its lock file away with it. Both fail only if it was gone already.
        kill_process(Pid::from_child(&self.child), Signal::TERM).ok();
        self.child.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_gives_no_display_is_an_error() {
        let error = Display::start(Path::new("true")).unwrap_err();
        assert!(error.to_string().contains("without giving a display"), "{error}");
        assert!(Display::start(Path::new("/no/such/Xvfb")).is_err());
    }
}
