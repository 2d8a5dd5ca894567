"""Parquet files that a stranger may have written: what the footer says is limited before anything is unpacked, and texts are counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

import optimizer
from optimizer.core.input_files import InputFault, read_bytes
from optimizer.core.input_limits import (
    CELL_LETTERS,
    GEOMETRY_BYTES,
    PLAN_BYTES,
    PLAN_ROWS,
    TABLE_BYTES,
    TABLE_COLUMNS,
    TABLE_ROWS,
    UNPACKED_BYTES,
    Limit,
)
from optimizer.core.printable import shown

_ENCODINGS = frozenset({"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY", "BIT_PACKED"})
"""Encodings whose size the footer tells; the others may unpack a page to many times that."""

_THRIFT_STRING, _THRIFT_ITEMS = 16_000_000, 200_000
"""Longest text and list in a footer."""


def read_stranger(path: Path) -> pa.Table:
    """Read a table of a scenario; texts come as dictionaries, so that one that stands a million times is held once.

    Parameters
    ----------
    path : Path
        Parquet file.

    Raises
    ------
    InputFault
        It is too large, packed or unpacked, cannot be read, or holds other than texts, numbers, dates and geometries.
    OSError
        It is not there, or may not be read.
    """
    read_bytes(path, TABLE_BYTES)  # what is not there or too large is told before a process is started
    done = _in_a_process_of_its_own(str(path))
    if done.returncode == REFUSED:
        raise InputFault(done.stderr.decode("utf-8", "replace"))
    if done.returncode != 0:
        raise InputFault(LIES)
    return pa.ipc.open_stream(done.stdout).read_all()


def lying(paths: Sequence[Path]) -> set[Path]:
    """Give those of a plan's tables that would end the process which reads them.

    Parameters
    ----------
    paths : sequence of Path
        Files that somebody altered since gigasite wrote them.
    """
    if not paths or _in_a_process_of_its_own(PLAN, *map(str, paths)).returncode == 0:
        return set()
    return {path for path in paths if _in_a_process_of_its_own(PLAN, str(path)).returncode != 0}


def _in_a_process_of_its_own(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "optimizer.core.parquet_child", *words]
    found = [str(Path(optimizer.__file__).resolve().parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    # The system's own allocator: the others reserve more than they use, which the limit of the process would count.
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(found), "ARROW_DEFAULT_MEMORY_POOL": "system"}
    return subprocess.run(command, capture_output=True, check=False, env=env)


LIES = "cannot be read as Parquet: what its footer says is not what it holds, or it is too large when unpacked"

PLAN = "--plan"
"""Says to the process that it is to try tables of a plan."""

REFUSED = 2
"""Exit code of the process that unpacks, where it refuses the file."""


def unpacked_here(path: Path) -> pa.Table:
    """Read a table of a scenario within this process, which a file that lies may end; see ``read_stranger``.

    Raises
    ------
    InputFault, OSError
        As there.
    """
    return _read(path, TABLE_BYTES, TABLE_ROWS, UNPACKED_BYTES)


def read_plan_table(path: Path) -> pa.Table:
    """Read a table of a plan's or a study's folder, as it was written.

    Raises
    ------
    InputFault, OSError
        As for ``read_stranger``.
    """
    table = _read(path, PLAN_BYTES, PLAN_ROWS, PLAN_BYTES)
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(field.type.value_type))
    return table


def geo_of(table: pa.Table) -> dict[str, Any] | None:
    """What the footer says of geometries (GeoParquet); none where it says nothing.

    Raises
    ------
    InputFault
        It is no JSON.
    """
    held = (table.schema.metadata or {}).get(b"geo")
    try:
        found = None if held is None else json.loads(held)
    except (ValueError, RecursionError) as error:
        raise InputFault("its footer names geometries and cannot be read: not GeoParquet") from error
    return found if isinstance(found, dict) else None


def _read(path: Path, packed: Limit, rows: Limit, unpacked: Limit) -> pa.Table:
    held = read_bytes(path, packed)
    if not (held.startswith(b"PAR1") and held.endswith(b"PAR1")):
        raise InputFault("is no Parquet file, by its content")
    try:
        file = parquet.ParquetFile(
            pa.BufferReader(held), thrift_string_size_limit=_THRIFT_STRING, thrift_container_size_limit=_THRIFT_ITEMS
        )
        _require_size(file.metadata, rows, unpacked)
        texts = [field.name for field in file.schema_arrow if _is_text(field.type) or pa.types.is_dictionary(field.type)]
        lazy = parquet.ParquetFile(
            pa.BufferReader(held), read_dictionary=texts, thrift_string_size_limit=_THRIFT_STRING,
            thrift_container_size_limit=_THRIFT_ITEMS,
        )
        table = lazy.read(use_threads=False)
        _require_cells(table, unpacked)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        if isinstance(error, InputFault):
            raise
        raise InputFault(f"cannot be read as Parquet: {shown(str(error), 200)}") from error
    return table


def _require_size(footer: Any, rows: Limit, unpacked: Limit) -> None:
    """Refuse by the footer alone."""
    if footer.num_columns > TABLE_COLUMNS.most:
        raise InputFault(f"has {footer.num_columns:,} columns; at most {TABLE_COLUMNS} are read")
    size = 0
    for group in range(footer.num_row_groups):
        for column in range(footer.num_columns):
            chunk = footer.row_group(group).column(column)
            size += max(int(chunk.total_uncompressed_size), 0)
            strange = set(chunk.encodings) - _ENCODINGS
            if strange:
                told = f"column {shown(chunk.path_in_schema)!r} is encoded as {', '.join(sorted(strange))}"
                raise InputFault(f"{told}, of which the size is not known beforehand; write it with plain or dictionary encoding")
    if footer.num_rows > rows.most:
        raise InputFault(f"has {footer.num_rows:,} rows; at most {rows} are read")
    if size > unpacked.most:
        raise InputFault(f"would be {size / 1e6:,.0f} MB when unpacked; at most {unpacked}")


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _require_cells(table: pa.Table, unpacked: Limit) -> None:
    """Refuse columns of lists and the like, cells that are too long, and texts that repeated are too much."""
    total = 0
    for field, column in zip(table.schema, table.columns, strict=True):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType):
            raise InputFault(f"column {shown(field.name)!r} holds {shown(str(kind))}; a cell is a text, a number, a date or a truth")
        if not _is_text(kind):
            continue
        most = GEOMETRY_BYTES.most if "binary" in str(kind) else CELL_LETTERS.most * 4
        lengths = [length for chunk in column.chunks for length in _lengths(chunk)]
        longest = max((pc.max(length).as_py() or 0 for length in lengths), default=0)
        if longest > most:
            raise InputFault(f"column {shown(field.name)!r} holds a cell of {longest:,} bytes; at most {most:,}")
        total += sum(pc.sum(length).as_py() or 0 for length in lengths)
    if total > unpacked.most:
        raise InputFault(f"its texts would be {total / 1e6:,.0f} MB when unpacked; at most {unpacked}")


def _lengths(chunk: Any) -> list[Any]:
    """Length of the text of every row, in bytes."""
    if not pa.types.is_dictionary(chunk.type):
        return [pc.binary_length(chunk).cast(pa.int64())]
    return [pc.take(pc.binary_length(chunk.dictionary).cast(pa.int64()), chunk.indices)] if len(chunk) else []
