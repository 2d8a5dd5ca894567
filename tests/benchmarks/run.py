"""``make bench``: every figure as a ratio to what it is measured against in the same run, with pass or miss."""

from __future__ import annotations

import sys

from tests.benchmarks import bench_bridge, bench_flagship

if __name__ == "__main__":
    passed = [bench.main() for bench in (bench_bridge, bench_flagship)]
    sys.exit(0 if all(passed) else 1)
