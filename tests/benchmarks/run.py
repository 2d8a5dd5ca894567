"""``make bench``: every figure, most as ratios within one run, with pass or MISS. A miss is told and is no error of the run."""

from __future__ import annotations

from tests.benchmarks import bench_bridge, bench_data, bench_flagship

if __name__ == "__main__":
    verdicts = [bench.main() for bench in (bench_bridge, bench_data, bench_flagship)]
    print("All goals are reached." if all(verdicts) else "Some goals are missed (MISS above).")
