"""Commands about the catalogue: import a feed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.running import EXIT_FAILED, run_async

if TYPE_CHECKING:
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
