"""What a promoter writes after /schedule, read in both languages; wrong words say which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from bot.domain.posts.slots import parse_days, parse_window
from bot.domain.schedules.blackouts import parse_blackout
from bot.domain.schedules.rules import Blackout, Quiet
from bot.errors import InputError

QUIET_WORDS = ("quiet", "静音", "安静", "免打扰")
SKIP_WORDS = ("skip", "休息", "停发", "不发")
REMOVE_WORDS = ("remove", "undo", "取消", "删除")
OFF_WORDS = ("off", "关", "关闭", "停")
ON_WORDS = ("on", "开", "打开", "恢复")
GROUP = re.compile(r"(?:group|群)(\d{1,3})", re.IGNORECASE)
CHINESE_DAYS = (
    ("每天", "daily"), ("周日", "sun"), ("周天", "sun"), ("周一", "mon"), ("周二", "tue"),
    ("周三", "wed"), ("周四", "thu"), ("周五", "fri"), ("周六", "sat"),
)  # fmt: skip


class Misread(StrEnum):
    """Which words could not be read; each is a sentence with an example."""

    SLOT = "slot"
    WINDOW = "window"
    DAYS = "days"
    QUIET = "quiet"
    DATE = "date"
    NUMBER = "number"
    MORE = "more"


class MisreadError(InputError):
    """Words after /schedule that cannot be read."""

    def __init__(self, reason: Misread, word: str = "") -> None:
        super().__init__(f"“{word}” cannot be read.")
        self.reason = reason
        self.word = word


@dataclass(frozen=True, slots=True)
class SetSlot:
    """A slot's new window; None of ``days`` keeps those it has."""

    slot: str
    opens: str
    closes: str
    days: tuple[int, ...] | None
    group: int | None
    """The number of a group in the promoter's list; None for all."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A slot switched off or on."""

    slot: str
    is_off: bool
    group: int | None


@dataclass(frozen=True, slots=True)
class SetQuiet:
    """New quiet hours, or none."""

    quiet: Quiet | None
    group: int | None


@dataclass(frozen=True, slots=True)
class Skip:
    """Days without slots."""

    blackout: Blackout
    group: int | None


@dataclass(frozen=True, slots=True)
class Unskip:
    """Take back the N-th of the listed days."""

    number: int


@dataclass(frozen=True, slots=True)
class Show:
    """Nothing but a look, at all groups or at one."""

    group: int | None = None


Order = Show | SetSlot | Switch | SetQuiet | Skip | Unskip


def read_order(words: Sequence[str]) -> Order:
    """What the words ask for; raises MisreadError naming what could not be read."""
    rest, group = _without_group(list(words))
    if not rest:
        return Show(group)
    head = rest[0].lower()
    if head in QUIET_WORDS:
        return SetQuiet(_quiet(rest[1:]), group)
    if head in SKIP_WORDS:
        return _skip(rest[1:], group)
    return _slot(rest, group)


def _quiet(words: Sequence[str]) -> Quiet | None:
    said = _plain("".join(words))
    if said.lower() in OFF_WORDS:
        return None
    try:
        return Quiet(*parse_window(said))
    except InputError as fault:
        raise MisreadError(Misread.QUIET, said) from fault


def _skip(words: Sequence[str], group: int | None) -> Skip | Unskip:
    if words and words[0].lower() in REMOVE_WORDS:
        number = _plain(words[1]) if len(words) == 2 else ""
        if not (number.isascii() and number.isdigit() and len(number) < 4):
            raise MisreadError(Misread.NUMBER, number)
        return Unskip(int(number))
    said = _plain(words[0]) if words else ""
    try:
        return Skip(parse_blackout(said, " ".join(words[1:])), group)
    except InputError as fault:
        raise MisreadError(Misread.DATE, said) from fault


def _slot(words: Sequence[str], group: int | None) -> SetSlot | Switch:
    slot, said = words[0], _plain(words[1]) if len(words) > 1 else ""
    if not said:
        raise MisreadError(Misread.SLOT, slot)
    if said.lower() in (*OFF_WORDS, *ON_WORDS):
        if len(words) > 2:
            raise MisreadError(Misread.MORE, words[2])
        return Switch(slot, said.lower() in OFF_WORDS, group)
    try:
        opens, closes = parse_window(said)
    except InputError as fault:
        raise MisreadError(Misread.WINDOW, said) from fault
    return SetSlot(slot, opens, closes, _days(words[2:]), group)


def _days(words: Sequence[str]) -> tuple[int, ...] | None:
    if not words:
        return None
    if len(words) > 1:
        raise MisreadError(Misread.MORE, words[1])
    said = words[0]
    for chinese, english in CHINESE_DAYS:
        said = said.replace(chinese, english)
    try:
        return parse_days(said.replace("至", "-").replace("到", "-").replace("、", ","))
    except InputError as fault:
        raise MisreadError(Misread.DAYS, words[0]) from fault


def _without_group(words: list[str]) -> tuple[list[str], int | None]:
    """The words without "GROUP N" at their end, and N."""
    for length in (2, 1):
        found = GROUP.fullmatch(_plain("".join(words[-length:]))) if len(words) >= length else None
        if found is not None:
            return words[:-length], int(found[1])
    return words, None


def _plain(text: str) -> str:
    """``text`` with the digits, colons and dashes of a Chinese keyboard as the narrow ones."""
    return normalize("NFKC", text).replace("~", "-").replace("—", "-")
