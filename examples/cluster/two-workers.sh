#!/usr/bin/env bash
# Tries a cluster on one machine: Redis, two workers of one core each, and a training that they share.
#
#   bash two-workers.sh
#
# Needs redis-server (REDIS=valkey-server takes the other), and graft: this repository after npm run build, or
# npm install --global @graft-ml/node-adapter @graft-ml/cluster. Leaves nothing behind.
set -euo pipefail

own=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/../../packages/node-adapter/bin/graft.js
if [ -f "$own" ]; then graft=(node "$own"); else graft=(graft); fi
port=${PORT:-6390}
cluster=(--storage storage --cluster "redis://127.0.0.1:$port")

folder=$(mktemp -d)
end() {
  # Told to stop, a worker hands back what it is at; Redis goes last.
  kill "${workers[@]}" 2> /dev/null || true
  wait "${workers[@]}" || true
  tail -qn 1 worker-*.log 2> /dev/null || true
  kill "$redis" 2> /dev/null || true
  wait
  rm -rf "$folder"
}
workers=()
trap end EXIT
cd "$folder"

"${REDIS:-redis-server}" --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly yes > redis.log &
redis=$!
"${graft[@]}" dataset demo photos --count 50
for number in 1 2; do
  "${graft[@]}" worker --redis "redis://127.0.0.1:$port" --storage storage --threads 1 2> "worker-$number.log" &
  workers+=($!)
done

echo "--- images run on both workers; one trains, one tests"
"${graft[@]}" train photos "${cluster[@]}" --out model
echo "--- five folds, each a job of its own, on the same activations of one more pass"
"${graft[@]}" train photos "${cluster[@]}" --folds 5
