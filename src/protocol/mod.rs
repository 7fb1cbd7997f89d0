//! Bytes in, typed values out: CLIXML and PowerShell's JSON. No sockets, clocks or files.
