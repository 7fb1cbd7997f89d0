# METADATA
# description: The host names that clients are given, and the certificate names that cover them.
package lib.hosts

import data.lib.value

_addresses := {"InternalUrl", "ExternalUrl"}

# The hosts of the addresses of many directories, by address: each address is read once.
by_address(directories) := {address: host |
	some address in {directory[property] |
		some directory in directories
		some property in _addresses
	}
	host := value.host(address)
}

# A certificate with this name is good for the host: the name itself, or `*.contoso.com` for one label more.
covers(name, host) if lower(name) == host

covers(name, host) if {
	startswith(name, "*.")
	labels := split(host, ".")
	count(labels) > 2
	concat(".", array.slice(labels, 1, count(labels))) == lower(substring(name, 2, -1))
}

# The hosts that none of these names covers.
uncovered(wanted, names) := {host |
	some host in wanted - {lower(name) | some name in names}
	not _covered(host, names)
}

_covered(host, names) if {
	some name in names
	covers(name, host)
}

# The declared names (`params: {namespaces}`) that publish one of these paths.
published(paths) := {lower(name) |
	some name in object.keys(data.params.namespaces)
	some path in data.params.namespaces[name].paths
	lower(path) in paths
}
