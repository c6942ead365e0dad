"""The classifier's own commands: check, scan, train, signs."""

from __future__ import annotations

import gzip
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from classifier.artifact import ModelError
from classifier.assessment import Assessment
from classifier.commandline import Fault, load_assessor, model_dir_of
from classifier.corpus import CorpusError
from classifier.scanning import Row, ScanError, read_rows, scan
from classifier.serialization import assessment_json
from classifier.signs import Catalogue, CatalogueError

COLORS = {
    "danger_now": "bold white on red",
    "high": "bold red",
    "caution": "bold yellow",
    "none": "cyan",
    "unclear": "magenta",
}
SEVERITY_COLORS = {"critical": "bold red", "high": "red", "medium": "yellow"}


@click.command()
@click.argument("text", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
@click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", help="Language of titles and explanations."
)
@click.pass_context
def check(ctx: click.Context, text: str | None, as_json: bool, lang: str) -> None:
    """Read one offer: TEXT, or the standard input when TEXT is `-` or missing."""
    if text is None or text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    assessor = load_assessor(ctx)
    assessment = assessor.assess(text)
    if as_json:
        click.echo(
            json.dumps(assessment_json(assessment, text, assessor.reader.catalogue, lang), ensure_ascii=False)
        )
    else:
        print_assessment(Console(), assessment, text, assessor.reader.catalogue, lang)


def print_assessment(
    console: Console, assessment: Assessment, text: str, catalogue: Catalogue, lang: str
) -> None:
    """Show an offer with its evidence highlighted, then the signs."""
    shown = Text(text.strip("\n"))
    shift = len(text) - len(text.lstrip("\n"))
    for match in assessment.matches:
        for span in match.spans:
            shown.stylize(
                f"{SEVERITY_COLORS[match.severity]} underline", max(0, span.start - shift), span.end - shift
            )
    console.print(shown)
    console.print()
    console.print(
        Text(f" {assessment.verdict} ", COLORS[assessment.verdict]),
        Text(f"{assessment.kind}, {assessment.language}"),
    )
    for match in assessment.matches:
        sign = catalogue.signs[match.sign_id]
        quotes = " · ".join(f"“{span.quote(text)}”" for span in match.spans[:2])
        console.print(Text(f"• {sign.title[lang]}", SEVERITY_COLORS[match.severity]), Text(quotes, "italic"))
        console.print(Text(f"  {sign.why[lang]}"))
    console.print(Text("☎ 111", "bold"))


@click.command(name="scan")
@click.argument(
    "source", metavar="INPUT", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSONL file (.gz to compress); the standard output when missing.",
)
@click.option("--text-field", default="text", show_default=True, help="Field or column that holds the text.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.pass_context
def scan_command(ctx: click.Context, source: Path, output: Path | None, text_field: str, jobs: int) -> None:
    """Read many offers from JSONL or CSV, plain or .gz; one JSON line each, in order."""
    bad: list[Row] = []
    done = 0
    try:
        with _writer(output) as out, _progress() as progress:
            task = progress.add_task("texts", total=None)
            for row, result in scan(read_rows(source, text_field), model_dir_of(ctx), jobs):
                progress.advance(task)
                if result is None:
                    bad.append(row)
                    continue
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
                done += 1
    except (ScanError, ModelError, CatalogueError) as error:
        raise Fault(str(error)) from None
    for row in bad:
        click.echo(f"line {row.line}: {row.problem}", err=True)
    click.echo(f"{done} read, {len(bad)} left out", err=True)
    if bad and not done:
        ctx.exit(1)


def _writer(output: Path | None) -> Any:
    if output is None:
        return nullcontext(sys.stdout)
    if output.suffix == ".gz":
        return gzip.open(output, "wt", encoding="utf-8", errors="surrogateescape")
    return output.open("w", encoding="utf-8", errors="surrogateescape")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


@click.command()
@click.option("--if-missing", is_flag=True, help="Only when there is no usable model of this very corpus.")
@click.pass_context
def train(ctx: click.Context, if_missing: bool) -> None:
    """Train the model on `training_data/` and save it with its manifest."""
    # scikit-learn takes a second to load, and only this command needs it
    from classifier.building import build_model  # noqa: PLC0415

    try:
        manifest = build_model(
            model_dir_of(ctx), if_missing=if_missing, say=lambda step: click.echo(step, err=True)
        )
    except (CorpusError, CatalogueError) as error:
        raise Fault(str(error)) from None
    click.echo(
        f"model {manifest.version}: {manifest.items} items, held-out AUC {manifest.scores['risk_auc']:.3f}"
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the catalogue as JSON.")
@click.option(
    "--markdown",
    "as_markdown",
    is_flag=True,
    help="Print the catalogue as Markdown (docs/signs.md is made so).",
)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi")
def signs(as_json: bool, as_markdown: bool, lang: str) -> None:
    """List the 28 signs."""
    try:
        catalogue = Catalogue.load()
    except CatalogueError as error:
        raise Fault(str(error)) from None
    if as_json:
        click.echo(
            json.dumps(
                [_sign_row(catalogue, sign_id) for sign_id in catalogue.signs], ensure_ascii=False, indent=1
            )
        )
    elif as_markdown:
        _print_markdown(catalogue, sys.stdout)
    else:
        for sign in catalogue.signs.values():
            click.echo(f"{sign.severity:8}  {sign.sign_id:26}  {sign.title[lang]}")


def _sign_row(catalogue: Catalogue, sign_id: str) -> dict[str, Any]:
    sign = catalogue.signs[sign_id]
    return {
        "id": sign_id,
        "severity": sign.severity.value,
        "danger": sign.danger.value,
        "shows_alone": sign.shows_alone,
        **{field: dict(getattr(sign, field)) for field in ("title", "why", "ask", "basis")},
        "patterns": sorted(sign.patterns),
    }


def _print_markdown(catalogue: Catalogue, out: TextIO) -> None:
    out.write(
        "# The signs / Các dấu hiệu\n\nMade by `soiviec signs --markdown`; the source is `classifier/signs.toml`.\n"
    )
    for sign in catalogue.signs.values():
        out.write(
            f"\n## {sign.title['vi']} / {sign.title['en']}\n\n`{sign.sign_id}` · {sign.severity} · {sign.danger}\n\n"
        )
        for language in ("vi", "en"):
            out.write(f"- {sign.why[language]} *{sign.ask[language]}*")
            out.write(f" ({sign.basis[language]})\n" if sign.basis.get(language) else "\n")
