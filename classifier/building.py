"""From the corpus to a model file: the whole of `soiviec train`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from classifier.artifact import Manifest, is_current, read_manifest, save, save_held_out
from classifier.corpus import CORPUS_DIR, Document, fingerprint, load_corpus
from classifier.features import Views
from classifier.reading import Reader, catalogue_hash
from classifier.thresholds import choose_thresholds
from classifier.training import WORTH_SHARING, Trained, train


def build_model(
    model_dir: Path,
    corpus_dir: Path = CORPUS_DIR,
    *,
    if_missing: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Train on the corpus and save, unless `if_missing` and a model of this very corpus is already there.

    Raises:
        CorpusError: when the corpus cannot be read.
        CatalogueError: when a catalogue contradicts its own examples.
    """
    documents = load_corpus(corpus_dir)
    source = source_hash(documents)
    if if_missing and is_current(model_dir, source):
        return read_manifest(model_dir)
    say(f"reading {len(documents)} items")
    texts, windows = read_views([document.text for document in documents])
    say("training")
    trained = train(documents, texts, windows)
    about = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - a version label, not an instant
        "corpus": source,
        "catalogues": catalogue_hash(),
        "items": len(documents),
        "thresholds": choose_thresholds(documents, trained.held_out),
        "scores": held_out_scores(documents, trained),
    }
    manifest = save(trained.model, model_dir, about)
    save_held_out(model_dir, manifest, trained.held_out)
    return manifest


def read_views(texts: Sequence[str]) -> tuple[list[Views], list[list[Views]]]:
    """What the model sees of many texts, and of the windows of the long ones; the processors share a large corpus.

    Raises:
        CatalogueError: when a catalogue contradicts its own examples.
    """
    reader = Reader.load()
    processes = os.cpu_count() or 1
    if len(texts) < WORTH_SHARING or processes < 2:
        seen = [_seen(reader, text) for text in texts]
    else:
        with ProcessPoolExecutor(processes, initializer=_start_reader, initargs=(catalogue_hash(),)) as pool:
            seen = list(pool.map(_read, texts, chunksize=100))
    return [views for views, _ in seen], [windows for _, windows in seen]


def _seen(reader: Reader, text: str) -> tuple[Views, list[Views]]:
    reading = reader.read(text)
    return reading.views, list(reading.windows())


_shared: dict[str, Reader] = {}


def _start_reader(tested: str) -> None:
    _shared["reader"] = Reader.load(tested)


def _read(text: str) -> tuple[Views, list[Views]]:
    return _seen(_shared["reader"], text)


def source_hash(documents: list[Document]) -> str:
    """Hash of all that a model is made from: the items and the catalogues whose findings it weighs."""
    return hashlib.sha256(f"{fingerprint(documents)} {catalogue_hash()}".encode()).hexdigest()


def held_out_scores(documents: list[Document], trained: Trained) -> dict[str, float]:
    """Area under the ROC curve on authors that the scoring model never saw."""
    offers = np.array([document.label in ("scam", "legit") for document in documents])
    scam = np.array([document.label == "scam" for document in documents])
    crisis = np.array([document.label == "crisis" for document in documents])
    return {
        "risk_auc": round(float(roc_auc_score(scam[offers], trained.held_out["risk"][offers])), 4),
        "crisis_auc": round(float(roc_auc_score(crisis, trained.held_out["crisis"])), 4),
    }
