//! What the crate says of its operations, against what the contract says.

use rubank_core::operation::{OperationMeta, Provider, Success};

use super::Bank;
use crate::contract::{self, Operation};

pub(super) fn check<P: Provider>(bank: &Bank<P>) -> Vec<String> {
    let mut found = Vec::new();
    let catalogue: Vec<_> = bank.entries.iter().map(|entry| *entry.meta()).collect();
    if catalogue != P::OPERATIONS {
        found.push(format!(
            "{}: `Provider::OPERATIONS` and the catalogue differ",
            P::NAME
        ));
    }
    for operation in &bank.contract.operations {
        let known = catalogue.iter().find(|meta| meta.id == operation.id);
        match known {
            Some(meta) => compare(meta, operation, &mut found),
            None if bank.sent_by_credentials.contains(&operation.id.as_str()) => {}
            None => found.push(format!("{}: is in the contract only", operation.id)),
        }
    }
    for meta in &catalogue {
        if bank.contract.operation(meta.id).is_none() {
            found.push(format!("{}: is in the catalogue only", meta.id));
        }
    }
    found
}

fn compare(meta: &OperationMeta, operation: &Operation, found: &mut Vec<String>) {
    let mut row = |what: &str, code: String, contract: String| {
        if code != contract {
            found.push(format!(
                "{}: {what} is {code} in the code, {contract} in the contract",
                meta.id
            ));
        }
    };
    row("method", meta.method.to_string(), operation.method.clone());
    row("route", meta.route.to_owned(), operation.route.clone());
    row("host", meta.host.to_string(), operation.host.clone());
    row(
        "effect",
        meta.effect.as_str().to_owned(),
        operation.effect.as_str().to_owned(),
    );
    if let Some(promise) = operation.key_promise {
        row(
            "key promise",
            meta.key_promise.as_str().to_owned(),
            promise.as_str().to_owned(),
        );
    }
    row("rates", rates_of(meta), rates_in(operation));
    row(
        "refused before work",
        format!("{:?}", meta.refused_before_work),
        format!("{:?}", operation.refused),
    );
    row(
        "not ready",
        format!("{:?}", meta.not_ready),
        format!("{:?}", operation.not_ready),
    );
    row("success", success_of(meta), success_in(operation));
    row(
        "scopes",
        format!("{:?}", meta.scopes),
        format!("{:?}", operation.scopes),
    );
    row(
        "lookup",
        format!("{:?}", meta.lookup),
        format!("{:?}", operation.lookup.as_deref()),
    );
    row(
        "credentials",
        meta.authorized.to_string(),
        operation.is_authorized().to_string(),
    );
    let (ours, theirs) = (meta.provenance, operation.provenance);
    row(
        "route's provenance",
        ours.route.as_str().to_owned(),
        theirs.route.as_str().to_owned(),
    );
    row(
        "request's provenance",
        ours.request.as_str().to_owned(),
        theirs.request.as_str().to_owned(),
    );
    row(
        "answer's provenance",
        ours.answer.as_str().to_owned(),
        theirs.answer.as_str().to_owned(),
    );
}

fn rates_of(meta: &OperationMeta) -> String {
    let rates = meta.rates.iter().map(|class| {
        let keyed = if class.is_keyed() { " per key" } else { "" };
        format!(
            "{}: {} in {} s{keyed}",
            class.name(),
            class.limit(),
            class.period().as_secs()
        )
    });
    rates.collect::<Vec<_>>().join(", ")
}

fn rates_in(operation: &Operation) -> String {
    let rates = operation.rates.iter().map(|rate| {
        let keyed = if rate.key.is_some() { " per key" } else { "" };
        format!(
            "{}: {} in {} s{keyed}",
            rate.class, rate.limit, rate.seconds
        )
    });
    rates.collect::<Vec<_>>().join(", ")
}

fn success_of(meta: &OperationMeta) -> String {
    match meta.success {
        Success::Any2xx => "any 2xx".to_owned(),
        Success::Only(statuses) => format!("{statuses:?}"),
    }
}

fn success_in(operation: &Operation) -> String {
    match &operation.success {
        contract::Success::Any2xx => "any 2xx".to_owned(),
        contract::Success::Only(statuses) => format!("{statuses:?}"),
    }
}
