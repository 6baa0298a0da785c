"""Handlers by the names of their modules: loaded when somebody first needs their answer."""

from collections.abc import Awaitable, Callable
from functools import cached_property
from importlib import import_module
from typing import Any

ROOM = "handlers.chat"


class Late:
    """A handler that is imported when it is first called: most are never, in most processes."""

    def __init__(self, place: str) -> None:
        """``place`` is "module:function", the module as it is called inside the chat door."""
        self.place = place

    @cached_property
    def handler(self) -> Callable[..., Awaitable[Any]]:
        """The function itself."""
        module, _, name = self.place.partition(":")
        found: Callable[..., Awaitable[Any]] = getattr(import_module(f"{ROOM}.{module}"), name)
        return found

    async def __call__(self, *given: Any) -> Any:
        """What the function answers."""
        return await self.handler(*given)


def late(place: str) -> Late:
    """The handler ``place`` ("module:function" inside the chat door), for the door's tables."""
    return Late(place)
