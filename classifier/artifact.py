"""The model file: plain arrays and words, with a manifest beside it that is checked before anything is loaded.

No pickle is involved, so a crafted file cannot run code; the file must also have the SHA-256 that the manifest names,
and equal models have equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import platform
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.model import Head, LinearModel
from classifier.vectorizing import Vectorizer

MODEL_NAME = "model.npz"
MANIFEST_NAME = "manifest.json"
HELD_OUT_NAME = "held_out.npz"
DEFAULT_DIR = Path(__file__).resolve().parent.parent / "model"
FORMAT = 3


class ModelError(RuntimeError):
    """A model that must not be used; the message says what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a model file is.

    Attributes:
        format: number of this file format.
        version: what replies and statistics call the model: date of the corpus and start of the fingerprint.
        sha256: of the model file.
        fingerprint: SHA-256 over n-grams and rounded weights; equal for equal corpus and libraries.
        corpus: SHA-256 over items and catalogues.
        catalogues: SHA-256 over the catalogues, which passed their own tests when the model was made.
        items: how many items it was trained on.
        libraries: versions that trained it, to explain a fingerprint that differs.
        thresholds: probabilities from which a text is `high` or `caution`.
        scores: held-out figures at training time.
    """

    format: int
    version: str
    sha256: str
    fingerprint: str
    corpus: str
    catalogues: str
    items: int
    libraries: Mapping[str, str]
    thresholds: Mapping[str, float]
    scores: Mapping[str, float]


def libraries() -> dict[str, str]:
    """Versions of what trains a model."""
    names = ("scikit-learn", "numpy", "scipy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}


def fingerprint(model: LinearModel) -> str:
    """Hash of what the model knows, independent of how joblib writes it."""
    digest = hashlib.sha256()
    for view, vectorizer in sorted(model.vectorizers.items()):
        digest.update(view.encode())
        digest.update("\n".join(vectorizer.terms).encode("utf-8", "surrogatepass"))
    for name, head in sorted(model.heads.items()):
        digest.update(name.encode())
        digest.update(np.round(head.weights.astype(np.float64), 3).tobytes())
    return digest.hexdigest()


def save(model: LinearModel, directory: Path, about: Mapping[str, Any]) -> Manifest:
    """Write model and manifest; `about` gives corpus, items, thresholds, scores and the date of the version."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / MODEL_NAME
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez_compressed(file, **_arrays(model))
    print_of = fingerprint(model)
    manifest = Manifest(
        format=FORMAT,
        version=f"{about['date']}-{print_of[:8]}",
        sha256=_sha256(partial),
        fingerprint=print_of,
        corpus=about["corpus"],
        catalogues=about["catalogues"],
        items=about["items"],
        libraries=libraries(),
        thresholds=about["thresholds"],
        scores=about["scores"],
    )
    partial.replace(path)
    (directory / MANIFEST_NAME).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
    return manifest


def read_manifest(directory: Path = DEFAULT_DIR) -> Manifest:
    """Read the manifest alone.

    Raises:
        ModelError: when there is none, or it is not one.
    """
    try:
        return Manifest(**json.loads((directory / MANIFEST_NAME).read_text("utf-8")))
    except FileNotFoundError:
        raise ModelError("no model yet: run `soiviec train`") from None
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"the manifest cannot be read ({type(error).__name__}): run `soiviec train`"
        ) from None


def load(directory: Path = DEFAULT_DIR) -> tuple[LinearModel, Manifest]:
    """Check the manifest against file and libraries, then load.

    Raises:
        ModelError: when anything differs; nothing was loaded then.
    """
    manifest = read_manifest(directory)
    path = directory / MODEL_NAME
    if manifest.format != FORMAT:
        raise ModelError("the model has another format: run `soiviec train`")
    if not path.is_file() or _sha256(path) != manifest.sha256:
        raise ModelError("the model file is not the one of its manifest: run `soiviec train`")
    try:
        return _model(path), manifest
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"the model cannot be loaded ({type(error).__name__}): run `soiviec train`"
        ) from None


def _arrays(model: LinearModel) -> dict[str, Any]:
    """A model as arrays: words and settings as JSON bytes, weights in half precision."""
    about = {
        "vectorizers": {view: [v.analyzer, list(v.terms)] for view, v in model.vectorizers.items()},
        "heads": {
            name: [list(h.views), h.intercept, h.slope, h.offset, h.threshold]
            for name, h in model.heads.items()
        },
    }
    arrays: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)}
    arrays |= {f"idf/{view}": vectorizer.idf for view, vectorizer in model.vectorizers.items()}
    return arrays | {f"weights/{name}": head.weights.astype(np.float16) for name, head in model.heads.items()}


def _model(path: Path) -> LinearModel:
    with np.load(path, allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        vectorizers = {
            view: Vectorizer(analyzer, terms, arrays[f"idf/{view}"])
            for view, (analyzer, terms) in about["vectorizers"].items()
        }
        heads = {
            name: Head(tuple(views), arrays[f"weights/{name}"].astype(np.float32), *numbers)
            for name, (views, *numbers) in about["heads"].items()
        }
    return LinearModel(vectorizers, heads)


def is_current(directory: Path, corpus: str) -> bool:
    """Whether a usable model of this very corpus is there."""
    try:
        manifest = read_manifest(directory)
    except ModelError:
        return False
    path = directory / MODEL_NAME
    return (
        manifest.format == FORMAT
        and manifest.corpus == corpus
        and path.is_file()
        and _sha256(path) == manifest.sha256
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_held_out(
    model_dir: Path, manifest: Manifest, chances: Mapping[str, npt.NDArray[np.float64]]
) -> None:
    """Keep what models that never saw an item say of it, by head and in the order of the corpus."""
    arrays = {f"head/{name}": values.astype(np.float32) for name, values in chances.items()}
    np.savez_compressed(model_dir / HELD_OUT_NAME, model=np.array(manifest.fingerprint), **arrays)  # type: ignore[arg-type]


def load_held_out(model_dir: Path, manifest: Manifest) -> dict[str, npt.NDArray[np.float64]]:
    """What `save_held_out` kept for this very model; empty when there is nothing."""
    path = model_dir / HELD_OUT_NAME
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as arrays:
        if str(arrays["model"]) != manifest.fingerprint:
            return {}
        heads = (name for name in arrays.files if name != "model")
        return {name.removeprefix("head/"): arrays[name].astype(np.float64) for name in heads}
