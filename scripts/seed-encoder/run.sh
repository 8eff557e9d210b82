#!/bin/sh
# From film reviews to the shipped model and its figures: run.sh [corpus] [pretrain] [evaluate]; none means all three.
# IMDB, SST2: folders of the data; WORK: where the encoded corpus and checkpoints go; PYTHON: with requirements.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
IMDB=${IMDB:-$root/../shared/data/imdb}
SST2=${SST2:-$root/../shared/data/sst2}
WORK=${WORK:-$root/target/seed-encoder}
MODEL=${MODEL:-$here/model}
PYTHON=${PYTHON:-python3}
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"

[ $# -gt 0 ] || set -- corpus pretrain evaluate
mkdir -p "$WORK"
for stage; do
    case $stage in
    corpus) "$PYTHON" "$here/corpus.py" --imdb "$IMDB" --work "$WORK" ;;
    pretrain) "$PYTHON" "$here/pretrain.py" --work "$WORK" --model "$MODEL" ;;
    evaluate) "$PYTHON" "$here/evaluate.py" --model "$MODEL" --sst2 "$SST2" --seeds 1 2 ;;
    *) echo "run.sh: no stage '$stage': type corpus, pretrain or evaluate" >&2 && exit 2 ;;
    esac
done
