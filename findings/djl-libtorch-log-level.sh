#!/usr/bin/env bash
# DJL 0.35.1 with its libtorch 2.7.1 (Maven Central) does not heed TORCH_CPP_LOG_LEVEL, and its loggers do not see libtorch's warnings.
#
# PyTorch documents the variable TORCH_CPP_LOG_LEVEL as what decides how much its C++ code logs. It is read where Python loads torch; a JVM that
# loads the same library never reads it. So a warning of libtorch's goes to standard error with the variable at ERROR or FATAL as without it,
# and with every logger of the JVM silent (no SLF4J provider is there at all).
#
# Who keeps a JVM's logs free of what depends on data has to know: some of these warnings are written once a call, and only the number
# FLAGS_caffe2_log_level inside libc10.so, set from native code, turns them off.
# Fails if a level is heeded, or the warning is gone.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>warning</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>ai.djl.pytorch</groupId>
      <artifactId>pytorch-engine</artifactId>
      <version>0.35.1</version>
    </dependency>
    <dependency>
      <groupId>ai.djl.pytorch</groupId>
      <artifactId>pytorch-jni</artifactId>
      <version>2.7.1-0.35.1</version>
    </dependency>
    <dependency>
      <groupId>ai.djl.pytorch</groupId>
      <artifactId>pytorch-native-cpu</artifactId>
      <version>2.7.1</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
  </dependencies>
</project>
XML

cat > "$work/Warning.java" <<'JAVA'
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

public class Warning {
    public static void main(String[] arguments) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray signal = manager.arange(16f).reshape(1, 16);
            NDArray window = manager.ones(new Shape(8));
            System.out.println("spectrum " + signal.stft(8, 4, true, window, false).getShape());
        }
    }
}
JAVA

"${MVN:-mvn}" --batch-mode --quiet --file "$work/pom.xml" \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"

warnings() { # LEVEL: how many lines of libtorch's own on standard error
  TORCH_CPP_LOG_LEVEL=$1 DJL_CACHE_DIR="$work/djl" java -Dai.djl.offline=true -cp "$work/lib/*" "$work/Warning.java" 2>&1 >"$work/out" \
    | grep -c 'SpectralOps.cpp:[0-9]*\] Warning: stft with return_complex=False is deprecated' || true
}

found=""
for level in WARNING ERROR FATAL; do
  found+="$level: $(warnings $level) warning, $(cat "$work/out"); "
done
expected="WARNING: 1 warning, spectrum (1, 5, 5, 2); ERROR: 1 warning, spectrum (1, 5, 5, 2); FATAL: 1 warning, spectrum (1, 5, 5, 2); "
echo "DJL 0.35.1, libtorch 2.7.1: $found"
[[ "$found" == "$expected" ]] || { echo "expected $expected" >&2; exit 1; }
