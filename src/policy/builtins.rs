//! The functions that Rego has here, with their number of arguments.
//!
//! regorus notices a misspelt name or a wrong number of arguments only when the expression is
//! reached, and in a guarded rule that means "no violation". So the lint compares every call with
//! this table, which a test compares with the engine's own.

/// Name and number of arguments, sorted by name.
const TABLE: &[(&str, usize)] = &[
    ("abs", 1),
    ("array.concat", 2),
    ("array.reverse", 1),
    ("array.slice", 3),
    ("base64.decode", 1),
    ("base64.encode", 1),
    ("base64.is_valid", 1),
    ("bits.and", 2),
    ("bits.lsh", 2),
    ("bits.negate", 1),
    ("bits.or", 2),
    ("bits.rsh", 2),
    ("bits.xor", 2),
    ("ceil", 1),
    ("concat", 2),
    ("contains", 2),
    ("count", 1),
    ("endswith", 2),
    ("floor", 1),
    ("format_int", 2),
    ("glob.match", 3),
    ("glob.quote_meta", 1),
    ("graph.reachable", 2),
    ("graph.reachable_paths", 2),
    ("hex.decode", 1),
    ("hex.encode", 1),
    ("indexof", 2),
    ("indexof_n", 2),
    ("intersection", 1),
    ("is_array", 1),
    ("is_boolean", 1),
    ("is_null", 1),
    ("is_number", 1),
    ("is_object", 1),
    ("is_set", 1),
    ("is_string", 1),
    ("json.filter", 2),
    ("json.is_valid", 1),
    ("json.marshal", 1),
    ("json.marshal_with_options", 2),
    ("json.patch", 2),
    ("json.remove", 2),
    ("json.unmarshal", 1),
    ("lower", 1),
    ("max", 1),
    ("min", 1),
    ("net.cidr_contains", 2),
    ("net.cidr_expand", 1),
    ("net.cidr_is_valid", 1),
    ("numbers.range", 2),
    ("numbers.range_step", 3),
    ("object.filter", 2),
    ("object.get", 3),
    ("object.keys", 1),
    ("object.remove", 2),
    ("object.subset", 2),
    ("object.union", 2),
    ("object.union_n", 1),
    ("product", 1),
    ("rand.intn", 2),
    ("regex.find_all_string_submatch_n", 3),
    ("regex.find_n", 3),
    ("regex.is_valid", 1),
    ("regex.match", 2),
    ("regex.replace", 3),
    ("regex.split", 2),
    ("regex.template_match", 4),
    ("replace", 3),
    ("round", 1),
    ("semver.compare", 2),
    ("semver.is_valid", 1),
    ("sort", 1),
    ("split", 2),
    ("sprintf", 2),
    ("startswith", 2),
    ("strings.any_prefix_match", 2),
    ("strings.any_suffix_match", 2),
    ("strings.count", 2),
    ("strings.replace_n", 2),
    ("strings.reverse", 1),
    ("substring", 3),
    ("sum", 1),
    ("time.add_date", 4),
    ("time.clock", 1),
    ("time.date", 1),
    ("time.diff", 2),
    ("time.format", 1),
    ("time.now_ns", 0),
    ("time.parse_duration_ns", 1),
    ("time.parse_ns", 2),
    ("time.parse_rfc3339_ns", 1),
    ("time.weekday", 1),
    ("to_number", 1),
    ("trace", 1),
    ("trim", 2),
    ("trim_left", 2),
    ("trim_prefix", 2),
    ("trim_right", 2),
    ("trim_space", 1),
    ("trim_suffix", 2),
    ("type_name", 1),
    ("union", 1),
    ("units.parse", 1),
    ("units.parse_bytes", 1),
    ("upper", 1),
    ("urlquery.decode", 1),
    ("urlquery.decode_object", 1),
    ("urlquery.encode", 1),
    ("urlquery.encode_object", 1),
    ("walk", 1),
];

/// Functions that would make an answer depend on something else than input, params and facts.
const REFUSED: &[(&str, &str)] = &[
    (
        "time.now_ns",
        "take `time.parse_rfc3339_ns(input.now)`: an audit can be repeated later",
    ),
    (
        "http.send",
        "policies have no network; put what it would fetch into `facts/`",
    ),
    (
        "opa.runtime",
        "policies do not see where they run; put it into params",
    ),
    ("rand.intn", "an answer must not depend on chance"),
    ("uuid.rfc4122", "an answer must not depend on chance"),
];

/// What the lint thinks of a function by its full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    /// Takes so many arguments.
    Takes(usize),
    /// Any number (`print`).
    Any,
    /// Must not be used; what to do instead.
    Refused(&'static str),
    /// Not there.
    Unknown,
}

pub(super) fn find(name: &str) -> Builtin {
    if let Some((_, instead)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        return Builtin::Refused(instead);
    }
    if name == "print" {
        return Builtin::Any;
    }
    match TABLE.binary_search_by(|(known, _)| (*known).cmp(name)) {
        Ok(at) => Builtin::Takes(TABLE[at].1),
        Err(_) => Builtin::Unknown,
    }
}

/// Every name that may be called, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !REFUSED.iter().any(|(refused, _)| refused == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_engines() {
        let mut engine: Vec<(&str, usize)> = regorus::unstable::BUILTINS
            .iter()
            .map(|(name, (_, arity))| (*name, usize::from(*arity)))
            .filter(|(name, _)| !name.starts_with("__builtin"))
            .collect();
        engine.sort_unstable();
        assert_eq!(engine, TABLE);
    }

    #[test]
    fn what_would_spoil_an_answer_is_refused() {
        for name in ["time.now_ns", "http.send", "opa.runtime"] {
            assert!(matches!(find(name), Builtin::Refused(_)), "{name}");
        }
        assert_eq!(find("count"), Builtin::Takes(1));
        assert_eq!(find("cuont"), Builtin::Unknown);
    }
}
