//! Pages of Microsoft Graph: `{"@odata.context": ..., "value": [...]}`.
//!
//! (What Windows PowerShell wraps alike, `{"value": [...], "Count": 2}`, is unwrapped by the parser.)

use crate::catalog::{KINDS, KindSpec};
use crate::protocol::{Document, PsObject, PsValue};

/// What a page says beside its objects.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Page {
    /// The kind that its context names.
    pub kind: Option<&'static KindSpec>,
    /// True where Graph has more objects than these.
    pub is_cut: bool,
}

/// Why a kind is not all there.
pub(super) const CUT: &str = "the page names a next one (@odata.nextLink), so objects are missing: \
     export them all, with Get-MgServicePrincipal -All and Get-MgApplication -All";

/// The members of a page, where an object is one.
pub(super) fn members<'d, 'a>(
    document: &'d Document<'a>,
    object: &'d PsObject<'a>,
) -> Option<(&'d [PsValue<'a>], Page)> {
    let members = document.list(object.own("value")?)?;
    let mut page = Page::default();
    for property in &object.props {
        match property.name.as_ref() {
            "value" | "Count" => {}
            "@odata.nextLink" | "odata.nextLink" => page.is_cut = !property.value.is_nil(),
            "@odata.context" => page.kind = property.value.as_str().and_then(of_context),
            name if name.starts_with("@odata.") => {}
            _ => return None, // an object that happens to have a list of this name
        }
    }
    Some((members, page))
}

/// `https://graph.microsoft.com/v1.0/$metadata#servicePrincipals(appId)`: the entity set's kind.
fn of_context(context: &str) -> Option<&'static KindSpec> {
    let set = context.split_once("$metadata#")?.1;
    let end = set.find(|c: char| !c.is_ascii_alphanumeric());
    let noun = set[..end.unwrap_or(set.len())].strip_suffix('s')?;
    // Properties of one object (`#servicePrincipals('...')/appRoleAssignedTo`) are no such list.
    let path = end.map_or("", |end| &set[end..]);
    if path.contains('/') && !path.ends_with("/$entity") {
        return None;
    }
    KINDS
        .iter()
        .copied()
        .find(|spec| spec.is_graph() && spec.name.eq_ignore_ascii_case(noun))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Limits, json};

    fn page(text: &str) -> Option<(usize, Page)> {
        let document = json::parse(text, &Limits::default()).unwrap();
        let object = document.as_object(&document.roots[0].value).unwrap();
        members(&document, object).map(|(members, page)| (members.len(), page))
    }

    #[test]
    fn a_context_names_the_kind_and_a_next_link_says_that_there_is_more() {
        let root = "https://graph.microsoft.com/v1.0/$metadata#";
        let (count, last) = page(&format!(
            r#"{{"@odata.context":"{root}servicePrincipals","value":[{{}},{{}}]}}"#
        ))
        .unwrap();
        assert_eq!(count, 2);
        assert_eq!(last.kind.unwrap().name, "ServicePrincipal");
        assert!(!last.is_cut);
        let (_, first) = page(&format!(
            r#"{{"@odata.context":"{root}applications(appId,id)","@odata.nextLink":"{root}x","value":[]}}"#
        ))
        .unwrap();
        assert_eq!(first.kind.unwrap().name, "Application");
        assert!(first.is_cut);
        let (_, other) = page(&format!(
            r#"{{"@odata.context":"{root}servicePrincipals('1')/appRoleAssignedTo","value":[]}}"#
        ))
        .unwrap();
        assert!(other.kind.is_none());
    }

    #[test]
    fn an_object_with_a_list_named_value_is_no_page() {
        assert!(page(r#"{"value":[1],"Name":"EX01"}"#).is_none());
        assert!(page(r#"{"value":"text"}"#).is_none());
    }
}
