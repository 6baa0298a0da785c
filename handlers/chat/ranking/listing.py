"""The operator's look at the ranking: /shortlist, with pins, bans and moves by tap or by words."""

from bot.domain.records import OfferId, Ranked, Shortlist
from bot.errors import InputError, NotAllowedError, NotFoundError
from bot.services.catalogue.steering import Steered, Steering
from handlers.chat.context import Call
from handlers.chat.deck import title_of
from handlers.chat.ranking import wording
from handlers.chat.wire.callbacks import OldButtonError, field, number

KIND = "sl:"
"""What the list that was shown last is called, with the programme behind it."""
TITLE_LIMIT = 60


async def shortlist(call: Call) -> None:
    """Answer /shortlist [PROGRAMME], and what operators write behind it."""
    verb, *words = call.words or ("",)
    acts = {"pin": _pin, "unpin": _unpin, "move": _move, "ban": _ban, "unban": _unban}
    if verb == "bans":
        found = await _steering(call).banned()
        await call.say(wording.bans(call.texts, found, call.services.programmes))
    elif verb in acts:
        await acts[verb](call, tuple(words))
    else:
        await _open(call, verb or _own_programme(call))


async def press_list(call: Call) -> str | None:
    """Show a page of the list: fields programme and start."""
    await _show_list(call, _programme(call), field(call.words, 1))
    return None


async def press_card(call: Call) -> str | None:
    """Show why an offer stands where it does: fields programme and offer."""
    await _show_card(call)
    return None


async def press_pin(call: Call) -> str | None:
    """Put an offer first: fields programme and offer."""
    name, offer_id = _programme(call), OfferId(field(call.words, 1))
    reason = call.texts("ranking.by_hand")
    try:
        done = await _steering(call).pin(offer_id, programme=name, reason=reason, by=call.person.id)
    except (NotFoundError, NotAllowedError):
        raise
    except InputError:
        return call.texts("ranking.unfit")
    await _show_card(call)
    return call.texts("ranking.pinned", version=done.version)


async def press_unpin(call: Call) -> str | None:
    """Let an offer stand by its score again: fields programme and offer."""
    name, offer_id = _programme(call), OfferId(field(call.words, 1))
    done = await _steering(call).unpin(offer_id, programme=name, by=call.person.id)
    await _show_card(call)
    return call.texts("ranking.unpinned", version=done.version)


async def press_up(call: Call) -> str | None:
    """One place up: fields programme, offer and the rank that was shown."""
    return await _step(call, -1)


async def press_down(call: Call) -> str | None:
    """One place down: the same fields."""
    return await _step(call, 1)


async def press_ban(call: Call) -> str | None:
    """Say how an offer is taken out, since that needs a reason: fields programme and offer."""
    name, offer_id = _programme(call), OfferId(field(call.words, 1))
    row = await _row(call, name, offer_id)
    await _remember(call, name, await _todays(call, name))
    return call.texts("ranking.ban_how", place=row.rank if row else "N")


# ---------------------------------------------------------------- by words


async def _open(call: Call, name: str) -> None:
    if name not in call.services.programmes:
        known = ", ".join(call.services.programmes)
        await call.say(call.texts.html("ranking.no_programme", name=name, known=known))
        return
    await _show_list(call, name, 0)


async def _pin(call: Call, words: tuple[str, ...]) -> None:
    found = await _numbered(call, words)
    if found is None:
        return
    name, offer_id = found
    reason = " ".join(words[1:]) or call.texts("ranking.by_hand")
    try:
        done = await _steering(call).pin(offer_id, programme=name, reason=reason, by=call.person.id)
    except (NotFoundError, NotAllowedError):
        raise
    except InputError:
        await call.say(call.texts.html("ranking.unfit"))
        return
    await _done(call, name, done, "ranking.pinned")


async def _unpin(call: Call, words: tuple[str, ...]) -> None:
    found = await _numbered(call, words)
    if found is not None:
        name, offer_id = found
        reason = " ".join(words[1:])
        done = await _steering(call).unpin(
            offer_id, programme=name, reason=reason, by=call.person.id
        )
        await _done(call, name, done, "ranking.unpinned")


async def _move(call: Call, words: tuple[str, ...]) -> None:
    found, rank = await _numbered(call, words), number(words, 1)
    if found is None:
        return
    if rank is None or rank < 1:
        await call.say(call.texts.html("ranking.usage"))
        return
    name, offer_id = found
    reason = " ".join(words[2:]) or call.texts("ranking.by_hand")
    done = await _steering(call).move(
        offer_id, rank, programme=name, reason=reason, by=call.person.id
    )
    await _done(call, name, done, "ranking.moved")


async def _ban(call: Call, words: tuple[str, ...]) -> None:
    found = await _numbered(call, words)
    if found is None:
        return
    reason = " ".join(words[1:])
    if not reason:
        await call.say(call.texts.html("ranking.no_reason"))
        return
    done = await _steering(call).ban(found[1], reason=reason, by=call.person.id)
    title = title_of(done.offer, TITLE_LIMIT)
    await call.say(
        call.texts.html("ranking.banned", title=title, count=done.called_back, offer=done.offer.id)
    )


async def _unban(call: Call, words: tuple[str, ...]) -> None:
    offer_id = number(words, 0)
    if offer_id is None:
        await call.say(call.texts.html("ranking.usage"))
        return
    steering, by = _steering(call), call.person.id
    known = await call.services.shortlisting.offer(OfferId(offer_id))
    is_new = False
    for ban in known.bans if known else ():
        done = await steering.unban(OfferId(offer_id), programme=ban.programme, by=by)
        is_new = is_new or done.is_new
    key = "ranking.unbanned" if is_new else "ranking.same"
    title = title_of(known, TITLE_LIMIT) if known else "—"
    await call.say(call.texts.html(key, title=title))


async def _numbered(call: Call, words: tuple[str, ...]) -> tuple[str, OfferId] | None:
    """Programme and offer of a number of the last list; None after saying how it is meant."""
    kind, ids = await call.services.shortlisting.remembered_list(call.person.id)
    place = number(words, 0)
    is_ranking = kind.startswith(KIND) and kind.removeprefix(KIND) in call.services.programmes
    if not is_ranking or place is None or not 1 <= place <= len(ids):
        await call.say(call.texts.html("ranking.usage"))
        return None
    return kind.removeprefix(KIND), ids[place - 1]


async def _done(call: Call, name: str, done: Steered, key: str) -> None:
    # The numbers of the list are others now: whoever goes on by words means the new ones.
    await _remember(call, name, await _todays(call, name))
    words = {"version": done.version} if done.is_new else {}
    await call.say(call.texts.html(key if done.is_new else "ranking.same", **words))


# ---------------------------------------------------------------- showing


async def _show_list(call: Call, name: str, start: int) -> None:
    found = await _todays(call, name)
    title = call.programme_title(name)
    if not found.rows:
        await call.show(call.texts.html("ranking.empty", title=title))
        return
    start = start if 0 <= start < len(found.rows) else 0
    await _remember(call, name, found)
    text = wording.listed(call.texts, title, found, start)
    await call.show(text, wording.list_buttons(found, name, start))


async def _show_card(call: Call) -> None:
    name, offer_id = _programme(call), OfferId(field(call.words, 1))
    row = await _row(call, name, offer_id)
    if row is None:
        await _show_list(call, name, 0)
        return
    count = len((await _todays(call, name)).rows)
    markup = wording.card_buttons(call.texts, row, name)
    await call.show(wording.card(call.texts, row, count), markup)


async def _step(call: Call, by: int) -> str:
    name, offer_id = _programme(call), OfferId(field(call.words, 1))
    row = await _row(call, name, offer_id)
    if row is None or row.rank != field(call.words, 2):
        return call.texts("ranking.stale")
    if row.rank + by < 1:
        return call.texts("ranking.same")
    done = await _steering(call).move(
        offer_id,
        row.rank + by,
        programme=name,
        reason=call.texts("ranking.by_hand"),
        by=call.person.id,
    )
    await _show_card(call)
    return call.texts("ranking.moved", version=done.version)


async def _row(call: Call, name: str, offer_id: OfferId) -> Ranked | None:
    rows = (await _todays(call, name)).rows
    return next((row for row in rows if row.offer.id == offer_id), None)


async def _todays(call: Call, name: str) -> Shortlist:
    return await call.services.shortlisting.today(name, call.services.today())


async def _remember(call: Call, name: str, found: Shortlist) -> None:
    ids = [row.offer.id for row in found.rows]
    await call.services.shortlisting.remember(call.person.id, f"{KIND}{name}"[:16], ids)


def _programme(call: Call) -> str:
    name = call.words[0] if call.words else ""
    if name not in call.services.programmes:
        raise OldButtonError("There is no such programme any more.")
    return name


def _own_programme(call: Call) -> str:
    """The operator's own as a promoter, else the house's."""
    return call.promoter.programme if call.promoter else _steering(call).default_programme


def _steering(call: Call) -> Steering:
    return call.services.rooms.steering
