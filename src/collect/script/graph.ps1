    function Assert-ExdriftOrigin($Item, $Read) {
        if ($null -eq $Item.PSObject.Properties['appId']) { throw ($Read.Cmdlet + ' returned an object without appId.') }
    }

    # The fields that are listed, and no other: a client secret, its hint and the key of a certificate are
    # not among them.
    function Copy-ExdriftFields($Source, $Names, $Records) {
        $values = [ordered]@{}
        foreach ($name in $Names) {
            $property = $Source.PSObject.Properties[$name]
            if ($null -eq $property) { continue }
            $value = $property.Value
            if (($null -ne $value) -and ($Records.Keys -contains $name)) {
                $members = New-Object -TypeName System.Collections.ArrayList
                foreach ($member in @($value)) {
                    $fields = Copy-ExdriftFields $member $Records[$name] $Records
                    [void]$members.Add($fields)
                }
                $value = $members.ToArray()
            }
            $values[$name] = $value
        }
        return [pscustomobject]$values
    }

    function Copy-ExdriftGraphObject($Source, $Read) {
        $copy = Copy-ExdriftFields $Source $Read.Only $Read.Records
        $copy.PSObject.TypeNames.Insert(0, 'Deserialized.' + [string]$Source.PSObject.TypeNames[0])
        return $copy
    }
