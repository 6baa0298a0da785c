"""The team of a promoter: what it sold first; those one mentors and the invitations apart."""

from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.growth.wording import level_text
from bot.domain.records import PromoterStatus
from bot.domain.texts import Html, Texts
from bot.services.growth.outcomes import Invitations, Mentees, Sales
from handlers.chat.context import Call
from handlers.chat.wire.callbacks import OldButtonError, field
from handlers.chat.wire.replies import button, keyboard, stacked

SALES, MENTEES, INVITED = "sales", "mentees", "invited"
VIEWS = (SALES, MENTEES, INVITED)


async def team(call: Call) -> None:
    """Answer /team: this month's orders through whom the promoter invited."""
    await _show(call, SALES, 0)


async def press_team(call: Call) -> str | None:
    """Show another view or page: fields view and page."""
    page = field(call.words, 1)
    if call.words[0] not in VIEWS or page < 0:
        raise OldButtonError("There is no such view.")
    await _show(call, call.words[0], page)
    return None


async def _show(call: Call, view: str, page: int) -> None:
    growth, own, texts = call.services.rooms.growth, call.own.id, call.texts
    found: Sales | Mentees | Invitations
    if view == SALES:
        found = sales = await growth.teaming.sales(own, page)
        text = sales_text(texts, sales)
    elif view == MENTEES:
        found = mentees = await growth.mentors.mentees(own, page)
        text = mentees_text(texts, mentees)
    else:
        found = invited = await growth.teaming.invitations(own, page)
        text = invitations_text(texts, invited, call.services.zone)
    await call.show(text, _buttons(texts, view, page, has_more=found.has_more))


def sales_text(texts: Texts, found: Sales) -> Html:
    """A month's orders through the directly invited, and what the own second level comes to."""
    month = texts.month(found.month.year, found.month.month)
    lines = [texts.html("growth.sales_head", month=month)]
    if not found.totals:
        return stacked([*lines, texts.html("growth.sales_none")], gap="\n\n")
    for total in found.totals:
        lines.append(
            texts.html(
                "growth.sales_total",
                orders=total.orders,
                commission=texts.money(total.commission_minor, total.currency),
                share=texts.money(total.share_minor, total.currency),
            )
        )
    lines.append(Html(""))
    for one in found.sellers:
        share = texts.money(one.share_minor, one.currency)
        key = "growth.seller_one" if one.orders == 1 else "growth.seller"
        lines.append(texts.html(key, name=one.name or "—", orders=one.orders, share=share))
    lines.append(texts.html("growth.sales_foot"))
    return stacked(lines)


def mentees_text(texts: Texts, found: Mentees) -> Html:
    """How far everybody is whom the promoter mentors."""
    if not found.mentees:
        return texts.html("growth.mentees_none")
    lines = [texts.html("growth.mentees_head")]
    for one in found.mentees:
        lines.append(
            texts.html(
                "growth.mentee",
                name=one.promoter.name or "—",
                level=level_text(texts, one.level),
                done=one.done,
                total=one.total,
            )
        )
    return stacked(lines)


def invitations_text(texts: Texts, found: Invitations, zone: ZoneInfo) -> Html:
    """Own codes and who joined by them; nobody is paid for either."""
    if not found.total and not found.codes:
        return texts.html("team.none")
    lines = [texts.html("team.head", total=found.total)]
    for promoter in found.joined:
        joined = texts.day(promoter.joined_at.astimezone(zone).date())
        key = "team.active" if promoter.status == PromoterStatus.ACTIVE else "team.learning"
        lines.append(texts.html(key, name=promoter.name or "—", day=joined))
    if found.codes:
        lines += [Html(""), texts.html("growth.codes_head")]
    for code in found.codes:
        end = texts.day(code.expires_at.astimezone(zone).date())
        key = "growth.code" if code.revoked_at is None else "growth.code_over"
        lines.append(
            texts.html(key, code=code.code, uses=code.uses, limit=code.uses_limit, day=end)
        )
    return stacked([*lines, Html(""), texts.html("growth.invited_foot")])


def _buttons(texts: Texts, view: str, page: int, *, has_more: bool) -> InlineKeyboardMarkup | None:
    turns: list[InlineKeyboardButton] = []
    if page:
        turns.append(button("◀️", "team", view, page - 1))
    if has_more:
        turns.append(button("▶️", "team", view, page + 1))
    others = [
        button(texts(f"growth.view_{each}"), "team", each, 0) for each in VIEWS if each != view
    ]
    return keyboard(turns, others)
