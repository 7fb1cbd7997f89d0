package lib.methods_test

import data.lib.methods

mapi := {"List": ["NTLM", "OAuth"], "None": [], "Blank": null, "Cut": {"$undecided": "ad_only"}}

test_offers if {
	methods.offers(mapi, "List", "Ntlm")
	methods.offers(mapi, "List", "oauth")
	not methods.offers(mapi, "List", "Basic")
	not methods.offers(mapi, "None", "Basic")
	not methods.offers(mapi, "Cut", "ad_only")
	not methods.offers(mapi, "Absent", "Basic")
}

test_offers_in_a_cut_list if {
	partly := {"List": ["Basic", {"$undecided": "too_deep"}]}
	methods.offers(partly, "List", "Basic")
	not methods.offers(partly, "List", "OAuth")
	not methods.lacks(partly, "List", "OAuth")
}

test_lacks if {
	methods.lacks(mapi, "List", "Basic")
	not methods.lacks(mapi, "List", "OAuth")
	not methods.lacks(mapi, "None", "Basic")
	not methods.lacks(mapi, "Blank", "Basic")
	not methods.lacks(mapi, "Cut", "Basic")
	not methods.lacks(mapi, "Absent", "Basic")
}

test_lacking if {
	found := [{"L": ["Basic"]}, {"L": ["OAuth", "Basic"]}, {"L": []}, {"L": null}, {}, {"L": ["basic"]}]
	methods.lacking(found, "L", "OAuth") == [{"L": ["Basic"]}, {"L": ["basic"]}]
	methods.lacking(found, "L", "basic") == []
	methods.lacking([{"L": [{"$undecided": "too_deep"}]}], "L", "OAuth") == []
}

test_offering if {
	found := [{"L": ["Basic"]}, {"L": ["OAuth", "Basic"]}, {"L": []}, {"L": null}, {}, {"L": ["basic"]}]
	methods.offering(found, "L", "oauth") == [{"L": ["OAuth", "Basic"]}]
	methods.offering(found, "L", "Basic") == [{"L": ["Basic"]}, {"L": ["OAuth", "Basic"]}, {"L": ["basic"]}]
	methods.offering([{"L": ["Basic", {"$undecided": "too_deep"}]}], "L", "Basic") != []
}

test_others if {
	methods.others(mapi, "List", {"OAuth"}) == {"ntlm"}
	methods.others(mapi, "List", {"OAuth", "Ntlm"}) == set()
	not methods.others(mapi, "Cut", {"OAuth"})
}
