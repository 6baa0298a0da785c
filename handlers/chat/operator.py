"""What operators do in the chat: slots, publishing, pausing, and the lists they work through."""

from collections import Counter
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from bot.domain.money import written
from bot.domain.posts.slots import EVERY_DAY, parse_days, parse_window
from bot.domain.records import Currency, GroupId, PersonId, PostId, PromoterStatus
from bot.domain.texts import Html
from bot.errors import InputError, NotFoundError
from bot.services.posts.scheduling import SlotRow
from handlers.chat.context import Call
from handlers.chat.deck import slot_meant, slot_name
from handlers.chat.wire.callbacks import OldButtonError, field, number
from handlers.chat.wire.replies import button, keyboard, stacked

PROMOTERS_SHOWN = 40
SLOTS_SHOWN = 40
UNCERTAIN_SHOWN = 10
ORPHANS_SHOWN = 20
REPORT_SHOWN = 15
REPORT_DAYS = 7
REPORT_DAYS_LIMIT = 366

STATUSES = {
    PromoterStatus.TRAINING: "operator.training",
    PromoterStatus.ACTIVE: "operator.active",
    PromoterStatus.SUSPENDED: "operator.suspended",
}


async def slots(call: Call) -> None:
    """Answer /slots [SCOPE [SLOT HH:MM-HH:MM [DAYS]]]: show, or set."""
    usage = call.texts.html("operator.slots_usage")
    try:
        rows = await _slots_asked(call)
    except NotFoundError:
        raise
    except InputError:
        await call.say(usage)
        return
    is_set = len(call.words) > 2
    parts = [call.texts.html("operator.slots_set" if is_set else "operator.slots_head")]
    for scope, several in groupby(rows[:SLOTS_SHOWN], attrgetter("scope")):
        title = await _scope_title(call, scope)
        head = call.texts.html("operator.slots_of", title=title, scope=scope)
        parts.append(stacked([head, *(_slot(call, row) for row in several)]))
    await call.say(stacked([*parts, usage], gap="\n\n"))


async def _slots_asked(call: Call) -> list[SlotRow]:
    """Set the slot that the words speak of, if they do, and list those of its scope.

    Raises InputError for words that cannot be understood.
    """
    scheduling, words = call.services.scheduling, call.words
    if len(words) == 2:
        raise InputError("A slot needs a window.")
    if len(words) > 2:
        # Slots are shown in the reader's language, so they are also written in it.
        slot = slot_meant(call, words[1])
        opens, closes = parse_window(words[2])
        days = parse_days(words[3]) if len(words) > 3 else EVERY_DAY
        await scheduling.set(words[0], slot, opens, closes, days, by=call.actor)
    return await scheduling.show(words[0] if words else None)


async def _scope_title(call: Call, scope: str) -> str:
    """What a scope speaks of, as people call it: a programme, a promoter or a group."""
    kind, _, name = scope.partition(":")
    if kind == "programme":
        return call.programme_title(name)
    if kind == "promoter":
        promoter = await call.services.enrolling.promoter(PersonId(int(name)))
        return promoter.name if promoter and promoter.name else "—"
    group = await call.services.connecting.group(GroupId(int(name)))
    return group.title if group and group.title else "—"


def _slot(call: Call, row: SlotRow) -> Html:
    return call.texts.html(
        "operator.slot_by_hand" if row.is_set else "operator.slot",
        slot=slot_name(call.texts, row.plan.name),
        opens=row.plan.opens,
        closes=row.plan.closes,
        days=call.texts.days(row.plan.days),
    )


async def publish(call: Call) -> None:
    """Answer /publish SLOT [GROUP]: open a slot now, for every group or one."""
    group_id = number(call.words, 1)
    if not call.words or (len(call.words) > 1 and group_id is None):
        await call.say(call.texts.html("operator.publish_usage"))
        return
    only = None if group_id is None else await _group_id(call, group_id)
    slot = slot_meant(call, call.words[0])
    results = await call.services.publishing.publish_now(slot, group_id=only, by=call.actor)
    lines = [call.texts.html("operator.published", slot=slot_name(call.texts, slot))]
    for outcome, count in Counter(result.outcome for result in results).most_common():
        words = call.texts.words.get(f"outcome.{outcome}", outcome)
        key = "operator.outcome_one" if count == 1 else "operator.outcome"
        lines.append(call.texts.html(key, outcome=words, count=count))
    if not results:
        lines.append(call.texts.html("operator.no_groups"))
    await call.say(stacked(lines))


async def pause(call: Call) -> None:
    """Answer /pause [GROUP]: stop posting everywhere, or in one group."""
    await _set_paused(call, is_paused=True)


async def resume(call: Call) -> None:
    """Answer /resume [GROUP]: go on posting."""
    await _set_paused(call, is_paused=False)


async def _set_paused(call: Call, *, is_paused: bool) -> None:
    named = number(call.words, 0)
    if call.words and named is None:
        await call.say(call.texts.html("operator.pause_usage"))
        return
    group_id = None if named is None else await _group_id(call, named)
    count = await call.services.connecting.set_paused(group_id, is_paused, by=call.actor)
    key = "operator.paused" if is_paused else "operator.resumed"
    await call.say(call.texts.html(key, count=count))


async def _group_id(call: Call, named: int) -> GroupId:
    """Our id of a group that is named by it, or by its chat id (negative)."""
    if named >= 0:
        return GroupId(named)
    group = await call.services.connecting.group_by_chat(named)
    return group.id if group else GroupId(0)


async def promoters(call: Call) -> None:
    """Answer /promoters: who joined last, and how many wait for an invitation."""
    found = await call.services.enrolling.promoters(PROMOTERS_SHOWN)
    waiting = await call.services.enrolling.waiting()
    lines = [call.texts.html("operator.promoters_head", waiting=waiting)]
    for promoter in found:
        lines.append(
            call.texts.html(
                STATUSES[promoter.status],
                name=promoter.name or "—",
                id=promoter.telegram_id or "—",
                programme=call.programme_title(promoter.programme),
            )
        )
    await call.say(stacked(lines))


async def report(call: Call) -> None:
    """Answer /report [DAYS]: the last seven days, or as many, by group, the best first."""
    texts, days = call.texts, number(call.words, 0) if call.words else REPORT_DAYS
    if days is None or not 1 <= days <= REPORT_DAYS_LIMIT:
        await call.say(texts.html("operator.report_usage", limit=REPORT_DAYS_LIMIT))
        return
    end = call.services.today()
    start = end - timedelta(days=days - 1)
    rows = await call.services.reporting.report("group", start, end)
    lines = [texts.html("operator.report_head", start=texts.day(start), end=texts.day(end))]
    for row in rows[:REPORT_SHOWN]:
        lines.append(
            texts.html(
                "operator.report_row",
                title=row["title"] or "—",
                posts=row["posts"],
                clicks=row["clicks"],
                conversions=row["conversions"],
                commission=written(row["commission_minor"], Currency(row["currency"])),
            )
        )
    if not rows:
        lines.append(texts.html("operator.report_none"))
    await call.say(stacked(lines, gap="\n\n"))


async def uncertain(call: Call) -> None:
    """Answer /uncertain: posts of which nobody knows whether they arrived, with buttons."""
    found = await call.services.sending.uncertain(None)
    if not found:
        await call.say(call.texts.html("operator.uncertain_none"))
        return
    shown, texts = found[:UNCERTAIN_SHOWN], call.texts
    lines = [texts.html("operator.uncertain_head", count=len(found))]
    rows = []
    for post in shown:
        group = await call.services.connecting.group(post.group_id)
        lines.append(
            texts.html(
                "operator.uncertain_row",
                id=post.id,
                title=group.title if group else "—",
                day=texts.day(post.day),
                slot=slot_name(texts, post.slot),
            )
        )
        rows.append(
            [
                button(texts("button.arrived", id=post.id), "post", "arrived", post.id),
                button(texts("button.missing", id=post.id), "post", "missing", post.id),
            ]
        )
    await call.say(stacked(lines), keyboard(*rows))


async def press_post(call: Call) -> str | None:
    """Settle an uncertain post, as an operator or its promoter: fields answer and post."""
    answer = call.words[0] if call.words else ""
    if answer not in ("arrived", "missing"):
        raise OldButtonError("That button cannot be read.")
    is_settled = await call.services.sending.resolve(
        PostId(field(call.words, 1)),
        was_sent=answer == "arrived",
        by=call.actor,
        promoter_id=None if call.is_operator else call.own.id,
    )
    return call.texts("answer.settled" if is_settled else "answer.settled_before")


async def orphans(call: Call) -> None:
    """Answer /orphans: order rows that nothing can be credited with."""
    found = await call.services.crediting.orphans(ORPHANS_SHOWN)
    if not found:
        await call.say(call.texts.html("operator.orphans_none"))
        return
    lines: list[Html] = [call.texts.html("operator.orphans_head", count=len(found))]
    claimants = await call.services.crediting.claimants(found)
    for conversion in found:
        row = conversion.observation
        lines.append(
            call.texts.html(
                "operator.orphan",
                marketplace=row.marketplace,
                order=row.order_id,
                row=row.row_id,
                commission=written(row.commission_minor, row.currency),
                day=call.texts.day(row.ordered_at.astimezone(call.services.zone).date()),
            )
        )
        lines += [
            call.texts.html("operator.orphan_claimed", title=group.title or "—", group=group.id)
            for group in claimants.get(row.order_id, [])
        ]
    await call.say(stacked(lines))
