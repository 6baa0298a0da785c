"""The persons of the sandbox and the five who are there from the beginning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass
class Person:
    """Somebody with a Telegram account: who it is, and how things stand with the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = "zh-hans"
    role: str = ""
    has_started: bool = False
    has_blocked: bool = False

    @property
    def language(self) -> str:
        """The language without its script or country: `zh` for `zh-hans`."""
        return self.language_code.partition("-")[0]

    def user(self) -> Json:
        """Return the Bot API's User object."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return {**user, "language_code": self.language_code}


def default_cast() -> Sequence[Person]:
    """Return new copies of the five persons, one role each."""
    return (
        Person(1001, "欧阳", "ouyang", role="operator"),
        Person(2001, "林姐", "linjie", role="promoter"),
        Person(2002, "小陈", "xiaochen", role="promoter"),
        Person(3001, "梅梅", "meimei", role="member"),
        Person(3002, "老魏", "laowei", role="outsider"),
    )
