# METADATA
# description: The organization's own tenant, by the first label of its routing domains.
package lib.tenant

import data.lib.params

# `contoso` of contoso.mail.onmicrosoft.com and of contoso.onmicrosoft.com. Undefined for other domains.
label(domain) := trim_suffix(trim_suffix(lower(domain), ".onmicrosoft.com"), ".mail") if {
	endswith(lower(domain), ".onmicrosoft.com")
}

# The tenants that `tenant_domains` names.
declared contains name if {
	some domain in params.declared("tenant_domains")
	name := label(domain)
}

# A routing domain of the own tenant; of any where no tenant is declared.
routing(domain) if label(domain) in declared

routing(domain) if {
	count(declared) == 0
	label(domain)
}

# A remote routing domain, where synchronized mailboxes have their target address.
remote_routing(domain) if {
	routing(domain)
	endswith(lower(domain), ".mail.onmicrosoft.com")
}
