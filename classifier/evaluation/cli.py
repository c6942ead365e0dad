"""Commands that measure: `evaluate`, `benchmark` and `corpus check`."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import click
from rich.console import Console

from classifier.artifact import MODEL_NAME
from classifier.assessor import Assessor
from classifier.building import source_hash
from classifier.commandline import Fault, load_assessor, model_dir_of
from classifier.corpus import CORPUS_DIR, CorpusError, Document, load_corpus, read_documents
from classifier.corpus_checks import check_corpus, sign_ids
from classifier.evaluation import tables
from classifier.evaluation.card import write_card
from classifier.evaluation.figures import Figures, as_json, measure_cases, plain
from classifier.evaluation.held_out import held_out_probabilities, judge_held_out
from classifier.evaluation.measures import Judged, judge
from classifier.evaluation.report import write_report
from classifier.evaluation.studies import study

DIRECTORY = click.Path(file_okay=False, path_type=Path)
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
@click.option(
    "--full", is_flag=True, help="Also baselines, split gap, unseen schemes, probes, learning curve (slow)."
)
@click.option("--report", type=DIRECTORY, help="Write one HTML file with pictures there; implies --full.")
@click.option("--model-card", type=DIRECTORY, help="Write the model card and its JSON there.")
@click.pass_context
def evaluate(
    ctx: click.Context, /, files: tuple[Path, ...], as_text: bool, full: bool, **outputs: Path | None
) -> None:
    """Measure the reader on labelled FILES (JSONL); without any, on the corpus by authors left out."""
    report, card = outputs["report"], outputs["model_card"]
    figures = plain(_measured(ctx, files, is_full=full or report is not None))
    if as_text:
        click.echo(as_json(figures))
    else:
        tables.print_evaluation(Console(), figures)
    if report:
        say(f"report: {write_report(figures, report)}")
    if card:
        say("model card: " + ", ".join(path.name for path in write_card(figures, card)))


def _measured(ctx: click.Context, files: tuple[Path, ...], *, is_full: bool) -> Figures:
    assessor = load_assessor(ctx)
    try:
        documents = load_corpus()
    except CorpusError as error:
        raise Fault(str(error)) from None
    cases = _cases(ctx, assessor, documents, files)
    figures = measure_cases(assessor, cases, documents, is_held_out=not files, say=say)
    if is_full:
        figures["studies"] = study(assessor, cases, documents, is_held_out=not files, say=say)
    return figures


def _cases(
    ctx: click.Context, assessor: Assessor, documents: list[Document], files: tuple[Path, ...]
) -> list[Judged]:
    if files:
        say("reading the files")
        return judge(assessor, read_files(files))
    if assessor.manifest.corpus != source_hash(documents):
        raise Fault("the model is not of this corpus: run `soiviec train` first")
    chances = held_out_probabilities(assessor.reader, assessor.manifest, documents, model_dir_of(ctx), say)
    say("reading the corpus")
    return judge_held_out(assessor, documents, chances)


@click.command()
@click.argument("files", nargs=-1, type=FILES)
@click.pass_context
def benchmark(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Speed, size and quality in one table: on labelled FILES, or on the corpus by authors left out."""
    start = time.process_time()
    load_assessor(ctx)
    loading = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = plain(_measured(ctx, files, is_full=False))
    size = (model_dir_of(ctx) / MODEL_NAME).stat().st_size
    tables.print_benchmark(
        Console(), figures, {"seconds": loading, "megabytes": size / 1e6, "memory": memory / 1e3}
    )


def say(step: str) -> None:
    """Tell the person what takes so long."""
    click.echo(step, err=True)
