"""The `soiviec` command: every room's own commands under one name."""

from __future__ import annotations

from pathlib import Path

import click

from classifier.artifact import DEFAULT_DIR
from classifier.cli import COMMANDS as CLASSIFIER_COMMANDS


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--model-dir", type=click.Path(file_okay=False, path_type=Path), envvar="MODEL_DIR", default=DEFAULT_DIR, help="Where the model is.")
@click.version_option(package_name="soiviec")
@click.pass_context
def main(ctx: click.Context, model_dir: Path) -> None:
    """Soi Việc: hold a job offer up to the light."""
    ctx.obj = {"model_dir": model_dir}


for command in CLASSIFIER_COMMANDS:
    main.add_command(command)
