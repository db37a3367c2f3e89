"""One look for every page that Chuchu serves or writes: colours, type, top bar, logo, guard.

The chat page of the simulator, the playground and the report share these files; each has its own
beside them.
"""

from pathlib import Path

LOOK = Path(__file__).parent
"""Served as ``/look/``: ``look.css``, ``h.js``, ``logo.svg``."""
