//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};
use outpost_core::access::Role;

use crate::config::{Config, DatabaseUrl, HISTORY_DAYS, Limits, PublicUrl};

/// Outpost's server: accounts, sync, and the app itself, in one process on one port.
#[derive(Debug, Parser)]
#[command(name = "outpost-server", version)]
pub struct Args {
    /// What to do instead of serving
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The address and port to listen on; port 0 takes a free one
    #[arg(long, env = "OUTPOST_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// The folder for the database; made if it is missing
    #[arg(long, env = "OUTPOST_DATA", default_value = "data", value_name = "DIR", global = true)]
    pub data: PathBuf,
    /// A PostgreSQL database instead of a file in the data folder, such as postgres://outpost@db.example.org/outpost;
    /// in the environment, where other users of the machine do not see it, it may hold the password
    #[arg(long, env = "OUTPOST_DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database_url: Option<DatabaseUrl>,
    /// The most connections to a PostgreSQL database at once, besides two for news
    #[arg(long, env = "OUTPOST_DATABASE_CONNECTIONS", value_name = "N", default_value_t = Limits::default().database_connections,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub database_connections: u32,
    /// The folder of the built app; without it the server answers the API alone
    #[arg(long, env = "OUTPOST_APP", value_name = "DIR")]
    pub app: Option<PathBuf>,
    /// The address that people type, if a proxy stands in front; https makes cookies Secure and sends HSTS
    #[arg(long, env = "OUTPOST_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// A proxy whose X-Forwarded-For is believed; may be given several times
    #[arg(long, env = "OUTPOST_TRUSTED_PROXY", value_name = "ADDR", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,
    /// For how many days it is kept what was done to a record, for its page of changes; 0 is for ever
    #[arg(long, env = "OUTPOST_HISTORY_DAYS", value_name = "N", default_value_t = HISTORY_DAYS)]
    pub history_days: u32,
    /// How many seconds after its start the server first looks for what is to be archived or dropped; then once a day
    #[arg(long, env = "OUTPOST_UPKEEP_AFTER", value_name = "N", default_value_t = 60)]
    pub upkeep_after: u32,
    /// Make a demo account with N leads, with deals and invoices, unless there is one already
    #[arg(long, value_name = "N")]
    pub demo: Option<u32>,
}

/// What else the program does with a database.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Copy the database of the data folder into a new file, consistently, while the server runs
    Backup {
        /// The file to make; it must not exist
        file: PathBuf,
    },
    /// Make a backup the database of the data folder, and let devices send again what it lacks. The server must be stopped
    Restore {
        /// The backup
        file: PathBuf,
        /// Put aside the database that is there
        #[arg(long)]
        replace: bool,
    },
    /// Say that the database was restored by other means, so that devices send again what it lacks: after that and before a
    /// server is started on it. With --database-url this is for PostgreSQL, too
    NewEpoch,
    /// Say who is in a workspace and what they may do there, while servers run or not
    Person {
        /// What to do
        #[command(subcommand)]
        what: Person,
    },
}

/// What is done about the people of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Person {
    /// Make an account in the workspace of somebody who has one, and print its password, once
    Add {
        /// The new account's e-mail address
        email: String,
        /// The address of somebody who is in that workspace
        #[arg(long, value_name = "MEMBER_EMAIL")]
        beside: String,
        /// What they may do
        #[arg(long, default_value = "member", value_parser = role(&["member", "viewer"]))]
        role: Role,
    },
    /// Say what somebody may do from now on; whoever is removed is let in again in the same way
    Role {
        /// Their e-mail address
        email: String,
        /// What they may do
        #[arg(value_parser = role(&["member", "viewer", "removed"]))]
        role: Role,
    },
    /// List who is in a workspace, and what they may do there
    List {
        /// The e-mail address of somebody who is in it
        email: String,
    },
}

/// Takes one of these roles.
fn role(names: &[&'static str]) -> impl TypedValueParser<Value = Role> + use<> {
    PossibleValuesParser::new(names.iter().copied()).map(|name| Role::parse(&name))
}

impl Args {
    /// The configuration that the arguments stand for.
    pub fn config(&self) -> Config {
        let mut config = Config::new(self.listen, &self.data);
        config.database_url.clone_from(&self.database_url);
        config.limits.database_connections = self.database_connections;
        let days = u64::from(self.history_days);
        config.limits.history_time = (days > 0).then(|| Duration::from_hours(days * 24));
        config.limits.upkeep_first = Duration::from_secs(self.upkeep_after.into());
        config.app.clone_from(&self.app);
        config.public_url.clone_from(&self.public_url);
        config.trusted_proxies.clone_from(&self.trusted_proxy);
        config
    }
}
