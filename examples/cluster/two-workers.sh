#!/usr/bin/env bash
# Tries a cluster on one machine: Redis, two workers, and a training that they share. Needs redis-server and graft.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null; wait; rm -rf "$folder"' EXIT
cd "$folder"

redis-server --port 6390 --dir "$folder" --appendonly yes > redis.log &
graft dataset demo photos --count 50
for number in 1 2; do
  graft worker --redis redis://127.0.0.1:6390 --storage storage --threads 1 2> "worker-$number.log" &
done
graft train photos --cluster redis://127.0.0.1:6390 --storage storage
