"""What was really delivered, counted, so that a test can prove that nothing came twice."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Ledger:
    """Every message that reached a chat, in order, and how often each wording did."""

    rows: list[Json] = field(default_factory=list)
    per_chat: Counter[int] = field(default_factory=Counter)
    edits: Counter[tuple[int, int]] = field(default_factory=Counter)
    per_content: Counter[tuple[int, str]] = field(default_factory=Counter)

    def record(self, *, method: str, message: Json) -> None:
        """Count one delivered message."""
        chat_id = message["chat"]["id"]
        words = message.get("text") or message.get("caption") or ""
        digest = content_digest(message)
        self.rows.append(
            {
                "number": len(self.rows) + 1,
                "chat_id": chat_id,
                "message_id": message["message_id"],
                "method": method,
                "digest": digest,
                "text": words,
                "at": message["date"],
            }
        )
        if "ephemeral_message_id" in message:
            # One member sees it: the chat did not get it, and two may ask the same.
            self.rows[-1]["receiver_id"] = message["receiver_user"]["id"]
            return
        self.per_chat[chat_id] += 1
        self.per_content[chat_id, digest] += 1

    def record_edit(self, chat_id: int, message_id: int) -> None:
        """Count one message that was changed."""
        self.edits[chat_id, message_id] += 1

    def repeated(self) -> list[Json]:
        """Return chat, digest and count of each content that one chat got more than once."""
        return [
            {"chat_id": chat_id, "digest": digest, "count": count}
            for (chat_id, digest), count in self.per_content.items()
            if count > 1
        ]


def content_digest(message: Json) -> str:
    """Return a hash of a message's words, links and buttons; equal for equal messages."""
    words = message.get("text") or message.get("caption") or ""
    addresses = [
        button.get("url") or button.get("callback_data") or ""
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]
    return hashlib.sha256("\n".join([words, *addresses]).encode()).hexdigest()[:24]
