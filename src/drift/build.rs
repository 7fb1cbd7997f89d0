//! Exchange build numbers, compared by number and part.

use std::fmt;
use std::str::FromStr;

/// `15.2.1544.4`: product line, cumulative update (third part) and security update (fourth part).
/// Reads the padded spelling of logs (`15.02.1544.004`) too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Build([u32; 4]);

impl Build {
    /// 15.0 is Exchange 2013, 15.1 is 2016, 15.2 is 2019 and SE.
    pub fn line(self) -> (u32, u32) {
        (self.0[0], self.0[1])
    }

    /// Everything but the security update: differs where Setup ran.
    pub fn cumulative(self) -> (u32, u32, u32) {
        (self.0[0], self.0[1], self.0[2])
    }
}

impl FromStr for Build {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a build; expected four numbers, as in 15.2.1544.4");
        let mut parts = [0; 4];
        let mut words = text.split('.');
        for part in &mut parts {
            *part = words
                .next()
                .and_then(|w| w.parse().ok())
                .ok_or_else(wrong)?;
        }
        match words.next() {
            None => Ok(Build(parts)),
            Some(_) => Err(wrong()),
        }
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_compare_by_number_and_read_both_spellings() {
        let build = |text: &str| text.parse::<Build>().unwrap();
        assert!(build("15.2.986.5") < build("15.2.1118.7"));
        assert_eq!(build("15.02.1544.004"), build("15.2.1544.4"));
        assert_eq!(build("15.02.1544.004").to_string(), "15.2.1544.4");
        assert!("15.2.1544".parse::<Build>().is_err());
        assert!("15.2.1544.4.1".parse::<Build>().is_err());
        assert!("Version 15.2".parse::<Build>().is_err());
    }
}
