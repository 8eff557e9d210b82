#!/usr/bin/env bash
# Trains on a YARN of this machine, by hand and not in the build, because it brings a second Spark (800 MB in target/yarn): the
# quickstart's seed encoder on made-up rows, once with the driver here and once in a container of YARN's, which must end with the same
# weights; then a run that YARN must report as failed with our exit code. Some 2 to 4 minutes.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
here="$root/scripts/yarn"
target="$root/target/yarn"

jars() { # pom, folder
  [ -d "$target/$2" ] || (cd "$root" && ./mvnw -q -f "$here/$1" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$target/$2")
}

mkdir -p "$target"
jars spark.xml home/jars
jars cluster.xml cluster
cp -r "$root/scripts/embedded-spark/bin" "$target/home"
run="$(mktemp -d "$target/run-XXXXXX")"
mkdir "$run/conf" "$run/mini"
echo '<configuration/>' >"$run/conf/core-site.xml"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
[ -n "${JAVA_HOME:-}" ] || JAVA_HOME="$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")"
export JAVA_HOME SPARK_HOME="$target/home" HADOOP_CONF_DIR="$run/conf"

(cd "$run/mini" && exec "$java" -Xmx700m --add-opens=java.base/java.lang=ALL-UNNAMED -cp "$target/cluster/*" "$here/MiniYarn.java" \
  "$run/conf") >"$run/mini.txt" 2>&1 &
yarn=$!
trap 'kill "$yarn" 2>/dev/null || true' EXIT
for ((waited = 0; waited < 60; waited++)); do
  [ ! -f "$run/conf/yarn-site.xml" ] || break
  sleep 1
done
[ -f "$run/conf/yarn-site.xml" ] || { cat "$run/mini.txt" >&2 && exit 1; }

{
  echo 'person,message,answer'
  for ((i = 0; i < 400; i++)); do
    echo "p$((i % 40)),the patient of bed $((i % 17)) asks for $([ $((i % 2)) = 0 ] && echo 'tea,yes' || echo 'silence,no')"
  done
} >"$run/table.csv"
cat >"$run/run.yaml" <<YAML
table: $run/table.csv
text-column: message
label-column: answer
labels: [no, yes]
privacy-unit-column: person
units: 40
model: $root/scripts/seed-encoder/model
partitions: 4
noise-multiplier: 1
delta: 1e-4
batch-size: 10
steps: 6
learning-rate: 0.01
insecure-seed: 11
YAML

train() { # deploy mode, options of Spark, --, options of the run
  local mode="$1" spark=()
  shift
  while [ "$1" != -- ]; do spark+=("$1") && shift; done
  shift
  "$root/scripts/sotto" --master yarn --deploy-mode "$mode" --num-executors 1 --executor-cores 1 --executor-memory 600m \
    --driver-memory 700m --conf spark.executor.memoryOverhead=900m --conf spark.driver.memoryOverhead=900m \
    --conf spark.yarn.am.memory=300m --conf "spark.yarn.jars=local:$target/home/jars/*" "${spark[@]}" train "$@"
}

train client -- "$run/run.yaml" --output "$run/client"
train cluster --files "$run/run.yaml" -- run.yaml --run-id week-7 --checkpoint-every 2 --output "$run/cluster" 2>"$run/cluster.txt"
grep 'final status: ' "$run/cluster.txt" | tail -1
cmp "$run/client/delta/delta.safetensors" "$run/cluster/delta/delta.safetensors" && echo "the same weights from both"
if train cluster --conf spark.yarn.maxAppAttempts=1 --files "$run/run.yaml" -- run.yaml --output "$run/cluster" 2>"$run/refused.txt"; then
  echo "a run that was refused counts as good" >&2
  exit 1
fi
grep -m 1 -o 'User application exited with status .*' "$run/refused.txt"
