#!/usr/bin/env bash
# Compares the Hamming search with FAISS (Debian's python3-faiss) in one run, on one core: exact search of a million hashes in
# batches of 8, within radius 8 of 64 bits and 67 of 256. Installs the package when it is missing and this runs as root.
#
#   benchmarks/peers/faiss.sh [HASHES]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
hashes=${1:-1000000}
python=/usr/bin/python3 # Debian's own, for which the package is built
if ! "$python" -c 'import faiss' 2>/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-faiss >/dev/null
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$here/../.." && go build -o "$tmp/lookalike" ./cmd/lookalike)
"$python" "$here/timefaiss.py" "$hashes" | tee "$tmp/faiss"
"$tmp/lookalike" bench image --hashes "$hashes" --corpus 0 --listings 0 | tee "$tmp/ours"
awk '
  FNR == NR { peer[$2] = $4; next }
  /hashes of/ { bits = $4 }
  /µs/ { for (i = 2; i <= NF; i++) if ($i == "µs") { if (!seen++) print ""; printf "%3d bits: %.1f times faiss: %s\n", bits, peer[bits] / $(i-1), $0 } }
' "$tmp/faiss" "$tmp/ours"
