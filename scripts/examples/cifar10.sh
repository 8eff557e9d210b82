#!/usr/bin/env bash
# Unpacks CIFAR-10 (60,000 JPEG files, folders train/CLASS and test/CLASS) for scripts/examples/cifar10.yaml, once.
#   scripts/examples/cifar10.sh [ARCHIVE]
set -euo pipefail

root="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)"
archive="${1:-$root/../shared/data/cifar10/images.tar.xz}"
images="$root/target/examples/cifar10"

[ -f "$archive" ] || {
  echo "cifar10.sh: there is no archive $archive. Give a tar file with folders train/CLASS and test/CLASS of images." >&2
  exit 1
}
if [ ! -d "$images" ]; then
  mkdir -p "$images.part"
  tar -xf "$archive" -C "$images.part"
  mv "$images.part" "$images" # all of it or nothing
fi
echo "Images are in $images. Train on them with: scripts/sotto train scripts/examples/cifar10.yaml"
