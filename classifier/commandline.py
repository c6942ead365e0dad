"""What every command of the classifier shares: where the model is, and how a fault is shown."""

from __future__ import annotations

from pathlib import Path

import click

from classifier.artifact import DEFAULT_DIR, ModelError
from classifier.assessor import Assessor
from classifier.signs import CatalogueError


class Fault(click.ClickException):
    """A fault that the person can mend; shown without a traceback."""

    exit_code = 3


def model_dir_of(ctx: click.Context) -> Path:
    """The model directory that the root command was given."""
    return Path((ctx.obj or {}).get("model_dir") or DEFAULT_DIR)


def load_assessor(ctx: click.Context) -> Assessor:
    """Load the reader, or end with the fix."""
    try:
        return Assessor.load(model_dir_of(ctx))
    except (ModelError, CatalogueError) as error:
        raise Fault(str(error)) from None
