"""Small facts about a text that are no signs: what an honest ad states, and what sort of message it may be."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from classifier.normalization import normalize
from classifier.phrases import Found, PhraseError, PhraseSet, Tokens
from classifier.signs import CatalogueError

HINTS_PATH = Path(__file__).with_name("hints.toml")


class HintReader:
    """Searches the groups of a file like `hints.toml`; each group that stands in a text is one hint."""

    def __init__(self, groups: Mapping[str, Sequence[str]], words: Mapping[str, str]) -> None:
        self.groups = tuple(groups)
        self._phrases = PhraseSet(
            [(group, phrase) for group, phrases in groups.items() for phrase in phrases], words
        )

    @classmethod
    def load(cls, path: Path = HINTS_PATH, *, is_tested: bool = False) -> HintReader:
        """Read and test a file; its `[examples]` and `[near_misses]` are lists of texts by group, and may be missing.

        `is_tested` says that these very bytes have passed before.

        Raises:
            CatalogueError: when an example does not show its hint, or a near miss does.
        """
        try:
            data = tomllib.loads(path.read_text("utf-8"))
            reader = cls(data["hint"], data["words"])
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, PhraseError) as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        problems = [] if is_tested else list(reader.all_problems(data))
        if problems:
            raise CatalogueError(f"{path.name}: " + "; ".join(problems))
        return reader

    def all_problems(self, data: Mapping[str, Any]) -> Iterable[str]:
        """What the file's own texts say against its phrases."""
        yield from self.problems(data.get("examples", {}), is_shown=True)
        yield from self.problems(data.get("near_misses", {}), is_shown=False)

    def problems(self, texts_by_group: Mapping[str, Sequence[str]], *, is_shown: bool) -> Iterable[str]:
        """What texts that must show their hint, or must not, say against the phrases."""
        for group, texts in texts_by_group.items():
            if group not in self.groups:
                yield f"no hint is called {group!r}"
            for text in texts:
                if (group in self.find(Tokens.of(normalize(text)))) is not is_shown:
                    yield f"{group} {'misses its example' if is_shown else 'takes its near miss'} {text!r}"

    def places(self, tokens: Tokens) -> tuple[Found, ...]:
        """Where the groups stand in a text."""
        return tuple(self._phrases.find(tokens))

    def find(self, tokens: Tokens) -> frozenset[str]:
        """The groups that stand in a text."""
        return frozenset(place.key for place in self.places(tokens))
