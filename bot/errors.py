"""What can go wrong in the Telegram half; the messages follow `retrieval.errors`."""

from retrieval.errors import RetrievalError


class BotError(RetrievalError):
    """The bot cannot start or go on, for a reason that a person can cure."""
