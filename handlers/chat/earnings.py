"""What a promoter earned, why, and the month's statement."""

import re

from bot.domain.money import written
from bot.domain.records import Share
from bot.domain.texts import Html, Texts
from bot.services.books.explaining import ExplainedRow, Statement, StatementLine
from handlers.chat.context import Call
from handlers.chat.deck import slot_name, title_of
from handlers.chat.wire.replies import stacked

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
LINES_SHOWN = 25
ROWS_SHOWN = 8
ORDER_LIMIT = 128

STATES = ("created", "pending", "approved", "settled", "reversed")

STANDINGS = {
    "orphan": "why.orphan",
    "frozen": "why.frozen",
    "created": "why.created",
    "reversed": "why.reversed",
    "nothing": "why.nothing",
    "unsettled": "why.unsettled",
    "held": "why.held",
    "payable": "why.payable",
}
PARTIES = {
    "level1": "why.level1",
    "level2": "why.level2",
    "partner": "why.partner",
    "team": "why.team",
    "company": "why.company",
    "house": "why.house",
    "owner": "scheme.owner",
    "community": "scheme.community",
}
ACCOUNTS = {
    "held": "statement.held",
    "payable": "statement.payable",
    "coupons": "scheme.account_coupons",
}
SOURCES = {
    "self": "scheme.from_self",
    "share": "scheme.from_share",
    "pool": "pool.from_pool",
    "poster": "poster.from_poster",
    "inline": "inline.from_inline",
}
DECIDED = {"click": "why.by_click", "order": "why.by_order"}


async def earnings(call: Call) -> None:
    """Answer /earnings: what is held, payable and paid, in each currency."""
    found = await call.services.reporting.earnings(call.own.id)
    if not (found.balances or found.conversions or found.coupons):
        await call.say(call.texts.html("earnings.none"))
        return
    lines = [call.texts.html("earnings.head")]
    for one in found.balances:
        lines.append(
            call.texts.html(
                "earnings.balance",
                held=written(one.held_minor, one.currency),
                payable=written(one.payable_minor, one.currency),
                paid=written(one.paid_minor, one.currency),
            )
        )
    for currency, amount_minor in found.coupons:
        lines.append(call.texts.html("scheme.coupons", amount=written(amount_minor, currency)))
    counted = [
        call.texts(f"earnings.{state}", count=found.conversions[state])
        for state in STATES
        if found.conversions.get(state)
    ]
    if counted:
        words = call.texts("group.and").join(counted)
        lines.append(call.texts.html("earnings.orders", orders=words))
    lines.append(call.texts.html("earnings.foot"))
    await call.say(stacked(lines, gap="\n\n"))


async def why(call: Call) -> None:
    """Answer /why ORDER: every row of the order, from the post to the release."""
    if not call.words:
        await call.say(call.texts.html("why.usage"))
        return
    order_id = " ".join(call.words)[:ORDER_LIMIT]
    asker = None if call.is_operator else call.own.id
    found = await call.services.reporting.why(asker, order_id)
    if not found.rows:
        await call.say(call.texts.html("why.not_found", order=order_id))
        return
    rows = [_explained(call, row) for row in found.rows[:ROWS_SHOWN]]
    await call.say(stacked([call.texts.html("why.head", order=order_id), *rows], gap="\n\n"))


def _explained(call: Call, row: ExplainedRow) -> Html:
    texts, observation = call.texts, row.conversion.observation
    amount = written(observation.amount_minor, observation.currency)
    commission = written(observation.commission_minor, observation.currency)
    place = texts.html("why.row", row=observation.row_id, amount=amount, commission=commission)
    lines = [place, *_source(call, row)]
    lines += [_share(call, share, row) for share in row.shares]
    lines.append(_standing(call, row))
    if row.history:
        received_at, verdict, detail = row.history[0]
        day = texts.day(received_at.astimezone(call.services.zone).date())
        lines.append(texts.html("why.history", day=day, verdict=verdict, detail=detail))
    return stacked(lines)


def _source(call: Call, row: ExplainedRow) -> list[Html]:
    """Post, group and click that the row is credited to."""
    texts, zone, lines = call.texts, call.services.zone, []
    if row.offer is not None:
        lines.append(texts.html("why.offer", title=title_of(row.offer, 60)))
    if row.group is not None:
        lines.append(texts.html("why.group", title=row.group.title or "—"))
    if row.post is not None:
        slot, day = slot_name(texts, row.post.slot), texts.day(row.post.day)
        lines.append(texts.html("why.post", slot=slot, day=day))
    if row.is_from_answer:
        lines.append(texts.html("why.from_answer"))
    if row.source in SOURCES:
        lines.append(texts.html(SOURCES[row.source]))
    credit = row.conversion.credit
    if credit is not None:
        moment = credit.clicked_at or row.conversion.observation.ordered_at
        day, clock = texts.day(moment.astimezone(zone).date()), texts.clock(moment, zone)
        lines.append(texts.html(DECIDED[credit.decided_by], day=day, clock=clock))
    return lines


def _share(call: Call, share: Share, row: ExplainedRow) -> Html:
    """A promoter sees own shares alone; an operator sees every party's."""
    key = "why.share_second" if share.level == 2 else "why.share"
    key = "scheme.share_community" if share.party == "community" else key
    return call.texts.html(
        "why.share_of" if call.is_operator else key,
        party=call.texts(PARTIES[share.party]),
        percent=f"{share.share_bps / 100:g}",
        amount=written(share.amount_minor, row.conversion.observation.currency),
    )


def _standing(call: Call, row: ExplainedRow) -> Html:
    release_at = row.conversion.payable_at
    day = "—"
    if release_at is not None:
        day = call.texts.day(release_at.astimezone(call.services.zone).date())
    return call.texts.html(STANDINGS[row.standing], day=day)


async def statement(call: Call) -> None:
    """Answer /statement [MONTH]: opening, every movement, closing."""
    month = call.words[0] if call.words else None
    if month is not None and not MONTH.fullmatch(month):
        await call.say(call.texts.html("statement.usage"))
        return
    found = await call.services.reporting.statement(call.own.id, month)
    await call.say(_statement(call, found))


def _statement(call: Call, found: Statement) -> Html:
    texts = call.texts
    year, _, month = found.month.partition("-")
    named = texts.month(int(year), int(month))
    if not found.lines and not any(found.closing.values()):
        return texts.html("statement.none", month=named)
    lines = [texts.html("statement.head", month=named)]
    lines += _balances(texts, found)
    shown = found.lines[-LINES_SHOWN:]
    if len(shown) < len(found.lines):
        lines.append(texts.html("statement.more", count=len(found.lines) - len(shown)))
    lines += [_line(call, line) for line in shown]
    key = "statement.whole" if found.is_chain_whole else "statement.broken"
    return stacked([*lines, texts.html(key)])


def _balances(texts: Texts, found: Statement) -> list[Html]:
    rows = []
    for account, currency in sorted(found.closing):
        opening = found.opening.get((account, currency), 0)
        rows.append(
            texts.html(
                "statement.balance",
                account=texts(ACCOUNTS[account]),
                opening=written(opening, currency),
                closing=written(found.closing[account, currency], currency),
            )
        )
    return rows


def _line(call: Call, line: StatementLine) -> Html:
    sign = "+" if line.amount_minor > 0 else ""
    return call.texts.html(
        "statement.line",
        day=call.texts.day(line.at.astimezone(call.services.zone).date()),
        account=call.texts(ACCOUNTS[line.account]),
        amount=sign + written(line.amount_minor, line.currency),
        order=line.order_id,
    )
