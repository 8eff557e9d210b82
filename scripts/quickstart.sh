#!/usr/bin/env bash
# The main job on an embedded default: a made-up table of patients' messages, learned from with user-level privacy, and
# once more without noise to compare. On a machine with JDK 17 and nothing else; under 5 minutes after downloads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
home=target/quickstart
config=scripts/examples/quickstart.yaml

figure() { # REPORT KEY [PLACE]: the number that stands at that key, where it stands for the first or another time
  sed -n "s/.*\"$2\" : \([-0-9.eE+]*\).*/\1/p" "$1" | sed -n "${3:-1}p"
}

rounded_up() { LC_ALL=C awk -v x="$1" 'BEGIN { t = x * 1000; n = int(t); printf "%.3f", (n < t ? n + 1 : n) / 1000 }'; }

percent() { LC_ALL=C awk -v share="$1" 'BEGIN { printf "%.1f %%", 100 * share }'; }

rm -rf "$home"
echo "1/3 making the tables: 20,000 patients to learn from, 400 others to measure on"
scripts/sotto quickstart-data --output "$home/data"

echo "2/3 training with user-level differential privacy"
scripts/sotto train "$config"

echo "3/3 the same without noise, which protects nobody, to see what privacy costs"
scripts/sotto train "$config" --non-private --output "$home/without-noise"

private="$home/private/privacy-report.json"
plain="$home/without-noise/privacy-report.json"
cat <<EOF

Accuracy on the held-out table of other patients
  before training        $(percent "$(figure "$private" accuracy)")
  after, with privacy    $(percent "$(figure "$private" accuracy 2)")   epsilon $(rounded_up "$(figure "$private" epsilon)") at delta $(figure "$private" delta | sed 's/\.0E/e/'), per patient
  after, without noise   $(percent "$(figure "$plain" accuracy 2)")   NOT PRIVATE
  always one answer      $(percent "$(figure "$private" majority)")   the commonest department
What privacy costs falls with the number of persons: the noise is the same, and more of them stand against it.

The model, ready for Hugging Face transformers:  $home/private/model
What is promised, and what is not:               $home/private/privacy-report.html
EOF
