"""Commands about the catalogue: import a feed, and the day's shortlist."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.printing import print_json, print_rows
from bot.commands.running import EXIT_FAILED, run_async
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.records import Ranked
    from bot.services.catalogue.refreshing import ImportReport

SHOWN_REASONS = 20
"""Refused rows told on the screen without --verbose."""


@click.group()
def catalog() -> None:
    """Bring offers into the catalogue.

    \b
    Example: haowu catalog import products.csv
    """


@catalog.command("import")
@click.argument("source", metavar="FILE|URL")
@click.option(
    "--format",
    "style",
    type=click.Choice(["auto", "google", "csv", "jsonl"]),
    default="auto",
    show_default=True,
    help="google is RSS, Atom or tab-separated text.",
)
@click.option("--marketplace", default="feed", show_default=True, help="Whose offers they are.")
@click.option("--currency", help="For prices without one; CURRENCY of the settings when absent.")
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field."
)
@click.option("--commission", metavar="RATE", help="Such as 10%, for rows without a rate.")
@click.option("--end-missing", is_flag=True, help="End offers that the feed no longer has.")
@click.option("--verbose", is_flag=True, help="Tell every refused row, not the first twenty.")
@click.option(
    "--refused",
    "refused_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every refused row (line, tab, reason) to this file.",
)
@run_async
async def import_feed(
    source: str,
    style: str,
    marketplace: str,
    currency: str | None,
    mapping: tuple[str, ...],
    commission: str | None,
    end_missing: bool,
    verbose: bool,
    refused_file: Path | None,
) -> None:
    """Import offers from FILE or URL: CSV, JSON lines or a Google Merchant feed.

    The same feed again changes nothing. A bad row is refused with its line and the reason, the
    others are imported. Fields for --map: id title url price sale_price currency image brand
    category description stock coupon commission_rate rating reviews sales delivery size
    material returns contents; only title, url and price are needed.

    \b
    Example: haowu catalog import products.csv --map title=product_name --currency INR
    """
    from bot.app import opened
    from bot.domain.money import currency as checked
    from bot.services.catalogue.refreshing import FeedWish

    wish = FeedWish(
        format=style,
        marketplace=marketplace,
        currency=checked(currency) if currency else None,
        mapping=mapping,
        commission=commission,
        is_ending_missing=end_missing,
    )
    async with opened() as app:
        report = await app.refreshing.import_source(source, wish, _tell_progress)
    _tell_refused(report, is_verbose=verbose)
    if refused_file:
        _write_refused(report, refused_file)
    if end_missing:
        click.echo(f"ended {report.ended}", err=True)
    click.echo(report.closing_line)
    if report.is_broken_off:
        sys.exit(EXIT_FAILED)


def _tell_progress(report: "ImportReport") -> None:
    rows = report.added + report.updated + report.unchanged + report.refused_count
    # A line that is written over on a terminal, and nothing in a log of every batch.
    if sys.stderr.isatty():
        click.echo(f"\r{rows:,} rows", err=True, nl=False)
    elif rows % 100_000 == 0:
        click.echo(f"{rows:,} rows", err=True)


def _tell_refused(report: "ImportReport", *, is_verbose: bool) -> None:
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)
    shown = report.refused if is_verbose else report.refused[:SHOWN_REASONS]
    for line, reason in shown:
        click.echo(f"line {line}: {reason}", err=True)
    if (more := report.refused_count - len(shown)) > 0:
        click.echo(f"… and {more:,} more refused rows (--verbose or --refused FILE)", err=True)


def _write_refused(report: "ImportReport", path: Path) -> None:
    path.write_text("".join(f"{line}\t{reason}\n" for line, reason in report.refused), "utf-8")


@click.command()
@click.option("--programme", help="DEFAULT_PROGRAMME of the settings when absent.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Today in DEFAULT_TIMEZONE when absent.")
@click.option(
    "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@click.option("--recalculate", is_flag=True, help="Freeze a new version of the day's ranking.")
@run_async
async def shortlist(programme: str | None, day: str | None, style: str, recalculate: bool) -> None:
    """The day's ranking of a programme with the reasons; frozen when it is first asked for.

    \b
    Example: haowu shortlist --programme fenxiang --format json
    """
    from bot.app import opened

    async with opened() as app:
        name = programme or app.settings.default_programme
        wanted = _day(day) if day else app.now().astimezone(app.settings.zone).date()
        found = (
            await app.shortlisting.freeze(name, wanted, recalc=True)
            if recalculate
            else await app.shortlisting.today(name, wanted)
        )
        rows = [_row(app, ranked) for ranked in found.rows]
    if style == "json":
        print_json(rows)
        return
    empty = "No offer qualifies: import a feed with `haowu catalog import`."
    print_rows([_short(row) for row in rows], "table", empty=empty)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date takes YYYY-MM-DD, not “{text}”.") from None


def _row(app: "App", ranked: "Ranked") -> dict[str, object]:
    texts = app.texts[app.settings.default_language]
    offer = ranked.offer
    return {
        "rank": ranked.rank,
        "offer_id": offer.id,
        "title": offer.facts.title,
        "price_minor": offer.price_now_minor,
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


def _short(row: dict[str, object]) -> dict[str, object]:
    from bot.domain.catalogue.factors import NEUTRAL
    from bot.domain.money import currency, written

    factors = row["factors"]
    assert isinstance(factors, list)  # noqa: S101 - made by _row
    known = [each for each in factors if each["value"] != NEUTRAL]
    best = sorted(known, key=lambda each: -each["value"] * each["weight"])[:3]
    return {
        "rank": row["rank"],
        "offer": row["offer_id"],
        "title": str(row["title"])[:40],
        "price": written(int(str(row["price_minor"])), currency(str(row["currency"]))),
        "score": f"{row['score']:.3f}",
        "reasons": "; ".join(each["reason"] for each in best),
    }
