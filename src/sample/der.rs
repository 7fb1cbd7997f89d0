//! Certificates without keys: real X.509 in DER, made from names and dates.
//!
//! Modulus and signature are filler from the seeded generator. Nobody can own the private key, which is
//! the point: an invented organization needs certificates that can be read, never any that work.

use chrono::{DateTime, Datelike, Utc};

use super::random::Random;

/// What a certificate says.
pub(super) struct Certificate<'a> {
    /// The common name of subject and issuer (self-signed).
    pub common_name: &'a str,
    /// DNS names; none leaves the extension out, as Exchange does for its Auth certificate.
    pub dns_names: &'a [String],
    /// First moment, whole seconds.
    pub not_before: DateTime<Utc>,
    /// Last moment, whole seconds.
    pub not_after: DateTime<Utc>,
}

const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];

/// The DER bytes of a 2048-bit RSA certificate, version 3 (RFC 5280 section 4.1).
pub(super) fn certificate(certificate: &Certificate<'_>, random: &mut Random) -> Vec<u8> {
    let mut serial = random.bytes(16);
    serial[0] = serial[0] & 0x3f | 0x40; // positive, and always 16 bytes long
    let name = name(certificate.common_name);
    let tbs = sequence(&[
        tlv(0xa0, &tlv(0x02, &[2])),
        tlv(0x02, &serial),
        algorithm(SHA256_WITH_RSA),
        name.clone(),
        sequence(&[time(certificate.not_before), time(certificate.not_after)]),
        name,
        public_key(random),
        extensions(certificate.dns_names),
    ]);
    sequence(&[
        tbs,
        algorithm(SHA256_WITH_RSA),
        bit_string(&random.bytes(256)),
    ])
}

/// The serial number of a certificate that [`certificate`] made, upper-case hex.
pub(super) fn serial_number(der: &[u8]) -> String {
    // SEQUENCE (4) SEQUENCE (4) [0] version (5) INTEGER header (2)
    hex_upper(der.get(15..31).unwrap_or_default())
}

/// The thumbprint of Windows: SHA-1 over the DER, upper-case hex.
pub fn thumbprint(der: &[u8]) -> String {
    hex_upper(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref())
}

fn hex_upper(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn public_key(random: &mut Random) -> Vec<u8> {
    let mut modulus = random.bytes(257);
    modulus[0] = 0;
    modulus[1] |= 0x80;
    modulus[256] |= 1;
    let key = sequence(&[tlv(0x02, &modulus), tlv(0x02, &[1, 0, 1])]);
    sequence(&[algorithm(RSA), bit_string(&key)])
}

fn extensions(dns_names: &[String]) -> Vec<u8> {
    // digitalSignature and keyEncipherment, critical.
    let mut all = vec![sequence(&[
        tlv(0x06, KEY_USAGE),
        tlv(0x01, &[0xff]),
        tlv(0x04, &tlv(0x03, &[5, 0xa0])),
    ])];
    if !dns_names.is_empty() {
        let names: Vec<Vec<u8>> = dns_names
            .iter()
            .map(|name| tlv(0x82, name.as_bytes()))
            .collect();
        all.push(sequence(&[
            tlv(0x06, SUBJECT_ALT_NAME),
            tlv(0x04, &sequence(&names)),
        ]));
    }
    tlv(0xa3, &sequence(&all))
}

fn name(common_name: &str) -> Vec<u8> {
    let attribute = sequence(&[tlv(0x06, COMMON_NAME), tlv(0x0c, common_name.as_bytes())]);
    sequence(&[tlv(0x31, &attribute)])
}

fn algorithm(oid: &[u8]) -> Vec<u8> {
    sequence(&[tlv(0x06, oid), tlv(0x05, &[])])
}

/// UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5).
fn time(at: DateTime<Utc>) -> Vec<u8> {
    if at.year() < 2050 {
        tlv(0x17, at.format("%y%m%d%H%M%SZ").to_string().as_bytes())
    } else {
        tlv(0x18, at.format("%Y%m%d%H%M%SZ").to_string().as_bytes())
    }
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    let mut content = vec![0];
    content.extend_from_slice(bytes);
    tlv(0x03, &content)
}

fn sequence(members: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &members.concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        len @ 0..=0x7f => out.push(len as u8),
        len @ 0x80..=0xff => out.extend_from_slice(&[0x81, len as u8]),
        len => out.extend_from_slice(&[0x82, (len >> 8) as u8, len as u8]),
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn another_parser_reads_it() {
        let names = vec!["mail.contoso.com".to_owned(), "ex01.contoso.com".to_owned()];
        let der = certificate(
            &Certificate {
                common_name: "ex01",
                dns_names: &names,
                not_before: Utc.with_ymd_and_hms(2024, 1, 2, 3, 4, 5).unwrap(),
                not_after: Utc.with_ymd_and_hms(2051, 1, 2, 3, 4, 5).unwrap(),
            },
            &mut Random::new(1),
        );
        let (rest, read) = x509_parser::parse_x509_certificate(&der).unwrap();
        assert!(rest.is_empty());
        assert_eq!(read.subject().to_string(), "CN=ex01");
        assert_eq!(read.issuer().to_string(), "CN=ex01");
        assert_eq!(
            read.raw_serial_as_string().replace(':', "").to_uppercase(),
            serial_number(&der)
        );
        assert_eq!(read.validity().not_before.timestamp(), 1_704_164_645);
        assert_eq!(read.validity().not_after.timestamp(), 2_556_241_445);
        let san = read.subject_alternative_name().unwrap().unwrap();
        assert_eq!(san.value.general_names.len(), 2);
        let key = read.public_key().parsed().unwrap();
        assert_eq!(key.key_size(), 2048);
        assert_eq!(thumbprint(&der).len(), 40);
    }
}
