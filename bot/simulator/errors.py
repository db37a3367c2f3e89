"""What the simulator can answer instead of a result.

* ``ApiError`` - the Bot API refuses a call; carries Telegram's own words.
* ``StartError`` - the simulator could not be started.
"""


class ApiError(Exception):
    """A Bot API call was refused.

    Args:
        code: HTTP status and ``error_code`` of the answer.
        description: Telegram's text, prefix included (``Bad Request: chat not found``).
        retry_after: Seconds to wait before the next call, for 429.
    """

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


class StartError(RuntimeError):
    """The simulator did not start; the text says why."""


def bad_request(reason: str) -> ApiError:
    """Return the 400 error whose description is ``Bad Request: reason``."""
    return ApiError(400, f"Bad Request: {reason}")
