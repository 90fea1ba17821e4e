//! Every operation of every provider against its contract, by fixture.

use contract_tests::suite::Bank;

fn holds(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The suite for one provider: its crate, its marker, the operations that its credentials send by themselves.
macro_rules! suite {
    (
        $bank:ident: $Provider:ty,
        sent_by_credentials: $own:expr,
        $(key_header: $key_header:literal,)?
        error_body: $error_body:expr
    ) => {
        mod $bank {
            use super::*;

            fn bank() -> Bank<$Provider> {
                Bank::new(::$bank::catalogue::entries(), &$own, $error_body)
                    .expect("contract and fixtures can be used")
                    $(.with_key_header($key_header))?
            }

            #[test]
            fn says_what_the_contract_says() {
                holds(bank().check_metadata());
            }

            #[tokio::test]
            async fn sends_what_the_contract_describes() {
                holds(bank().check_requests().await);
            }

            #[test]
            fn sends_the_golden_bytes() {
                holds(bank().check_golden());
            }

            #[tokio::test]
            async fn reads_every_fixture_without_loss() {
                holds(bank().check_fixtures().await);
            }

            #[tokio::test]
            async fn sends_no_copy_too_many() {
                holds(bank().check_sends().await);
            }

            #[tokio::test]
            async fn is_silent_about_secrets_and_people() {
                holds(bank().check_silence().await);
            }
        }
    };
}

suite! {
    alfa_sbp: ::alfa_sbp::AlfaSbp,
    sent_by_credentials: ["alfa-sbp.token"],
    error_body: |error| serde_json::to_string(&::alfa_sbp::ErrorBody::of(error)?).ok()
}

suite! {
    sber_api: ::sber_api::SberApi,
    sent_by_credentials: [],
    error_body: |error| serde_json::to_string(&::sber_api::ErrorBody::of(error)?).ok()
}

suite! {
    sber_encashment: ::sber_encashment::SberEncashment,
    sent_by_credentials: [],
    error_body: |error| serde_json::to_string(&::sber_encashment::ErrorBody::of(error)?).ok()
}

suite! {
    statements: ::statements::Statements,
    sent_by_credentials: [],
    error_body: |error| serde_json::to_string(&::statements::ErrorBody::of(error)?).ok()
}

suite! {
    tbank_registry: ::tbank_registry::TBankRegistry,
    sent_by_credentials: [],
    error_body: |error| serde_json::to_string(&::tbank_registry::ErrorBody::of(error)?).ok()
}

suite! {
    payouts_platform: ::payouts_platform::PayoutsPlatform,
    sent_by_credentials: [],
    key_header: "client-key",
    error_body: |error| serde_json::to_string(&::payouts_platform::ErrorBody::of(error)?).ok()
}
