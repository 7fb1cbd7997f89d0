use super::super::error::Position;
use super::*;

fn limits() -> Limits {
    Limits::default()
}

/// A file with the two sites of Exchange and these sections of `system.webServer` and locations.
fn host(web_server: &str, locations: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <system.applicationHost><sites>
    <site name="Default Web Site" id="1">
      <application path="/" applicationPool="RootPool"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" /></application>
      <application path="/EWS" applicationPool="ServicesPool"><virtualDirectory path="/" physicalPath="D:\Exchange\FrontEnd\HttpProxy\EWS" /></application>
    </site>
    <site name="Exchange Back End" id="2">
      <application path="/"><virtualDirectory path="/" physicalPath="D:\Exchange\ClientAccess" /><virtualDirectory path="/Public" physicalPath="D:\Exchange\ClientAccess\owa" /></application>
      <application path="/owa" applicationPool="OwaPool"><virtualDirectory path="/" physicalPath="D:\Exchange\ClientAccess\owa" /></application>
    </site>
    <applicationDefaults applicationPool="CommonPool" />
  </sites></system.applicationHost>
  <system.webServer>{web_server}</system.webServer>
  {locations}
</configuration>"#
    )
}

fn location(path: &str, inside: &str) -> String {
    format!(r#"<location path="{path}"><system.webServer>{inside}</system.webServer></location>"#)
}

fn security(inside: &str) -> String {
    format!("<security>{inside}</security>")
}

fn authentication(inside: &str) -> String {
    security(&format!("<authentication>{inside}</authentication>"))
}

struct Read<'a>(Document<'a>);

impl Read<'_> {
    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self
            .0
            .roots
            .iter()
            .map(|root| {
                let object = self.0.as_object(&root.value).unwrap();
                let text = |name: &str| object.get(name).and_then(PsValue::as_str).unwrap();
                format!("{}{}", text("SiteName"), text("ApplicationPath"))
            })
            .collect();
        keys.sort();
        keys
    }

    fn get(&self, key: &str, name: &str) -> Option<String> {
        let object = self
            .0
            .roots
            .iter()
            .map(|root| self.0.as_object(&root.value).unwrap())
            .find(|object| {
                let text = |name: &str| object.get(name).and_then(PsValue::as_str).unwrap();
                format!("{}{}", text("SiteName"), text("ApplicationPath")) == key
            })
            .unwrap_or_else(|| panic!("no {key} among {:?}", self.keys()));
        Some(match object.get(name)? {
            PsValue::Bool(flag) => flag.to_string(),
            PsValue::Text(text) => text.to_string(),
            value => match &self.0.as_object(value).unwrap().content {
                Content::List(_, members) => members
                    .iter()
                    .map(|member| member.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join("|"),
                Content::Dict(entries) => entries
                    .iter()
                    .map(|(k, v)| format!("{}={}", k.as_str().unwrap(), v.as_str().unwrap()))
                    .collect::<Vec<_>>()
                    .join("|"),
                other => panic!("{other:?}"),
            },
        })
    }
}

fn read(text: &str) -> Read<'_> {
    Read(application_host(text, &limits()).unwrap().document)
}

fn is(read: &Read<'_>, key: &str, name: &str, value: &str) {
    assert_eq!(read.get(key, name).as_deref(), Some(value), "{key} {name}");
}

const EWS: &str = "Default Web Site/EWS";
const ROOT: &str = "Default Web Site/";
const BACK: &str = "Exchange Back End/";

#[test]
fn sites_give_names_paths_and_pools() {
    let text = host("", "");
    let read = read(&text);
    assert_eq!(
        read.keys(),
        [
            ROOT,
            EWS,
            BACK,
            "Exchange Back End/Public",
            "Exchange Back End/owa"
        ]
    );
    is(&read, EWS, "ApplicationPool", "ServicesPool");
    is(&read, BACK, "ApplicationPool", "CommonPool");
    is(
        &read,
        "Exchange Back End/Public",
        "ApplicationPool",
        "CommonPool",
    );
    is(
        &read,
        "Exchange Back End/Public",
        "PhysicalPath",
        "D:\\Exchange\\ClientAccess\\owa",
    );
    is(&read, EWS, "ReadFrom", "applicationHost.config");
}

#[test]
fn what_is_not_said_is_the_documented_default() {
    let text = host("", "");
    let read = read(&text);
    for (name, value) in [
        ("AnonymousAuthentication", "true"),
        ("BasicAuthentication", "false"),
        ("WindowsAuthentication", "false"),
        ("DigestAuthentication", "false"),
        ("ClientCertificateMappingAuthentication", "false"),
        ("IisClientCertificateMappingAuthentication", "false"),
        ("WindowsAuthenticationProviders", ""),
        ("Modules", ""),
        ("ExtendedProtectionTokenChecking", "None"),
        ("ExtendedProtectionFlags", ""),
        ("ExtendedProtectionSPNList", ""),
        ("SslFlags", ""),
        ("IpSecurityAllowUnlisted", "true"),
        ("Builds", ""),
    ] {
        is(&read, EWS, name, value);
    }
    assert_eq!(read.get(EWS, "AppSettings"), None);
}

#[test]
fn each_level_overrides_what_it_says_and_inherits_the_rest() {
    let all =
        |flag: bool| authentication(&format!(r#"<windowsAuthentication enabled="{flag}" />"#));
    let text = host(
        &(security(r#"<access sslFlags="None" />"#) + &all(false)),
        &[
            // The order of the file means nothing between different paths.
            location(
                "Default Web Site/EWS/bin",
                &security(r#"<ipSecurity allowUnlisted="false" />"#),
            ),
            location("default web site/ews", &all(true)),
            location(
                "Default Web Site",
                &security(r#"<access sslFlags="Ssl, Ssl128" />"#),
            ),
            location(
                "",
                &authentication(r#"<basicAuthentication enabled="true" />"#),
            ),
        ]
        .concat(),
    );
    let read = read(&text);
    let bin = "Default Web Site/EWS/bin";
    is(&read, ROOT, "WindowsAuthentication", "false");
    is(&read, EWS, "WindowsAuthentication", "true");
    is(&read, bin, "WindowsAuthentication", "true");
    is(&read, EWS, "SslFlags", "Ssl|Ssl128");
    is(&read, BACK, "SslFlags", "");
    is(&read, BACK, "BasicAuthentication", "true");
    is(&read, bin, "IpSecurityAllowUnlisted", "false");
    is(&read, EWS, "IpSecurityAllowUnlisted", "true");
    is(&read, bin, "ApplicationPool", "ServicesPool");
    assert_eq!(read.get(bin, "PhysicalPath"), None);
    assert_eq!(
        read.get(bin, "Modules"),
        None,
        "modules are an application's"
    );
}

#[test]
fn a_repeated_path_adds_up_in_the_order_of_the_file() {
    let text = host(
        "",
        &[
            location(EWS, &authentication(r#"<anonymousAuthentication enabled="false" /><basicAuthentication enabled="true" />"#)),
            location(EWS, &authentication(r#"<anonymousAuthentication enabled="true" />"#)),
        ]
        .concat(),
    );
    let read = read(&text);
    is(&read, EWS, "AnonymousAuthentication", "true");
    is(&read, EWS, "BasicAuthentication", "true");
    assert_eq!(read.keys().iter().filter(|key| *key == EWS).count(), 1);
}

#[test]
fn lists_keep_their_order_and_inherit_clear_add_and_remove() {
    let providers = |inside: &str| {
        authentication(&format!(
            "<windowsAuthentication><providers>{inside}</providers></windowsAuthentication>"
        ))
    };
    let text = host(
        &(providers(r#"<add value="Negotiate" /><add value="NTLM" />"#)
            + r#"<modules><add name="A" /><add name="B" /><add name="C" /></modules>"#),
        &[
            location(
                "Default Web Site",
                &(providers(r#"<remove value="ntlm" /><add value="Negotiate:Kerberos" />"#)
                    + r#"<modules><remove name="B" /><add name="D" /><add name="A" /></modules>"#),
            ),
            location(
                EWS,
                &(providers(r#"<clear /><add value="NTLM" />"#)
                    + r#"<modules><clear /><add name="Z" /><add name="B" /></modules>"#),
            ),
        ]
        .concat(),
    );
    let read = read(&text);
    is(
        &read,
        BACK,
        "WindowsAuthenticationProviders",
        "Negotiate|NTLM",
    );
    is(
        &read,
        ROOT,
        "WindowsAuthenticationProviders",
        "Negotiate|Negotiate:Kerberos",
    );
    is(&read, EWS, "WindowsAuthenticationProviders", "NTLM");
    is(&read, BACK, "Modules", "A|B|C");
    is(&read, ROOT, "Modules", "A|C|D");
    is(&read, EWS, "Modules", "Z|B");
}

#[test]
fn extended_protection_has_members_names_and_numbers() {
    let protection = |inside: &str| {
        authentication(&format!(
            "<windowsAuthentication>{inside}</windowsAuthentication>"
        ))
    };
    let text = host(
        "",
        &[
            location(
                "Default Web Site",
                &protection(
                    r#"<extendedProtection tokenChecking="Require" flags="Proxy, ProxyCohosting"><spn name="HTTP/a" /><spn name="HTTP/b" /></extendedProtection>"#,
                ),
            ),
            location(
                EWS,
                &protection(
                    r#"<extendedProtection flags="None"><removeSpn name="http/A" /></extendedProtection>"#,
                ),
            ),
            location(
                "Exchange Back End",
                &protection(r#"<extendedProtection tokenChecking="1" flags="33"><clearSpns /></extendedProtection>"#),
            ),
        ]
        .concat(),
    );
    let read = read(&text);
    is(&read, ROOT, "ExtendedProtectionTokenChecking", "Require");
    is(
        &read,
        ROOT,
        "ExtendedProtectionFlags",
        "Proxy|ProxyCohosting",
    );
    is(&read, ROOT, "ExtendedProtectionSPNList", "HTTP/a|HTTP/b");
    is(&read, EWS, "ExtendedProtectionTokenChecking", "Require");
    is(&read, EWS, "ExtendedProtectionFlags", "");
    is(&read, EWS, "ExtendedProtectionSPNList", "HTTP/b");
    is(&read, BACK, "ExtendedProtectionTokenChecking", "Allow");
    is(
        &read,
        BACK,
        "ExtendedProtectionFlags",
        "Proxy|ProxyCohosting",
    );
}

#[test]
fn ssl_flags_are_members_or_their_sum_and_what_is_neither_stays_visible() {
    let with = |value: &str| {
        let text = host(
            "",
            &location(EWS, &security(&format!(r#"<access sslFlags="{value}" />"#))),
        );
        read(&text).get(EWS, "SslFlags").unwrap()
    };
    assert_eq!(with("None"), "");
    assert_eq!(with(""), "");
    assert_eq!(with("Ssl,Ssl128"), "Ssl|Ssl128");
    assert_eq!(with("264"), "Ssl|Ssl128");
    assert_eq!(with("Ssl, Tls"), "Ssl|Tls");
    assert_eq!(with("9"), "Ssl|1");
}

#[test]
fn a_switch_that_is_no_flag_stays_as_it_is() {
    let text = host(
        "",
        &location(
            EWS,
            &authentication(r#"<basicAuthentication enabled="yes" />"#),
        ),
    );
    is(&read(&text), EWS, "BasicAuthentication", "yes");
}

#[test]
fn child_applications_may_be_spared() {
    let text = host(
        "",
        &[
            format!(
                r#"<location path="Default Web Site" inheritInChildApplications="false"><system.webServer>{}</system.webServer></location>"#,
                security(r#"<access sslFlags="Ssl" />"#)
            ),
            location("Default Web Site/aspnet", &authentication("<basicAuthentication enabled=\"true\" />")),
        ]
        .concat(),
    );
    let read = read(&text);
    is(&read, ROOT, "SslFlags", "Ssl");
    is(&read, "Default Web Site/aspnet", "SslFlags", "Ssl");
    is(&read, EWS, "SslFlags", "");
}

#[test]
fn a_build_in_a_path_is_no_part_of_its_name() {
    let with = |build: &str| {
        host(
            "",
            &location(
                &format!("Exchange Back End/owa/{build}"),
                &authentication(r#"<anonymousAuthentication enabled="true" />"#),
            ),
        )
    };
    let (before, after) = (with("15.2.922.7"), with("15.2.986.5"));
    let (before, after) = (read(&before), read(&after));
    assert_eq!(before.keys(), after.keys());
    is(
        &before,
        "Exchange Back End/owa/(build)",
        "Builds",
        "15.2.922.7",
    );
    is(
        &after,
        "Exchange Back End/owa/(build)",
        "Builds",
        "15.2.986.5",
    );
}

#[test]
fn builds_side_by_side_are_one_unless_they_differ() {
    let of = |build: &str, flag: bool| {
        location(
            &format!("Exchange Back End/owa/{build}"),
            &authentication(&format!(r#"<windowsAuthentication enabled="{flag}" />"#)),
        )
    };
    let text = host("", &[of("15.2.9.7", true), of("15.2.10.5", true)].concat());
    let read_equal = read(&text);
    is(
        &read_equal,
        "Exchange Back End/owa/(build)",
        "Builds",
        "15.2.10.5|15.2.9.7",
    );
    let text = host("", &[of("15.2.9.7", true), of("15.2.10.5", false)].concat());
    let differ = read(&text);
    is(
        &differ,
        "Exchange Back End/owa/(build)",
        "Builds",
        "15.2.10.5",
    );
    is(
        &differ,
        "Exchange Back End/owa/(build)",
        "WindowsAuthentication",
        "false",
    );
    is(
        &differ,
        "Exchange Back End/owa/15.2.9.7",
        "WindowsAuthentication",
        "true",
    );
}

#[test]
fn encrypted_and_external_sections_are_unknown_not_inherited() {
    let text = host(
        &authentication(r#"<windowsAuthentication enabled="true" />"#),
        &[
            location(
                "Default Web Site",
                &authentication(r#"<windowsAuthentication configProtectionProvider="AesProvider"><EncryptedData /></windowsAuthentication>"#),
            ),
            location(EWS, r#"<modules configSource="modules.config" />"#),
        ]
        .concat(),
    );
    let read = read(&text);
    for name in [
        "WindowsAuthentication",
        "WindowsAuthenticationProviders",
        "ExtendedProtectionTokenChecking",
        "ExtendedProtectionFlags",
        "ExtendedProtectionSPNList",
    ] {
        assert_eq!(read.get(ROOT, name), None, "{name}");
        assert_eq!(read.get(EWS, name), None, "{name}");
        assert!(read.get(BACK, name).is_some(), "{name}");
    }
    assert_eq!(read.get(EWS, "Modules"), None);
    assert!(read.get(ROOT, "Modules").is_some());
}

#[test]
fn a_location_of_a_site_that_is_gone_is_counted() {
    let text = host(
        "",
        &location("Old Site/app", &security("<access sslFlags=\"Ssl\" />")),
    );
    let host = application_host(&text, &limits()).unwrap();
    assert_eq!(host.orphans, 1);
    assert!(
        !Read(host.document)
            .keys()
            .iter()
            .any(|key| key.contains("Old"))
    );
}

fn places() -> Vec<(String, String)> {
    vec![("Default Web Site".to_owned(), "/EWS".to_owned())]
}

fn web(text: &str) -> Read<'_> {
    match web_config(text, &limits(), &places(), "x").unwrap() {
        Web::Config(document) => Read(document),
        Web::Bindings(_) => panic!("bindings"),
    }
}

#[test]
fn settings_are_taken_by_name() {
    let text = r#"<configuration><appSettings>
        <add key="oauthhttpmodule.profiles" value="S2SAppActAs|V1AppActAs" />
        <add key="PrivateThing" value="hunter2" />
        <add key="SoapEndpointEnabled" value="true" />
        <remove key="SoapEndpointEnabled" />
      </appSettings>
      <system.webServer><modules><remove name="A" /><add name="A" type="T" /><add name="B" /><remove name="C" /></modules>
      <security><authentication><basicAuthentication enabled="true" /></authentication></security></system.webServer>
      </configuration>"#;
    let read = web(text);
    is(
        &read,
        EWS,
        "AppSettings",
        "OAuthHttpModule.Profiles=S2SAppActAs|V1AppActAs",
    );
    is(&read, EWS, "WebConfigModulesAdded", "A|B");
    is(&read, EWS, "WebConfigModulesRemoved", "A|C");
    is(&read, EWS, "WebConfigModulesCleared", "false");
    is(&read, EWS, "UnresolvedInstallDir", "false");
    is(&read, EWS, "BasicAuthentication", "true");
    // Only what it says itself.
    assert_eq!(read.get(EWS, "WindowsAuthentication"), None);
    assert_eq!(read.get(EWS, "Modules"), None);
}

#[test]
fn no_settings_are_an_answer_and_settings_elsewhere_are_none() {
    is(&web("<configuration />"), EWS, "AppSettings", "");
    for hidden in [
        r#"<appSettings configSource="app.config" />"#,
        r#"<appSettings file="more.config"><add key="PSLanguageMode" value="x" /></appSettings>"#,
        r#"<appSettings configProtectionProvider="P"><EncryptedData /></appSettings>"#,
    ] {
        let text = format!("<configuration>{hidden}</configuration>");
        assert_eq!(web(&text).get(EWS, "AppSettings"), None, "{hidden}");
    }
}

#[test]
fn a_location_of_the_folder_itself_counts_and_another_does_not() {
    let text = r#"<configuration>
      <location inheritInChildApplications="false"><appSettings><add key="PSLanguageMode" value="FullLanguage" /></appSettings></location>
      <location path="sub"><appSettings><add key="SoapEndpointEnabled" value="false" /></appSettings></location>
      <x y="%ExchangeInstallDir%bin" /></configuration>"#;
    let read = web(text);
    is(&read, EWS, "AppSettings", "PSLanguageMode=FullLanguage");
    is(&read, EWS, "UnresolvedInstallDir", "true");
}

#[test]
fn bindings_alone_give_nothing() {
    let text = "<configuration><runtime><assemblyBinding /></runtime></configuration>";
    let Web::Bindings(document) = web_config(text, &limits(), &places(), "x").unwrap() else {
        panic!("a document with settings");
    };
    assert!(document.roots.is_empty());
}

fn error(text: &str) -> ProtocolError {
    application_host(text, &limits())
        .err()
        .unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn an_error_says_where_and_repeats_no_data() {
    let at = |text: &str, line: usize, column: usize, says: &str| {
        let error = error(text);
        assert_eq!(
            error.position(),
            Some(Position { line, column }),
            "{text}: {error}"
        );
        assert!(error.to_string().contains(says), "{error}");
        for secret in ["hunter2", "s3cret"] {
            assert!(!error.to_string().contains(secret), "{error}");
        }
    };
    at(
        "<configuration>\n <site name='hunter2'>\n </sites>\n</configuration>",
        3,
        2,
        "<site> (line 2)",
    );
    at(
        "<configuration>\n <hunter2>\n </s3cret>",
        3,
        2,
        "an element (line 2)",
    );
    at("<configuration>\n  <a b='hunter2", 2, 3, "cut off");
    at(
        "<configuration><a b='&hunter2;'/></configuration>",
        1,
        16,
        "undefined entity",
    );
    at(
        "<configuration>&hunter2;</configuration>",
        1,
        16,
        "undefined entity",
    );
    at(
        "<configuration><a b='1' b='hunter2'/></configuration>",
        1,
        16,
        "twice",
    );
    at(
        "<configuration><a b=hunter2/></configuration>",
        1,
        16,
        "damaged attribute",
    );
    at(
        "<configuration><a b='x'c='y'/></configuration>",
        1,
        16,
        "damaged attribute",
    );
    at(
        "<configuration><a b='hunter2<'/></configuration>",
        1,
        16,
        "damaged attribute",
    );
    at("<configuration/><configuration/>", 1, 17, "second root");
    at("<hunter2/>", 1, 1, "root element");
    at("<configuration/>hunter2", 1, 17, "outside");
    at("", 1, 1, "cut off");
    at(
        "<configuration>\n<!-- hunter2 -- s3cret --></configuration>",
        2,
        14,
        "two hyphens",
    );
    at(
        "<configuration></configuration></configuration>",
        1,
        32,
        "closes nothing",
    );
    at(
        "<configuration><?xml version='1.0'?></configuration>",
        1,
        16,
        "declaration",
    );
    at(
        "<!DOCTYPE c [<!ENTITY a 'hunter2'>]>\n<configuration/>",
        1,
        1,
        "DOCTYPE",
    );
}

#[test]
fn comments_data_sections_and_instructions_between_elements_are_nothing() {
    let text = host(
        "<!-- <security><access sslFlags=\"Ssl\" /></security> --><![CDATA[<security>]]><?x y?>",
        &location(
            EWS,
            &security("<!-- a --><access sslFlags='Ssl&#44; Ssl&#x31;28' />"),
        ),
    );
    let read = read(&text);
    is(&read, EWS, "SslFlags", "Ssl|Ssl128");
    is(&read, ROOT, "SslFlags", "");
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = format!(
        "<configuration>{}{}</configuration>",
        "<a>".repeat(100_000),
        "</a>".repeat(100_000)
    );
    assert!(matches!(
        error(&deep),
        ProtocolError::Limit { limit: 64, .. }
    ));
    let small = Limits {
        values: 100,
        ..Limits::default()
    };
    let wide = format!(
        "<configuration>{}</configuration>",
        "<a b='c'/>".repeat(101)
    );
    assert!(matches!(
        application_host(&wide, &small),
        Err(ProtocolError::Limit { limit: 100, .. })
    ));
    // A small file whose inheritance is large.
    let modules: String = (0..100).map(|n| format!("<add name='m{n}'/>")).collect();
    let many: String = (0..100)
        .map(|n| {
            location(
                &format!("Default Web Site/a{n}"),
                &security("<access sslFlags='Ssl'/>"),
            )
        })
        .collect();
    let text = host(&format!("<modules>{modules}</modules>"), &many);
    let tight = Limits {
        values: 2_000,
        ..Limits::default()
    };
    assert!(application_host(&text, &limits()).is_ok());
    assert!(matches!(
        application_host(&text, &tight),
        Err(ProtocolError::Limit { .. })
    ));
}

#[test]
fn a_cut_at_any_byte_is_an_error() {
    let text = host(
        &security("<access sslFlags=\"Ssl\" />"),
        &location(
            EWS,
            &authentication("<windowsAuthentication enabled=\"true\" />"),
        ),
    );
    for end in 0..text.len() {
        let cut = &text[..end];
        assert!(application_host(cut, &limits()).is_err(), "{end}");
        assert!(web_config(cut, &limits(), &places(), "x").is_err(), "{end}");
    }
}
