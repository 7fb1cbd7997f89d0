//! What a certificate says of itself, computed from its DER bytes.
//!
//! `Get-ExchangeCertificate` in CLIXML has `RawData` and nothing else of its own; subject, names and
//! dates in its `ToString` follow the exporter's culture and are not used.

use chrono::{DateTime, SecondsFormat};
use ring::digest;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Name;

use crate::model::{Properties, Value};

/// The public facts of a certificate under the names that Exchange uses, or None where the bytes are
/// no certificate. The thumbprint is SHA-1 over the bytes, as Windows computes it.
pub fn facts(der: &[u8]) -> Option<Properties> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let mut facts = Properties::new();
    let mut put = |name: &str, value: Value| facts.insert(name.to_owned(), value);
    put(
        "Thumbprint",
        Value::Text(hex_upper(thumbprint(der).as_ref())),
    );
    put(
        "SerialNumber",
        Value::Text(hex_upper(certificate.raw_serial())),
    );
    put(
        "Subject",
        Value::Text(distinguished_name(certificate.subject())),
    );
    put(
        "Issuer",
        Value::Text(distinguished_name(certificate.issuer())),
    );
    put(
        "NotBefore",
        moment(certificate.validity().not_before.timestamp()),
    );
    put(
        "NotAfter",
        moment(certificate.validity().not_after.timestamp()),
    );
    let mut names: Vec<Value> = Vec::new();
    if let Ok(Some(extension)) = certificate.subject_alternative_name() {
        for name in &extension.value.general_names {
            if let GeneralName::DNSName(dns) = name {
                names.push(Value::Text(dns.to_ascii_lowercase()));
            }
        }
    }
    put("CertificateDomains", Value::set(names));
    let key = certificate.public_key();
    put(
        "PublicKeyAlgorithm",
        Value::Text(algorithm(&key.algorithm.algorithm.to_id_string()).to_owned()),
    );
    if let Ok(parsed) = key.parsed() {
        let bits = match &parsed {
            // The modulus without the sign octet that DER may put in front.
            PublicKey::RSA(rsa) => rsa.modulus.iter().skip_while(|byte| **byte == 0).count() * 8,
            other => other.key_size(),
        };
        if let Ok(bits) = i64::try_from(bits) {
            put("PublicKeySize", Value::Int(bits));
        }
    }
    let signature = certificate.signature_algorithm.algorithm.to_id_string();
    put(
        "SignatureAlgorithm",
        Value::Text(algorithm(&signature).to_owned()),
    );
    Some(facts)
}

fn thumbprint(der: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der)
}

fn moment(timestamp: i64) -> Value {
    DateTime::from_timestamp(timestamp, 0).map_or(Value::Null, |at| {
        Value::Text(at.to_rfc3339_opts(SecondsFormat::Secs, true))
    })
}

pub(super) fn hex_upper(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02X}");
            out
        })
}

/// As .NET prints it: the last attribute first, `CN=EX01, O=Contoso, C=US`.
fn distinguished_name(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for attribute in name.iter_attributes() {
        let oid = attribute.attr_type().to_id_string();
        let value = attribute
            .as_str()
            .map_or_else(|_| hex_upper(attribute.as_slice()), str::to_owned);
        let quoted = if value.contains([',', '+', '"', '=', '<', '>', ';', '#', '\n'])
            || value.starts_with(' ')
            || value.ends_with(' ')
        {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value
        };
        parts.push(format!("{}={quoted}", attribute_name(&oid)));
    }
    parts.reverse();
    parts.join(", ")
}

/// .NET's short names (X500DistinguishedName); others print as `OID.1.2.3`.
fn attribute_name(oid: &str) -> String {
    match oid {
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "S",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "T",
        "2.5.4.4" => "SN",
        "2.5.4.42" => "G",
        "2.5.4.43" => "I",
        "2.5.4.5" => "SERIALNUMBER",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "E",
        other => return format!("OID.{other}"),
    }
    .to_owned()
}

/// Windows' friendly names of the algorithms that Exchange certificates use; others keep their OID.
fn algorithm(oid: &str) -> &str {
    match oid {
        "1.2.840.113549.1.1.1" => "RSA",
        "1.2.840.113549.1.1.5" => "sha1RSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "sha256RSA",
        "1.2.840.113549.1.1.12" => "sha384RSA",
        "1.2.840.113549.1.1.13" => "sha512RSA",
        "1.2.840.10045.2.1" => "ECC",
        "1.2.840.10045.4.3.2" => "sha256ECDSA",
        "1.2.840.10045.4.3.3" => "sha384ECDSA",
        other => other,
    }
}
