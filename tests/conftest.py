"""Things that many tests share: the model is trained once, by `make train`, before the tests start."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from classifier.artifact import DEFAULT_DIR
from classifier.assessor import Assessor

# The same examples at every run, so that a change is judged by what it changed; `make drills` looks for new ones.
settings.register_profile("steady", derandomize=True)
settings.register_profile("search", max_examples=1_000, print_blob=True)


@pytest.fixture(scope="session")
def model_dir() -> Path:
    return DEFAULT_DIR


@pytest.fixture(scope="session")
def assessor(model_dir: Path) -> Assessor:
    """The shipped reader; fails with the command that mends it when no model was trained."""
    return Assessor.load(model_dir)
