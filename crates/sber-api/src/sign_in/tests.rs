use rubank_core::random::SeededRandom;

use super::*;

const BACK: &str = "https://client.example/callback?from=sber";

fn resumed() -> SignIn {
    SignIn::resume("10000", BACK, "st+te/=", "n")
}

#[test]
fn the_link_goes_to_the_page_for_people_with_everything_encoded() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let sign_in = resumed()
        .scope(Scope::STATEMENTS)
        .scope("accounts")
        .scope(Scope::ACCOUNTS)
        .pkce(Pkce::with_verifier(verifier.into()).unwrap())
        .prompt(Prompt::Login);
    assert_eq!(
        sign_in.url(&crate::production()).unwrap(),
        "https://sbi.sberbank.ru:9443/ic/sso/api/v2/oauth/authorize?response_type=code&client_id=10000\
         &redirect_uri=https%3A%2F%2Fclient.example%2Fcallback%3Ffrom%3Dsber\
         &scope=openid%20GET_STATEMENT_ACCOUNT%20accounts&state=st%2Bte%2F%3D&nonce=n\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=login",
    );
    assert_eq!(sign_in.verifier().unwrap().expose(), verifier);
    let old = resumed().authorize_path("/ic/sbbid/api/v2/oauth/authorize");
    let old = old.url(&crate::test_stand()).unwrap();
    assert!(old.starts_with(
        "https://efs-sbbol-ift-web.testsbi.sberbank.ru:9443/ic/sbbid/api/v2/oauth/authorize?"
    ));
}

#[test]
fn every_start_is_new_and_long_enough() {
    let random = SeededRandom::new(1);
    let (one, two) = (
        SignIn::start("1", BACK, &random),
        SignIn::start("1", BACK, &random),
    );
    let values = [one.state(), one.nonce(), two.state(), two.nonce()];
    assert!(values.iter().all(|value| value.len() >= 36));
    assert!((1..4).all(|at| !values[..at].contains(&values[at])));
    assert!(
        SignIn::start("", BACK, &random)
            .url(&crate::test_stand())
            .is_err()
    );
}

#[test]
fn a_redirect_is_read() {
    let rows = [
        "https://client.example/callback?from=sber&code=c%2Fo+de&state=st%2Bte%2F%3D",
        "/callback?state=st%2Bte%2F%3D&code=c%2Fo+de#fragment",
        "?code=c%2Fo+de&state=st%2Bte%2F=",
        "code=c%2Fo+de&state=st%2Bte%2F%3D&unknown=1&unknown=2",
    ];
    for row in rows {
        let code = resumed().read_redirect(row).unwrap();
        assert_eq!(code.secret().expose(), "c/o de", "{row}");
    }
}

#[test]
fn a_redirect_that_is_not_ours_brings_nothing() {
    // What is foreign is not even read: it may be an attacker's code, or an attacker's error text.
    let rows = [
        ("code=canary", "state is another"),
        ("code=canary&state=", "state is another"),
        ("code=canary&state=st+te/=", "state is another"),
        ("code=canary&state=st%2Bte%2F%3Dcanary", "state is another"),
        ("error=access_denied&state=canary", "state is another"),
        ("", "state is another"),
        ("code=canary&state=st%2Bte%2F%3D&state=canary", "twice"),
        ("code=canary&code=canary&state=st%2Bte%2F%3D", "twice"),
        ("state=st%2Bte%2F%3D", "neither"),
        ("code=&state=st%2Bte%2F%3D", "neither"),
        (
            "state=st%2Bte%2F%3D&error=access_denied&error_description=canary",
            "code=access_denied",
        ),
        (
            "state=st%2Bte%2F%3D&error=canary+%3Cb%3E&code=canary",
            "refused",
        ),
        // Anybody may write into the address: a token is no code.
        (
            "state=st%2Bte%2F%3D&error=canaryFgHiJkLmNoPqRsTuVwXyZ0123456789Ab",
            "refused",
        ),
    ];
    for (row, expected) in rows {
        let error = resumed().read_redirect(row).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected), "{row}: {shown}");
        assert!(!shown.contains("canary"), "{row}: {shown}");
    }
    let without = SignIn::resume("1", BACK, "", "");
    assert!(matches!(
        without.read_redirect("code=c&state="),
        Err(RedirectError::ForeignState)
    ));
}

#[test]
fn a_refusal_is_told() {
    let row = "state=st%2Bte%2F%3D&error=access_denied&error_description=%D0%9D%D0%B5%D1%82";
    let Err(RedirectError::Refused(refusal)) = resumed().read_redirect(row) else {
        panic!("it was not refused");
    };
    assert_eq!(refusal.code(), "access_denied");
    assert_eq!(refusal.description().unwrap().expose(), "Нет");
}

#[test]
fn nothing_of_a_sign_in_is_shown() {
    let sign_in = SignIn::resume("10000", BACK, "canary-state", "canary-nonce")
        .pkce(Pkce::with_verifier("canary".repeat(8).as_str().into()).unwrap());
    let code = sign_in.read_redirect("code=canary-code&state=canary-state");
    let code = code.unwrap();
    let exchange = sign_in.exchange(&code, "canary-secret");
    let shown = format!("{sign_in:?} {code:?} {exchange:?}");
    assert!(!shown.contains("canary"), "{shown}");
}
