"""``python -m retrieval.training --data ../shared/data --out DIR``: train the shipped model."""

import argparse
import logging
import sys
from pathlib import Path

from retrieval.errors import RetrievalError
from retrieval.training import train_model


def main() -> int:
    """Run the recipe; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the finished model")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        train_model(arguments.data, arguments.out)
    except RetrievalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
