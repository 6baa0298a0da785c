"""The ways in which the Bot API refuses a call, in Telegram's own words."""

from typing import Any


class Refusal(Exception):
    """A call that is answered by `ok: false`; carries status, words and parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the JSON object that Telegram would answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(words: str) -> Refusal:
    """Return a 400 whose description is Telegram's prefix and the given words."""
    return Refusal(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refusal:
    """Return a 403 whose description is Telegram's prefix and the given words."""
    return Refusal(403, f"Forbidden: {words}")


def migrated(to_chat_id: int) -> Refusal:
    """Return the 400 that names the supergroup into which a group was turned."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, words, migrate_to_chat_id=to_chat_id)


def too_many_requests(retry_after_seconds: int) -> Refusal:
    """Return the 429 that tells for how long this chat must be left alone."""
    words = f"Too Many Requests: retry after {retry_after_seconds}"
    return Refusal(429, words, retry_after=retry_after_seconds)
