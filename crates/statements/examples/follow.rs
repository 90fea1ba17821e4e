//! Follows an account and appends every change to a file of JSON lines; beside it the cursor, so that it goes on where
//! it was stopped, or killed.
//!
//! `cargo run -p statements --example follow [changes.jsonl [hours]]`: the file (with a simulated bank, a new one in the
//! temporary folder if not given), and how many hours to follow (16 if not given; a simulated bank takes no time for
//! them). See `support/mod.rs` for the way to the bank. The file holds accounts, names and purposes in clear.

#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::env;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use statements::time::Duration;
use statements::{Cursor, Event, FollowOptions, Follower};
use support::lines::line;
use support::saved;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().map(PathBuf::from);
    let hours: i64 = arguments.next().as_deref().unwrap_or("16").parse()?;
    let connected = support::connect().await?;
    let file = match (file, &connected.sandbox) {
        (Some(file), _) => file,
        (None, Some(_)) => env::temp_dir().join(format!("changes-{}.jsonl", std::process::id())),
        (None, None) => return Err("name the file for the changes".into()),
    };

    let cursor_file = file.with_extension("cursor.json");
    let cursor = match saved::read(&cursor_file)? {
        Some(text) => serde_json::from_slice(&text)?,
        None => Cursor::new(connected.account()?, connected.today(), connected.offset),
    };
    let until = connected.client.clock().now() + Duration::hours(hours);
    let mut follower =
        Follower::resume(&connected.client, cursor, FollowOptions::new().until(until));

    let mut lines = open_lines(&file)?;
    while let Some(event) = follower.next().await {
        match event {
            Ok(Event::Save(cursor)) => {
                // First the rows, then the cursor behind them.
                lines.sync_data()?;
                saved::replace(&cursor_file, &serde_json::to_vec(&cursor)?)?;
            }
            Ok(event) => tell(&mut lines, &event)?,
            Err(error) if error.is_transient() => println!("{error}; asking again"),
            Err(error) => return Err(error.into()),
        }
    }
    println!(
        "stopped in {}, all changes are in {}; run it again with this file to go on",
        follower.cursor().day(),
        file.display()
    );
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}

/// The file without the line that a crash cut short: its row comes again, and must not be glued to the rest of it.
fn open_lines(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut lines = options.create(true).append(true).read(true).open(path)?;
    let (mut end, mut last) = (lines.metadata()?.len(), [0]);
    while end > 0 {
        lines.seek(SeekFrom::Start(end - 1))?;
        lines.read_exact(&mut last)?;
        if last == *b"\n" {
            break;
        }
        end -= 1;
    }
    lines.set_len(end)?;
    Ok(lines)
}

fn tell(lines: &mut File, event: &Event) -> io::Result<()> {
    match event {
        Event::Removed(removed) => println!("removed {}: {:?}", removed.key, removed.why),
        Event::DayClosed(proof) => println!("{proof}"),
        Event::ProofFailed(proof) => println!("A PERSON SHOULD LOOK: {proof}"),
        Event::Unreadable { day, error } => println!("{day}: a row cannot be read: {error}"),
        _ => {}
    }
    let Some(line) = line(event) else {
        return Ok(());
    };
    let mut text = serde_json::to_vec(&line)?;
    text.push(b'\n');
    // One write, so that a crash cuts at most the last line.
    lines.write_all(&text)
}
