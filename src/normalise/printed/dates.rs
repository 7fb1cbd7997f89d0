//! Dates in a culture that nobody names.
//!
//! `04.05.2016 10:50:11` is in April or in May. What an object's other dates prove counts, because one
//! exporter printed them all: a number above twelve is a day; `WhenChanged` and `WhenChangedUTC` are the same
//! moment, so they differ by an offset. A clock without an offset is a moment only where the property is a
//! UTC one or has a UTC twin.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::model::{Reason, Value};
use crate::protocol::PsObject;

use super::super::scalar;

/// Offsets from UTC are at most fourteen hours, in quarters of an hour.
const FARTHEST: TimeDelta = TimeDelta::hours(14);
const QUARTER: i64 = 15 * 60;

/// Which of the first two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    DayFirst,
    MonthFirst,
}

/// Three numbers and a time of day, as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    numbers: [u32; 3],
    is_year_first: bool,
    separator: char,
    seconds: u32,
}

/// What an object's dates prove together.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// For each separator, an order that its dates prove; None where they contradict each other.
    orders: BTreeMap<char, Option<Order>>,
    /// Lower-case name to stamp.
    stamps: BTreeMap<String, Stamp>,
}

impl Clock {
    pub fn of(object: &PsObject<'_>) -> Self {
        let mut clock = Clock::default();
        for property in object.properties() {
            if let Some(stamp) = property.value.as_str().and_then(parse) {
                clock
                    .stamps
                    .insert(property.name.to_ascii_lowercase(), stamp);
            }
        }
        let mut proven: Vec<(char, Order)> = Vec::new();
        for (name, stamp) in &clock.stamps {
            proven.extend(stamp.order().map(|order| (stamp.separator, order)));
            if let Some(twin) = clock.stamps.get(&format!("{name}utc")) {
                let fits = |order| offset(stamp, twin, order).is_some();
                match (fits(Order::DayFirst), fits(Order::MonthFirst)) {
                    (true, false) => proven.push((stamp.separator, Order::DayFirst)),
                    (false, true) => proven.push((stamp.separator, Order::MonthFirst)),
                    _ => {}
                }
            }
        }
        for (separator, order) in proven {
            clock
                .orders
                .entry(separator)
                .and_modify(|known| *known = known.filter(|known| *known == order))
                .or_insert(Some(order));
        }
        clock
    }

    /// The moment, null for .NET's unset date, or undecided with the text.
    pub fn read(&self, name: &str, text: &str) -> Value {
        let doubtful = || Value::undecided(Reason::Ambiguous, Some(Value::text(text)));
        // ISO 8601 with its offset needs no proof.
        if (text.ends_with('Z') || text.get(19..).is_some_and(|rest| rest.contains(['+', '-'])))
            && let Some(moment) = scalar::date(text)
        {
            return moment;
        }
        let Some(stamp) = parse(text) else {
            return doubtful();
        };
        if stamp.is_unset() {
            return Value::Null;
        }
        let lower = name.to_ascii_lowercase();
        let utc = if lower.ends_with("utc") {
            Some(stamp)
        } else {
            self.stamps.get(&format!("{lower}utc")).copied()
        };
        let moment = utc.and_then(|utc| {
            let order = self.orders.get(&utc.separator).copied().flatten();
            let moment = utc.moment(order)?;
            // The twin must be the same moment, at some offset.
            let is_twin = stamp == utc
                || [Order::DayFirst, Order::MonthFirst]
                    .into_iter()
                    .any(|order| offset(&stamp, &utc, order).is_some());
            is_twin.then_some(moment)
        });
        match moment {
            Some(moment) => Value::text(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            None => doubtful(),
        }
    }
}

impl Stamp {
    /// The order, where one of the numbers cannot be a month.
    fn order(&self) -> Option<Order> {
        let [first, second, _] = self.numbers;
        match (first > 12, second > 12) {
            _ if self.is_year_first => None,
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    fn at(&self, order: Order) -> Option<NaiveDateTime> {
        let [a, b, c] = self.numbers;
        let (year, month, day) = match (self.is_year_first, order) {
            (true, _) => (a, b, c),
            (false, Order::DayFirst) => (c, b, a),
            (false, Order::MonthFirst) => (c, a, b),
        };
        // Another calendar's year, or two digits of one.
        if !(1980..2200).contains(&year) {
            return None;
        }
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        date.and_hms_opt(
            self.seconds / 3600,
            self.seconds / 60 % 60,
            self.seconds % 60,
        )
    }

    /// The moment, where the order is proven or does not matter.
    fn moment(&self, order: Option<Order>) -> Option<NaiveDateTime> {
        if self.is_year_first || self.numbers[0] == self.numbers[1] {
            return self.at(Order::DayFirst);
        }
        self.at(self.order().or(order)?)
    }

    /// .NET's `DateTime.MinValue`.
    fn is_unset(&self) -> bool {
        self.numbers == [1, 1, 1]
    }
}

/// The offset between a clock and its UTC twin, if one is possible.
fn offset(local: &Stamp, utc: &Stamp, order: Order) -> Option<TimeDelta> {
    let difference = local.at(order)? - utc.at(order)?;
    (difference.abs() <= FARTHEST && difference.num_seconds() % QUARTER == 0).then_some(difference)
}

/// True for text that may be a date and a time in some culture.
pub(super) fn looks_like(text: &str) -> bool {
    if parse(text).is_some() {
        return true;
    }
    if scalar::span(text).is_some() || scalar::is_url(text) {
        return false;
    }
    let bytes = text.as_bytes();
    let has_clock = bytes.windows(5).any(|w| {
        w[0].is_ascii_digit()
            && w[1] == b':'
            && w[2].is_ascii_digit()
            && w[3].is_ascii_digit()
            && (w[4] == b':' || w[4] == b' ')
    });
    let groups = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty() && group.len() <= 4)
        .count();
    let is_numbers = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '/' | '-' | ':' | ' ' | ','));
    (has_clock && groups >= 4) || (is_numbers && groups >= 5 && text.contains(' '))
}

/// `3/16/2020 4:27:59 PM`, `25.09.2020 13:25:05`, `2020-09-25 13:25:05`. Other spellings (two digits of a
/// year, names of months, designators of other languages) are None: they are never guessed.
fn parse(text: &str) -> Option<Stamp> {
    let mut words = text
        .split([' ', '\u{a0}', '\u{202f}'])
        .filter(|w| !w.is_empty());
    let (date, clock, half) = (words.next()?, words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '.' | '/' | '-') {
        return None;
    }
    let parts: Vec<&str> = date.split(separator).collect();
    let number = |part: &str, widest: usize| {
        (!part.is_empty() && part.len() <= widest && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())?
    };
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    let is_year_first = a.len() == 4;
    if is_year_first == (c.len() == 4) {
        return None;
    }
    let numbers = [
        number(a, if is_year_first { 4 } else { 2 })?,
        number(b, 2)?,
        number(c, if is_year_first { 2 } else { 4 })?,
    ];
    let time: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = time.as_slice() else {
        return None;
    };
    let (hours, minutes, seconds) = (number(hours, 2)?, number(minutes, 2)?, number(seconds, 2)?);
    let hours = match half {
        None => hours,
        Some("AM" | "am") if (1..=12).contains(&hours) => hours % 12,
        Some("PM" | "pm") if (1..=12).contains(&hours) => hours % 12 + 12,
        Some(_) => return None,
    };
    (hours < 24 && minutes < 60 && seconds < 60).then_some(Stamp {
        numbers,
        is_year_first,
        separator,
        seconds: hours * 3600 + minutes * 60 + seconds,
    })
}
