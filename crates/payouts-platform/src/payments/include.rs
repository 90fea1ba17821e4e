//! What payouts tell only on demand (`include`).

/// Declares a closed list of words of a request.
macro_rules! words {
    ($(#[$meta:meta])* $Name:ident { $($(#[$word_meta:meta])* $Word:ident = $wire:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $($(#[$word_meta])* $Word,)*
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$Word => $wire,)* })
            }
        }
    };
}

words! {
    /// What the older model tells only on demand.
    Include {
        /// What may be done with it now.
        Abilities = "abilities",
        /// Where the money goes.
        Requisite = "requisite",
        /// Who made it.
        Creator = "creator",
        /// The legal entity that pays.
        Agent = "agent",
        /// The branch that pays, with its limits.
        BranchOffice = "branch_office",
        /// What happened to it.
        History = "history",
        /// What the customer hung on it.
        Payload = "payload",
    }
}

words! {
    /// What the newer model tells only on demand.
    IncludeV2 {
        /// What may be done with it now.
        Abilities = "abilities",
        /// Where the money goes.
        Requisite = "requisite",
        /// Who made it.
        Creator = "creator",
        /// The legal entity that pays.
        Agent = "agent",
        /// The branch that pays.
        BranchOffice = "branch_office",
        /// What happened to it.
        History = "history",
        /// What the customer hung on it.
        Payload = "payload",
        /// Its act.
        Act = "act",
        /// The nominal account's part in it.
        NominalInfo = "nominal_info",
        /// The account that pays.
        BankAccount = "bank_account",
        /// Who approved it.
        Approver = "approver",
        /// Its files.
        Files = "files",
        /// A vehicle.
        Vehicle = "vehicle",
        /// A report on the vehicle's pledges.
        VehiclePledgesReport = "vehicle_pledges_report",
        /// A remark.
        Comment = "comment",
        /// Whether it redeems a pledge.
        PledgeRedemption = "pledge_redemption",
    }
}
