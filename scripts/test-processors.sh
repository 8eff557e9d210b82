#!/usr/bin/env bash
# Runs the tests as on other processors, and prints what fails under which instruction set:
#
#   scripts/test-processors.sh                                  # model-core and spark-job, whole: some ten minutes a row on two cores
#   scripts/test-processors.sh model-core                       # one of them
#   scripts/test-processors.sh model-core 'StagesTest,UnitIndependenceTest'
#
# libtorch chooses its kernels by the processor, and with them the order in which floats are added up. Three libraries in it do so, each
# by a variable of its own: PyTorch (ATEN_CPU_CAPABILITY), oneDNN (DNNL_MAX_CPU_ISA) and MKL (MKL_ENABLE_INSTRUCTIONS). The variables take
# instruction sets away and cannot add any: a row for which this processor lacks one is left out, and says so. An older machine lacks
# them in all three; those rows come last. Visible cores are set by -XX:ActiveProcessorCount. Environment variables reach
# every JVM that a test starts, clusters' executors among them.
#
# The accountant computes in Java alone, whose arithmetic is the same everywhere: it is built, not tested. Reports and logs of each row
# stay in target/processors.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  "") modules=model-core,spark-job ;;
  model-core | spark-job) modules=$1 ;;
  *) echo "Usage: scripts/test-processors.sh [model-core|spark-job [tests]]; found: $*" >&2; exit 2 ;;
esac
tests=${2:-'dev.sotto.core.**,dev.sotto.job.**'}
[[ $modules == spark-job && -z ${2:-} ]] && tests='dev.sotto.job.**'
kept=$PWD/target/processors
flags=" $(grep -m1 '^flags' /proc/cpuinfo) "
failed=()

# Adds up an attribute of all reports.
total() {
  { grep -hos "<testsuite [^>]*" "$1"/TEST-*.xml || true; } | { grep -o " $2=\"[0-9]*\"" || true; } \
    | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}

# row <name> <flag of /proc/cpuinfo that it needs, or -> <variable=value>...
row() {
  local name=$1 flag=$2 folder broken=''
  shift 2
  if [[ $flag != - && $flags != *" $flag "* ]]; then
    printf '%-44s %8s\n' "$name" "not here: the processor lacks $flag"
    return
  fi
  folder=$kept/${name//[^A-Za-z0-9_]/-}
  mkdir -p "$folder"
  rm -rf ./*/target/surefire-reports
  env "$@" ./mvnw --batch-mode -pl "$modules" -am test "-Dtest=$tests" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dmaven.test.failure.ignore -Dspotless.check.skip > "$folder/log.txt" 2>&1 || broken="the build broke: $folder/log.txt"
  cp ./*/target/surefire-reports/TEST-*.xml "$folder" 2> /dev/null || broken="no tests ran: $folder/log.txt"
  local failures=$(($(total "$folder" failures) + $(total "$folder" errors)))
  printf '%-44s %8d %8d %8d%s\n' "$name" "$(total "$folder" tests)" "$(total "$folder" skipped)" "$failures" "${broken:+  $broken}"
  if ((failures)) || [[ -n $broken ]]; then
    failed+=("$folder")
  fi
}

rm -rf "$kept"
mkdir -p "$kept"
./mvnw --batch-mode -pl "$modules" -am test-compile > "$kept/build.txt" 2>&1 || { cat "$kept/build.txt" >&2; exit 1; }
printf '%-44s %8s %8s %8s\n' "instruction set" tests skipped failures
row "as it is" - A=A
row "ATEN_CPU_CAPABILITY=default" - ATEN_CPU_CAPABILITY=default
row "ATEN_CPU_CAPABILITY=avx2" avx2 ATEN_CPU_CAPABILITY=avx2
row "ATEN_CPU_CAPABILITY=avx512" avx512f ATEN_CPU_CAPABILITY=avx512
row "DNNL_MAX_CPU_ISA=SSE41" - DNNL_MAX_CPU_ISA=SSE41
row "DNNL_MAX_CPU_ISA=AVX2" avx2 DNNL_MAX_CPU_ISA=AVX2
row "DNNL_MAX_CPU_ISA=AVX512_CORE" avx512bw DNNL_MAX_CPU_ISA=AVX512_CORE
row "DNNL_MAX_CPU_ISA=AVX512_CORE_BF16" avx512_bf16 DNNL_MAX_CPU_ISA=AVX512_CORE_BF16
row "MKL_ENABLE_INSTRUCTIONS=AVX2" avx2 MKL_ENABLE_INSTRUCTIONS=AVX2
row "1 core" - JAVA_TOOL_OPTIONS=-XX:ActiveProcessorCount=1
row "2 cores" - JAVA_TOOL_OPTIONS=-XX:ActiveProcessorCount=2
row "16 cores" - JAVA_TOOL_OPTIONS=-XX:ActiveProcessorCount=16
row "all three SSE4" - ATEN_CPU_CAPABILITY=default DNNL_MAX_CPU_ISA=SSE41 MKL_ENABLE_INSTRUCTIONS=SSE4_2
row "all three AVX2" avx2 ATEN_CPU_CAPABILITY=avx2 DNNL_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2

for folder in "${failed[@]}"; do
  printf '\n%s\n' "$folder"
  grep -hE '^\[ERROR\]  +[A-Za-z]+Test|Tests run:.*(FAILURE|ERROR)!|BUILD FAILURE|OutOfMemory|SIGSEGV' "$folder/log.txt" || true
done
exit $((${#failed[@]} > 0))
