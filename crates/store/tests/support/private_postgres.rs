//! A PostgreSQL server of one's own, for tests: a new database on a free port of this machine, gone with the program
//! that asked for it, however that ended. `xtask` has this file, too.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Somebody else may take the free port before the server does.
const TRIES: u32 = 3;

/// What the shell does that keeps the server: its arguments are the folder of the programs and the port; it reads the
/// password, and then waits until its standard input is closed, by us or by the end of our process.
const KEEPER: &str = r#"
    trap '' HUP INT TERM
    umask 077
    cd / && home=$(mktemp -d "${TMPDIR:-/tmp}/rubank-pg.XXXXXX") || exit 1
    read -r password && printf '%s\n' "$password" >"$home/password"
    if {
        "$1/initdb" -D "$home/db" -U rubank -A scram-sha-256 --pwfile="$home/password" \
            -E UTF8 --no-locale --no-sync &&
        "$1/pg_ctl" -D "$home/db" -l "$home/server.log" -w -t 60 start -o "\
            -c listen_addresses=127.0.0.1 -c port=$2 -c unix_socket_directories=$home \
            -c fsync=on -c max_connections=300 -c shared_buffers=64MB"
    } </dev/null >"$home/start.log" 2>&1
    then echo ready
    else cat "$home/start.log" "$home/server.log" 2>/dev/null
    fi
    exec >/dev/null 2>&1
    read -r _
    "$1/pg_ctl" -D "$home/db" -m immediate stop </dev/null
    rm -rf "$home"
"#;

/// The server; it ends when this is dropped or the process is over.
pub(crate) struct PrivatePostgres {
    url: String,
    keeper: Child,
}

impl PrivatePostgres {
    /// Starts one. `None` if its programs are not on this machine.
    pub(crate) fn start() -> Result<Option<Self>, String> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let mut last = String::new();
        for _ in 0..TRIES {
            match Self::try_start(&programs) {
                Ok(server) => return Ok(Some(server)),
                Err(why) => last = why,
            }
        }
        Err(format!("a private PostgreSQL could not be started: {last}"))
    }

    /// Where it is, password included; its user may do everything.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn try_start(programs: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| error.to_string();
        let password = password().map_err(told)?;
        let port = free_port().map_err(told)?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", KEEPER, "keeper"])
            .arg(programs)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        as_somebody(&mut command)?;
        let mut keeper = command.spawn().map_err(told)?;
        let mut said = String::new();
        let asked = match (&mut keeper.stdin, &mut keeper.stdout) {
            (Some(stdin), Some(stdout)) => writeln!(stdin, "{password}").and_then(|()| {
                let mut stdout = BufReader::new(stdout);
                stdout.read_line(&mut said)?;
                match said.as_str() {
                    "ready\n" => Ok(0),
                    _ => stdout.read_to_string(&mut said),
                }
            }),
            _ => Ok(0),
        };
        let server = PrivatePostgres {
            url: format!("postgresql://rubank:{password}@127.0.0.1:{port}/postgres"),
            keeper,
        };
        match asked {
            Ok(_) if said == "ready\n" => Ok(server),
            Ok(_) => Err(said),
            Err(error) => Err(told(error)),
        }
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // Closed, it tells the keeper to stop the server; waiting leaves nothing behind.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Whether tests that find no PostgreSQL must fail instead of being skipped.
pub(crate) fn is_required() -> bool {
    ["CI", "RUBANK_REQUIRE_POSTGRES"]
        .into_iter()
        .filter_map(std::env::var_os)
        .any(|value| !value.is_empty() && value != "0" && value != "false")
}

/// The folder with the newest `initdb` and what belongs to it: on the path, or where Debian keeps it.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("initdb"));
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| {
            let folder = version.ok()?.path();
            let number = folder.file_name()?.to_str()?.parse().ok()?;
            Some((number, folder.join("bin/initdb")))
        })
        .collect();
    versions.sort_unstable();
    let of_debian = versions.into_iter().rev().map(|(_, initdb)| initdb);
    on_path
        .chain(of_debian)
        // What lies on the path may be a link into the folder that has them all.
        .filter_map(|initdb| Some(fs::canonicalize(initdb).ok()?.parent()?.to_owned()))
        .find(|folder| folder.join("pg_ctl").exists() && folder.join("postgres").exists())
}

/// The server refuses to run as root, so root starts it as somebody else.
fn as_somebody(command: &mut Command) -> Result<(), String> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        return Ok(());
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let ids = |name: &str| {
        let mut fields = users
            .lines()
            .map(|line| line.split(':'))
            .find(|fields| fields.clone().next() == Some(name))?
            .skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let (user, group) = ids("postgres")
        .or_else(|| ids("nobody"))
        .ok_or("root may not run it, and there is no user `postgres` nor `nobody`")?;
    // Root's folder for temporary files may be closed to others.
    command.uid(user).gid(group).env_remove("TMPDIR");
    Ok(())
}

/// Whoever reaches the port could do anything as the server's user: a password that nobody knows.
fn password() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
