//! The cabinet's settings, and the releases of the extension for 1C.

use rubank_core::lenient::{self, Rows};
use rubank_core::model;
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_UNVERIFIED, request};

crate::catalogue::area! {
    ListExtensionReleases => ListExtensionReleases::new,
    GetCabinetSettings => GetCabinetSettings::new,
}

/// Lists the releases of the platform's extension for 1C. The answer is a bare list, one page.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, releases of the extension: the answer is documented, and that there is nothing to send; the path is
/// unverified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListExtensionReleases;

impl ListExtensionReleases {
    /// All releases.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

model! {
    /// A release of the platform's extension for 1C.
    #[derive(Eq)]
    pub struct ExtensionRelease {
        /// The extension's version.
        pub release: Option<String> = shown "ReleaseJF",
        /// The configuration of 1C that it is for, `BP` for example.
        pub configuration: Option<String> = shown "TypeConfiguration",
        /// The versions of that configuration, in one text: see [`configuration_versions`](Self::configuration_versions).
        pub configuration_releases: Option<String> = shown "Release1C",
        /// What is new, for people.
        pub description: Vec<String> = "Description" as lenient::one_or_many,
    }
}

impl ExtensionRelease {
    /// The versions of the configuration that it is for; the platform separates them by semicolons.
    pub fn configuration_versions(&self) -> impl Iterator<Item = &str> {
        let versions = self.configuration_releases.as_deref().unwrap_or_default();
        versions
            .split(';')
            .map(str::trim)
            .filter(|version| !version.is_empty())
    }
}

/// Gets the settings of the customer's cabinet: what is switched on.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, cabinet settings: the answer is documented, and that there is nothing to send; the path is unverified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetCabinetSettings;

impl GetCabinetSettings {
    /// The settings of the key's cabinet.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

model! {
    /// Settings of the cabinet.
    #[derive(Eq)]
    pub struct CabinetSettings {
        /// Whether payouts are allowed at all.
        pub is_allow_withdraw: Option<bool> = shown "is_allow_withdraw" as lenient::flag::option,
        /// What the customer has.
        pub features: Option<CabinetFeatures> = shown "features",
    }
}

model! {
    /// Features of the cabinet.
    #[derive(Eq)]
    pub struct CabinetFeatures {
        /// Branches.
        pub branch_office: Option<bool> = shown "branch_office" as lenient::flag::option,
        /// Accounts of their own for branches. Without it the platform ignores the account named in the payment of a
        /// certificate.
        pub branch_office_in_bank_account: Option<bool> =
            shown "branch_office_in_bank_account" as lenient::flag::option,
    }
}

impl Operation for ListExtensionReleases {
    type Provider = PayoutsPlatform;
    type Output = Rows<ExtensionRelease>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-extension-releases",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.list-extension-releases",
    )
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request())
    }

    fn parse(answer: &Answer) -> Result<Rows<ExtensionRelease>, ReadError> {
        answer.json()
    }
}

impl Operation for GetCabinetSettings {
    type Provider = PayoutsPlatform;
    type Output = Item<CabinetSettings>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-cabinet-settings",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.get-cabinet-settings",
    )
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request())
    }

    fn parse(answer: &Answer) -> Result<Item<CabinetSettings>, ReadError> {
        answer.json()
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::http::Reply;

    use super::*;
    use crate::tests::{block_on, open};

    const RELEASE: &str = r#"{"ReleaseJF":"2.5.2","TypeConfiguration":"BP","Release1C":"3.0.154.17; 3.0.155.21;","Description":["1. Новая фича"]}"#;

    #[test]
    fn releases_come_as_a_bare_list_in_capitals() {
        let (client, _) = open([Reply::json(200, format!("[{RELEASE},7]"))]);
        let releases = block_on(client.send(&ListExtensionReleases::new())).unwrap();
        let release = releases.good().next().unwrap();
        let versions: Vec<_> = release.configuration_versions().collect();
        assert_eq!(versions, ["3.0.154.17", "3.0.155.21"]);
        assert_eq!(serde_json::to_string(release).unwrap(), RELEASE);
        // What is no release does not hide those that are.
        assert_eq!(releases.bad().count(), 1);
    }

    #[test]
    fn settings_stand_under_data_and_flags_may_be_numbers() {
        let body = r#"{"data":{"is_allow_withdraw":1,"features":{"branch_office":true,"new":0}}}"#;
        let (client, _) = open([Reply::json(200, body)]);
        let settings = block_on(client.send(&GetCabinetSettings::new())).unwrap();
        assert_eq!(settings.is_allow_withdraw, Some(true));
        let features = settings.features.as_ref().unwrap();
        assert_eq!(features.branch_office, Some(true));
        assert_eq!(features.branch_office_in_bank_account, None);
        assert_eq!(serde_json::to_string(settings.value()).unwrap(), body);
    }

    #[test]
    fn paths_that_nobody_published_are_not_called() {
        let (client, bank) = crate::tests::scripted([]);
        let error = block_on(client.send(&GetCabinetSettings::new())).unwrap_err();
        assert_eq!(error.kind(), rubank_core::error::ErrorKind::UnverifiedRoute);
        let error = block_on(client.send(&ListExtensionReleases::new())).unwrap_err();
        assert_eq!(error.kind(), rubank_core::error::ErrorKind::UnverifiedRoute);
        assert_eq!(bank.sends(), 0);
    }
}
