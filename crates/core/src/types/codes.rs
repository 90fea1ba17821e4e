use super::{identifier, is_digits};

identifier! {
    /// The code of a reason of registration (КПП).
    ///
    /// ```
    /// use rubank_core::types::Kpp;
    ///
    /// assert_eq!(Kpp::checked("222201001").unwrap().to_string(), "222201001");
    /// assert!(Kpp::checked("2222ab001").is_err());
    /// ```
    Kpp, "KPP" must be "4 digits, 2 digits or capital letters, 3 digits", plain, is_kpp
}

identifier! {
    /// A bank's code (БИК): 9 digits.
    ///
    /// ```
    /// use rubank_core::types::Bic;
    ///
    /// assert_eq!(Bic::checked("044525593").unwrap().as_str(), "044525593");
    /// ```
    Bic, "BIC" must be "9 digits", plain, is_bic
}

identifier! {
    /// A municipality's code (ОКТМО): 8 or 11 digits.
    ///
    /// ```
    /// use rubank_core::types::Oktmo;
    ///
    /// // A bank that writes it as a number loses the zero in front.
    /// assert!(!Oktmo::received("1701000").is_valid());
    /// ```
    Oktmo, "OKTMO" must be "8 or 11 digits", plain, is_oktmo
}

identifier! {
    /// A code of the budget classification (КБК): 20 digits.
    ///
    /// ```
    /// use rubank_core::types::Kbk;
    ///
    /// let kbk: Kbk = serde_json::from_str("18210102010011000000").unwrap();
    /// assert_eq!(kbk.as_str(), "18210102010011000000");
    /// ```
    Kbk, "KBK" must be "20 digits", plain, is_kbk
}

identifier! {
    /// A unique identifier of a charge (УИН): 20 digits or letters, 25 digits, or `0` for none.
    ///
    /// ```
    /// use rubank_core::types::Uin;
    ///
    /// assert!(Uin::checked("0").is_ok());
    /// assert!(Uin::checked("123").is_err());
    /// ```
    Uin, "UIN" must be "20 digits or letters, 25 digits, or 0", plain, is_uin
}

identifier! {
    /// A Russian phone: `+7` and 10 digits. Banks answer with and without the plus.
    ///
    /// ```
    /// use rubank_core::types::Phone;
    ///
    /// let phone = Phone::checked("+79000000000").unwrap();
    /// assert_eq!((phone.to_string().as_str(), phone.expose()), ("***", "+79000000000"));
    /// ```
    Phone, "phone" must be "+7 and 10 digits", masked, is_phone
}

fn is_kpp(text: &str) -> bool {
    text.len() == 9
        && text.bytes().enumerate().all(|(place, byte)| {
            byte.is_ascii_digit() || (matches!(place, 4 | 5) && byte.is_ascii_uppercase())
        })
}

fn is_bic(text: &str) -> bool {
    is_digits(text, 9)
}

fn is_oktmo(text: &str) -> bool {
    is_digits(text, 8) || is_digits(text, 11)
}

fn is_kbk(text: &str) -> bool {
    is_digits(text, 20)
}

fn is_uin(text: &str) -> bool {
    let is_short = text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text == "0" || is_short || is_digits(text, 25)
}

fn is_phone(text: &str) -> bool {
    text.strip_prefix("+7")
        .is_some_and(|rest| is_digits(rest, 10))
}
