"""The process that unpacks a Parquet file of a stranger: started by ``input_parquet``, never by a person.

The footer of a file may say anything, and the library that reads it may end the process or ask for all memory. Here that ends this process
alone. The table goes to standard output as an Arrow stream; why a file is refused goes to standard error.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pyarrow as pa

from optimizer.core.input_files import InputFault
from optimizer.core.input_limits import UNPACKING_BYTES, UNPACKING_SECONDS
from optimizer.core.input_parquet import PLAN, REFUSED, read_plan_table, unpacked_here


def main() -> None:
    """Unpack the file that is named, within the limits; of a plan's files try whether that can be done."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # some systems have no such limits
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (UNPACKING_SECONDS.most, UNPACKING_SECONDS.most))
        resource.setrlimit(resource.RLIMIT_AS, (UNPACKING_BYTES.most, UNPACKING_BYTES.most))
    if sys.argv[1] == PLAN:
        for path in sys.argv[2:]:
            with contextlib.suppress(InputFault, OSError):  # told by whoever reads it in earnest
                read_plan_table(Path(path))
        return
    try:
        table = unpacked_here(Path(sys.argv[1]))
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stream, pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table)
    except InputFault as fault:
        sys.stderr.write(str(fault))
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
