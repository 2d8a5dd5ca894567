"""``make bench``: every figure, most as ratios within one run, with pass or MISS. A miss is told and is no error of the run."""

from __future__ import annotations

from tests.benchmarks import bench_bridge, bench_data, bench_flagship, bench_hours, bench_peer, bench_relaxation, bench_study

if __name__ == "__main__":
    benches = (bench_bridge, bench_data, bench_flagship, bench_hours, bench_peer, bench_relaxation, bench_study)
    verdicts = [bench.main() for bench in benches]
    print("All goals are reached." if all(verdicts) else "Some goals are missed (MISS above).")
