//! The guide's table of grades, made from the contracts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::contract::{Contract, ContractError, Grade, Operation, load_all};

/// The page, as it must stand in `docs/guide/grades.md`.
///
/// # Errors
/// A contract cannot be used.
pub fn page() -> Result<String, ContractError> {
    let mut page = String::from(
        "# Grades: how well each operation is known\n\n\
         Made from `docs/contracts` by `cargo xtask fixtures`; do not edit. What the grades mean:\n\
         [provenance](provenance.md). **d**ocumented, **i**nferred, **u**nverified; for the effects see\n\
         [architecture](../architecture.md).\n",
    );
    for contract in load_all()? {
        table(&contract, &mut page);
    }
    Ok(page)
}

/// Where the page stands.
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/grades.md")
}

fn table(contract: &Contract, page: &mut String) {
    let rows: String = contract.operations.iter().map(row).collect();
    // Writing into a string cannot fail.
    let _written = write!(
        page,
        "\n## {}\n\n| operation | route | request | answer | effect | after an unknown outcome |\n\
         |---|---|---|---|---|---|\n{rows}",
        contract.provider,
    );
}

fn row(operation: &Operation) -> String {
    let known = &operation.provenance;
    let route = match known.route {
        Grade::Unverified => "u".to_owned(),
        grade => format!(
            "{} `{} {}`",
            letter(grade),
            operation.method,
            operation.route
        ),
    };
    let then = match (&operation.lookup, operation.effect.as_str()) {
        (Some(lookup), _) => format!("ask `{}`", lookup.split('.').next_back().unwrap_or(lookup)),
        (None, "read" | "idempotent") => "repeat it".to_owned(),
        (None, _) => "a person must look".to_owned(),
    };
    format!(
        "| `{}` | {route} | {} | {} | {} | {then} |\n",
        operation.name(),
        letter(known.request),
        letter(known.answer),
        operation.effect.as_str(),
    )
}

fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::Documented => "d",
        Grade::Inferred => "i",
        Grade::Unverified => "u",
    }
}
