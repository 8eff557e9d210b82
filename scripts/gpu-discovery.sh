#!/usr/bin/env bash
# Tells Spark which GPUs this machine has, by their indices: spark.{worker,executor,driver}.resource.gpu.discoveryScript
set -euo pipefail

indices="$(nvidia-smi --query-gpu=index --format=csv,noheader)" || {
  echo "gpu-discovery: nvidia-smi found no GPU on $(hostname). Start this worker without spark.worker.resource.gpu.*" >&2
  exit 1
}
printf '{"name": "gpu", "addresses": [%s]}\n' "$(sed 's/^ *\([0-9]*\).*/"\1"/' <<<"$indices" | paste -sd, -)"
