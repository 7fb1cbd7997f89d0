//! Applications and service principals of Entra ID, as ScubaGear shows them: in part, with the credentials
//! of an application and of its service principal in one list.

use super::super::selection::{self, NO_KIND, property};
use super::Reader;
use crate::catalog;
use crate::model::Plane;
use crate::protocol::{Content, ListKind, ObjId, Property, PsObject, PsValue};

impl<'a> Reader<'a> {
    /// A service principal as ScubaGear shows it. In the list of applications with risky permissions the
    /// credentials say whose they are.
    pub(super) fn service_principal(&mut self, id: ObjId, is_risky: bool) {
        let Some(spec) = catalog::find("ServicePrincipal") else {
            return selection::list(&mut self.unplaced, "service principal", 1, NO_KIND);
        };
        let object = self.document.object(id).clone();
        let mut picked = named(
            &object,
            &[
                "appId",
                "displayName",
                "signInAudience",
                "appOwnerOrganizationId",
            ],
        );
        picked.extend(self.own_id(&object, "ServicePrincipal"));
        picked.extend(self.credentials(&object, is_risky.then_some(false)));
        let id = selection::selection(&mut self.document, picked, object.at);
        self.find(id, spec, Plane::Entra);
    }

    pub(super) fn application(&mut self, id: ObjId) {
        let Some(spec) = catalog::find("Application") else {
            return selection::list(&mut self.unplaced, "application", 1, NO_KIND);
        };
        let object = self.document.object(id).clone();
        let mut picked = named(&object, &["appId", "displayName", "signInAudience"]);
        picked.extend(self.own_id(&object, "Application"));
        picked.extend(self.credentials(&object, Some(true)));
        let id = selection::selection(&mut self.document, picked, object.at);
        self.find(id, spec, Plane::Entra);
    }

    /// `[{"DedicatedHybridAppConfigured": true, "Apps": [...]}]`: each has a service principal, and an
    /// application where it was registered in this tenant.
    pub(super) fn hybrid_applications(&mut self, value: &PsValue<'a>) {
        let apps: Vec<ObjId> = selection::objects(&self.document, value)
            .into_iter()
            .filter_map(|id| self.document.object(id).get("Apps"))
            .flat_map(|apps| selection::objects(&self.document, apps))
            .collect();
        for id in apps {
            let object = self.document.object(id).clone();
            if object.get("AppRegistrationExists") != Some(&PsValue::Bool(false)) {
                self.application(id);
            }
            let Some(spec) = catalog::find("ServicePrincipal") else {
                continue;
            };
            // The credentials that are shown here are the application's.
            let mut picked = named(&object, &["appId", "displayName", "appOwnerOrganizationId"]);
            if matches!(object.get("ObjectId"), Some(PsValue::Object(_))) {
                picked.extend(self.own_id(&object, "ServicePrincipal"));
            }
            let id = selection::selection(&mut self.document, picked, object.at);
            self.find(id, spec, Plane::Entra);
        }
    }

    /// `ObjectId` is a text, or two of them by whose they are.
    fn own_id(&self, object: &PsObject<'a>, whose: &str) -> Option<Property<'a>> {
        let value = match object.get("ObjectId")? {
            PsValue::Object(id) => self.document.object(*id).get(whose)?,
            value => value,
        };
        (!value.is_nil()).then(|| property("id", value.clone()))
    }

    /// `KeyCredentials` and `PasswordCredentials`. Null is what ScubaGear writes where there are none and
    /// where it could not read them; `HasKeyCredentials` tells the two apart. With `whose`, those alone
    /// whose `IsFromApplication` says so.
    fn credentials(&mut self, object: &PsObject<'a>, whose: Option<bool>) -> Vec<Property<'a>> {
        let mut picked = Vec::new();
        for (name, shown) in [
            ("keyCredentials", "KeyCredentials"),
            ("passwordCredentials", "PasswordCredentials"),
        ] {
            let Some(value) = object.get(shown) else {
                continue;
            };
            let has_none = name == "keyCredentials"
                && object.get("HasKeyCredentials") == Some(&PsValue::Bool(false));
            // Beyond its depth a credential is one text: there is one, and nothing is known of it.
            let is_cut = selection::members(&self.document, value).len()
                != selection::objects(&self.document, value).len();
            if value.is_nil() && !has_none || is_cut {
                continue;
            }
            let mut credentials = Vec::new();
            for id in selection::objects(&self.document, value) {
                let credential = self.document.object(id);
                let is_others = match (whose, credential.get("IsFromApplication")) {
                    (Some(wanted), Some(PsValue::Bool(from))) => *from != wanted,
                    _ => false,
                };
                if is_others {
                    continue;
                }
                let mut credential = credential.clone();
                if name == "keyCredentials" {
                    for left_out in ["type", "usage", "customKeyIdentifier"] {
                        credential.props.push(selection::not_exported(left_out));
                    }
                }
                credentials.push(PsValue::Object(self.document.add(credential)));
            }
            let list = PsObject {
                content: Content::List(ListKind::List, credentials),
                at: object.at,
                ..PsObject::default()
            };
            picked.push(property(name, PsValue::Object(self.document.add(list))));
        }
        picked
    }
}

/// Properties under Graph's names; null is left out where the tool writes it for "not asked".
fn named<'a>(object: &PsObject<'a>, names: &[&'static str]) -> Vec<Property<'a>> {
    names
        .iter()
        .filter_map(|name| Some(property(name, object.get(name)?.clone())))
        .filter(|p| !p.value.is_nil())
        .collect()
}
