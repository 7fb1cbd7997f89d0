package lib.tenant_test

import data.lib.tenant

test_label if {
	tenant.label("Contoso.mail.onmicrosoft.com") == "contoso"
	tenant.label("contoso.onmicrosoft.com") == "contoso"
	not tenant.label("contoso.com")
	not tenant.label("contoso.onmicrosoft.com.example.net")
	not tenant.label(null)
}

declared := {"tenant_domains": ["Contoso.onmicrosoft.com", "contoso.com"]}

test_declared if {
	found := tenant.declared with data.params as declared
	found == {"contoso"}
	nothing := tenant.declared with data.params as {}
	nothing == set()
}

test_routing if {
	tenant.routing("contoso.mail.onmicrosoft.com") with data.params as declared
	not tenant.routing("fabrikam.mail.onmicrosoft.com") with data.params as declared
	tenant.routing("fabrikam.mail.onmicrosoft.com") with data.params as {}
	tenant.routing("fabrikam.mail.onmicrosoft.com") with data.params as {"tenant_domains": ["contoso.com"]}
	not tenant.routing("contoso.com") with data.params as {}
}

test_remote_routing if {
	tenant.remote_routing("Contoso.mail.onmicrosoft.com") with data.params as declared
	not tenant.remote_routing("contoso.onmicrosoft.com") with data.params as declared
	not tenant.remote_routing("fabrikam.mail.onmicrosoft.com") with data.params as declared
	tenant.remote_routing("fabrikam.mail.onmicrosoft.com") with data.params as {}
}
