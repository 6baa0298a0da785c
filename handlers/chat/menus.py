"""The menus: which commands each role sees, in its own language."""

import logging
from collections.abc import Callable, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.domain.programmes import Programme
from bot.domain.records import Promoter, PromoterStatus
from bot.domain.texts import Texts
from handlers.chat.context import Audience, Call, Services

log = logging.getLogger(__name__)

ANYONE = (
    ("start", "menu.start"),
    ("join", "menu.join"),
    ("help", "menu.help"),
    ("deals", "menu.deals"),
    ("ask", "menu.ask"),
    ("want", "menu.want"),
    ("board", "board.menu"),
    ("language", "menu.language"),
    ("privacy", "menu.privacy"),
    ("forget_me", "menu.forget_me"),
)
PROMOTER = (
    ("today", "menu.today"),
    ("channels", "channel.menu"),
    ("search", "menu.search"),
    ("pick", "menu.pick"),
    ("picks", "menu.picks"),
    ("unpick", "menu.unpick"),
    ("preview", "menu.preview"),
    ("send", "send.menu"),
    ("poster", "poster.menu"),
    ("earnings", "menu.earnings"),
    ("why", "menu.why"),
    ("statement", "menu.statement"),
    ("connect", "menu.connect"),
    ("groups", "menu.groups"),
    ("health", "health.menu"),
    ("schedule", "schedule.menu"),
    ("links", "links.menu"),
    ("export", "leaving.menu_export"),
    ("questions", "menu.questions"),
    ("learn", "menu.learn"),
    ("invite", "menu.invite"),
    ("team", "menu.team"),
    ("mentor", "growth.menu"),
)
SCHEME: tuple[tuple[str, str, Callable[[Programme], bool]], ...] = (
    ("buy", "scheme.menu_buy", lambda programme: programme.can_buy),
    ("share", "scheme.menu_share", lambda programme: programme.can_share),
    ("stock", "scheme.menu_stock", lambda programme: programme.has_own_stock),
    ("vertical", "scheme.menu_vertical", lambda programme: bool(programme.verticals)),
    ("pool", "pool.menu_pool", lambda programme: programme.pools is not None),
    ("pools", "pool.menu_pools", lambda programme: programme.pools is not None),
    (
        "pickup",
        "pool.menu_pickup",
        lambda programme: programme.pools is not None and programme.pools.has_pickup,
    ),
)
"""Commands of promoters whose programme has what they are for."""
OPERATOR = (
    ("slots", "menu.slots"),
    ("publish", "menu.publish"),
    ("pause", "menu.pause"),
    ("resume", "menu.resume"),
    ("promoters", "menu.promoters"),
    ("report", "menu.report"),
    ("uncertain", "menu.uncertain"),
    ("orphans", "menu.orphans"),
    ("wishes", "menu.wishes"),
    ("shortlist", "ranking.menu"),
    ("stock", "scheme.menu_stock_operator"),
)
GROUP = (
    ("ask", "menu.ask"),
    ("deals", "menu.deals"),
    ("want", "menu.want"),
    ("board", "board.menu"),
    ("status", "menu.status"),
    ("topic", "topic.menu"),
)

DAY, GROUPS, MONEY, PEOPLE, OPERATING, REST = (
    "day", "groups", "money", "people", "operating", "rest",
)  # fmt: skip
PARTS = {
    DAY: (
        "today", "channels", "search", "pick", "picks", "unpick", "preview", "send", "poster",
        "pool", "pools", "buy", "share",
    ),
    GROUPS: ("connect", "groups", "schedule", "health", "links", "pickup", "vertical", "export"),
    MONEY: ("earnings", "why", "statement"),
    PEOPLE: ("learn", "questions", "invite", "team", "mentor", "board"),
    OPERATING: tuple(name for name, _ in OPERATOR),
}  # fmt: skip
"""What /help puts together, in the order of a promoter's day; whatever is left stands last."""
UNTOLD = ("start", "help")
"""Whoever reads /help has found these two."""

PRIVATE_ONLY = tuple(
    name
    for name in dict.fromkeys(
        [
            *(name for name, _ in (*ANYONE, *PROMOTER, *OPERATOR)),
            *(name for name, _, _ in SCHEME),
        ]
    )
    if name not in ("start", "deals", "ask", "want", "board", "language")
)
"""Asked in a group, these are answered with a button to the private chat."""


def commands_for(call: Call, promoter: Promoter | None = None) -> list[tuple[str, str]]:
    """The commands that a person can use, each with the key of its description."""
    known = promoter or call.promoter
    is_promoter = known is not None and known.status != PromoterStatus.SUSPENDED
    found = list(PROMOTER) if is_promoter else []
    programme = call.services.programmes.get(known.programme) if known else None
    if is_promoter and programme is not None:
        found += [(name, key) for name, key, has in SCHEME if has(programme)]
    own = {name for name, _ in found}
    if call.admits(Audience.OPERATOR):
        found += [row for row in OPERATOR if row[0] not in own]
    # Whoever has joined needs no code any more.
    return found + [row for row in ANYONE if row[0] != "join" or not is_promoter]


def parted(rows: Sequence[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Commands by the part of /help that they belong to, in its order; no part is empty."""
    told = dict(row for row in rows if row[0] not in UNTOLD)
    found = []
    for part, names in PARTS.items():
        own = [(name, told.pop(name)) for name in names if name in told]
        if own:
            found.append((part, own))
    return [*found, (REST, list(told.items()))] if told else found


async def show_own(
    call: Call, promoter: Promoter | None = None, *, language: str | None = None
) -> None:
    """Put the person's own menu into the private chat."""
    texts = call.services.texts_in(language or call.person.language)
    commands = _commands(texts, commands_for(call, promoter))
    await _try(call.bot, commands, BotCommandScopeChat(call.chat_id), None)


async def clear_own(call: Call) -> None:
    """Leave the private chat with the menu that everybody sees."""
    await _try(call.bot, [], BotCommandScopeChat(call.chat_id), None)


async def show_common(bot: Bot, services: Services) -> None:
    """Register what everybody sees, in private and in groups, in every language."""
    spoken: list[tuple[str | None, Texts]] = [(None, services.texts_in(services.default_language))]
    spoken += [(language, texts) for language, texts in services.texts.items()]
    for language, texts in spoken:
        private, group = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()
        await _try(bot, _commands(texts, ANYONE), private, language)
        await _try(bot, _commands(texts, GROUP), group, language)


def _commands(texts: Texts, rows: Sequence[tuple[str, str]]) -> list[BotCommand]:
    return [BotCommand(name, texts(key)) for name, key in rows]


async def _try(
    bot: Bot,
    commands: list[BotCommand],
    scope: BotCommandScopeChat | BotCommandScopeAllPrivateChats | BotCommandScopeAllGroupChats,
    language: str | None,
) -> None:
    # A menu is a convenience: nobody's command may fail because it could not be drawn.
    try:
        if commands:
            await bot.set_my_commands(commands, scope, language)
        else:
            await bot.delete_my_commands(scope, language)
    except TelegramError as fault:
        log.warning("a menu was not set: %s", fault.message)
