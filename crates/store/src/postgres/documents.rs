//! Small values with a version.

use super::link::{Link, Repeat};
use super::query::Query;
use super::row::value;
use crate::engine::{Document, EngineError, Parameter, Statement};

pub(super) async fn get(
    link: &Link,
    space: &str,
    name: &str,
) -> Result<Option<Document>, EngineError> {
    let query = Query::with(
        "SELECT name, version, value FROM documents WHERE space = $1 AND name = $2",
        &[&space, &name],
    );
    let row = link.maybe(Repeat::Read, &query).await?;
    row.as_ref().map(document).transpose()
}

pub(super) async fn put(
    link: &Link,
    space: &str,
    name: &str,
    expected: Option<i64>,
    bytes: &[u8],
) -> Result<Option<i64>, EngineError> {
    let query = match &expected {
        None => Query::with(PUT, &[&space, &name, &bytes]),
        Some(0) => Query::with(&insert(""), &[&space, &name, &bytes]),
        Some(version) => Query::with(&update(""), &[&space, &name, &bytes, version]),
    }
    .and(" RETURNING version");
    let row = link.maybe(Repeat::Write, &query).await?;
    row.map(|row| value(&row, 0)).transpose()
}

/// Whatever the version. The sequence is read again for the update, once the row is locked: it grows with each change.
const PUT: &str = "INSERT INTO documents (space, name, version, value) \
     VALUES ($1, $2, nextval('versions'), $3) \
     ON CONFLICT (space, name) DO UPDATE SET version = nextval('versions'), value = excluded.value";

/// If it is not there. `at` is the schema with a dot, or nothing.
fn insert(at: &str) -> String {
    format!(
        "INSERT INTO {at}documents (space, name, version, value) \
         VALUES ($1, $2, nextval('{at}versions'), $3) ON CONFLICT (space, name) DO NOTHING"
    )
}

/// If its version is the expected one.
fn update(at: &str) -> String {
    format!(
        "UPDATE {at}documents SET version = nextval('{at}versions'), value = $3 \
         WHERE space = $1 AND name = $2 AND version = $4"
    )
}

/// [`put`] with an expected version, for a connection whose search path is not ours.
pub(super) fn statement(
    schema: &str,
    space: &str,
    name: &str,
    expected: i64,
    bytes: &[u8],
) -> Statement {
    let at = format!("\"{schema}\".");
    let mut parameters = vec![
        Parameter::Text(space.to_owned()),
        Parameter::Text(name.to_owned()),
        Parameter::Bytes(bytes.to_vec()),
    ];
    let sql = match expected {
        0 => insert(&at),
        version => {
            parameters.push(Parameter::Integer(version));
            update(&at)
        }
    };
    Statement { sql, parameters }
}

pub(super) async fn list(
    link: &Link,
    space: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Document>, EngineError> {
    let limit = i64::from(limit);
    let query = Query::with(
        "SELECT name, version, value FROM documents WHERE space = $1 AND name > $2 ORDER BY name LIMIT $3",
        &[&space, &after, &limit],
    );
    let rows = link.rows(Repeat::Read, &query).await?;
    rows.iter().map(document).collect()
}

pub(super) async fn remove(link: &Link, space: &str, name: &str) -> Result<bool, EngineError> {
    let query = Query::with(
        "DELETE FROM documents WHERE space = $1 AND name = $2 RETURNING true",
        &[&space, &name],
    );
    Ok(link.maybe(Repeat::Write, &query).await?.is_some())
}

fn document(row: &tokio_postgres::Row) -> Result<Document, EngineError> {
    Ok(Document {
        name: value(row, 0)?,
        version: value(row, 1)?,
        value: value(row, 2)?,
    })
}
