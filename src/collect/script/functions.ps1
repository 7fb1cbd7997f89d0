    function ConvertTo-ExdriftJsonText([string]$Text) {
        # Through UTF-8 and back: a half surrogate pair would make the file unreadable.
        $utf8 = [System.Text.Encoding]::UTF8
        $clean = $utf8.GetString($utf8.GetBytes($Text))
        $builder = New-Object -TypeName System.Text.StringBuilder
        [void]$builder.Append('"')
        foreach ($char in $clean.ToCharArray()) {
            $code = [int]$char
            if (($code -eq 34) -or ($code -eq 92)) {
                [void]$builder.Append('\')
                [void]$builder.Append($char)
            } elseif (($code -ge 32) -and ($code -le 126)) {
                [void]$builder.Append($char)
            } else {
                [void]$builder.Append('\u')
                [void]$builder.Append($code.ToString('x4', $invariant))
            }
        }
        [void]$builder.Append('"')
        return $builder.ToString()
    }

    # Not ConvertTo-Json: that of 5.1 writes dates as /Date()/ and cuts at a depth.
    function ConvertTo-ExdriftJson($Value) {
        if ($null -eq $Value) { return 'null' }
        if ($Value -is [bool]) {
            if ($Value) { return 'true' }
            return 'false'
        }
        if (($Value -is [int]) -or ($Value -is [long])) { return $Value.ToString($invariant) }
        if ($Value -is [string]) { return (ConvertTo-ExdriftJsonText $Value) }
        $parts = New-Object -TypeName System.Collections.ArrayList
        if ($Value -is [System.Collections.IDictionary]) {
            foreach ($pair in $Value.GetEnumerator()) {
                $name = ConvertTo-ExdriftJsonText $pair.Key
                $text = ConvertTo-ExdriftJson $pair.Value
                [void]$parts.Add($name + ':' + $text)
            }
            return '{' + [string]::Join(',', $parts.ToArray()) + '}'
        }
        if ($Value -is [System.Collections.IEnumerable]) {
            foreach ($item in $Value) {
                $text = ConvertTo-ExdriftJson $item
                [void]$parts.Add($text)
            }
            return '[' + [string]::Join(',' + [string][char]10, $parts.ToArray()) + ']'
        }
        return (ConvertTo-ExdriftJsonText ([string]$Value))
    }

    function Test-ExdriftSecretName([string]$Name) {
        if ($notSecret -contains $Name) { return $false }
        $lower = $Name.ToLowerInvariant()
        foreach ($word in $secretWords) {
            if ($lower.Contains($word)) { return $true }
        }
        return $false
    }

    function Test-ExdriftSecretType($Value) {
        if ($null -eq $Value) { return $false }
        if ($Value -is [byte[]]) { return $true }
        if ($Value -is [System.Security.SecureString]) { return $true }
        if ($Value -is [System.Management.Automation.PSCredential]) { return $true }
        if ($Value -is [System.Net.NetworkCredential]) { return $true }
        if ($Value -is [System.Security.Cryptography.AsymmetricAlgorithm]) { return $true }
        if (($Value -is [string]) -or ($Value -is [System.ValueType])) { return $false }
        foreach ($typeName in $Value.PSObject.TypeNames) {
            if ($typeName -match 'SecureString|PSCredential|NetworkCredential') { return $true }
        }
        # Names only: the values are not asked for.
        foreach ($property in $Value.PSObject.Properties) {
            if (($property.Name -ne 'SerializationData') -and (Test-ExdriftSecretName $property.Name)) { return $true }
        }
        return $false
    }

    function Test-ExdriftSecretValue($Value) {
        if (Test-ExdriftSecretType $Value) { return $true }
        if ($Value -is [string]) { return $false }
        if ($Value -is [System.Collections.IDictionary]) {
            foreach ($pair in $Value.GetEnumerator()) {
                if (Test-ExdriftSecretName ([string]$pair.Key)) { return $true }
                if (Test-ExdriftSecretType $pair.Value) { return $true }
            }
            return $false
        }
        if ($Value -is [System.Collections.IEnumerable]) {
            foreach ($item in $Value) {
                if (Test-ExdriftSecretType $item) { return $true }
            }
        }
        return $false
    }

    # A copy, so that a secret never reaches Export-Clixml. The type name gets the prefix of a copy,
    # Deserialized: under its own name the type data of the session would choose or add properties again,
    # such as SerializationData, which holds the whole object, secrets too.
    function Copy-ExdriftObject($Source, $Read, $Computer) {
        $values = [ordered]@{}
        foreach ($property in $Source.PSObject.Properties) {
            $name = $property.Name
            if ($name -eq 'SerializationData') { continue }
            if (($Read.Only.Length -gt 0) -and ($Read.Only -notcontains $name)) { continue }
            $value = $null
            try {
                $value = $property.Value
            } catch {
                continue # absent is unknown to exdrift, which is what an unreadable property is
            }
            # Its public part alone: the object itself can reach a private key.
            if (($Read.Certificates -contains $name) -and ($null -ne $value)) {
                $values[$name] = [pscustomobject]@{ RawData = $value.RawData }
                continue
            }
            $secret = ($Read.Secrets -contains $name) -or (Test-ExdriftSecretName $name)
            if ((-not $secret) -and ($Read.Bytes -notcontains $name)) { $secret = Test-ExdriftSecretValue $value }
            # That there is a secret is a fact worth keeping; an empty one is none.
            if ($secret -and ($null -ne $value) -and ([string]$value -ne '')) { $value = $redacted }
            $values[$name] = $value
        }
        if ($Read.Per -eq 'Host') { $values['PSComputerName'] = $Computer }
        $copy = [pscustomobject]$values
        $typeName = [string]$Source.PSObject.TypeNames[0]
        if (-not $typeName.StartsWith('Deserialized.', [System.StringComparison]::Ordinal)) {
            $typeName = 'Deserialized.' + $typeName
        }
        $copy.PSObject.TypeNames.Insert(0, $typeName)
        return $copy
    }

    # Mailboxes and users leave numbers behind, and no name: how many have which value of a property.
    function Add-ExdriftCount($Counts, $Source, $Read) {
        Assert-ExdriftOrigin $Source $Read
        $Counts['Count'] = [int]$Counts['Count'] + 1
        foreach ($name in $Read.Counts) {
            $property = $Source.PSObject.Properties[$name]
            if ($null -eq $property) { continue }
            $word = 'unset'
            if ($property.Value -is [bool]) {
                $word = ([string]$property.Value).ToLowerInvariant()
            } elseif (([string]$property.Value).Trim().Length -gt 0) {
                $word = ([string]$property.Value).Trim().Split('/')[-1] # a policy by its name alone
            }
            if (-not $Counts.Contains($name)) { $Counts[$name] = [ordered]@{} }
            $of = $Counts[$name]
            $of[$word] = [int]$of[$word] + 1
        }
    }

    function ConvertTo-ExdriftSummary($Counts, $Read) {
        $total = [int]$Counts['Count']
        foreach ($name in $Read.Counts) {
            if (-not $Counts.Contains($name)) { continue }
            $known = 0
            foreach ($pair in $Counts[$name].GetEnumerator()) { $known = $known + [int]$pair.Value }
            $of = $Counts[$name]
            if ($known -lt $total) { $of['unknown'] = [int]$of['unknown'] + $total - $known }
        }
        $summary = [pscustomobject]$Counts
        $summary.PSObject.TypeNames.Insert(0, 'Deserialized.exdrift.' + $Read.Kind)
        return $summary
    }

    # Not Get-FileHash: this provider also works where the FIPS policy is on.
    function Get-ExdriftDigest([string]$File) {
        $hasher = New-Object -TypeName System.Security.Cryptography.SHA256CryptoServiceProvider
        $stream = [System.IO.File]::OpenRead($File)
        try {
            $bytes = $hasher.ComputeHash($stream)
        } finally {
            $stream.Dispose()
            $hasher.Dispose()
        }
        return [System.BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant()
    }

    function Protect-ExdriftText([string]$Text) {
        $text = $Text -replace '\s+', ' '
        $text = $text -replace '(?i)((?:{{word_pattern}})\w*["'']?\s*[=:]\s*)("[^"]*"|''[^'']*''|\S+)', '$1(redacted)'
        $text = $text -replace '(?i)\b(bearer|authorization:\s*\w+)\s+\S{8,}', '$1 (redacted)'
        if ($text.Length -gt 1000) { $text = $text.Substring(0, 1000) }
        return $text.Trim()
    }

    function Get-ExdriftErrorText($Failure) {
        return (Protect-ExdriftText ([string]$Failure.Exception.Message))
    }

    # Words, not messages: messages come in the language of the server.
    function Get-ExdriftErrorState($Failure) {
        if ([string]$Failure.FullyQualifiedErrorId -match 'CommandNotFoundException') { return 'unsupported' }
        if ($Failure.Exception -is [System.UnauthorizedAccessException]) { return 'denied' }
        $category = [string]$Failure.CategoryInfo.Category
        if (@('PermissionDenied', 'SecurityError', 'AuthenticationError') -contains $category) { return 'denied' }
        if ([string]$Failure.FullyQualifiedErrorId -match 'AccessDenied') { return 'denied' }
        if ([string]$Failure.Exception.Message -match '0x80070005|-2147024891') { return 'denied' }
        return 'failed'
    }

    function Get-ExdriftFileName($Read, $Name) {
        if ($Read.Per -eq 'Organization') { return ($Read.Plane + '/' + $Read.Kind + '.xml') }
        $folder = ([string]$Name) -replace '[^A-Za-z0-9_-]', '_'
        return ($Read.Plane + '/' + $folder + '/' + $Read.Kind + '.xml')
    }

    function New-ExdriftEntry($Read, $Name) {
        $arguments = [ordered]@{}
        if ($Read.Per -eq 'Server') { $arguments['Server'] = $Name }
        foreach ($pair in $Read.Arguments.GetEnumerator()) { $arguments[[string]$pair.Key] = $pair.Value }
        return [ordered]@{
            plane = $Read.Plane
            kind = $Read.Kind
            cmdlet = $Read.Cmdlet
            arguments = $arguments
            server = $Name
            file = $null
            sha256 = $null
            count = $null
            state = 'failed'
            error = $null
            warnings = (New-Object -TypeName System.Collections.ArrayList)
        }
    }

    # One call: its answer in one file, and how it ended. It does not throw.
    function Invoke-ExdriftRead($Read, $Name, $Fqdn, $Folder) {
        $entry = New-ExdriftEntry $Read $Name
        if (($Read.Per -ne 'Host') -and ($null -eq (Get-Command -Name $Read.Cmdlet -ErrorAction SilentlyContinue))) {
            $entry['state'] = 'unsupported'
            $entry['error'] = $Read.Cmdlet + '{{missing_cmdlet}}'
            return $entry
        }
        $relative = Get-ExdriftFileName $Read $Name
        $file = [System.IO.Path]::Combine($Folder, $relative.Replace('/', [string][System.IO.Path]::DirectorySeparatorChar))
        $failure = $null
        try {
            $copies = New-Object -TypeName System.Collections.ArrayList
            $counts = [ordered]@{ Count = 0 }
            # Errors and warnings come in the same stream, whoever writes them: the proxies of the
            # Exchange Management Shell live in a module and do not see this script's preferences.
            foreach ($item in @(& $Read.Run $Name $Fqdn 2>&1 3>&1)) {
                if ($null -eq $item) { continue }
                if ($item -is [System.Management.Automation.ErrorRecord]) {
                    if ($null -eq $failure) { $failure = $item }
                    continue
                }
                # Its objects were counted as they came; a warning would name one of them.
                if ($Read.Counts.Length -gt 0) { continue }
                if ($item -is [System.Management.Automation.WarningRecord]) {
                    $text = Protect-ExdriftText $item.Message
                    [void]$entry['warnings'].Add($text)
                    continue
                }
                Assert-ExdriftOrigin $item $Read
                $copy = {{copy}}
                [void]$copies.Add($copy)
            }
            if (($null -eq $failure) -and ($Read.Counts.Length -gt 0)) {
                $copy = ConvertTo-ExdriftSummary $counts $Read
                [void]$copies.Add($copy)
            }
            if ($null -eq $failure) {
                [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($file))
                # {{depth_reason}}
                $copies.ToArray() | Export-Clixml -LiteralPath $file -Depth {{depth}} -Encoding Unicode
                $entry['sha256'] = Get-ExdriftDigest $file
                $entry['count'] = [int]$copies.Count
                $entry['file'] = $relative
                $entry['state'] = 'complete'
                return $entry
            }
        } catch {
            $failure = $_
        }
        $entry['file'] = $null
        $entry['sha256'] = $null
        $entry['count'] = $null
        $entry['state'] = Get-ExdriftErrorState $failure
        $entry['error'] = Get-ExdriftErrorText $failure
        if ($Read.Counts.Length -gt 0) {
            $entry['error'] = $Read.Cmdlet + ' failed. Its message is not kept, because it can name a mailbox or a user.'
        }
        try {
            if ([System.IO.File]::Exists($file)) { [System.IO.File]::Delete($file) }
        } catch {
            $entry['error'] = $entry['error'] + ' (an unfinished file is left behind)'
        }
        return $entry
    }
