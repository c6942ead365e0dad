"""The reader of offers as the conversation needs it, and how it is loaded without ever stopping the bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from classifier.artifact import ModelError
from classifier.assessment import Assessment
from classifier.assessor import Assessor as TrainedAssessor
from classifier.crisis import CrisisReader
from classifier.normalization import normalize
from classifier.phrases import Tokens
from classifier.places import Places
from classifier.signs import Catalogue, CatalogueError

T = TypeVar("T")

_logger = logging.getLogger(__name__)


class Assessor(Protocol):
    """Reads one text; `classifier.assessor.Assessor` in the running bot."""

    @property
    def version(self) -> str:
        """What replies call the model."""
        ...

    def assess(self, text: str) -> Assessment:
        """Everything that can be said about a text."""
        ...


@dataclass(frozen=True)
class Reading:
    """What could be loaded; a part that is missing makes the bot poorer, never silent.

    Attributes:
        assessor: None when there is no usable model.
        catalogue: None when the signs cannot be read.
        crisis: recognises a cry for help without any model; None when its words cannot be read.
        zones: zone by code of place.
        scores: held-out figures of the model, for `/about`.
        faults: closed codes of what is missing.
    """

    assessor: Assessor | None = None
    catalogue: Catalogue | None = None
    crisis: CrisisReader | None = None
    zones: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @classmethod
    def load(cls, model_dir: Path) -> Reading:
        """Load model and catalogues; never raises."""
        try:
            trained = TrainedAssessor.load(model_dir)
        except ModelError:
            return _without_model("model_unusable")
        except CatalogueError:
            return _without_model("catalogue_unusable")
        except Exception as error:  # whatever broke, people still get the numbers
            _logger.error("model.fault", exc_info=error)
            return _without_model("model_fault")
        reader = trained.reader
        return cls(trained, reader.catalogue, reader.crisis, _zones(reader.places), trained.manifest.scores)

    def is_cry(self, text: str) -> bool:
        """Whether a text asks for help, by rule alone; False when that cannot be told."""
        try:
            return bool(self.crisis and self.crisis.find(Tokens.of(normalize(text))))
        except Exception as error:  # the last line of defence must not fall itself
            _logger.error("crisis.fault", exc_info=error)
            return False


def _without_model(fault: str) -> Reading:
    _logger.warning("reading.%s", fault)
    places = _or_none(Places.load)
    return Reading(
        catalogue=_or_none(Catalogue.load),
        crisis=_or_none(CrisisReader.load),
        zones=_zones(places) if places else {},
        faults=(fault,),
    )


def _or_none(load: Callable[[], T]) -> T | None:
    """As much as there is: each part helps without the others."""
    try:
        return load()
    except Exception as error:
        _logger.error("catalogue.fault", exc_info=error)
        return None


def _zones(places: Places) -> dict[str, str]:
    return {place.code: place.zone for place in places.places.values()}
