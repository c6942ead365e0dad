"""The `soiviec` command: every room's own commands under one name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from classifier.artifact import DEFAULT_DIR

_COMMANDS = {
    "check": "classifier.cli:check",
    "scan": "classifier.cli:scan_command",
    "train": "classifier.cli:train",
    "signs": "classifier.cli:signs",
    "evaluate": "classifier.evaluation.cli:evaluate",
    "benchmark": "classifier.evaluation.cli:benchmark",
    "corpus": "classifier.evaluation.cli:corpus",
    "serve": "bot.operating:serve",
    "chat": "bot.operating:chat",
    "doctor": "bot.operating:doctor",
    "webhook": "bot.operating:webhook",
    "stats": "stats.cli:stats",
    "release": "stats.cli:release",
    "demo-data": "stats.cli:demo_data",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is run: reading an offer needs no web server and no trainer."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Every name, without importing anything."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now; None when there is none."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{name} is no command")
        return command


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--model-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MODEL_DIR",
    default=DEFAULT_DIR,
    help="Where the model is.",
)
@click.version_option(package_name="soiviec")
@click.pass_context
def main(ctx: click.Context, model_dir: Path) -> None:
    """Soi Việc: hold a job offer up to the light."""
    ctx.obj = {"model_dir": model_dir}
