//! `cargo xtask start`: from a fresh clone to a running Outpost.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    process::Command,
};

use crate::{
    app,
    cli::Start,
    error::{Error, Result, advice},
    process::shown,
    project::Project,
    say, tools,
};

/// Sets up, builds, and becomes the server.
///
/// # Errors
/// The port is taken, a tool is missing, or something does not build; or the server could not be started.
pub(crate) fn run(project: &Project, options: &Start) -> Result<()> {
    // Before the long steps and, since they are long, once more after them.
    port_is_free(options.listen)?;
    let tools = tools::set_up(project)?;
    app::build_app(project, &tools)?;
    app::build_server(project, &tools)?;
    port_is_free(options.listen)?;
    say::step(format!("Starting the server with its data in {}; Ctrl-C stops it", options.data.display()));
    Err(become_the(command(project, options)))
}

fn command(project: &Project, options: &Start) -> Command {
    let mut server = Command::new(project.server());
    server.arg("--listen").arg(options.listen.to_string());
    server.arg("--data").arg(&options.data).arg("--app").arg(project.dist());
    if let Some(leads) = options.demo {
        server.arg("--demo").arg(leads.to_string());
    }
    server.args(&options.server);
    server
}

/// Replaces this process by the server, so that Ctrl-C, a signal or a supervisor reaches it directly and it can finish
/// what it is writing. Returns only if that fails.
#[cfg(unix)]
fn become_the(mut server: Command) -> Error {
    use std::os::unix::process::CommandExt;
    let source = server.exec();
    Error::Io { what: format!("cannot run `{}`", shown(&server)), source }
}

#[cfg(not(unix))]
fn become_the(mut server: Command) -> Error {
    match server.status() {
        Ok(status) => Error::Failed { command: shown(&server), status },
        Err(source) => Error::Io { what: format!("cannot run `{}`", shown(&server)), source },
    }
}

fn port_is_free(listen: SocketAddr) -> Result<()> {
    let Err(error) = TcpListener::bind(listen) else { return Ok(()) };
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let other = SocketAddr::new(listen.ip(), listen.port().checked_add(1).unwrap_or(8080));
            advice(format!(
                "port {} on {} is in use already, perhaps by another Outpost: stop that one, or choose another port \
                 with --listen {other}",
                listen.port(),
                listen.ip()
            ))
        }
        io::ErrorKind::PermissionDenied => advice(format!(
            "this user may not answer on port {}: choose one above 1023 with --listen {}:8080",
            listen.port(),
            listen.ip()
        )),
        _ => Err(Error::Io { what: format!("cannot answer on {listen}, see --listen"), source: error }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_said_with_a_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(port_is_free(taken).is_ok(), "the listener above is gone");
        let listener = TcpListener::bind(taken).unwrap();
        let error = port_is_free(listener.local_addr().unwrap()).unwrap_err().to_string();
        assert!(error.contains(&format!("port {} on 127.0.0.1 is in use", taken.port())), "{error}");
        assert!(error.contains("--listen 127.0.0.1:"), "{error}");
    }

    #[test]
    fn the_server_is_called_as_it_was_asked_for() {
        let project = Project::find().unwrap();
        let listen = "127.0.0.1:9000".parse().unwrap();
        let server = command(&project, &Start { listen, data: "my data".into(), demo: Some(50), server: vec![] });
        let line = shown(&server);
        assert!(line.contains("outpost-server"), "{line}");
        assert!(line.contains("--listen 127.0.0.1:9000 --data my data --app "), "{line}");
        assert!(line.ends_with("dist --demo 50"), "{line}");
    }
}
