//! The answers of the bank's own test stand: one for each method, whatever was asked.

pub(super) const NOTHING: &str = "{}";
pub(super) const TAKEN: &str = r#"{"correlationId":"5a4db0c5-0000-4000-8000-0000000000ff"}"#;
pub(super) const PAYMENT: &str = r#"{"status":"EXECUTED","meta":{"clientCustomField":"value"}}"#;
pub(super) const CREATED: &str = r#"{"paymentRegistryId":5,"status":"CREATED"}"#;
pub(super) const SIGNED: &str = r#"{"paymentRegistryId":5,"status":"ACCEPTED"}"#;
pub(super) const CANCELLED: &str = r#"{"status":"DONE"}"#;
pub(super) const PAID: &str = r#"{"paymentRegistryId":5,"status":"EXECUTED","count":1,"paymentResults":[{"number":1,"paymentStatus":"EXECUTED","accountNumber":"40817810000000000001"}]}"#;
pub(super) const LIST: &str = r#"{"paymentOrders":[{"number":5,"date":"2026-01-15T09:00:00Z","count":1,"sum":1500.50,"status":"EXECUTED"}]}"#;
pub(super) const CARD: &str = r#"{"status":"EXECUTED","companyAccountNumber":"40702810000000000001","paymentsCount":1,"totalSum":1500.50,"payments":[{"number":1,"status":"EXECUTED","employeeInfo":{"firstName":"Иван","lastName":"Примеров"},"accountNumber":"40817810000000000001","paymentPurpose":"Заработная плата","sum":1500.50}]}"#;
pub(super) const SELF_EMPLOYED_CARD: &str = r#"{"status":"EXECUTED","paymentsCount":1,"totalSum":1500.50,"payments":[{"number":1,"status":"EXECUTED","selfEmployedInfo":{"firstName":"Ольга","lastName":"Примерова"},"accountNumber":"40817810000000000003","paymentPurpose":"Оплата услуг","sum":1500.50}]}"#;
