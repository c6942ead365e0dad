"""The environment is read once and every problem is told at once, by name, without repeating a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError

TOKEN = "123456:AAtoken-of-a-test"


def test_an_empty_environment_is_enough():
    settings = Settings.from_environment({})
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///data/soiviec.db"
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8000, "INFO")
    assert settings.model_dir == Path("model")
    assert not settings.has_telegram
    assert not settings.uses_webhook


def test_everything_can_be_set():
    settings = Settings.from_environment(
        {
            "TELEGRAM_BOT_TOKEN": f" {TOKEN} ",
            "TELEGRAM_API_URL": "http://localhost:8081/",
            "TELEGRAM_WEBHOOK_URL": "https://soi.example/hook",
            "TELEGRAM_WEBHOOK_SECRET": "s3cret",
            "TELEGRAM_GROUPS": "off",
            "DATABASE_URL": "postgresql://u:pass@db/x",
            "MODEL_DIR": "/srv/model",
            "HOST": "::1",
            "PORT": "8080",
            "LOG_LEVEL": "debug",
        }
    )
    assert settings.telegram_api_url == "http://localhost:8081"
    assert (settings.webhook_path, settings.webhook_address) == ("/hook", "https://soi.example/hook")
    assert settings.uses_webhook
    assert not settings.telegram_groups
    assert (settings.host, settings.port, settings.log_level) == ("::1", 8080, "DEBUG")
    assert set(settings.secrets) == {TOKEN, "AAtoken-of-a-test", "s3cret", "pass"}
    for secret in settings.secrets:
        assert secret not in repr(settings)


def test_all_problems_are_told_at_once_and_without_values():
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {
                "TELEGRAM_BOT_TOKEN": "secret words",
                "TELEGRAM_API_URL": "ftp://x",
                "TELEGRAM_WEBHOOK_URL": "nonsense",
                "TELEGRAM_WEBHOOK_SECRET": "with blanks",
                "TELEGRAM_GROUPS": "perhaps",
                "DATABASE_URL": "mysql://u:hunter2@x",
                "PORT": "99999",
                "LOG_LEVEL": "LOUD",
            }
        )
    names = {problem.partition(":")[0] for problem in caught.value.problems}
    assert names == {
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_API_URL",
        "TELEGRAM_WEBHOOK_URL",
        "TELEGRAM_WEBHOOK_SECRET",
        "TELEGRAM_GROUPS",
        "DATABASE_URL",
        "PORT",
        "LOG_LEVEL",
    }
    for value in ("secret words", "hunter2", "with blanks"):
        assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"TELEGRAM_WEBHOOK_URL": "https://x.example"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "http://x.example"}, "TELEGRAM_WEBHOOK_URL"),
        ({"PORT": "٣"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"TELEGRAM_API_URL": "http://[::1"}, "TELEGRAM_API_URL"),
        ({"TELEGRAM_API_URL": "http://x:port"}, "TELEGRAM_API_URL"),
    ],
)
def test_half_written_settings(environ, name):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(environ)


def test_a_webhook_without_a_chosen_secret_still_has_one():
    environ = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "https://x.example"}
    settings = Settings.from_environment(environ)
    assert len(settings.webhook_secret) == 64
    assert settings.webhook_secret == Settings.from_environment(environ).webhook_secret
    assert TOKEN not in settings.webhook_secret
    assert settings.webhook_address == "https://x.example/telegram"


def test_a_host_that_sets_the_port_is_reached_from_outside():
    assert Settings.from_environment({"PORT": "5000"}).host == "0.0.0.0"
    assert Settings.from_environment({"PORT": "5000", "HOST": "127.0.0.1"}).host == "127.0.0.1"


def test_the_process_environment_is_the_default(monkeypatch):
    monkeypatch.setenv("PORT", "4321")
    assert Settings.from_environment().port == 4321
