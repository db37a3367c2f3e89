"""What the simulator can answer instead of a result.

* ``ApiError`` - the Bot API refuses a call; carries Telegram's own words.
* ``StartError`` - the simulator could not be started.
* ``SimulatorError`` - the control interface refuses what a test or the page asks.
"""


class ApiError(Exception):
    """A Bot API call was refused.

    Args:
        code: HTTP status and ``error_code`` of the answer.
        description: Telegram's text, prefix included (``Bad Request: chat not found``).
        retry_after: Seconds to wait before the next call, for 429.
        migrate_to: The supergroup that the group became.
        is_circumstance: Whether the world changed and the bot could not know: no finding.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
        is_circumstance: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        self.is_circumstance = is_circumstance

    @property
    def parameters(self) -> dict[str, int]:
        """Return the ``ResponseParameters`` of the answer."""
        named = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to}
        return {name: value for name, value in named.items() if value is not None}


class StartError(RuntimeError):
    """The simulator did not start; the text says why."""


class SimulatorError(RuntimeError):
    """The simulator refused what was asked of it."""


def bad_request(reason: str) -> ApiError:
    """Return the 400 error whose description is ``Bad Request: reason``: the bot's own fault."""
    return ApiError(400, f"Bad Request: {reason}")


def changed(reason: str) -> ApiError:
    """Return the 400 error for what the bot could not know: something was deleted or closed."""
    return ApiError(400, f"Bad Request: {reason}", is_circumstance=True)


def forbidden(reason: str) -> ApiError:
    """Return the 403 error of a chat that shuts the bot out."""
    return ApiError(403, f"Forbidden: {reason}", is_circumstance=True)
