//! A display in memory, for the browser that has no headless mode.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{
    error::{Context, Result, advice},
    say,
};

/// A running Xvfb; it stops with this value.
#[derive(Debug)]
pub(crate) struct Xvfb {
    child: Child,
    /// What DISPLAY is to be set to.
    pub(crate) display: String,
}

impl Xvfb {
    /// Starts one on a number that is free, which it chooses and says itself once it is ready.
    ///
    /// # Errors
    /// It cannot be run or ends at once.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context(|| format!("cannot run {}", program.display()))?;
        let mut number = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut number).context(|| "cannot read Xvfb's display number".to_owned())?;
        }
        let xvfb = Self { child, display: format!(":{}", number.trim()) };
        if number.trim().is_empty() {
            return advice(format!("{} ended without giving a display: run it by hand to see why", program.display()));
        }
        Ok(xvfb)
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        // Asked politely it takes its lock file away with it.
        #[cfg(unix)]
        let asked =
            rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM)
                .is_ok();
        #[cfg(not(unix))]
        let asked = self.child.kill().is_ok();
        if !asked || self.child.wait().is_err() {
            say::note("Xvfb was gone already");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_gives_no_display_is_an_error() {
        let truth = crate::process::find_any(&["true"]).unwrap();
        let error = Xvfb::start(&truth).unwrap_err();
        assert!(error.to_string().contains("without giving a display"), "{error}");
        assert!(Xvfb::start(Path::new("/no/such/Xvfb")).is_err());
    }
}
