//! The server process: arguments in, one sentence out if it cannot start, a graceful end on Ctrl-C and SIGTERM.

use std::process::ExitCode;

use clap::Parser;
use outpost_server::{admin, cli::Args, serve};
use tokio::signal;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    outpost_server::log::init();
    if let Some(command) = &args.command {
        return match admin::run(command, &args.config()).await {
            Ok(done) => {
                println!("{done}");
                ExitCode::SUCCESS
            }
            Err(error) => fail(&error),
        };
    }
    let running = match serve(args.config(), stop_signal()).await {
        Ok(running) => running,
        Err(error) => return fail(&error),
    };
    println!("Outpost is at http://{}", running.address());
    if let Some(leads) = args.demo {
        match running.fill_demo(leads).await {
            Ok(account) => println!("Demo account: {account}"),
            Err(error) => return fail(&error),
        }
    }
    running.finished().await;
    ExitCode::SUCCESS
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

/// Ready at Ctrl-C or SIGTERM.
async fn stop_signal() {
    #[cfg(unix)]
    {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    () = interrupt() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be heard");
                interrupt().await;
            }
        }
    }
    #[cfg(not(unix))]
    interrupt().await;
}

/// Ready at Ctrl-C.
async fn interrupt() {
    if let Err(error) = signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be heard");
        std::future::pending::<()>().await;
    }
}
