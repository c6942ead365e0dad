"""Commands that measure: `evaluate`, `benchmark` and `corpus check`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from classifier.building import source_hash
from classifier.commandline import Fault, load_assessor, model_dir_of
from classifier.corpus import CORPUS_DIR, CorpusError, Document, load_corpus, read_documents
from classifier.corpus_checks import check_corpus, sign_ids
from classifier.evaluation import tables
from classifier.evaluation.figures import Figures, as_json, measure_cases, plain
from classifier.evaluation.held_out import held_out_probabilities, judge_held_out
from classifier.evaluation.measures import judge

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


@click.command()
@click.argument("files", nargs=-1, type=FILES)
@click.option("--json", "as_text", is_flag=True, help="Print every figure as JSON.")
@click.pass_context
def evaluate(ctx: click.Context, files: tuple[Path, ...], as_text: bool) -> None:
    """Measure the reader on labelled FILES (JSONL); without any, on the corpus by authors left out."""
    figures = plain(_measured(ctx, files))
    if as_text:
        click.echo(as_json(figures))
    else:
        tables.print_evaluation(Console(), figures)


def _measured(ctx: click.Context, files: tuple[Path, ...]) -> Figures:
    assessor = load_assessor(ctx)
    try:
        corpus = load_corpus()
    except CorpusError as error:
        raise Fault(str(error)) from None
    if files:
        say("reading the files")
        return measure_cases(assessor, judge(assessor, read_files(files)), corpus, say=say)
    if assessor.manifest.corpus != source_hash(corpus):
        raise Fault("the model is not of this corpus: run `soiviec train` first")
    chances = held_out_probabilities(assessor.reader, assessor.manifest, corpus, model_dir_of(ctx), say)
    say("reading the corpus")
    cases = judge_held_out(assessor, corpus, chances)
    return measure_cases(assessor, cases, corpus, is_held_out=True, say=say)


def say(step: str) -> None:
    """Tell the person what takes so long."""
    if step:
        click.echo(step, err=True)


COMMANDS: tuple[click.Command, ...] = (evaluate, corpus)
