from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

BAIT = "Chuyển cọc 500k giữ chỗ trước, mai lên nhận việc, hồ sơ tính sau nha em"
FIELDS = ["verdict", "danger", "kind", "language", "probability", "signs", "reasons", "model_version"]


def _run(*arguments: str, text: str | None = None, **environ: str):
    return CliRunner().invoke(main, list(arguments), input=text, env=environ)


def test_check_json_has_the_documented_fields_and_verbatim_quotes() -> None:
    result = _run("check", BAIT, "--json")
    row = json.loads(result.stdout)
    assert list(row) == FIELDS
    assert row["verdict"] == "high"
    for sign in row["signs"]:
        for quote in sign["evidence"]:
            assert BAIT[quote["start"] : quote["end"]] == quote["text"]


def test_check_reads_the_standard_input() -> None:
    assert json.loads(_run("check", "-", "--json", text=BAIT).stdout)["verdict"] == "high"


def test_check_for_people_names_111() -> None:
    assert "111" in _run("check", BAIT).stdout


def test_check_without_a_model_names_the_fix(tmp_path: Path) -> None:
    result = _run("--model-dir", str(tmp_path), "check", BAIT)
    assert result.exit_code == 3
    assert "soiviec train" in result.output


def test_scan_keeps_order_and_reports_bad_lines(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl.gz"
    lines = [
        json.dumps({"id": 7, "text": BAIT}),
        "{",
        json.dumps({"text": 3}),
        "",
        json.dumps({"id": "b", "text": "Quán cần phụ bếp"}),
    ]
    source.write_text("\n".join(lines), "utf-8")
    result = _run("scan", str(source), "--output", str(output))
    rows = [json.loads(line) for line in gzip.decompress(output.read_bytes()).decode().splitlines()]
    assert [row["id"] for row in rows] == [7, "b"]
    assert list(rows[0]) == ["id", *FIELDS]
    assert "line 2: not JSON" in result.stderr
    assert "line 3: no text" in result.stderr
    assert result.exit_code == 0


def test_scan_reads_csv_with_two_processes(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text('id,words\n1,"Chuyển cọc, giữ chỗ"\n2,"Quán cần\nphụ bếp"\n', "utf-8")
    result = _run("scan", str(source), "--text-field", "words", "--jobs", "2")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1", "2"]
    assert _run("scan", str(source)).exit_code == 3


def test_signs_lists_all_of_them() -> None:
    assert len(json.loads(_run("signs", "--json").stdout)) == 28
    assert _run("signs", "--lang", "en").stdout.count("\n") == 28


def test_doctor_is_content_with_a_good_house(tmp_path: Path) -> None:
    result = _run("doctor", DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")
    assert result.exit_code == 0, result.output


def test_doctor_names_every_problem_at_once(tmp_path: Path) -> None:
    result = _run("doctor", PORT="many", LOG_LEVEL="LOUD")
    assert result.exit_code == 1
    assert "PORT" in result.output
    assert "LOG_LEVEL" in result.output


def test_webhook_without_a_token_says_so() -> None:
    assert "TELEGRAM_BOT_TOKEN" in _run("webhook", "info", TELEGRAM_BOT_TOKEN="").output


@pytest.fixture
def served(tmp_path: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'counts.db'}", "TELEGRAM_BOT_TOKEN": ""}
    command = [sys.executable, "-m", "bot", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        _wait(port)
        yield port, process, tmp_path
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def test_serve_answers_counts_and_stops(served: tuple) -> None:
    port, process, directory = served
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/chat",
        data=json.dumps({"text": BAIT, "language": "vi"}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        answer = json.load(response)
    assert answer["assessment"]["verdict"] == "high"
    assert "111" in answer["replies"][0]["text"]
    process.send_signal(signal.SIGTERM)
    output = process.communicate(timeout=20)[0]
    assert process.returncode in (0, -signal.SIGTERM)
    assert "500k" not in output
    stored = b"".join(path.read_bytes() for path in directory.iterdir())
    assert b"web" in stored
    assert "cọc".encode() not in stored
