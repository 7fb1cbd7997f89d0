//! The switches of the two largest objects, at the values of an untouched organization.
//!
//! Names, types and values: exports of a 2019 CU11 server. They are what makes a generated directory as
//! large as a real one.

use super::object::Prop;
use super::types;

/// Properties by type, as words between blanks.
struct Switches {
    on: &'static str,
    off: &'static str,
    null: &'static str,
    empty: &'static str,
    empty_list: &'static str,
    numbers: &'static [(&'static str, i32)],
    members: &'static [(&'static str, &'static str, &'static str, i32)],
}

impl Switches {
    fn properties(&self) -> Vec<(&'static str, Prop)> {
        let mut all = Vec::new();
        let mut add = |names: &'static str, prop: Prop| {
            all.extend(names.split_whitespace().map(|name| (name, prop.clone())));
        };
        add(self.on, Prop::Bool(true));
        add(self.off, Prop::Bool(false));
        add(self.null, Prop::Null);
        add(self.empty, Prop::text(""));
        add(self.empty_list, Prop::List(types::STRINGS, Vec::new()));
        all.extend(self.numbers.iter().map(|(name, n)| (*name, Prop::Int(*n))));
        all.extend(
            self.members
                .iter()
                .map(|(name, ty, member, n)| (*name, Prop::Enum(ty, member, *n))),
        );
        all
    }
}

static OWA: Switches = Switches {
    on: "DirectFileAccessOnPublicComputersEnabled DirectFileAccessOnPrivateComputersEnabled \
     WebReadyDocumentViewingOnPublicComputersEnabled \
     WebReadyDocumentViewingOnPrivateComputersEnabled WacViewingOnPublicComputersEnabled \
     WacViewingOnPrivateComputersEnabled WebReadyDocumentViewingForAllSupportedTypes \
     FreCardsEnabled WacEditingEnabled DropboxAttachmentsEnabled BoxAttachmentsEnabled \
     OneDriveAttachmentsEnabled GoogleDriveAttachmentsEnabled ClassicAttachmentsEnabled \
     ReferenceAttachmentsEnabled SaveAttachmentsToCloudEnabled ThirdPartyAttachmentsEnabled \
     RedirectToOptimalOWAServer GlobalAddressListEnabled OrganizationEnabled \
     ExplicitLogonEnabled OWALightEnabled DelegateAccessEnabled IRMEnabled CalendarEnabled \
     ContactsEnabled TasksEnabled JournalEnabled NotesEnabled \
     RemindersAndNotificationsEnabled PremiumClientEnabled SpellCheckerEnabled \
     SearchFoldersEnabled SignaturesEnabled ThemeSelectionEnabled JunkEmailEnabled \
     UMIntegrationEnabled WSSAccessOnPublicComputersEnabled \
     WSSAccessOnPrivateComputersEnabled ChangePasswordEnabled \
     UNCAccessOnPublicComputersEnabled UNCAccessOnPrivateComputersEnabled \
     ActiveSyncIntegrationEnabled AllAddressListsEnabled RulesEnabled PublicFoldersEnabled \
     SMimeEnabled RecoverDeletedItemsEnabled InstantMessagingEnabled TextMessagingEnabled \
     SilverlightEnabled WeatherEnabled InterestingCalendarsEnabled \
     AllowCopyContactsToDeviceAddressBook AnonymousFeaturesEnabled IntegratedFeaturesEnabled \
     DisplayPhotosEnabled SetPhotoEnabled ReportJunkEmailEnabled",
    off: "ForceWebReadyDocumentViewingFirstOnPublicComputers \
     ForceWebReadyDocumentViewingFirstOnPrivateComputers \
     ForceWacViewingFirstOnPublicComputers ForceWacViewingFirstOnPrivateComputers \
     LogonPagePublicPrivateSelectionEnabled LogonPageLightSelectionEnabled IsPublic \
     UseGB18030 UseISO885915 ForceSaveAttachmentFilteringEnabled PlacesEnabled \
     LocalEventsEnabled PredictedActionsEnabled UserDiagnosticEnabled",
    null: "FolderPathname InternalSPMySiteHostURL ExternalSPMySiteHostURL ExchwebProxyDestination \
     VirtualDirectoryType Exchange2003Url FailbackUrl",
    empty: "DefaultTheme InstantMessagingCertificateThumbprint InstantMessagingServerName \
     SetPhotoURL DefaultDomain",
    empty_list: "RemoteDocumentsAllowedServers RemoteDocumentsBlockedServers \
     RemoteDocumentsInternalDomainSuffixList Url",
    numbers: &[
        ("NotificationInterval", 120),
        ("UserContextTimeout", 60),
        ("DefaultClientLanguage", 0),
        ("LogonAndErrorLanguage", 0),
    ],
    members: &[
        (
            "RemoteDocumentsActionForUnknownServers",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.RemoteDocumentsActions",
            "Block",
            1,
        ),
        (
            "ActionForUnknownFileAndMIMETypes",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.AttachmentBlockingActions",
            "Allow",
            0,
        ),
        (
            "LogonFormat",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.LogonFormats",
            "FullDomain",
            0,
        ),
        (
            "ClientAuthCleanupLevel",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.ClientAuthCleanupLevels",
            "High",
            0,
        ),
        (
            "FilterWebBeaconsAndHtmlForms",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.WebBeaconFilterLevels",
            "UserFilterChoice",
            0,
        ),
        (
            "OwaVersion",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.OwaVersions",
            "Exchange2013",
            4,
        ),
        (
            "OutboundCharset",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.OutboundCharsetOptions",
            "AutoDetect",
            1,
        ),
        (
            "WebPartsFrameOptionsType",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.WebPartsFrameOptions",
            "SameOrigin",
            3,
        ),
        (
            "AllowOfflineOn",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.AllowOfflineOnEnum",
            "AllComputers",
            3,
        ),
        (
            "InstantMessagingType",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.InstantMessagingTypeOptions",
            "None",
            0,
        ),
        (
            "GzipLevel",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.GzipLevel",
            "Low",
            1,
        ),
    ],
};

static ORGANIZATION: Switches = Switches {
    on: "ActivityBasedAuthenticationTimeoutEnabled \
     ActivityBasedAuthenticationTimeoutWithSingleSignOnEnabled AppsForOfficeEnabled \
     CustomerFeedbackEnabled ExchangeNotificationEnabled MailTipsAllTipsEnabled \
     MailTipsGroupMetricsEnabled MailTipsMailboxSourcedTipsEnabled \
     MicrosoftExchangeRecipientEmailAddressPolicyEnabled MapiHttpEnabled LinkPreviewEnabled \
     ConnectorsEnabled ConnectorsActionableMessagesEnabled SmtpActionableMessagesEnabled \
     UnblockUnsafeSenderPromptEnabled AsyncSendEnabled IsAgendaMailEnabled BookingsEnabled \
     IsAddressListPagingEnabled MitigationsEnabled AllowToAddGuests GuestsEnabled \
     GroupsCreationEnabled",
    off: "PublicFoldersLockedForMigration PublicFolderMigrationComplete \
     PublicFolderMailboxesLockedForNewConnections PublicFolderMailboxesMigrationComplete \
     PublicFolderShowClientControl ElcProcessingDisabled AutoExpandingArchiveEnabled \
     MailTipsExternalRecipientsTipsEnabled ForwardSyncLiveIdBusinessInstance \
     ReadTrackingEnabled IsExcludedFromOnboardMigration IsExcludedFromOffboardMigration \
     IsFfoMigrationInProgress IsProcessEhaMigratedMessagesEnabled TenantRelocationsAllowed \
     ACLableSyncedObjectEnabled PublicComputersDetectionEnabled IntuneManagedStatus \
     AzurePremiumSubscriptionStatus RealTimeLogServiceEnabled CustomerLockboxEnabled \
     PerTenantSwitchToESTSEnabled OfficeGraphActivitySharingOrgOptout RefreshSessionEnabled \
     LeanPopoutEnabled IsMixedMode IsLicensingEnforced IsTenantAccessBlocked \
     IsTenantInGracePeriod IsDehydrated IsGuidPrefixedLegacyDnDisabled \
     IsMailboxForcedReplicationDisabled IsUpgradingOrganization IsUpdatingServicePlan \
     MailboxDataEncryptionEnabled EmptyAddressBookForNonExchangeUsers EnableDownloadDomains \
     EnableAuthAdminReadSession EnableOrgWidePermissionOnScopedRoles UseIcsSyncStateStreaming \
     DirectReportsGroupAutoCreationEnabled HiddenMembershipGroupsCreationEnabled \
     EndUserDLUpgradeFlowsDisabled",
    null: "DefaultPublicFolderAgeLimit AVAuthenticationService DistributionGroupDefaultOU \
     EwsAllowEntourage EwsAllowList EwsAllowMacOutlook EwsAllowOutlook \
     EwsApplicationAccessPolicy EwsBlockList EwsEnabled HierarchicalAddressBookRoot \
     MicrosoftExchangeRecipientReplyRecipient SIPAccessService SIPSessionBorderController \
     MaxAddressBookPolicies MaxOfflineAddressBooks ReleaseTrack CompassEnabled SharePointUrl \
     ForeignForestOrgAdminUSGSid ForeignForestRecipientAdminUSGSid \
     ForeignForestViewOnlyAdminUSGSid AdfsIssuer AdfsEncryptCertificateThumbprint \
     SiteMailboxCreationURL DefaultDataEncryptionPolicy DefaultMailboxRegion \
     DefaultMailboxRegionLastUpdateTime GroupsCreationWhitelistedId GroupsUsageGuidelinesLink \
     GroupsNamingPolicy DataClassifications ServiceInstanceMove GuestsUsageGuidelinesLink \
     FocusedInboxOn",
    empty: "ManagedFolderHomepage NetworkThrottlingConfiguration OrganizationConfigHash DisplayName \
     ServicePlan TargetServicePlan WACDiscoveryEndpoint AdfsAuthenticationConfiguration \
     ForestConfigVersion",
    empty_list: "DistributionGroupNameBlockedWordsList IPListBlocked ExchangeNotificationRecipients \
     OrganizationSummary ForeignForestFQDN RemotePublicFolderMailboxes UMAvailableLanguages \
     AdfsAudienceUris AdfsSignCertificateThumbprints AllowedMailboxRegions InPlaceHolds",
    numbers: &[
        ("ObjectVersion", 16759),
        ("SCLJunkThreshold", 4),
        ("PreferredInternetCodePageForShiftJis", 0),
        ("RequiredCharsetCoverage", 100),
        ("ByteEncoderTypeFor7BitCharsets", 0),
    ],
    members: &[
        (
            "PublicFoldersEnabled",
            "Microsoft.Exchange.Data.Directory.PublicFoldersDeployment",
            "Local",
            1,
        ),
        (
            "Industry",
            "Microsoft.Exchange.Data.Directory.IndustryType",
            "NotSpecified",
            0,
        ),
        (
            "RmsoSubscriptionStatus",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.RmsoSubscriptionStatusFlags",
            "Unknown",
            0,
        ),
        (
            "HybridConfigurationStatus",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.HybridConfigurationStatusFlags",
            "Unknown",
            0,
        ),
        (
            "Heuristics",
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.HeuristicsFlags",
            "None",
            0,
        ),
    ],
};

/// File extensions and media types that Outlook on the web treats apart. Invented selection, real scale.
const BLOCKED_FILES: &str = ".ade .adp .app .asp .bas .bat .cer .chm .cmd .com .cpl .crt .csh .der .exe \
     .fxp .gadget .hlp .hta .htc .inf .ins .isp .its .jar .js .jse .ksh .lnk .mad .maf .mag .mam .maq \
     .mar .mas .mat .mau .mav .maw .mda .mdb .mde .mdt .mdw .mdz .msc .msh .msi .msp .mst .msu .ops .osd \
     .pcd .pif .pl .plg .prf .prg .ps1 .ps2 .psc1 .pst .py .pyc .reg .scf .scr .sct .shb .shs .tmp .udl \
     .url .vb .vbe .vbs .vhd .vhdx .vsw .ws .wsb .wsc .wsf .wsh .xll .xnk";
const ALLOWED_FILES: &str = ".avi .bmp .doc .docm .docx .gif .jpg .mp3 .one .pdf .png .ppsm .ppsx .ppt \
     .pptm .pptx .pub .rpmsg .rtf .tif .tiff .txt .vsd .wav .wma .wmv .xls .xlsb .xlsm .xlsx .zip";
const OFFICE_FILES: &str = ".doc .docx .dot .pdf .pps .ppt .pptx .rtf .xls .xlsx";
const OFFICE_MEDIA: &str = "application/msword application/pdf application/vnd.ms-excel \
     application/vnd.ms-powerpoint application/x-msexcel application/x-mspowerpoint";

/// What an OWA directory has beside authentication and addresses.
pub(super) fn owa() -> Vec<(&'static str, Prop)> {
    let mut all = OWA.properties();
    for (name, words) in [
        ("BlockedFileTypes", BLOCKED_FILES),
        (
            "BlockedMimeTypes",
            "application/hta application/javascript application/msaccess application/prg \
             application/x-javascript text/javascript text/scriptlet x-internet-signup",
        ),
        ("AllowedFileTypes", ALLOWED_FILES),
        (
            "AllowedMimeTypes",
            "image/bmp image/gif image/jpeg image/png",
        ),
        (
            "ForceSaveFileTypes",
            ".dcr .dir .htm .html .spl .svg .svgz .swf .xml",
        ),
        (
            "ForceSaveMimeTypes",
            "application/octet-stream application/x-director application/x-shockwave-flash \
             text/html text/xml",
        ),
        ("WebReadyFileTypes", OFFICE_FILES),
        ("WebReadyMimeTypes", OFFICE_MEDIA),
        ("WebReadyDocumentViewingSupportedFileTypes", OFFICE_FILES),
        ("WebReadyDocumentViewingSupportedMimeTypes", OFFICE_MEDIA),
    ] {
        all.push((name, Prop::strings(words.split_whitespace())));
    }
    all
}

/// What `Get-OrganizationConfig` shows beside the switches of hybrid.
pub(super) fn organization() -> Vec<(&'static str, Prop)> {
    let mut all = ORGANIZATION.properties();
    for name in [
        "DefaultPublicFolderIssueWarningQuota",
        "DefaultPublicFolderProhibitPostQuota",
        "DefaultPublicFolderMaxItemSize",
    ] {
        all.push((name, types::unlimited(types::UNLIMITED_SIZE)));
    }
    for (name, seconds) in [
        ("DefaultPublicFolderDeletedItemRetention", 30 * 86_400),
        ("DefaultPublicFolderMovedItemRetention", 7 * 86_400),
        ("ActivityBasedAuthenticationTimeoutInterval", 6 * 3_600),
    ] {
        all.push((name, types::time_span(seconds)));
    }
    all.extend([
        (
            "MaxConcurrentMigrations",
            types::unlimited(types::UNLIMITED_INT),
        ),
        ("MailTipsLargeAudienceThreshold", Prop::UInt(25)),
        (
            "PreviousAdminDisplayVersion",
            types::object_version(0, 10, "14.0.100.0"),
        ),
        (
            "AdminDisplayVersion",
            types::object_version(0, 20, "15.1.0.0"),
        ),
        (
            "RBACConfigurationVersion",
            types::object_version(0, 1, "15.2.1748.10"),
        ),
        ("FocusedInboxOnLastUpdateTime", Prop::Year1),
        ("ForestConfigLastRunTime", Prop::Year1),
        (
            "MimeTypes",
            Prop::strings((1..=60).map(|n| format!("application/x-sample-{n};s{n}"))),
        ),
    ]);
    all
}
