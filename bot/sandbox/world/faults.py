"""Faults on order: what goes wrong with the next calls of a method or of a chat."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Json = dict[str, Any]

Kind = Literal["retry_after", "status", "reset", "delay", "malformed"]
When = Literal["before", "after"]


@dataclass
class Fault:
    """One thing that goes wrong `times` times, before or after a call is carried out.

    `method` None stands for every method but getUpdates; `chat_id` None for every chat.
    `seconds` is the length of a delay or of the pause that a 429 asks for.
    """

    kind: Kind
    when: When = "before"
    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    seconds: float = 1
    status: int = 502
    description: str = "Bad Gateway"

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or self.when not in get_args(When):
            raise ValueError(f"no such fault: {self.kind} {self.when}")
        if self.method is not None:
            self.method = self.method.lower()

    def fits(self, *, when: str, method: str, chat_id: int | None) -> bool:
        """Whether a call (its method in lower case) is one that this fault waits for."""
        right_method = self.method == method or (self.method is None and method != "getupdates")
        return self.when == when and right_method and self.chat_id in (None, chat_id)


class Faults:
    """The faults on order; each call takes at most one for each moment."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []
        self.happened = 0

    def order(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self.ordered.append(fault)

    def take(self, *, when: When, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault for this call, if one was ordered, and count it as happened."""
        for fault in self.ordered:
            if fault.fits(when=when, method=method, chat_id=chat_id):
                fault.times -= 1
                self.happened += 1
                if fault.times <= 0:
                    self.ordered.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Cancel what was ordered and has not happened."""
        self.ordered.clear()
