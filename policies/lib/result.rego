# METADATA
# description: Builds what a policy answers. Wording beyond one sentence belongs to the reports.
package lib.result

# The subject of an answer about a resource.
subject(resource) := {
	"plane": resource._plane,
	"kind": resource._kind,
	"id": resource._key,
}

# The same with the server it lives on, as a `subject` rule names it.
judged(resource) := {
	"plane": resource._plane,
	"kind": resource._kind,
	"id": resource._key,
	"server": object.get(resource, "_server", null),
}

# The same for each of a list: one call for all.
subjects(resources) := {{
	"plane": resource._plane,
	"kind": resource._kind,
	"id": resource._key,
	"server": object.get(resource, "_server", null),
} |
	some resource in resources
}

# The organization itself, for what must exist somewhere.
organization := {
	"plane": null,
	"kind": "Organization",
	"id": input.organization,
}

# The organization, as a `subject` rule names it.
judged_organization := object.union(organization, {"server": null})

# A property of the subject that is not as it should be.
violation(resource, property, expected) := {
	"subject": {"plane": resource._plane, "kind": resource._kind, "id": resource._key},
	"property": property,
	"observed": object.get(resource, property, null),
	"expected": expected,
}

# The same at a severity below the policy's.
warning(resource, property, expected, severity) := object.union(
	violation(resource, property, expected),
	{"severity": severity},
)

# The same for a violation that is there already.
lowered(answer, severity) := object.union(answer, {"severity": severity})

# A violation that concerns the organization as a whole.
lacking(observed, expected, message) := {
	"subject": organization,
	"property": null,
	"observed": observed,
	"expected": expected,
	"message": message,
}

# A property of a resource that makes the organization as a whole fail.
breaking(resource, property, expected) := {
	"subject": organization,
	"resource": judged(resource),
	"property": property,
	"observed": object.get(resource, property, null),
	"expected": expected,
}

# A property of another resource that makes a resource fail.
caused(resource, other, property, expected) := {
	"subject": subject(resource),
	"resource": judged(other),
	"property": property,
	"observed": object.get(other, property, null),
	"expected": expected,
}

# One sentence for this case.
saying(answer, message) := object.union(answer, {"message": message})

# The policy does not apply to a resource.
not_applicable(resource, reason) := {
	"subject": {"plane": resource._plane, "kind": resource._kind, "id": resource._key},
	"reason": reason,
}

# Evidence is missing: a machine word and what to do about it.
unknown(resource, reason, message) := {
	"subject": {"plane": resource._plane, "kind": resource._kind, "id": resource._key},
	"reason": reason,
	"message": message,
}

# Evidence of another kind than the subject's is missing.
unseen(kind, resource, message) := resting_on(unknown(resource, "not_collected", message), kind)

# The same answer, where what is missing or has no usable value is of another kind than the subject.
resting_on(answer, kind) := object.union(answer, {"kind": kind})

# Only the operator knows: the param to add.
unstated(resource, param, message) := object.union(unknown(resource, "param_missing", message), {"param": param})

# A doubt that is put together elsewhere: its reason, its message, and the kind or the param that is missing.
doubted(resource, doubt) := object.union({"subject": subject(resource)}, doubt)

# A kind that decides was not read whole; the subject is the organization.
unread(plane, kind) := {
	"subject": organization,
	"reason": "not_collected",
	"kind": kind,
	"message": sprintf("%s (%s) was not read, or not all of it.", [kind, plane]),
}

# A property that decides has no answer. `why` is the word of `lib.value.reason`. The kind is named, because
# the subject may be made another one.
undecided(resource, property, why) := {
	"subject": subject(resource),
	"reason": why,
	"property": property,
	"kind": resource._kind,
	"message": sprintf("%s of %s has no usable value (%s).", [property, resource._key, why]),
}
