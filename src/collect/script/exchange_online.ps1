    function Assert-ExdriftOrigin($Item, $Read) {
        $organization = $Item.PSObject.Properties['OrganizationId']
        if (($null -ne $organization) -and ([string]$organization.Value -eq '')) {
            throw ($Read.Cmdlet + ' answered from Exchange Server: this window is the Exchange Management Shell. Open another PowerShell, run Connect-ExchangeOnline there, then the script.')
        }
    }
