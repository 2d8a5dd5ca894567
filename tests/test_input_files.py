"""A small file takes the memory of a small file, however large it might be."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from optimizer.core.input_files import InputFault, read_bytes
from optimizer.core.input_limits import PLAN_BYTES, Limit


def test_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    """3 MB, of which the pieces and the whole are held at once: less than 10 MB, where 1,000 MB are allowed."""
    content = bytes(range(250)) * 12_000
    (tmp_path / "plan.json").write_bytes(content)
    tracemalloc.start()
    try:
        assert read_bytes(tmp_path / "plan.json", PLAN_BYTES) == content
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


def test_what_is_as_large_as_allowed_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    file, most = tmp_path / "load.csv", (1 << 20) + 7
    file.write_bytes(b"x" * most)
    assert len(read_bytes(file, Limit(most, "bytes", "a load"))) == most
    with pytest.raises(InputFault, match="at most"):
        read_bytes(file, Limit(most - 1, "bytes", "a load"))
