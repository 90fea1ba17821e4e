//! Scans of a passport: recognise, look at what is doubtful, identify, check.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::operation::{Checks, InvalidRequest};
use rubank_core::personal::Personal;
use rubank_core::polling::Polled;
use rubank_core::types::LocalDate;

use crate::{
    Client, Gender, GetPassportCheck, GetPassportRecognition, IdentityPassport, Item,
    PassportCheck, PassportRecognition, PersonIdentity, Quantity, RecognisePassport,
    RecognisedFields, RecognitionId, ScanKind, StartPassportCheck,
};

/// Sends scans of a passport, waits until they are recognised, and names the fields that a person should look at: those
/// of which the platform is less sure than `least` (from 0 to 1), or says nothing.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client, scan: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
/// use payouts_platform::flows::recognise_passport;
/// use payouts_platform::{Quantity, RecognisePassport, Scan};
/// use std::time::Duration;
///
/// let scans = RecognisePassport::new().passport(Scan::jpeg(scan));
/// let recognised =
///     recognise_passport(&client, &scans, Quantity::parse("0.9")?, Duration::from_secs(60)).await?;
/// for doubt in &recognised.doubtful {
///     println!("please look at {}", doubt.field);
/// }
/// # Ok(())
/// # }
/// ```
///
/// When `deadline` is over first, [`Recognised::is_final`] is false: look again later with
/// [`GetPassportRecognition`] and the identifier; nothing is lost.
///
/// # Errors
/// As [`Client::send`](rubank_core::client::Client::send). Where the scans may have left but no identifier came back,
/// the error says so by its outcome; sending them again costs a second recognition and nothing else.
pub async fn recognise_passport(
    client: &Client,
    scans: &RecognisePassport,
    least: Quantity,
    deadline: Duration,
) -> Result<Recognised, Error> {
    let started = client.send(scans).await?;
    let id = started.id.clone();
    let polled = client
        .poll(GetPassportRecognition::new(id.clone()))
        .until_final(deadline)
        .await?;
    let (answer, is_final) = ended(polled);
    let doubtful = answer
        .as_deref()
        // Before the end nothing is missing yet.
        .filter(|_| is_final)
        .map(|recognition| doubtful(recognition, least))
        .unwrap_or_default();
    Ok(Recognised {
        id,
        is_final,
        recognition: answer,
        doubtful,
    })
}

/// What became of scans that were sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recognised {
    /// The platform's identifier, to ask again with.
    pub id: RecognitionId,
    /// Whether the platform is done with them.
    pub is_final: bool,
    /// The last answer, if one came in time.
    pub recognition: Option<Item<PassportRecognition>>,
    /// What a person should look at.
    pub doubtful: Vec<Doubt>,
}

/// A field that a person should look at, or a whole scan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Doubt {
    /// On which scan.
    pub scan: Option<ScanKind>,
    /// The field as the platform calls it, `issued_by` for example; `result` if nothing was read from the scan, `files` if
    /// what the platform says of a scan cannot be read.
    pub field: &'static str,
}

fn doubtful(recognition: &PassportRecognition, least: Quantity) -> Vec<Doubt> {
    let whole = |scan, field| Doubt { scan, field };
    let unreadable = recognition.files.bad().map(|_| whole(None, "files"));
    let mut doubts: Vec<Doubt> = unreadable.collect();
    for file in recognition.files.good() {
        if file.result.is_none() {
            doubts.push(whole(file.kind.clone(), "result"));
        }
        let fields = file.result.iter().flat_map(|fields| fields.doubtful(least));
        doubts.extend(fields.map(|field| Doubt {
            scan: file.kind.clone(),
            field,
        }));
    }
    doubts
}

/// What was recognised, in the form that an identification wants: sex as `male` or `female` for `МУЖ.` or `ЖЕН.`, dates
/// as `31.01.1990` for `1990-01-31`, the department's code as `020001` for `020-001`, series and number in one text.
///
/// It converts and guesses nothing. Add the taxpayer and insurance numbers, which no scan has; and look at the doubtful
/// fields first.
///
/// # Errors
/// Every field that is missing or cannot be converted, by the platform's name; never its value. A patronymic, a place of
/// birth and the page with the address may be missing.
pub fn to_identification(
    recognition: &PassportRecognition,
) -> Result<PersonIdentity, InvalidRequest> {
    let mut checks = Checks::new();
    let page = |kind: ScanKind| {
        let mut files = recognition.files.good();
        files
            .find(|file| file.kind.as_ref() == Some(&kind))
            .and_then(|file| file.result.as_ref())
    };
    let passport = match page(ScanKind::Passport) {
        Some(fields) => main_page(fields, &mut checks),
        None => {
            missing(&mut checks, ScanKind::Passport.as_str());
            IdentityPassport::new()
        }
    };
    let address =
        page(ScanKind::Registration).and_then(|fields| fields.registration_address.clone());
    checks.finish()?;
    let passport = match address {
        Some(address) => passport.address(address),
        None => passport,
    };
    Ok(PersonIdentity::new("rus").passport(passport))
}

fn main_page(fields: &RecognisedFields, checks: &mut Checks) -> IdentityPassport {
    let mut passport = IdentityPassport::new();
    if let Some(name) = text(checks, "first_name", &fields.first_name) {
        passport = passport.first_name(name);
    }
    if let Some(name) = text(checks, "second_name", &fields.last_name) {
        passport = passport.last_name(name);
    }
    if let Some(name) = &fields.middle_name {
        passport = passport.middle_name(name.clone());
    }
    if let Some(gender) = converted(checks, "gender", &fields.gender, gender, "МУЖ. or ЖЕН.")
    {
        passport = passport.gender(gender);
    }
    let serial = converted(checks, "serial", &fields.serial, digits::<4>, "4 digits");
    let number = converted(checks, "number", &fields.number, digits::<6>, "6 digits");
    if let (Some(serial), Some(number)) = (serial, number) {
        passport = passport.number(format!("{serial} {number}"));
    }
    if let Some(name) = text(checks, "issued_by", &fields.issued_by) {
        passport = passport.department_name(name);
    }
    let code = converted(
        checks,
        "division",
        &fields.division,
        digits::<6>,
        "6 digits",
    );
    if let Some(code) = code {
        passport = passport.department_code(code);
    }
    if let Some(date) = converted(checks, "date", &fields.issued_at, iso_date, "a date") {
        passport = passport.issued_at(date);
    }
    if let Some(date) = converted(checks, "birth_date", &fields.birth_date, iso_date, "a date") {
        passport = passport.birthdate(date);
    }
    if let Some(place) = &fields.birthplace {
        passport = passport.birthdate_place(place.clone());
    }
    passport
}

fn text(
    checks: &mut Checks,
    field: &'static str,
    value: &Option<Personal<String>>,
) -> Option<Personal<String>> {
    let there = value
        .clone()
        .filter(|text| !text.expose().trim().is_empty());
    if there.is_none() {
        missing(checks, field);
    }
    there
}

fn converted<T>(
    checks: &mut Checks,
    field: &'static str,
    value: &Option<Personal<String>>,
    convert: impl FnOnce(&str) -> Option<T>,
    wanted: &'static str,
) -> Option<T> {
    let value = text(checks, field, value)?;
    let converted = convert(value.expose().trim());
    checks.that(
        converted.is_some(),
        field,
        format!("must be {wanted}"),
        || format!("{} characters", value.expose().chars().count()),
    );
    converted
}

fn missing(checks: &mut Checks, field: &'static str) {
    checks.that(false, field, "must have been recognised", || {
        "nothing".to_owned()
    });
}

fn gender(text: &str) -> Option<Gender> {
    match text.trim_end_matches('.').to_uppercase().as_str() {
        "МУЖ" | "М" | "МУЖСКОЙ" | "MALE" => Some(Gender::Male),
        "ЖЕН" | "Ж" | "ЖЕНСКИЙ" | "FEMALE" => Some(Gender::Female),
        _ => None,
    }
}

/// `N` digits, whatever hyphens and spaces stand between them.
fn digits<const N: usize>(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|sign| !matches!(sign, '-' | ' '))
        .collect();
    (digits.len() == N && digits.bytes().all(|sign| sign.is_ascii_digit())).then_some(digits)
}

fn iso_date(text: &str) -> Option<time::Date> {
    LocalDate::parse(text).ok().map(|date| date.value())
}

/// Starts a check of a passport and waits for its end.
///
/// How a check ends was never published. `completed` is taken for an end; anything else is waited for until `deadline`,
/// and then the last answer is given back, with [`PassportChecked::is_final`] false: its text says more to a person than
/// its state to a program.
///
/// # Errors
/// As [`Client::send`](rubank_core::client::Client::send).
pub async fn check_passport(
    client: &Client,
    check: &StartPassportCheck,
    deadline: Duration,
) -> Result<PassportChecked, Error> {
    let started = client.send(check).await?.into_value();
    let Some(id) = started.id.clone() else {
        // Nothing to ask with: what was answered is all that there is.
        return Ok(PassportChecked {
            is_final: false,
            check: started,
        });
    };
    let polled = client
        .poll(GetPassportCheck::new(id))
        .until_final(deadline)
        .await?;
    let (answer, is_final) = ended(polled);
    Ok(PassportChecked {
        is_final,
        check: answer.unwrap_or(started),
    })
}

/// What became of a check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PassportChecked {
    /// Whether the platform is done with it, as far as we know its words.
    pub is_final: bool,
    /// The last answer.
    pub check: Item<PassportCheck>,
}

/// The last answer, and whether it is final.
fn ended<T>(polled: Polled<T>) -> (Option<T>, bool) {
    match polled {
        Polled::Final(answer) => (Some(answer.into_value()), true),
        Polled::NeedsPerson(answer) => (Some(answer.into_value()), false),
        Polled::StillRunning(answer) => (answer.map(|answer| answer.into_value()), false),
    }
}

#[cfg(test)]
mod tests;
