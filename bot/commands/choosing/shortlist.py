"""The command that shows the day's ranking; what operators change in it stands under it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands.choosing import steering
from bot.commands.printing import print_json, print_rows
from bot.commands.running import run_async
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.records import Ranked, Shortlist
    from bot.domain.texts import Texts


@click.group(invoke_without_command=True)
@click.option("--programme", help="DEFAULT_PROGRAMME of the settings when absent.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Today in DEFAULT_TIMEZONE when absent.")
@click.option(
    "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@click.option("--recalculate", is_flag=True, help="Freeze a new version of the day's ranking.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="DEFAULT_LANGUAGE when absent.")
@click.pass_context
def shortlist(
    context: click.Context,
    programme: str | None,
    day: str | None,
    style: str,
    recalculate: bool,
    language: str | None,
) -> None:
    """The day's ranking of a programme with the reasons; frozen when it is first asked for.

    Each of the eight factors is told in words with the figures that it rests on. A past day is
    shown as it was frozen, with the prices of that day.

    \b
    Example: haowu shortlist --programme fenxiang --format json
             haowu shortlist pin 42 --reason "our anniversary"
             haowu shortlist ban 17 --reason "complaints about fakes"
    """
    if context.invoked_subcommand is None:
        _show(programme, day, style, recalculate, language)


for command in (
    steering.pin, steering.unpin, steering.ban, steering.unban, steering.move,
    steering.bans, steering.weights,
):  # fmt: skip
    shortlist.add_command(command)


@run_async
async def _show(
    programme: str | None, day: str | None, style: str, recalculate: bool, language: str | None
) -> None:
    from bot.app import opened

    async with opened() as app:
        name = programme or app.settings.default_programme
        today = app.now().astimezone(app.settings.zone).date()
        wanted = parsed_day(day) if day else today
        found = await _found(app, name, wanted, today, recalculate=recalculate)
        texts = app.texts[language or app.settings.default_language]
        rows = [_row(texts, ranked, is_past=wanted < today) for ranked in found.rows]
    if style == "json":
        print_json(rows)
        return
    empty = "No offer qualifies: import a feed with `haowu catalog import`."
    if wanted < today:
        empty = f"Nothing was frozen on {wanted}. For today, import a feed: `haowu catalog import`."
    print_rows([_short(texts, row) for row in rows], "table", empty=empty)


async def _found(
    app: "App", name: str, wanted: date, today: date, *, recalculate: bool
) -> "Shortlist":
    if recalculate and wanted < today:
        raise InputError("A day that is over stays as it was frozen.")
    if recalculate:
        return await app.shortlisting.freeze(name, wanted, recalc=True)
    if wanted < today:
        return await app.shortlisting.frozen(name, wanted)
    return await app.shortlisting.today(name, wanted)


def parsed_day(text: str, option: str = "--date") -> date:
    """The day that an option names; raises InputError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option} takes YYYY-MM-DD, not “{text}”.") from None


def _row(texts: "Texts", ranked: "Ranked", *, is_past: bool) -> dict[str, object]:
    offer, price = ranked.offer, ranked.offer.price_now_minor
    if is_past and ranked.frozen_minor is not None:
        price = ranked.frozen_minor
    row: dict[str, object] = {
        "rank": ranked.rank,
        "offer_id": offer.id,
        "title": offer.facts.title,
        "price_minor": price,
        "currency": offer.facts.currency,
        "score": ranked.score,
        "factors": [
            {
                "name": factor.name,
                "value": factor.value,
                "weight": factor.weight,
                "reason": texts.figures(factor.reason, **factor.words),
            }
            for factor in ranked.factors
        ],
    }
    if ranked.notes:
        row["notes"] = [texts(note.reason, **note.words) for note in ranked.notes]
    return row


def _short(texts: "Texts", row: Mapping[str, object]) -> dict[str, object]:
    from bot.domain.catalogue.factors import NEUTRAL
    from bot.domain.money import currency, written

    factors, notes = row["factors"], row.get("notes", ())
    assert isinstance(factors, list) and isinstance(notes, list | tuple)  # noqa: S101, PT018
    speaking = sorted(factors, key=lambda each: -each["weight"] * (each["value"] - NEUTRAL))
    colon = "：" if texts.language == "zh" else ": "
    told = [texts(f"factor.name_{each['name']}") + colon + str(each["reason"]) for each in speaking]
    return {
        "rank": row["rank"],
        "offer": row["offer_id"],
        "title": str(row["title"])[:40],
        "price": written(int(str(row["price_minor"])), currency(str(row["currency"]))),
        "score": f"{row['score']:.3f}",
        "reasons": "; ".join([*notes, *told]),
    }
