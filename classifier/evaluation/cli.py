"""Commands that measure: `evaluate`, `benchmark` and `corpus check`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from classifier.commandline import Fault
from classifier.corpus import CORPUS_DIR, CorpusError, Document, read_documents
from classifier.corpus_checks import check_corpus, sign_ids
from classifier.evaluation import tables

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_files(files: tuple[Path, ...]) -> list[Document]:
    """Labelled texts of evaluation files, or end with the fault."""
    try:
        return [document for path in files for document in read_documents(path)]
    except CorpusError as error:
        raise Fault(str(error)) from None


@click.group()
def corpus() -> None:
    """Look after `training_data/`."""


@corpus.command(name="check")
@click.option(
    "--against",
    multiple=True,
    type=FILES,
    help="Evaluation file that the corpus must not repeat; may be given again.",
)
@click.option(
    "--directory",
    default=CORPUS_DIR,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the items are.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def corpus_check(ctx: click.Context, against: tuple[Path, ...], directory: Path, as_json: bool) -> None:
    """Check the items: schema, copies, leaks, stock phrases, skeletons, shortcuts; count them against the plan."""
    report = check_corpus(sign_ids(), directory, read_files(against))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        tables.print_corpus(Console(), report)
    ctx.exit(1 if report.violations else 0)


COMMANDS: tuple[click.Command, ...] = (corpus,)
