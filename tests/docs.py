"""Checks what the documents say: `python -m tests.docs`, part of `make check`.

Links lead to files that are here, generated documents are what their command makes, commands named in the documents
exist, and no document names a machine or a registry.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from click import Context, Group

from bot.cli import main

ROOT = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(r"(?:^|[`\s/])soiviec ([a-z][a-z-]*)")
_TARGET = re.compile(r"`make ([a-z-]+)`|^make ([a-z-]+)", re.M)
_MACHINE = re.compile(r"/work/|/root/|/farm/|/opt/pypi|simple/pypi")


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).exists()]


def problems() -> Iterator[str]:
    """What is wrong, one line each."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert isinstance(main, Group)
    commands = set(main.list_commands(Context(main)))
    for path in documents():
        text = path.read_text("utf-8")
        name = path.relative_to(ROOT)
        for target in _LINK.findall(text):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (path.parent / target).exists()
            ):
                yield f"{name}: no file {target}"
        yield from (f"{name}: no command soiviec {c}" for c in _COMMAND.findall(text) if c not in commands)
        for first, second in _TARGET.findall(text):
            if not re.search(rf"^{first or second}:", makefile, re.M):
                yield f"{name}: no make target {first or second}"
        if _MACHINE.search(text):
            yield f"{name}: names a path of a machine"
    yield from _generated()


def _generated() -> Iterator[str]:
    made = subprocess.run(
        [sys.executable, "-m", "bot", "signs", "--markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    if (ROOT / "docs" / "signs.md").read_text("utf-8") != made.stdout:
        yield "docs/signs.md: not what `soiviec signs --markdown` makes; run `make docs`"


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found) or f"{len(documents())} documents are in order")
    sys.exit(1 if found else 0)
