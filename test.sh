#!/bin/bash
# Builds from clean and runs every test: ./test.sh [--all] [-- runner options]
#   --all     also the long ones (soaks, the whole matrix)
#   -- …      narrows the run, for example: ./test.sh -- -class '*OnDashboard'
# For Debian 12 with the .NET 10 SDK and gcc, as root. Ends with "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"
exec </dev/null

all=""
while [ $# -gt 0 ]; do
  case $1 in
    --all) all=1 ;;
    --) shift; break ;;
    *) echo "usage: ./test.sh [--all] [-- runner options]" >&2; exit 2 ;;
  esac
  shift
done
runner_options=("$@")

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
export DASHBOARD_TEST_ARTIFACTS="${DASHBOARD_TEST_ARTIFACTS:-$PWD/artifacts}"
results="$DASHBOARD_TEST_ARTIFACTS/results.ctrf.json"
mkdir -p "$DASHBOARD_TEST_ARTIFACTS"
rm -f "$results"

ledger=()
began=$SECONDS
step() { # name, command...
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  "$@" && local code=0 || local code=$?
  ledger+=("$(printf '%6d s  %s' $((SECONDS - start)) "$name")")
  return "$code"
}

finish() { # passed failed skipped code
  echo
  echo "== time"
  printf '%s\n' "${ledger[@]}" "$(printf '%6d s  all' $((SECONDS - began)))"
  echo
  echo "$1 passed, $2 failed, $3 skipped"
  exit "$4"
}

# The packages, and the program by which each is known to be there.
needed=(
  busybox-static:/bin/busybox debootstrap:/usr/sbin/debootstrap nftables:/usr/sbin/nft iptables:/usr/sbin/iptables
  iproute2:/usr/sbin/ip chromium:/usr/bin/chromium runc:/usr/sbin/runc procps:/usr/bin/ps util-linux:/usr/bin/nsenter
  jq:/usr/bin/jq curl:/usr/bin/curl socat:/usr/bin/socat strace:/usr/bin/strace gcc:/usr/bin/gcc binutils:/usr/bin/ld
  libc6-dev:/usr/include/stdio.h fonts-dejavu-core:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
  fonts-nanum:/usr/share/fonts/truetype/nanum/NanumGothic.ttf
  python3-distutils:/usr/lib/python3.11/distutils/spawn.py
  ca-certificates:/etc/ssl/certs/ca-certificates.crt xz-utils:/usr/bin/xz e2fsprogs:/usr/sbin/mkfs.ext4 qemu-system-x86:/usr/bin/qemu-system-x86_64
)

install_packages() {
  local missing=() entry
  for entry in "${needed[@]}"; do [ -e "${entry#*:}" ] || missing+=("${entry%%:*}"); done
  # busybox-static replaces busybox, whose binary is not static.
  dpkg -s busybox-static >/dev/null 2>&1 || missing+=(busybox-static)
  if apt-cache show docker.io >/dev/null 2>&1 && [ ${#missing[@]} -eq 0 ]; then
    echo "all there"
    return
  fi
  apt-get -q -o DPkg::Lock::Timeout=300 update | tail -n 1
  [ ${#missing[@]} -eq 0 ] || DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" | tail -n 3
}

docker_client() {
  local version
  version=$(docker --version 2>/dev/null | sed -n 's/^Docker version \([0-9]*\).*/\1/p' || true)
  if [ -n "$version" ] && [ "$version" -ge 28 ]; then
    echo "docker client: $(docker --version)"
  else
    echo "NOTE: no docker client 28 here: the CLI suite runs with Debian's 20.10, unpacked into the cache; newer API versions are not asked by it"
  fi
}

build_clean() {
  local project
  for project in Dashboard.*/; do rm -rf "${project}bin" "${project}obj"; done
  dotnet build Dashboard.sln -c Release --nologo -v quiet
}

run_tests() {
  local filter=()
  [ -n "$all" ] || filter=(-trait- Category=Long)
  # HangWatch ends a hung run from inside and says what hung; this one is for a hung HangWatch.
  timeout --kill-after=30 "${DASHBOARD_TEST_LIMIT:-$([ -n "$all" ] && echo 14400 || echo 3600)}" \
    dotnet Dashboard.Tests/bin/Release/net10.0/Dashboard.Tests.dll \
    -noColor -longRunning 60 "${filter[@]}" "${runner_options[@]}" -result-ctrf "$results"
}

[ "$(id -u)" = 0 ] || { echo "test.sh starts containers and needs root" >&2; exit 2; }
[ "$(nproc)" -ge 2 ] || echo "NOTE: one processor: time limits are made for two"

step "packages" install_packages || finish 0 1 0 1
step "docker client" docker_client
step "build, Release, from clean" build_clean || finish 0 1 0 1
code=0
step "tests" run_tests || code=$?

# The writer leaves control characters of test names as they are, which JSON does not allow.
[ ! -s "$results" ] || { tr '\000-\037' ' ' <"$results" >"$results.clean" && mv "$results.clean" "$results"; }
if [ ! -s "$results" ]; then
  echo "the test run ended with $code and left no results: see HANG or the last lines above"
  finish 0 1 0 1
fi

echo
echo "== slowest classes"
jq -r '.results.tests | map({class: .extra.type, duration}) | group_by(.class)
  | map({class: .[0].class, n: length, s: (map(.duration) | add / 1000)}) | sort_by(-.s) | .[:25][] | "\(.s * 10 | round / 10) s\t\(.n)\t\(.class)"' "$results" | column -t -s $'\t'
echo
echo "== skipped"
jq -r '.results.tests[] | select(.status == "skipped" or .status == "pending") | "\(.name): \(.message // "no reason given")"' "$results"
echo
echo "== failed"
jq -r '.results.tests[] | select(.status == "failed") | .name' "$results"

read -r passed failed skipped < <(jq -r '.results.summary | "\(.passed) \(.failed) \(.skipped + .pending)"' "$results")
[ "$code" = 0 ] || [ "$failed" -gt 0 ] || failed=1
[ "$passed" -gt 0 ] || code=1
[ "$failed" -eq 0 ] || code=1
finish "$passed" "$failed" "$skipped" "$code"
