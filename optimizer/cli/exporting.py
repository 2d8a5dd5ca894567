"""``gigasite export``: a saved plan in the form that another program reads."""

from __future__ import annotations

from pathlib import Path

from optimizer.cli.checking import answered
from optimizer.cli.exit_codes import EXIT_CODES
from optimizer.cli.failing import reader_may_leave
from optimizer.cli.solving import say
from optimizer.files.single_files import require_absent
from optimizer.plan.folder import read_plan
from optimizer.report.pypsa_network import network_tables, require_pypsa, write_network


def run_export(folder: Path, file: Path | None, hours: str, force: bool) -> int:
    """Write the plan of a folder as a PyPSA network and say where it is.

    Returns
    -------
    int
        0, or the exit code of an answer without a plan.

    Raises
    ------
    ExportError
        PyPSA is not installed, or the plan has no load.
    OutputExists
        The file is there and ``force`` was not given.
    OutputUnwritable
        Nothing can be written there.
    PlanFolderError
        The folder holds no plan, or not the instance that the plan answers.
    """
    require_pypsa()
    status = read_plan(folder).status
    if status in EXIT_CODES:
        with reader_may_leave():
            print(f"{folder} holds no plan to export: {status.replace('_', ' ')}.")
        return EXIT_CODES[status]
    plan, instance = answered(folder)
    file = file or Path(f"{folder.resolve().name}.nc")
    require_absent(file, force)
    tables = network_tables(instance, plan, "all" if hours == "all" else "typical")
    write_network(tables, file, say)
    count = sum(part.component == "Bus" for part in tables.parts)
    with reader_may_leave():
        print(f"Written: {file}, {len(tables.times):,} snapshots, {count} bus{'' if count == 1 else 'es'}. "
              "What it leaves out stands in its meta['notes'].")
    return 0
