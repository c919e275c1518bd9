#!/bin/bash
# Runs our engine (Release) beside a real dockerd, the same work in turn, and prints the ratios: bench/run.sh [rounds]
# As root, on the machine that test.sh has prepared. The table is also left in artifacts/bench.md.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build bench/Dashboard.Bench -c Release --nologo -v quiet
exec dotnet bench/Dashboard.Bench/bin/Release/net10.0/Dashboard.Bench.dll "$@"
