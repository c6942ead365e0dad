"""A reading room without a release leaves nothing on disk, however its process ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

_VISIT = """
import signal
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
from stats.staff.reading_room import ReadingRoom
room = ReadingRoom(Path("none.db"))
room.current()
print("open", flush=True)
signal.pause()
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_that_ends_leaves_no_temporary_file(tmp_path: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-c", _VISIT]
    root = Path(__file__).parents[2]
    environ = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, env=environ, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"open\n"
        process.send_signal(end)
    assert list(tmp_path.iterdir()) == []
