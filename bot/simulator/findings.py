"""What the bot did that Telegram refuses or spoils, and the calls it made."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST_CALLS = 2000
_MOST_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation: which method, which rule, and the particulars."""

    method: str
    rule: str
    detail: str
    date: int


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call as it arrived and how it ended."""

    number: int
    method: str
    parameters: Mapping[str, Any]
    status: int
    description: str
    milliseconds: float
    date: int


class Report:
    """Keeps the newest calls and findings of a run."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=_MOST_CALLS)
        self.findings: deque[Finding] = deque(maxlen=_MOST_FINDINGS)
        self.call_count = 0
        self.poll_count = 0
        self.finding_count = 0

    def add_call(self, call: Call) -> None:
        """Keep a call."""
        self.calls.append(call)

    def next_number(self, method: str) -> int:
        """Return the number of the next call."""
        self.poll_count += method.lower() == "getupdates"
        self.call_count += 1
        return self.call_count

    def add_finding(self, finding: Finding) -> None:
        """Keep a finding."""
        self.finding_count += 1
        self.findings.append(finding)
