"""What a parsing child may use; set by the child itself before it looks at the first byte."""

from __future__ import annotations

import resource
import signal

MOST_MEMORY = 512 * 2**20
"""Bytes of address space, the child and its OCR each."""
MOST_CPU_SECONDS = 8
MOST_OPEN_FILES = 48
LONGEST_LIFE = 8
"""Seconds; should the parent die, nobody else would end us."""


def restrict() -> None:
    """Give up memory, time, files and core dumps; what is started from here on inherits that."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),  # pipes do not count: nothing can be written to a disk
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))
    signal.alarm(LONGEST_LIFE)
