"""The operator's commands: `serve`, `chat`, `doctor` and `webhook`."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import date

import click
from rich.console import Console
from telegram.error import TelegramError

from bot.attachments.reader import AttachmentReader
from bot.channels.telegram import TelegramDoor
from bot.channels.terminal import TerminalChat
from bot.conversation.dialogue import Dialogue
from bot.counting import Counting
from bot.doctor import examine
from bot.serving import Service, start_logging
from bot.settings import Settings, SettingsError


def _settings(ctx: click.Context) -> Settings:
    try:
        return replace(Settings.from_environment(), model_dir=ctx.obj["model_dir"])
    except SettingsError as error:
        raise click.ClickException("\n".join(error.problems)) from None


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--no-telegram", is_flag=True, help="The web page alone, even when there is a token.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, no_telegram: bool) -> None:
    """Start the bot and its web page."""
    settings = _settings(ctx)
    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    start_logging(settings)
    try:
        service = Service.build(settings, with_telegram=not no_telegram)
    except ValueError as error:
        raise click.ClickException(f"{error}\nRun `soiviec doctor` to see what is missing.") from None
    for line in service.addresses():
        click.echo(line)
    service.run()


@click.command()
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi")
@click.option("--no-count", is_flag=True, help="A demonstration: count nothing.")
@click.pass_context
def chat(ctx: click.Context, lang: str, no_count: bool) -> None:
    """Talk to the bot in the terminal, without any internet.

    An empty line sends a message. The path of a picture or document, or the file dragged into the window, is read.
    """
    settings = _settings(ctx)
    counting = None if no_count else Counting.open(settings.database_url)
    try:
        dialogue = Dialogue.build(settings.model_dir, AttachmentReader())
        TerminalChat(dialogue, counting, Console(), lang).run(sys.stdin)
    except KeyboardInterrupt:
        click.echo()
    finally:
        if counting:
            counting.close()


@click.command()
def doctor() -> None:
    """Check settings, catalogues, helplines, model and store, without network."""
    findings = examine(os.environ, date.today())  # noqa: DTZ011 - the operator's own calendar
    for finding in findings:
        mark = (
            click.style("good", fg="green") if finding.is_good else click.style("BAD ", fg="red", bold=True)
        )
        click.echo(f"{mark}  {finding.name:16} {finding.detail}")
    sys.exit(0 if all(finding.is_good for finding in findings) else 1)


@click.command()
@click.argument("action", type=click.Choice(["set", "delete", "info"]))
@click.pass_context
def webhook(ctx: click.Context, action: str) -> None:
    """Set, delete or show Telegram's webhook."""
    settings = _settings(ctx)
    if not settings.has_telegram:
        raise click.ClickException("TELEGRAM_BOT_TOKEN is not set")
    start_logging(settings)
    try:
        click.echo(asyncio.run(_webhook(settings, action)))
    except TelegramError as error:
        raise click.ClickException(f"Telegram refused: {type(error).__name__}") from None


async def _webhook(settings: Settings, action: str) -> str:
    dialogue = Dialogue.build(settings.model_dir)
    door = TelegramDoor(settings, dialogue, Counting.open(settings.database_url))
    if action == "set":
        await door.set_webhook()
        return f"set to {settings.webhook_address}"
    if action == "delete":
        await door.delete_webhook()
        return "deleted"
    info = await door.webhook_info()
    return f"{info.url or 'none'}, {info.pending_update_count} waiting, last error: {info.last_error_message or 'none'}"
