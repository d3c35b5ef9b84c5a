//! Which cores a process runs on.

use std::fs;

use rustix::{
    process::Pid,
    thread::{CpuSet, sched_setaffinity},
};

use crate::trouble::{Result, Trouble};

/// Lets a process run on these cores only, with all the threads that it has and will have.
///
/// # Errors
/// The system does not allow it.
pub fn pin(pid: u32, cores: &[usize]) -> Result {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = thread?.file_name();
        let number = thread.to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        // One that has ended meanwhile needs no core.
        if let Err(error) = sched_setaffinity(number, &set)
            && error != rustix::io::Errno::SRCH
        {
            return Err(Trouble::Said(format!("process {pid} cannot be kept on the cores {cores:?}: {error}")));
        }
    }
    Ok(())
}
