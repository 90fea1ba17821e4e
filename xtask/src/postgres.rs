//! A private PostgreSQL for a command.

// The store's tests start one by themselves when nobody gave them one: the same file.
#[path = "../../crates/store/tests/support/private_postgres.rs"]
mod private_postgres;

use private_postgres::is_required;

use crate::run::Failed;

pub(crate) use private_postgres::PrivatePostgres;

/// Tests find the server's address here.
pub(crate) const VARIABLE: &str = "RUBANK_TEST_POSTGRES";

/// A server for the tests until it is dropped, unless the environment names one already. Without PostgreSQL on this
/// machine its tests are skipped, which is said loudly, or the command fails under CI.
pub(crate) fn for_tests() -> Result<Option<PrivatePostgres>, Failed> {
    if std::env::var_os(VARIABLE).is_some_and(|url| !url.is_empty()) {
        eprintln!("PostgreSQL: the server of {VARIABLE}");
        return Ok(None);
    }
    let install = "apt-get install postgresql";
    let started = PrivatePostgres::start().map_err(|why| Failed {
        what: why,
        repair: format!("{install}, or name a server in {VARIABLE}"),
    })?;
    match started {
        Some(server) => {
            eprintln!("PostgreSQL: a private server was started");
            Ok(Some(server))
        }
        None if is_required() => Err(Failed {
            what: "PostgreSQL is not installed, and its tests must run here".to_owned(),
            repair: install.to_owned(),
        }),
        None => {
            eprintln!(
                "\n*** PostgreSQL IS NOT INSTALLED: EVERY TEST ON IT IS SKIPPED. To run them: {install} ***\n"
            );
            Ok(None)
        }
    }
}
