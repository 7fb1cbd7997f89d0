//! Noise: what differs between two exports of an unchanged estate.

use chrono::Duration;

use crate::model::Plane;

use super::estate::{Organization, object_state};
use super::object::Prop;
use super::random::Random;
use super::types;

/// Changes only what is not configuration: the order of objects, properties, members and calls, the
/// session, the domain controller, and when somebody last touched an object.
pub fn noise(organization: &mut Organization, seed: u64) {
    let mut random = Random::named(seed, "noise");
    let domain = organization.domain.clone();
    let session = &mut organization.session;
    session.runspace = random.guid();
    session.domain_controller = format!("dc{:02}.{domain}", 2 + random.below(8));
    session.offset = *random.pick(&[0, 60, 120, -300]).unwrap_or(&60);
    session.order = random.next() | 1;
    if let Some(server) = random.pick(&organization.servers) {
        organization.session.computer = format!("{}.{domain}", server.name.to_ascii_lowercase());
    }
    let session = organization.session.clone();
    for object in &mut organization.objects {
        let later = Duration::seconds(60 + random.below(86_400) as i64);
        for (name, prop) in &mut object.properties {
            match *name {
                "WhenChanged" | "WhenChangedUTC" => {
                    if let Prop::Local(at, _) | Prop::Utc(at) = prop {
                        *at += later;
                    }
                    if let Prop::Local(_, offset) = prop {
                        *offset = session.offset;
                    }
                }
                "WhenCreated" => {
                    if let Prop::Local(_, offset) = prop {
                        *offset = session.offset;
                    }
                }
                "OriginatingServer" if object.plane == Plane::Onprem => {
                    *prop = Prop::text(session.domain_controller.as_str());
                }
                "ObjectState" => {
                    let names = ["Unchanged", "Changed"];
                    *prop = object_state(random.pick(&names).copied().unwrap_or("Unchanged"));
                }
                "CurrentDomainControllers" | "CurrentGlobalCatalogs" => {
                    *prop = Prop::strings([session.domain_controller.as_str()]);
                }
                "CurrentConfigDomainController" => {
                    *prop = Prop::text(session.domain_controller.as_str());
                }
                "MitigationsAppliedTime" => {
                    if let Prop::Utc(at) = prop {
                        *at += later;
                    }
                }
                _ => {}
            }
            if let Prop::List(chain, members) = prop
                && *chain != types::ORDERED
            {
                random.shuffle(members);
            }
        }
        for (name, prop) in &mut object.notes {
            match *name {
                "RunspaceId" => *prop = Prop::Guid(session.runspace.clone()),
                "PSComputerName" if object.plane == Plane::Onprem => {
                    *prop = Prop::text(session.computer.as_str());
                }
                _ => {}
            }
        }
        random.shuffle(&mut object.properties);
    }
    random.shuffle(&mut organization.objects);
}
