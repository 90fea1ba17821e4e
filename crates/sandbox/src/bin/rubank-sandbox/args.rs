//! The command line.

use std::path::PathBuf;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Serves simulated banks on 127.0.0.1 until ctrl-c.

Usage: rubank-sandbox [--plain] [--seed N] [--payments N] [--dir PATH]

  --plain         http instead of https; no client certificate is asked for
  --seed N        the source of everything invented (default 1)
  --payments N    how many payments each list starts with (default 250)
  --dir PATH      where the certificates are written (default: a new directory
                  among the temporary ones)
  --help          this text

The simulated clock starts at 2026-01-15T09:00:00Z and goes on by one second
with each call.
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Serve(Options),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) plain: bool,
    pub(crate) seed: Option<u64>,
    pub(crate) payments: Option<usize>,
    pub(crate) dir: Option<PathBuf>,
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// An unknown argument, or a value that is absent or of the wrong kind.
pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments.into_iter();
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--plain" => options.plain = true,
            "--seed" => options.seed = Some(number(&value()?)?),
            "--payments" => options.payments = Some(number(&value()?)?),
            "--dir" => options.dir = Some(PathBuf::from(value()?)),
            _ => return Err(format!("{argument} is not known; try --help")),
        }
    }
    Ok(Command::Serve(options))
}

fn number<Number: std::str::FromStr>(text: &str) -> Result<Number, String> {
    text.parse()
        .map_err(|_| format!("{text} is not a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_full_line_is_read() {
        let options = Options {
            plain: true,
            seed: Some(7),
            payments: Some(10),
            dir: Some(PathBuf::from("certs")),
        };
        let line = "--plain --seed 7 --payments 10 --dir certs";
        assert_eq!(read(line), Ok(Command::Serve(options)));
        assert_eq!(read(""), Ok(Command::Serve(Options::default())));
        assert_eq!(read("--seed 7 --help"), Ok(Command::Help));
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(read("--seed"), Err("--seed needs a value".to_owned()));
        assert_eq!(read("--seed x"), Err("x is not a whole number".to_owned()));
        assert_eq!(
            read("--port 1"),
            Err("--port is not known; try --help".to_owned())
        );
    }
}
