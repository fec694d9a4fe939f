#!/bin/sh
# Other people's clients against the router simulator: each as a process of its own, on a router of its own, for a
# version with the old login, one before `!empty`, one with it, and once over TLS. Ends with 1 if any expectation is not
# met.
#
# usage: tests/peers/run.sh [ROUTER]     (ROUTER: the simulator's example as it was built; without it, it is built)
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
venv="$root/target/peers-venv"
python="$venv/bin/python"
if ! "$python" -c 'import librouteros, routeros_api' 2>/dev/null; then
    python3 -m venv "$venv"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$root/tests/peers/requirements.txt"
fi
router_program=${1:-}
if [ -z "$router_program" ]; then
    cargo build --quiet --manifest-path "$root/Cargo.toml" -p simulators --example router
    router_program=$root/target/debug/examples/router
fi

work=$(mktemp -d)
router=
stop() {
    exec 3>&- || true
    if [ -n "$router" ]; then
        wait "$router" || true
    fi
    router=
}
trap 'stop; rm -rf "$work"' EXIT

failed=0
for spoken in 6.42 7.16 7.18 "7.18 tls"; do
    for client in librouteros routeros_api; do
        rm -f "$work/input" "$work/output"
        mkfifo "$work/input" "$work/output"
        # What is spoken is a version and perhaps `tls`, so it stands without quotes. The router runs until its standard
        # input ends, so it cannot outlive this script.
        "$router_program" 0 20 $spoken <"$work/input" >"$work/output" &
        router=$!
        exec 3>"$work/input"
        read -r ready port <"$work/output"
        if [ "$ready" != ready ] || ! "$python" "$root/tests/peers/drive_$client.py" "$port" $spoken; then
            echo "$client $spoken: failed" >&2
            failed=1
        fi
        stop
    done
done
if [ "$failed" -eq 0 ]; then
    echo "peers: all clients drove the simulated router"
fi
exit "$failed"
