"""How often a screenshot is judged like its words: `python -m tests.bot.screens FILE.jsonl...`

Draws texts of 60 to 700 characters as screens of telephones, sends each through the reader of attachments, and prints how
many verdicts and alarms stay the same, and what one picture costs: bubbles in five styles by default, a post, a chat and a
comment in a browser with `--programs`. For the development slice, which is for measuring only.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import click

from bot.attachments.reader import AttachmentReader
from bot.conversation.messages import Attachment
from classifier.assessor import Assessor
from tests.bot.phone_programs import PROGRAMS, screens, telephone
from tests.bot.phone_screens import FACES, STYLES, screenshot

LENGTHS = range(60, 700)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--texts", default=40, show_default=True, help="How many are drawn.")
@click.option("--seed", default=1, show_default=True, help="Which ones.")
@click.option("--face", "faces", multiple=True, type=click.Choice(list(FACES)), default=("android", "iphone"))
@click.option("--programs", "has_programs", is_flag=True, help="With all that programs write around a text.")
def main(files: tuple[Path, ...], texts: int, seed: int, faces: tuple[str, ...], has_programs: bool) -> None:
    """Compare verdicts of screenshots with those of their words."""
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line]
    fitting = [row for row in rows if len(row["text"]) in LENGTHS and row.get("lang", "vi") == "vi"]
    chosen = random.Random(seed).sample(fitting, min(texts, len(fitting)))
    assessor, reader = Assessor.load(), AttachmentReader()
    counts: Counter[str] = Counter()
    seconds = 0.0
    pictures = _programs(chosen) if has_programs else _bubbles(chosen, faces)
    for row, (kind, picture) in zip(chosen, pictures, strict=True):
        started = time.perf_counter()
        found = reader(Attachment(picture))
        seconds += time.perf_counter() - started
        typed, seen = assessor.assess(row["text"]), assessor.assess(found.text)
        counts["verdict"] += typed.verdict == seen.verdict
        counts["alarm"] += typed.verdict.is_alert == seen.verdict.is_alert
        if typed.verdict != seen.verdict:
            click.echo(f"{row['id']} {kind}: {typed.verdict.value} -> {seen.verdict.value}")
    click.echo(
        f"{len(chosen)} screens: {counts['verdict']} the same verdict, {counts['alarm']} the same alarm, "
        f"{seconds / len(chosen):.2f} s each"
    )


def _bubbles(rows: Sequence[dict], faces: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for row, style, face in zip(rows, cycle(STYLES), cycle(faces)):
        yield f"{face} {style}", screenshot(row["text"], style, face)


def _programs(rows: Sequence[dict]) -> Iterator[tuple[str, bytes]]:
    pairs = [(name, row["text"]) for row, name in zip(rows, cycle(PROGRAMS))]
    with telephone() as page:
        for (name, _), picture in zip(pairs, screens(page, pairs), strict=True):
            yield name, picture


if __name__ == "__main__":
    main()
