//! The drawers of the cabinet. Their numbers are stored, from an append-only registry
//! (`record/data/drawers.registry.csv`).

/// What kind of document is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Drawer {
    /// People who may sign in.
    Account,
    /// Which account a sign-in name means.
    AccountName,
    /// Who is signed in.
    Session,
    /// What was tried at the door, to slow down who guesses.
    SignInAttempt,
    /// One-time tokens and assertions that were used.
    UsedToken,
    /// Systems and apps that may ask for tokens.
    Client,
    /// What a person or an operator granted to a client.
    Grant,
    /// Authorisations under way: codes, states, nonces.
    Authorization,
    /// Which account a passkey means.
    Passkey,
    /// Browsers that somebody signed in from before.
    Device,
    /// One-time links with which an account is set up.
    Invitation,
    /// How the care clock of a demo stands.
    CareClock,
    /// When somebody last acted for a person.
    ProxyUse,
}

impl Drawer {
    /// Every drawer.
    pub const ALL: [Drawer; 13] = [
        Drawer::Account,
        Drawer::AccountName,
        Drawer::Session,
        Drawer::SignInAttempt,
        Drawer::UsedToken,
        Drawer::Client,
        Drawer::Grant,
        Drawer::Authorization,
        Drawer::Passkey,
        Drawer::Device,
        Drawer::Invitation,
        Drawer::CareClock,
        Drawer::ProxyUse,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Drawer::Account => 1,
            Drawer::AccountName => 2,
            Drawer::Session => 3,
            Drawer::SignInAttempt => 4,
            Drawer::UsedToken => 5,
            Drawer::Client => 6,
            Drawer::Grant => 7,
            Drawer::Authorization => 8,
            Drawer::Passkey => 9,
            Drawer::Device => 10,
            Drawer::Invitation => 11,
            Drawer::CareClock => 12,
            Drawer::ProxyUse => 13,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Drawer::Account => "account",
            Drawer::AccountName => "account-name",
            Drawer::Session => "session",
            Drawer::SignInAttempt => "sign-in-attempt",
            Drawer::UsedToken => "used-token",
            Drawer::Client => "client",
            Drawer::Grant => "grant",
            Drawer::Authorization => "authorisation",
            Drawer::Passkey => "passkey",
            Drawer::Device => "device",
            Drawer::Invitation => "invitation",
            Drawer::CareClock => "care-clock",
            Drawer::ProxyUse => "proxy-use",
        }
    }

    /// Whether a backup carries it: what somebody set up is; who happens to be signed in is not. Used tokens are, so that
    /// none is good again after a restore.
    #[must_use]
    pub fn is_backed_up(self) -> bool {
        match self {
            Drawer::Account
            | Drawer::AccountName
            | Drawer::UsedToken
            | Drawer::Client
            | Drawer::Grant
            | Drawer::Passkey => true,
            Drawer::Session
            | Drawer::SignInAttempt
            | Drawer::Authorization
            | Drawer::Device
            | Drawer::Invitation
            | Drawer::CareClock
            | Drawer::ProxyUse => false,
        }
    }
}
