"""The ``language_code`` parameter that several methods share."""

import re

from bot.simulator.errors import bad_request
from bot.simulator.server.arguments import Arguments

_CODE = re.compile(r"(?:[a-z]{2})?")


def language_of(arguments: Arguments) -> str:
    """Return the language of a call, empty for all languages.

    Raises:
        ApiError: If it is not a two-letter code.
    """
    code = arguments.text("language_code")
    if not _CODE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code
