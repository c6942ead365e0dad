"""The command group `stats`, mounted by the main command line."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from stats.days import day_from_code, quarter_label, week_label
from stats.faults import StoreError
from stats.store import Row, open_store
from stats.tables import TABLES, CounterTable

DEFAULT_URL = "sqlite:///data/soiviec.db"
database_option = click.option(
    "--database", envvar="DATABASE_URL", default=DEFAULT_URL, metavar="URL", help="Default: DATABASE_URL."
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
@click.option("--purpose", type=click.Choice(["real", "demo", "workshop"]), default="real", show_default=True)
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
