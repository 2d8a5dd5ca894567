"""``gigasite data``: what each command of the datasets takes; what it needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.failing import errors_as_text
from optimizer.cli.helping import complete_table, epilog

data = typer.Typer(
    no_args_is_help=True, epilog=epilog("gigasite data list", "gigasite data at 35.07 -90.09"),
    help="The bundled datasets: cards, rows, what they know of a place.",
)

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@data.command("list", epilog=epilog("gigasite data list"))
def list_tables(as_json: _AsJson = False) -> None:
    """List every table with its rows, years, licence, trust and size."""
    with errors_as_text():
        from optimizer.cli.data_tables import print_list

        print_list(as_json)


@data.command(epilog=epilog("gigasite data show retail_price_county --head 3"))
def show(
    table: Annotated[str, typer.Argument(
        metavar="TABLE", help="Name of a table, as gigasite data list prints it.", autocompletion=complete_table)],
    head: Annotated[int, typer.Option(min=0, metavar="N", help="Rows to print.")] = 5,
    as_json: _AsJson = False,
) -> None:
    """Print the card of a table, its columns and its first rows."""
    with errors_as_text():
        from optimizer.cli.data_tables import print_table

        print_table(table, head, as_json)


@data.command(epilog=epilog("gigasite data check taxes counties"))
def check(
    tables: Annotated[list[str] | None, typer.Argument(
        metavar="[TABLE]...", help="Only these.  [default: all]", autocompletion=complete_table)] = None,
) -> None:
    """Check every card against its table. Exit code 2 on a fault.

    Types, ranges, keys, units, coverage, dates, licences.
    """
    with errors_as_text():
        from optimizer.cli.data_tables import print_check

        code = print_check(tables or [])
    raise typer.Exit(code)


@data.command(
    context_settings={"ignore_unknown_options": True},
    epilog=epilog("gigasite data at 35.07 -90.09", "gigasite data at 1350000 540000 --crs EPSG:5070"),
)
def at(
    lat: Annotated[float, typer.Argument(metavar="LAT", help="Latitude in degrees; with --crs the northing (y).")],
    lon: Annotated[float, typer.Argument(metavar="LON", help="Longitude in degrees, west negative; with --crs the easting (x).")],
    crs: Annotated[str | None, typer.Option(metavar="EPSG:NNNN", help="Coordinate system of the point.  [default: WGS 84]")] = None,
    as_json: _AsJson = False,
) -> None:
    """Say what the datasets know of a point.

    Each figure with its source, year and quality.
    """
    with errors_as_text():
        from optimizer.cli.data_place import print_place

        print_place(lat, lon, crs, as_json)


@data.command("map", epilog=epilog("gigasite data map industrial_price_usd_per_mwh --out price.png"))
def draw_map(
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="A figure by county, such as industrial_price_usd_per_mwh.")],
    out: Annotated[Path, typer.Option(help="Picture to write, ending in .png, .svg or .pdf.")] = Path("map.png"),
    force: Annotated[bool, typer.Option("--force", help="Set aside the picture that is there.")] = False,
) -> None:
    """Draw a figure by county as a map.

    The 48 states, Alaska and Hawaii as insets, missing counties hatched.
    """
    with errors_as_text():
        from optimizer.cli.solving import say
        from optimizer.report.county_map import draw_county_map

        draw_county_map(column, out, force, say)
        typer.echo(f"Written: {out}")


@data.command("bill", epilog=epilog("gigasite data bill rate.toml load.csv --year 2024"))
def print_bill_of(
    tariff: Annotated[Path, typer.Argument(metavar="TARIFF.toml", help="A rate schedule; docs/tariffs.md says how it is written.")],
    load: Annotated[Path, typer.Argument(metavar="LOAD.csv", help="Hourly load: column load_kw or load_mw, optionally time.")],
    year: Annotated[int | None, typer.Option(min=1900, max=2200, help="Year of a load without column time.  [default: 2023]")] = None,
    as_json: _AsJson = False,
) -> None:
    """Print what a load costs under a rate schedule, by month and line."""
    with errors_as_text():
        from optimizer.cli.data_bill import print_bill

        print_bill(tariff, load, year, as_json)
