"""How often a screenshot is judged like its words: `python -m tests.bot.screens FILE.jsonl...`

Draws texts of 60 to 700 characters as screens of telephones, sends each through the reader of attachments, and prints how
many verdicts and alarms stay the same, and what one picture costs. For the development slice, which is for measuring only.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

import click

from bot.attachments.reader import AttachmentReader
from bot.conversation.messages import Attachment
from classifier.assessor import Assessor
from tests.bot.phone_screens import FACES, STYLES, screenshot

LENGTHS = range(60, 700)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--texts", default=40, show_default=True, help="How many are drawn.")
@click.option("--seed", default=1, show_default=True, help="Which ones.")
@click.option("--face", "faces", multiple=True, type=click.Choice(list(FACES)), default=("android", "iphone"))
def main(files: tuple[Path, ...], texts: int, seed: int, faces: tuple[str, ...]) -> None:
    """Compare verdicts of screenshots with those of their words."""
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line]
    fitting = [row for row in rows if len(row["text"]) in LENGTHS and row.get("lang", "vi") == "vi"]
    chosen = random.Random(seed).sample(fitting, min(texts, len(fitting)))
    assessor, reader = Assessor.load(), AttachmentReader()
    counts: Counter[str] = Counter()
    seconds = 0.0
    for row, style, face in zip(chosen, cycle(STYLES), cycle(faces)):
        picture = screenshot(row["text"], style, face)
        started = time.perf_counter()
        found = reader(Attachment(picture))
        seconds += time.perf_counter() - started
        typed, seen = assessor.assess(row["text"]), assessor.assess(found.text)
        counts["verdict"] += typed.verdict == seen.verdict
        counts["alarm"] += typed.verdict.is_alert == seen.verdict.is_alert
        if typed.verdict != seen.verdict:
            click.echo(f"{row['id']} {face} {style}: {typed.verdict.value} -> {seen.verdict.value}")
    click.echo(
        f"{len(chosen)} screens: {counts['verdict']} the same verdict, {counts['alarm']} the same alarm, "
        f"{seconds / len(chosen):.2f} s each"
    )


if __name__ == "__main__":
    main()
