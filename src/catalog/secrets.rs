//! The net by name: properties that hold key material or credentials, known kind or not.

/// Words that mark a property (lower case; compared without case, anywhere in the name). The export
/// script casts the same net.
pub const WORDS: [&str; 21] = [
    "secret",
    "password",
    "credential",
    "privatekey",
    "sessionkey",
    "machinekey",
    "validationkey",
    "decryptionkey",
    "connectionstring",
    "token",
    "apikey",
    "accesskey",
    "passphrase",
    "pwd",
    "passwd",
    "sharedkey",
    "accountkey",
    "encryptionkey",
    "signingkey",
    "subscriptionkey",
    "userpass",
];

/// Names that contain such a word and hold no secret. Each is a documented switch, endpoint or name.
pub const ALLOWED: [&str; 28] = [
    "PwdLastSet",
    "CurrentCertificateThumbprint",
    "TokenIssuingEndpoint",
    "TokenIssuerUri",
    "TokenIssuerEpr",
    "TokenIssuerMetadataEpr",
    "TokenIssuerType",
    "TokenIssuerCertReference",
    "TokenIssuerPrevCertReference",
    "TokenIssuerCertificate",
    "TokenIssuerPrevCertificate",
    "AllowLegacyExchangeTokens",
    "ExtendedProtectionTokenChecking",
    "PrivateKeyExportable",
    "HasPrivateKey",
    "ChangeExpiredPasswordEnabled",
    "ChangePasswordEnabled",
    "LogonAndErrorLanguagePassword",
    "PasswordChangeEnabled",
    "DisplayPasswordChange",
    "AllowBasicAuthToken",
    "OAuth2TokenEnabled",
    "PasswordExpiryNotificationEnabled",
    "ResetPasswordOnNextLogon",
    "PublicFolderMailboxesLockedForNewConnections",
    "AllowClientCredential",
    "LiveCredentialEnabled",
    "UseCredentialGuard",
];

/// True where the name says that the value is key material or a credential.
pub fn is_secret_name(name: &str) -> bool {
    if ALLOWED
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(name))
    {
        return false;
    }
    // `Private_Key` and `private key` are one word.
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    plain == "pass" || WORDS.iter().any(|word| plain.contains(word))
}

/// What the export script writes in place of a secret: it was there, and it never left the server.
pub const REDACTED: &str = "(redacted by exdrift-export)";
