"""What can go wrong in the Telegram half; the messages follow `retrieval.errors`."""

import os

from retrieval.errors import RetrievalError


class BotError(RetrievalError):
    """The bot cannot start or go on, for a reason that a person can cure."""


class TokenError(BotError):
    """Telegram refuses the token: starting again does not help."""

    status = os.EX_CONFIG


class ConflictError(BotError):
    """Another process serves with this token."""

    status = os.EX_TEMPFAIL


class AwayError(BotError):
    """The database cannot be reached for now: what failed may be tried again."""
