"""The command group `stats`, mounted by the main command line."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from stats import vocabularies as words
from stats.days import day_from_code, quarter_label, utc_now, vietnam_date, week_from_label, week_label
from stats.demo import fill_demo
from stats.faults import StoreError
from stats.patterns import PatternRegister
from stats.public import publish
from stats.release import Rows, build_release, collect
from stats.release_file import ReleaseError, complete, export_release, read_release, write_release
from stats.retention import apply_retention
from stats.staff.passwords import hash_password
from stats.store import Row, Store, open_store
from stats.tables import TABLES, CounterTable

DEFAULT_URL = "sqlite:///data/soiviec.db"
database_option = click.option(
    "--database", envvar="DATABASE_URL", default=DEFAULT_URL, metavar="URL", help="Default: DATABASE_URL."
)
purpose_option = click.option(
    "--purpose", type=click.Choice(words.PURPOSES), default="real", show_default=True, help="What it counts."
)


@click.group(name="stats")
def stats() -> None:
    """Anonymous counters: look, release, demo."""


def _period_label(table: CounterTable, code: int) -> str:
    if table.period == "day":
        return day_from_code(code).isoformat()
    return week_label(code) if table.period == "iso_week" else quarter_label(code)


def _as_records(table: CounterTable, rows: list[Row]) -> list[dict[str, object]]:
    columns = (*table.key, "n")
    return [dict(zip(columns, (_period_label(table, int(row[0])), *row[1:]), strict=True)) for row in rows]


def _print_table(console: Console, table: CounterTable, records: list[dict[str, object]], most: int) -> None:
    title = f"{table.name}: {sum(int(str(record['n'])) for record in records)}"
    grid = Table(title=title, title_justify="left", header_style="bold")
    for column in (*table.key, "n"):
        grid.add_column(column, justify="right" if column == "n" else "left")
    for record in records[-most:]:
        grid.add_row(*(str(value) for value in record.values()))
    console.print(grid)


@stats.command()
@database_option
@purpose_option
@click.option("--json", "as_json", is_flag=True, help="All rows as JSON.")
@click.option("--last", default=15, show_default=True, help="Rows of each table.")
def show(database: str, purpose: str, as_json: bool, last: int) -> None:
    """Show the exact counters, for the operator alone: publish only what `release` writes."""
    try:
        store = open_store(database, purpose)
        found = {name: _as_records(table, store.read(name)) for name, table in TABLES.items()}
    except (StoreError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = Console()
    for name, records in found.items():
        if records:
            _print_table(console, TABLES[name], records, last)
    if not any(found.values()):
        console.print("Nothing counted yet.")
    console.print("[dim]Exact and unpublished. `release` hides small cells and rounds the rest.[/dim]")


def _make_release(store: Store, output: Path, today: date, week: str | None) -> Rows:
    earlier = read_release(output, store.purpose)
    patterns = PatternRegister.of_catalogue()
    last_week = week_from_label(week) if week else None
    rows = build_release(collect(store), today, patterns, earlier=earlier, last_week=last_week)
    finished = complete(rows, store.purpose, today)
    write_release(output, finished)
    return finished


def _publish(store: Store, output: Path, today: date) -> None:
    weeks = publish(collect(store), today, output, output.with_suffix(".ledger.json"))
    click.echo(
        f"{output}: published {', '.join(weeks) or 'nothing new; weeks under 100 checks are not published'}"
    )


def _say_released(output: Path, rows: Rows) -> None:
    info = {str(row["key"]): row["value"] for row in rows["release_info"]}
    span = f"{info['first_week']} to {info['last_week']}" if info["last_week"] else "no closed week yet"
    click.echo(f"{output}: {span}, {sum(len(rows[table]) for table in rows)} rows")


@stats.command()
@database_option
@purpose_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Default: data/release.db, or data/public.json with --public.",
)
@click.option("--public", is_flag=True, help="Noisy figures for the public instead (needs OpenDP).")
@click.option(
    "--week", metavar="YYYY-Www", help="Newest week to release; default: the last one that is over."
)
@click.option(
    "--export", type=click.Path(file_okay=False, path_type=Path), help="Also write CSV and JSON here."
)
@click.option("--keep", is_flag=True, help="Do not make old days and weeks coarser afterwards.")
def release(  # noqa: PLR0913, PLR0917  click hands over one argument per option
    database: str,
    purpose: str,
    output: Path | None,
    public: bool,
    week: str | None,
    export: Path | None,
    keep: bool,
) -> None:
    """Write what staff may see: closed weeks, small cells hidden, the rest rounded. Run it every Monday."""
    # Sums may wait in memory for some minutes after midnight.
    today = vietnam_date(utc_now() - timedelta(hours=1))
    try:
        store = open_store(database, purpose)
        store.prepare()
        if public:
            _publish(store, output or Path("data/public.json"), today)
            return
        output = output or Path("data/release.db")
        rows = _make_release(store, output, today, week)
        if export:
            list(export_release(export, rows))
        if not keep:
            apply_retention(store, today)
    except (StoreError, ReleaseError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    _say_released(output, rows)


@stats.command("demo-data")
@click.option("--database", default="sqlite:///data/demo.db", show_default=True, metavar="URL")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("data/demo_release.db")
)
@click.option("--weeks", type=click.IntRange(0, 400), default=26, show_default=True)
@click.option("--checks", type=click.IntRange(0, 100_000), default=260, show_default=True, help="Each week.")
@click.option("--if-missing", is_flag=True, help="Do nothing when the demo release is already there.")
def demo_data(database: str, output: Path, weeks: int, checks: int, if_missing: bool) -> None:
    """Fill a labelled demo store with invented weeks and release it; real counts are never touched."""
    if if_missing and output.exists():
        return
    today = vietnam_date(utc_now())
    try:
        store = open_store(database, "demo")
        if store.is_empty():
            fill_demo(store, today, weeks, checks)
            apply_retention(store, today)
        _say_released(output, _make_release(store, output, today, None))
    except (StoreError, ReleaseError, ValueError) as error:
        raise click.ClickException(str(error)) from None


@stats.command("hash-password")
@click.option("--name", required=True, help="Letters and digits; the account that the hash is for.")
@click.password_option(help="Asked for when not given, and better so: command lines are remembered.")
def hash_a_password(name: str, password: str) -> None:
    """Make a staff account: prints the environment variable to set."""
    if not (name.isascii() and name.isalnum() and len(name) <= 32):
        raise click.ClickException("a name is 1 to 32 letters and digits without marks")
    if len(password) < 12:
        raise click.ClickException("a password needs at least 12 characters")
    click.echo(f"SOIVIEC_STAFF_{name.upper()}_HASH='{hash_password(password)}'")
