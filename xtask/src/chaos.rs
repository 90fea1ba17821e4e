//! The judge, and the demo on a server.

use crate::postgres::{self, PrivatePostgres};
use crate::run::{Failed, run};

/// `cargo xtask chaos [--postgres] [--seeds N] [--seconds S] [--seed S] …`
pub(crate) fn chaos(arguments: &[String]) -> Result<(), Failed> {
    on_postgres_if_asked("chaos", arguments)
}

/// `cargo xtask demo [--postgres]`
pub(crate) fn demo(arguments: &[String]) -> Result<(), Failed> {
    on_postgres_if_asked("demo", arguments)
}

/// `cargo xtask scaling [--sqlite] [--postgres]`: both engines without a choice, so a server is wanted.
pub(crate) fn scaling(arguments: &[String]) -> Result<(), Failed> {
    let is_sqlite_alone = !arguments.is_empty() && arguments.iter().all(|word| word == "--sqlite");
    let server = match is_sqlite_alone {
        true => None,
        false => postgres::for_tests()?,
    };
    program("scaling", arguments, server.as_ref())
}

fn on_postgres_if_asked(name: &str, arguments: &[String]) -> Result<(), Failed> {
    let is_asked = arguments.iter().any(|word| word == "--postgres");
    let server = match is_asked {
        true => postgres::for_tests()?,
        false => None,
    };
    program(name, arguments, server.as_ref())
}

fn program(
    name: &str,
    arguments: &[String],
    server: Option<&PrivatePostgres>,
) -> Result<(), Failed> {
    let mut command = vec!["run", "--quiet", "-p", "contract-tests", "--bin", name];
    if !arguments.is_empty() {
        command.push("--");
        command.extend(arguments.iter().map(String::as_str));
    }
    let environment = server.map(|server| (postgres::VARIABLE, server.url()));
    let again = format!("cargo xtask {name} {}", arguments.join(" "));
    run("cargo", &command, environment.as_slice(), again.trim_end())
}
