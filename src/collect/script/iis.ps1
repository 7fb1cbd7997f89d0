    # What IIS does for each application, from the files on the server itself: sections, attributes and
    # settings by name, nothing else. Inheritance as IIS has it: server, site, and down the path.
    $iisApplications = {
        $ErrorActionPreference = 'Stop'
        $settingNames = @(
{{settings}}
        )
        # Section, property, documented default.
        $switches = @(
            @('anonymousAuthentication', 'AnonymousAuthentication', 'true'),
            @('basicAuthentication', 'BasicAuthentication', 'false'),
            @('windowsAuthentication', 'WindowsAuthentication', 'false'),
            @('digestAuthentication', 'DigestAuthentication', 'false'),
            @('clientCertificateMappingAuthentication', 'ClientCertificateMappingAuthentication', 'false'),
            @('iisClientCertificateMappingAuthentication', 'IisClientCertificateMappingAuthentication', 'false')
        )
        $sslNames = [ordered]@{ Ssl = 8; SslNegotiateCert = 32; SslRequireCert = 64; SslMapCert = 128; Ssl128 = 256 }
        $protectionNames = [ordered]@{ Proxy = 1; NoServiceNameCheck = 2; AllowDotlessSpn = 4; ProxyCohosting = 32 }

        # No DTD, no resolver: nothing but this file is read. An error says where, never what.
        function Read-ExdriftXml([string]$File) {
            $options = New-Object -TypeName System.Xml.XmlReaderSettings
            $options.DtdProcessing = [System.Xml.DtdProcessing]::Prohibit
            $options.XmlResolver = $null
            $document = New-Object -TypeName System.Xml.XmlDocument
            $document.XmlResolver = $null
            $stream = $null
            try {
                $stream = [System.IO.File]::OpenRead($File)
                $reader = [System.Xml.XmlReader]::Create($stream, $options)
                $document.Load($reader)
            } catch {
                $cause = $_.Exception
                while ($null -ne $cause.InnerException) { $cause = $cause.InnerException }
                if ($cause -is [System.Xml.XmlException]) {
                    throw ($File + ': not well-formed XML at line ' + [string]$cause.LineNumber + ', column ' + [string]$cause.LinePosition)
                }
                throw $cause
            } finally {
                if ($null -ne $stream) { $stream.Dispose() }
            }
            return @{ Root = $document.DocumentElement }
        }

        # The elements below a path of names, in document order.
        function Get-ExdriftElement($Element, [string[]]$Names) {
            $found = New-Object -TypeName System.Collections.ArrayList
            [void]$found.Add($Element)
            foreach ($name in $Names) {
                $next = New-Object -TypeName System.Collections.ArrayList
                foreach ($one in $found) {
                    foreach ($child in $one.ChildNodes) {
                        if (($child -is [System.Xml.XmlElement]) -and ($child.get_Name() -ceq $name)) { [void]$next.Add($child) }
                    }
                }
                $found = $next
            }
            return @{ Items = $found }
        }

        function Test-ExdriftHidden($Element) {
            return ($Element.HasAttribute('configSource') -or $Element.HasAttribute('configProtectionProvider'))
        }

        function Update-ExdriftSingle($Facts, $Element, [string]$Attribute, [string]$Property) {
            if (Test-ExdriftHidden $Element) {
                $Facts.Single[$Property] = $null
            } elseif ($Element.HasAttribute($Attribute)) {
                $Facts.Single[$Property] = $Element.GetAttribute($Attribute).Trim()
            }
        }

        function Update-ExdriftList($Facts, $Element, [string]$Property, [string]$Add, [string]$Remove, [string]$Clear, [string]$Key) {
            $list = $Facts.Lists[$Property]
            foreach ($child in $Element.ChildNodes) {
                if (-not ($child -is [System.Xml.XmlElement])) { continue }
                if ($child.get_Name() -ceq $Clear) {
                    $list = New-Object -TypeName System.Collections.ArrayList
                    continue
                }
                if (($null -eq $list) -or (-not $child.HasAttribute($Key))) { continue }
                $value = $child.GetAttribute($Key).Trim()
                $at = -1
                for ($i = 0; $i -lt $list.Count; $i++) {
                    if ($list[$i] -eq $value) { $at = $i }
                }
                if (($child.get_Name() -ceq $Add) -and ($at -lt 0)) { [void]$list.Add($value) }
                if (($child.get_Name() -ceq $Remove) -and ($at -ge 0)) { $list.RemoveAt($at) }
            }
            $Facts.Lists[$Property] = $list
        }

        # Adds what one system.webServer says to what was inherited.
        function Update-ExdriftFacts($Facts, $WebServer) {
            foreach ($authentication in (Get-ExdriftElement $WebServer @('security', 'authentication')).Items) {
                foreach ($row in $switches) {
                    foreach ($section in (Get-ExdriftElement $authentication @($row[0])).Items) {
                        Update-ExdriftSingle $Facts $section 'enabled' $row[1]
                    }
                }
                foreach ($windows in (Get-ExdriftElement $authentication @('windowsAuthentication')).Items) {
                    if (Test-ExdriftHidden $windows) {
                        $Facts.Single['ExtendedProtectionTokenChecking'] = $null
                        $Facts.Single['ExtendedProtectionFlags'] = $null
                        $Facts.Lists['WindowsAuthenticationProviders'] = $null
                        $Facts.Lists['ExtendedProtectionSPNList'] = $null
                        continue
                    }
                    foreach ($providers in (Get-ExdriftElement $windows @('providers')).Items) {
                        Update-ExdriftList $Facts $providers 'WindowsAuthenticationProviders' 'add' 'remove' 'clear' 'value'
                    }
                    foreach ($protection in (Get-ExdriftElement $windows @('extendedProtection')).Items) {
                        Update-ExdriftSingle $Facts $protection 'tokenChecking' 'ExtendedProtectionTokenChecking'
                        Update-ExdriftSingle $Facts $protection 'flags' 'ExtendedProtectionFlags'
                        Update-ExdriftList $Facts $protection 'ExtendedProtectionSPNList' 'spn' 'removeSpn' 'clearSpns' 'name'
                    }
                }
            }
            foreach ($access in (Get-ExdriftElement $WebServer @('security', 'access')).Items) {
                Update-ExdriftSingle $Facts $access 'sslFlags' 'SslFlags'
            }
            foreach ($filter in (Get-ExdriftElement $WebServer @('security', 'ipSecurity')).Items) {
                Update-ExdriftSingle $Facts $filter 'allowUnlisted' 'IpSecurityAllowUnlisted'
            }
            foreach ($modules in (Get-ExdriftElement $WebServer @('modules')).Items) {
                if (Test-ExdriftHidden $modules) {
                    $Facts.Lists['Modules'] = $null
                } else {
                    Update-ExdriftList $Facts $modules 'Modules' 'add' 'remove' 'clear' 'name'
                }
            }
        }

        function Copy-ExdriftFacts($Facts) {
            $copy = @{ Single = [ordered]@{}; Lists = [ordered]@{} }
            foreach ($pair in $Facts.Single.GetEnumerator()) { $copy.Single[$pair.Key] = $pair.Value }
            foreach ($pair in $Facts.Lists.GetEnumerator()) {
                if ($null -eq $pair.Value) {
                    $copy.Lists[$pair.Key] = $null
                    continue
                }
                $members = New-Object -TypeName System.Collections.ArrayList
                foreach ($member in $pair.Value) { [void]$members.Add($member) }
                $copy.Lists[$pair.Key] = $members
            }
            return $copy
        }

        # Names with commas, or their sum. None is no member.
        function ConvertTo-ExdriftMembers([string]$Value, $Known) {
            $members = New-Object -TypeName System.Collections.ArrayList
            if ($Value -match '^\d{1,9}$') {
                $number = [int]$Value
                foreach ($pair in $Known.GetEnumerator()) {
                    if (($number -band $pair.Value) -ne 0) {
                        [void]$members.Add([string]$pair.Key)
                        $number = $number -bxor $pair.Value
                    }
                }
                if ($number -ne 0) { [void]$members.Add([string]$number) }
            } else {
                foreach ($name in $Value.Split(',')) {
                    $name = $name.Trim()
                    if (($name.Length -gt 0) -and ($name -ne 'None')) { [void]$members.Add($name) }
                }
            }
            return @{ Items = $members }
        }

        # What is known goes into the object; what is hidden stays out, which exdrift takes for unknown.
        function Add-ExdriftFacts($Values, $Facts) {
            foreach ($pair in $Facts.Single.GetEnumerator()) {
                $value = $pair.Value
                if ($null -eq $value) { continue }
                if ($pair.Key -eq 'SslFlags') {
                    $Values[$pair.Key] = [string[]](ConvertTo-ExdriftMembers $value $sslNames).Items.ToArray()
                } elseif ($pair.Key -eq 'ExtendedProtectionFlags') {
                    $Values[$pair.Key] = [string[]](ConvertTo-ExdriftMembers $value $protectionNames).Items.ToArray()
                } elseif ($pair.Key -eq 'ExtendedProtectionTokenChecking') {
                    $named = @{ '0' = 'None'; '1' = 'Allow'; '2' = 'Require' }
                    if ($named.ContainsKey($value)) { $value = $named[$value] }
                    $Values[$pair.Key] = $value
                } elseif ($value -eq 'true') {
                    $Values[$pair.Key] = $true
                } elseif ($value -eq 'false') {
                    $Values[$pair.Key] = $false
                } else {
                    $Values[$pair.Key] = $value
                }
            }
            foreach ($pair in $Facts.Lists.GetEnumerator()) {
                if ($null -ne $pair.Value) { $Values[$pair.Key] = [string[]]$pair.Value.ToArray() }
            }
        }

        # A folder named after a build has one name whatever the build.
        function Split-ExdriftBuild([string]$Text, [string]$Separator) {
            $build = ''
            $parts = New-Object -TypeName System.Collections.ArrayList
            foreach ($part in $Text.Split($Separator[0])) {
                if (($build.Length -eq 0) -and ($part -match '^\d+\.\d+\.\d+\.\d+$')) {
                    $build = $part
                    $part = '(build)'
                }
                [void]$parts.Add($part)
            }
            return @{ Text = [string]::Join($Separator, $parts.ToArray()); Build = $build }
        }

        # The settings of one folder, and what they change of applicationHost.config.
        function Add-ExdriftWebConfig($Values, [string]$Folder) {
            $file = [System.IO.Path]::Combine([System.Environment]::ExpandEnvironmentVariables($Folder), 'web.config')
            if (-not [System.IO.File]::Exists($file)) { return }
            try {
                $root = (Read-ExdriftXml $file).Root
                $text = [System.IO.File]::ReadAllText($file)
            } catch {
                Write-Warning ('web.config is left out: ' + [string]$_.Exception.Message)
                return
            }
            $levels = New-Object -TypeName System.Collections.ArrayList
            [void]$levels.Add($root)
            foreach ($location in (Get-ExdriftElement $root @('location')).Items) {
                if (@('', '.') -contains $location.GetAttribute('path').Trim()) { [void]$levels.Add($location) }
            }
            $own = @{ Single = [ordered]@{}; Lists = [ordered]@{} }
            $settings = [ordered]@{}
            $settingsKnown = $true
            $added = New-Object -TypeName System.Collections.ArrayList
            $removed = New-Object -TypeName System.Collections.ArrayList
            $cleared = $false
            foreach ($level in $levels) {
                foreach ($section in (Get-ExdriftElement $level @('appSettings')).Items) {
                    if ((Test-ExdriftHidden $section) -or $section.HasAttribute('file')) {
                        $settingsKnown = $false
                        continue
                    }
                    foreach ($child in $section.ChildNodes) {
                        if (-not ($child -is [System.Xml.XmlElement])) { continue }
                        if ($child.get_Name() -ceq 'clear') { $settings = [ordered]@{} }
                        $key = $child.GetAttribute('key').Trim()
                        foreach ($name in $settingNames) {
                            if ($name -ne $key) { continue }
                            if ($child.get_Name() -ceq 'add') { $settings[$name] = $child.GetAttribute('value') }
                            if ($child.get_Name() -ceq 'remove') { $settings.Remove($name) }
                        }
                    }
                }
                foreach ($webServer in (Get-ExdriftElement $level @('system.webServer')).Items) {
                    Update-ExdriftFacts $own $webServer
                    foreach ($modules in (Get-ExdriftElement $webServer @('modules')).Items) {
                        foreach ($child in $modules.ChildNodes) {
                            if (-not ($child -is [System.Xml.XmlElement])) { continue }
                            $name = $child.GetAttribute('name').Trim()
                            if ($child.get_Name() -ceq 'clear') {
                                $cleared = $true
                                $added.Clear()
                                $removed.Clear()
                            }
                            if ($name.Length -eq 0) { continue }
                            if ($child.get_Name() -ceq 'add') { [void]$added.Add($name) }
                            if ($child.get_Name() -ceq 'remove') {
                                for ($i = $added.Count - 1; $i -ge 0; $i--) {
                                    if ($added[$i] -eq $name) { $added.RemoveAt($i) }
                                }
                                [void]$removed.Add($name)
                            }
                        }
                    }
                }
            }
            $own.Lists.Remove('Modules')
            Add-ExdriftFacts $Values $own
            if ($settingsKnown) { $Values['AppSettings'] = $settings }
            $Values['WebConfigModulesAdded'] = [string[]]$added.ToArray()
            $Values['WebConfigModulesRemoved'] = [string[]]$removed.ToArray()
            $Values['WebConfigModulesCleared'] = $cleared
            $Values['UnresolvedInstallDir'] = $text.ToLowerInvariant().Contains('%exchangeinstalldir%')
            $Values['ReadFrom'] = [string[]]@('applicationHost.config', 'web.config')
        }

        # A 32-bit process sees another System32.
        $system = 'System32'
        if (-not [System.Environment]::Is64BitProcess) { $system = 'Sysnative' }
        $inetsrv = [System.IO.Path]::Combine($env:windir, $system + '\inetsrv\config')
        $redirection = [System.IO.Path]::Combine($inetsrv, 'redirection.config')
        if ([System.IO.File]::Exists($redirection)) {
            foreach ($element in (Get-ExdriftElement (Read-ExdriftXml $redirection).Root @('configurationRedirection')).Items) {
                if ($element.GetAttribute('enabled') -eq 'true') {
                    throw 'IIS of this server has a shared configuration (redirection.config), which is not read: import its applicationHost.config by hand.'
                }
            }
        }
        $configuration = (Read-ExdriftXml ([System.IO.Path]::Combine($inetsrv, 'applicationHost.config'))).Root
        $base = @{ Single = [ordered]@{}; Lists = [ordered]@{} }
        foreach ($row in $switches) { $base.Single[$row[1]] = $row[2] }
        foreach ($name in @('ExtendedProtectionTokenChecking', 'ExtendedProtectionFlags', 'SslFlags')) { $base.Single[$name] = 'None' }
        $base.Single['IpSecurityAllowUnlisted'] = 'true'
        foreach ($name in @('WindowsAuthenticationProviders', 'ExtendedProtectionSPNList', 'Modules')) {
            $base.Lists[$name] = New-Object -TypeName System.Collections.ArrayList
        }
        foreach ($webServer in (Get-ExdriftElement $configuration @('system.webServer')).Items) { Update-ExdriftFacts $base $webServer }

        $locations = New-Object -TypeName System.Collections.ArrayList
        foreach ($element in (Get-ExdriftElement $configuration @('location')).Items) {
            $path = $element.GetAttribute('path').Trim().Trim('/')
            $inherited = $element.GetAttribute('inheritInChildApplications') -ne 'false'
            if (($path.Length -eq 0) -or ($path -eq '.')) {
                if ($inherited) {
                    foreach ($webServer in (Get-ExdriftElement $element @('system.webServer')).Items) { Update-ExdriftFacts $base $webServer }
                }
                continue
            }
            $says = @{ Single = [ordered]@{}; Lists = [ordered]@{} }
            foreach ($webServer in (Get-ExdriftElement $element @('system.webServer')).Items) { Update-ExdriftFacts $says $webServer }
            $isSaid = $says.Single.Count -gt 0
            foreach ($pair in $says.Lists.GetEnumerator()) {
                if ($null -ne $pair.Value) { $isSaid = $true }
            }
            [void]$locations.Add(@{ Path = $path; Element = $element; Inherited = $inherited; Says = $isSaid })
        }

        foreach ($sites in (Get-ExdriftElement $configuration @('system.applicationHost', 'sites')).Items) {
            $commonPool = $null
            foreach ($defaults in (Get-ExdriftElement $sites @('applicationDefaults')).Items) {
                if ($defaults.HasAttribute('applicationPool')) { $commonPool = $defaults.GetAttribute('applicationPool') }
            }
            foreach ($site in (Get-ExdriftElement $sites @('site')).Items) {
                $siteName = $site.GetAttribute('name')
                if ($siteName.Length -eq 0) { continue }
                $sitePool = $commonPool
                foreach ($defaults in (Get-ExdriftElement $site @('applicationDefaults')).Items) {
                    if ($defaults.HasAttribute('applicationPool')) { $sitePool = $defaults.GetAttribute('applicationPool') }
                }
                # Tables of PowerShell compare without case, as IIS does.
                $pools = @{}
                $targets = [ordered]@{}
                foreach ($application in (Get-ExdriftElement $site @('application')).Items) {
                    $path = $application.GetAttribute('path').Trim().Trim('/')
                    $pool = $sitePool
                    if ($application.HasAttribute('applicationPool')) { $pool = $application.GetAttribute('applicationPool') }
                    $pools[$path] = $pool
                    $targets[$path] = @{ Path = $path; Physical = $null; Pool = $pool }
                }
                foreach ($application in (Get-ExdriftElement $site @('application')).Items) {
                    $path = $application.GetAttribute('path').Trim().Trim('/')
                    foreach ($directory in (Get-ExdriftElement $application @('virtualDirectory')).Items) {
                        $whole = ($path + '/' + $directory.GetAttribute('path').Trim().Trim('/')).Trim('/')
                        if (-not $targets.Contains($whole)) { $targets[$whole] = @{ Path = $whole; Physical = $null; Pool = $pools[$path] } }
                        if (($null -eq $targets[$whole].Physical) -and $directory.HasAttribute('physicalPath')) {
                            $targets[$whole].Physical = $directory.GetAttribute('physicalPath')
                        }
                    }
                }
                $mine = New-Object -TypeName System.Collections.ArrayList
                foreach ($location in $locations) {
                    $head = $location.Path.Split('/')[0]
                    if ($head -ne $siteName) { continue }
                    $rest = $location.Path.Substring($head.Length).Trim('/')
                    [void]$mine.Add(@{ Path = $rest; Element = $location.Element; Inherited = $location.Inherited })
                    if ((-not $location.Says) -or $targets.Contains($rest)) { continue }
                    $pool = $pools['']
                    $above = ''
                    foreach ($part in $rest.Split('/')) {
                        $above = ($above + '/' + $part).Trim('/')
                        if ($pools.ContainsKey($above)) { $pool = $pools[$above] }
                    }
                    $targets[$rest] = @{ Path = $rest; Physical = $null; Pool = $pool }
                }
                $found = [ordered]@{}
                foreach ($pair in $targets.GetEnumerator()) {
                    $target = $pair.Value
                    $levels = New-Object -TypeName System.Collections.ArrayList
                    [void]$levels.Add('')
                    $above = ''
                    foreach ($part in $target.Path.Split('/')) {
                        if ($part.Length -eq 0) { continue }
                        $above = ($above + '/' + $part).Trim('/')
                        [void]$levels.Add($above)
                    }
                    $facts = Copy-ExdriftFacts $base
                    for ($i = 0; $i -lt $levels.Count; $i++) {
                        $parted = $false
                        for ($j = $i + 1; $j -lt $levels.Count; $j++) {
                            if ($pools.ContainsKey($levels[$j])) { $parted = $true }
                        }
                        foreach ($location in $mine) {
                            if ($location.Path -ne $levels[$i]) { continue }
                            if ($parted -and (-not $location.Inherited)) { continue }
                            foreach ($webServer in (Get-ExdriftElement $location.Element @('system.webServer')).Items) { Update-ExdriftFacts $facts $webServer }
                        }
                    }
                    # Modules are an application's: nothing below it can have its own.
                    if (-not $pools.ContainsKey($target.Path)) { $facts.Lists.Remove('Modules') }
                    $named = Split-ExdriftBuild $target.Path '/'
                    $values = [ordered]@{ SiteName = $siteName; ApplicationPath = '/' + $named.Text }
                    if ($null -ne $target.Physical) { $values['PhysicalPath'] = (Split-ExdriftBuild $target.Physical '\').Text }
                    if ($null -ne $target.Pool) { $values['ApplicationPool'] = $target.Pool }
                    Add-ExdriftFacts $values $facts
                    # Every table is in the order of the first one, so equal facts are equal texts.
                    $same = New-Object -TypeName System.Text.StringBuilder
                    foreach ($value in $values.GetEnumerator()) { [void]$same.Append($value.Key + '=' + [string]::Join(',', @($value.Value)) + ';') }
                    $values['Builds'] = [string[]]@()
                    if ($named.Build.Length -gt 0) { $values['Builds'] = [string[]]@($named.Build) }
                    $values['ReadFrom'] = [string[]]@('applicationHost.config')
                    if ($null -ne $target.Physical) { Add-ExdriftWebConfig $values $target.Physical }
                    $entry = @{ Object = $values; Build = $named.Build; Literal = '/' + $target.Path; Same = $same.ToString() }
                    $key = $named.Text
                    if (-not $found.Contains($key)) {
                        $found[$key] = $entry
                        continue
                    }
                    # Two builds side by side: one where they say the same, else the newest has the name.
                    $other = $found[$key]
                    if ($other.Same -eq $entry.Same) {
                        $other.Object['Builds'] = [string[]](@($other.Object['Builds']) + @($entry.Object['Builds']))
                        continue
                    }
                    $older = $entry
                    if ([version]$entry.Build -gt [version]$other.Build) {
                        $older = $other
                        $found[$key] = $entry
                    }
                    $older.Object['ApplicationPath'] = $older.Literal
                    $older.Object['Builds'] = [string[]]@()
                    $found[$older.Literal] = $older
                }
                foreach ($pair in $found.GetEnumerator()) {
                    $object = [pscustomobject]$pair.Value.Object
                    $object.PSObject.TypeNames.Insert(0, 'Exdrift.IisApplication')
                    $object
                }
            }
        }
    }
