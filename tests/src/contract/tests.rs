//! The reader's rules on a small contract, the judgement of requests by it, and the contracts of the project.

use super::*;

mod banks;
mod choices;
mod parts;
mod payouts;
mod reading;
mod requests;
mod sber;

const SMALL: &str = r#"
openapi: '3.1.0'
info: {title: A bank, version: '1'}
x-provider: bank
servers:
  - {url: 'https://bank.example', x-environment: production, x-hosts: [api]}
paths:
  /v1/payments/{id}:
    put:
      operationId: bank.pay
      x-provenance: {route: documented, request: inferred, answer: unverified}
      x-effect: keyed
      x-key: requestId
      x-key-promise: refused
      x-rates: [{class: payments, limit: 10, seconds: 1}, {class: each, limit: 1, seconds: 60, key: id}]
      x-refused: [429]
      x-not-ready: [202]
      x-success: [200]
      x-scopes: [pay]
      x-host: api
      x-lookup: bank.pay
      x-source: {title: Pay, section: Payments, operation: '1'}
      x-headers:
        - {name: authorization, required: true, form: bearer}
        - {name: content-type, required: false, value: text/plain}
        - {name: x-request-id, required: false, form: uuid}
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, minLength: 2}}
        - {name: day, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 31}}
        - {name: sort, in: query, schema: {type: array, maxItems: 2, items: {type: string, enum: [a, b]}}}
        - {name: dry, in: query, schema: {type: boolean}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [requestId, amount]
              properties:
                requestId: {type: string}
                amount: {type: integer, minimum: 1, maximum: 20000000000000000001, x-money: kopecks}
                purpose: {type: [string, 'null'], maxLength: 3, x-personal: true}
                tags: {type: array, minItems: 1, items: {type: string}}
                account: {type: string, pattern: '^\d{2}$'}
                line: {type: integer, format: int32}
                until: {type: [string, 'null'], format: date-time}
            examples:
              sample: {value: {requestId: r, amount: 20000000000000000001}}
      responses:
        '429': {description: Later.}
        '200':
          description: Done.
          content:
            application/json:
              schema: {type: object, properties: {state: {type: string, x-open-enum: [NEW]}}}
              examples:
                sample: {x-made: true, value: {state: OLD}}
webhooks:
  paid:
    post:
      operationId: bank.on-paid
      x-provenance: unverified
      x-source: {title: Paid, section: Webhooks, operation: '2'}
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {id: {type: string}}}
            examples:
              sample: {value: {id: a}}
      responses:
        '200': {description: It arrived.}
"#;

fn pay() -> Operation {
    read(SMALL).unwrap().operation("bank.pay").unwrap().clone()
}
