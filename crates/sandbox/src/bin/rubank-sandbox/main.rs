//! Serves the simulated banks for somebody else's tests.

mod args;
mod files;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use rubank_sandbox::{Host, Sandbox, payouts, tbank};

use crate::args::{Command, HELP, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let done = match args::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Command::Serve(options)) => serve(options).await,
        Err(complaint) => Err(complaint.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rubank-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> Result<(), Box<dyn Error>> {
    // nobody outside can move the clock, so each call does
    let mut builder = Sandbox::builder().tick(Duration::from_secs(1));
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    if let Some(payments) = options.payments {
        builder = builder.payments(payments);
    }
    if options.plain {
        builder = builder.plain();
    }
    let sandbox = builder.start().await?;
    for host in Host::ALL {
        println!("{:<28}{}", host.name(), sandbox.url(host));
    }
    if !options.plain {
        let files = files::write(options.dir, sandbox.ca_pem(), sandbox.client_identity_pem())?;
        println!("{:<28}{}", "trusted root", files.ca.display());
        println!("{:<28}{}", "client certificate", files.client.display());
    }
    println!("{:<28}{}", "client id", sandbox.client_id());
    println!("{:<28}{}", "client secret", sandbox.client_secret());
    println!("{:<28}{}", "T-Bank token", tbank::TOKEN);
    println!("{:<28}{}", "payouts client key", payouts::CLIENT_KEY);
    println!("\noperations without a published path:");
    for route in sandbox.overrides() {
        println!("  {:<52} {} {}", route.operation, route.method, route.path);
    }
    println!("\nctrl-c stops it");
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
