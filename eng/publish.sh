#!/usr/bin/env bash
# Makes what is published, in artifacts/packages: the .NET tool McpProxy as a native program for this machine's kind (Linux on x64) and, for all others, as one
# that needs the .NET runtime. Arguments go to each `dotnet pack`.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=artifacts/packages
native=artifacts/native
rm -rf "$packages" "$native/publish"

# In a folder of its own: what is restored for a debug build would have all compiled once more.
pack() { dotnet pack McpProxy.Api -o "$packages" --artifacts-path "$native" -p:RunAnalyzers=false "$@"; }

pack -r any "$@"
pack -p:PublishAot=true "$@" # names the other two
pack -p:PublishAot=true -r linux-x64 "$@" # last: what it compiles, the image takes
