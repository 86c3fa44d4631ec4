#!/usr/bin/env bash
# Runs a command with a container engine and the images that the tests need: eng/containers.sh COMMAND [ARGUMENT]...
# An engine that answers is used and left running, and images are pulled. With CI=true, on Debian or Ubuntu as root, an engine is installed and started where
# there is none, and what cannot be pulled is made from this machine's own programs.
set -uo pipefail

redis=docker.io/library/redis:8.6         # what Aspire's AddRedis starts
compose_redis=docker.io/library/redis:8   # what compose.yaml names
base=mcr.microsoft.com/dotnet/aspnet:10.0 # what the SDK builds on
made_base=mcp-agent-proxy-base:$(dotnet --version)-$(cksum <"$0" | cut -d" " -f1)

work=$(mktemp -d)
pids=()
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Says what it does and shows the command's own output only if that fails.
step() {
  local what=$1
  shift
  echo "$what"
  "$@" >"$work/step.log" 2>&1 </dev/null || { cat "$work/step.log" && echo "Failed: $what" && return 1; }
}

# Waits for a server started as the last of $pids, half a minute at most.
wait_for() {
  for _ in $(seq 60); do
    "$@" >/dev/null 2>&1 && return
    kill -0 "${pids[-1]}" 2>/dev/null || return 1
    sleep 0.5
  done
  return 1
}

stop() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null; done
  for pid in ${pids[@]+"${pids[@]}"}; do
    for _ in $(seq 60); do kill -0 "$pid" 2>/dev/null && sleep 0.5; done
    kill -KILL "$pid" 2>/dev/null
  done
}

have_engine() { docker info; }
have_compose() { docker compose version || docker-compose version; }
answers() { : <"/dev/tcp/127.0.0.1/$1"; }
may_install() { [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install() {
  [ -e "$work/updated" ] || { apt-get update && touch "$work/updated"; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# Ubuntu has the second version under another name.
install_compose() { install docker-compose-v2 || install docker-compose; }

# A session of its own: Ctrl+C is for the command, whose containers still need the engine then.
start_engine() {
  local file
  # What a killed engine left: the next one would take any process that now has its number for the engine.
  for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
    [ -e "$file" ] && [[ $(readlink "/proc/$(cat "$file")/exe") != */@(dockerd|containerd) ]] && rm -f "$file"
  done
  # Without a limit a container gets a billion file descriptors, and programs that go through them all take minutes to start.
  setsid dockerd --default-ulimit nofile=20000:20000 "$@" >"$work/dockerd.log" 2>&1 </dev/null &
  pids+=($!)
  wait_for have_engine || { tail -20 "$work/dockerd.log" && return 1; }
}

# The plainest way to store images works where the usual ones don't.
start_engine_somehow() { start_engine || start_engine --storage-driver=vfs; }

start_registry() {
  local port
  for port in $(shuf -n 50 -i 20000-32000); do answers "$port" 2>/dev/null || break; done
  registry=localhost:$port
  cat >"$work/registry.yml" <<EOR
version: 0.1
storage: { filesystem: { rootdirectory: $work/registry } }
http: { addr: "127.0.0.1:$port" }
EOR
  setsid docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 </dev/null &
  pids+=($!)
  wait_for answers "$port"
}

# Copies programs of this machine and the libraries they are linked to.
copy_programs() {
  local root=$1
  shift
  { printf '%s\n' "$@" && ldd "$@" | grep -o '/[^ :]*'; } | sort -u | xargs cp --parents -L -t "$root"
}

import() {
  local root=$1 image=$2
  shift 2
  tar -C "$root" -c . | docker import "${@/#/--change=}" - "$image"
}

make_redis() {
  local root=$work/redis
  mkdir -p "$root"/{data,tmp,usr/local/bin} && chmod 1777 "$root/tmp"
  copy_programs "$root" /bin/sh "$(command -v redis-server)" "$(command -v redis-cli)" || return
  # Like the published image, it lets in whoever can reach it. Debian's own answers only its own machine unless it is told otherwise.
  printf '#!/bin/sh\nexec %s "$@" --protected-mode no\n' "$(command -v redis-server)" >"$root/usr/local/bin/redis-server"
  chmod +x "$root/usr/local/bin/redis-server"
  import "$root" "$redis" 'ENV PATH=/usr/local/bin:/usr/bin:/bin' 'WORKDIR /data' 'VOLUME /data' 'CMD ["redis-server"]'
}

# As the published image is: the runtime, a shell, the user "app" and port 8080.
make_base() {
  local root=$work/base dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir -p "$root"/{etc/ssl,home/app,tmp,usr/bin,usr/share/dotnet} && chmod 1777 "$root/tmp" && chown 1654:1654 "$root/home/app"
  cp -a "$dotnet"/{dotnet,host,shared} "$root/usr/share/dotnet/"
  ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
  cp -aL /etc/ssl/certs "$root/etc/ssl/"
  # The runtime loads ICU and OpenSSL by name, so nothing is linked to them.
  mapfile -t loaded < <(ldconfig -p | sed -nE 's/^\s*lib(icuuc|icui18n|icudata|ssl|crypto)\.so\.[0-9]+ .*=> //p')
  copy_programs "$root" /bin/sh /bin/bash "$dotnet"/{dotnet,shared/Microsoft.NETCore.App/*/*.so} "${loaded[@]}" || return
  printf 'root:x:0:0::/:/bin/bash\napp:x:1654:1654::/home/app:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\napp:x:1654:\n' >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  import "$root" "$made_base" 'ENV PATH=/usr/local/bin:/usr/bin:/bin' 'ENV APP_UID=1654' 'ENV ASPNETCORE_HTTP_PORTS=8080' 'ENV DOTNET_RUNNING_IN_CONTAINER=true'
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }
pull() { has_image "$1" || timeout 120 docker pull "$1" >/dev/null 2>&1; }

prepare_redis() {
  pull "$redis" && pull "$compose_redis" && return
  may_install || { echo "There is no image $redis or $compose_redis, and it cannot be pulled." && return; }
  has_image "$redis" || step "Making $redis from this machine's redis-server" make_redis
  has_image "$compose_redis" || docker tag "$redis" "$compose_redis"
}

# The SDK reads its base image from a registry and never from the engine, so a base image made here needs a registry too.
prepare_base() {
  timeout 30 docker manifest inspect "$base" >/dev/null 2>&1 && return
  may_install || { echo "The base image $base cannot be pulled." && return; }
  command -v docker-registry >/dev/null || step "Installing an image registry" install docker-registry || return
  has_image "$made_base" || step "Making a base image from this machine's .NET runtime" make_base || return
  start_registry || { cat "$work/registry.log" && return; }
  docker tag "$made_base" "$registry/$made_base"
  step "Pushing the base image" docker push "$registry/$made_base" && export CONTAINER_BASE_IMAGE=$registry/$made_base
  docker rmi "$registry/$made_base" >/dev/null
}

if may_install; then
  have_engine >/dev/null 2>&1 || command -v dockerd >/dev/null || step "Installing a container engine" install docker.io
  have_compose >/dev/null 2>&1 || step "Installing compose" install_compose
  have_engine >/dev/null 2>&1 || step "Starting the container engine" start_engine_somehow
fi
if have_engine >/dev/null 2>&1; then
  prepare_redis
  prepare_base
fi

"$@"
