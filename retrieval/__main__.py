"""``python -m retrieval``: the offline half alone."""

from retrieval.cli import main

main()
