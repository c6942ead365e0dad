"""The model card: figures kept as JSON beside two pages that are made of nothing else."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifier.evaluation.figures import as_json
from classifier.evaluation.templating import TEMPLATES, environment

JSON_NAME = "model-card.json"
PAGES = ("model-card.md", "model-card.vi.md")
KEPT = ("model", "data", "bars", "numbers", "signs", "slices", "schemes", "attacks", "speed", "studies")
MIN_SCHEME = 3


def write_card(figures: Mapping[str, Any], directory: Path) -> list[Path]:
    """Write the JSON and both pages.

    Args:
        figures: of one evaluation.
        directory: where the card lives, `docs/`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    kept = {name: figures[name] for name in KEPT if name in figures}
    (directory / JSON_NAME).write_text(as_json(kept) + "\n", "utf-8")
    for page in PAGES:
        (directory / page).write_text(render(page, directory / JSON_NAME), "utf-8")
    return [directory / name for name in (JSON_NAME, *PAGES)]


def render(page: str, source: Path) -> str:
    """One page of the card from its JSON."""
    figures = json.loads(source.read_text("utf-8"))
    words = tomllib.loads((TEMPLATES / "asked.toml").read_text("utf-8"))
    template = environment().get_template(f"{page}.j2")
    return template.render(f=figures, missed=_passed_schemes(figures), words=words)


def _passed_schemes(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Schemes of bait that got no warning, the worst first; those with few texts are left out."""
    rows = []
    for row in figures["schemes"]:
        passed = row["verdicts"].get("none", 0) + row["verdicts"].get("unclear", 0)
        if row["label"] == "scam" and row["n"] >= MIN_SCHEME and passed:
            rows.append({"scheme": row["scheme"], "n": row["n"], "passed": passed})
    return sorted(rows, key=lambda row: (-row["passed"] / row["n"], row["scheme"]))
