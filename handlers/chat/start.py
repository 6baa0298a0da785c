"""The first word, joining by a code, help, language, privacy and being forgotten."""

from html import escape

from telegram import InlineKeyboardMarkup

from bot.domain.records import PromoterStatus
from bot.domain.texts import LANGUAGES, Html
from bot.services.people.enrolments import Joined, Refusal, TooMany
from handlers.chat import lessons, menus
from handlers.chat.context import Audience, Call, language_of
from handlers.chat.growing import tags
from handlers.chat.inlines.wording import HOME, LEARN
from handlers.chat.leaving import transferring
from handlers.chat.questions import asking
from handlers.chat.wire.callbacks import OldButtonError
from handlers.chat.wire.replies import button, keyboard, link_button, stacked

CODE_LIMIT = 64
"""Characters of a start payload (Bot API); nothing longer can be a code."""

REFUSED = {
    Refusal.UNKNOWN: "join.unknown",
    Refusal.EXPIRED: "join.expired",
    Refusal.USED_UP: "join.used_up",
    Refusal.REVOKED: "join.revoked",
    Refusal.OWN: "join.own",
    Refusal.CYCLE: "join.cycle",
    Refusal.ALREADY: "join.already",
}


async def start(call: Call) -> None:
    """Answer /start: join by the code that came with it, or go on from where one stands."""
    if call.words and call.words[0].startswith(asking.HOME):
        await asking.come_home(call, call.words[0])
        return
    if call.words == (LEARN,) and call.admits(Audience.PROMOTER):
        await lessons.learn(call)
        return
    if call.words and call.words[0].startswith(transferring.GIVE):
        await transferring.offered(call, call.words[0])
        return
    if call.words and call.words[0] not in (HOME, LEARN):
        await join(call)
        return
    await menus.show_own(call)
    if call.is_operator:
        await call.say(call.texts.html("start.operator", name=call.person.name))
        return
    if call.promoter is None:
        await call.services.enrolling.wait(call.person.id)
        await call.say(call.texts.html("start.waiting", name=call.person.name))
        return
    await _welcome_back(call)


async def _welcome_back(call: Call) -> None:
    key = {
        PromoterStatus.TRAINING: "start.training",
        PromoterStatus.ACTIVE: "start.promoter",
        PromoterStatus.SUSPENDED: "start.suspended",
    }[call.own.status]
    await call.say(call.texts.html(key, name=call.person.name))


async def join(call: Call) -> None:
    """Answer /join CODE."""
    if not call.words:
        await call.say(call.texts.html("join.usage"))
        return
    outcome = await call.services.enrolling.join(call.person.id, call.words[0][:CODE_LIMIT])
    if not isinstance(outcome, Joined):
        await call.say(call.texts.html(REFUSED[outcome.reason]))
        return
    promoter = outcome.promoter
    if not outcome.is_new:
        await call.say(call.texts.html("join.same"))
        return
    inviter = promoter.inviter_id and await call.services.enrolling.promoter(promoter.inviter_id)
    title = call.programme_title(promoter.programme)
    welcome = call.texts.html("join.welcome", name=call.person.name, programme=title)
    lines = [welcome]
    if inviter:
        lines.append(call.texts.html("join.mentor", name=inviter.name))
    await call.say(stacked(lines))
    await menus.show_own(call, promoter)
    await lessons.learn(call)


async def help_(call: Call) -> None:
    """Answer /help with the commands that this person can use."""
    parts = [call.texts.html("help.head")]
    for part, rows in menus.parted(menus.commands_for(call)):
        lines = [_described(call, *row) for row in rows]
        # Who has few commands needs no headlines between them.
        if call.promoter or call.is_operator:
            lines.insert(0, call.texts.html(f"help.part_{part}"))
        parts.append(stacked(lines))
    if call.admits(Audience.PROMOTER):
        parts.append(call.texts.html("help.more", bot=call.bot.username))
    parts.append(call.texts.html("help.foot"))
    await call.say(stacked(parts, gap="\n\n"))


def _described(call: Call, command: str, key: str) -> Html:
    """A command, what is written behind it, and what it does."""
    words = call.texts.words.get(f"usage.{command}", "")
    return Html(f"/{command} {escape(words)}".rstrip() + f" · {call.texts.html(key)}")


async def privacy(call: Call) -> None:
    """Answer /privacy: what is kept, what is not, how to be erased."""
    started = call.texts("privacy.yes" if call.person.started_at else "privacy.no")
    role = call.texts("privacy.promoter" if call.promoter else "privacy.member")
    await call.say(
        call.texts.html(
            "privacy.text",
            name=call.person.name,
            id=call.person.telegram_id or "–",
            language=call.texts("language.name"),
            started=started,
            role=role,
        )
    )


async def forget_me(call: Call) -> None:
    """Answer /forget_me: ask once more, for it cannot be undone."""
    key = "forget.ask_promoter" if call.promoter else "forget.ask"
    yes = button(call.texts("button.forget"), "forget", 1)
    no = button(call.texts("button.keep"), "forget", 0)
    await call.say(call.texts.html(key), keyboard([yes], [no]))


async def press_forget(call: Call) -> str | None:
    """Forget the person, or leave everything as it is."""
    if call.words[:1] != ("1",):
        await call.show(call.texts.html("forget.kept"))
        return None
    await tags.withdraw(call.services, call.bot, call.person.id)
    await call.services.enrolling.forget(call.person.id)
    await menus.clear_own(call)
    await call.show(call.texts.html("forget.done"))
    return None


async def language(call: Call) -> None:
    """Answer /language: choose, or take the word that came with it."""
    chosen = language_of(call.words)
    if chosen is None:
        await call.say(call.texts.html("language.ask"), _languages(call))
        return
    await _speak(call, chosen)


async def press_language(call: Call) -> str | None:
    """Speak the language of the pressed button."""
    chosen = language_of(call.words)
    if chosen is None:
        raise OldButtonError("That language is not spoken here.")
    await _speak(call, chosen)
    return None


async def _speak(call: Call, chosen: str) -> None:
    await call.services.enrolling.set_language(call.person.id, chosen)
    await call.show(call.services.texts_in(chosen).html("language.done"))
    await menus.show_own(call, language=chosen)


def _languages(call: Call) -> InlineKeyboardMarkup | None:
    names = [(call.services.texts_in(code)("language.name"), code) for code in LANGUAGES]
    return keyboard([button(name, "language", code) for name, code in names])


async def invite(call: Call) -> None:
    """Answer /invite: a fresh code for one friend, as text and as a link to pass on."""
    outcome = await call.services.enrolling.invite_friend(call.own.id)
    if isinstance(outcome, TooMany):
        await call.say(call.texts.html("invite.too_many", limit=outcome.limit))
        return
    link = f"https://t.me/{call.bot.username}?start={outcome.code}"
    day = call.texts.day(outcome.expires_at.astimezone(call.services.zone).date())
    text = call.texts.html("invite.made", code=outcome.code, link=link, day=day)
    share = f"https://t.me/share/url?url={link}"
    await call.say(text, keyboard([link_button(call.texts("button.pass_on"), share)]))
