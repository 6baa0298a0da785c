"""Commands about programmes: which there are, what one says, whether a file is right."""

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bot.commands.printing import print_json, print_outline, print_rows
from bot.commands.running import told
from bot.errors import InputError


@click.group()
def programme() -> None:
    """List, show and check programmes: the schemes as data.

    \b
    Example: haowu programme show fenxiang
    """


@programme.command("list")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@told
def list_programmes(style: str) -> None:
    """Every programme that this house ships.

    \b
    Example: haowu programme list
    """
    from bot.app import load_programmes

    print_rows(
        [
            {
                "name": each.name,
                "zh": each.title.get("zh", ""),
                "en": each.title.get("en", ""),
                "source": each.source,
                "slots": [plan.name for plan in each.slots],
            }
            for each in load_programmes().values()
        ],
        style,
    )


@programme.command()
@click.argument("name")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
@told
def show(name: str, style: str) -> None:
    """Everything that the programme NAME says; terms in basis points.

    \b
    Example: haowu programme show dongxiaodian --format json
    """
    from bot.app import load_programmes

    programmes = load_programmes()
    if name not in programmes:
        raise InputError(f"There is no programme “{name}”: {', '.join(programmes)}.")
    document = _document(programmes[name])
    if style == "json":
        print_json(document)
        return
    print_outline(document)


@programme.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told
def check(file: Path) -> None:
    """Read FILE as a programme and tell every fault, and every broken rule with its line.

    \b
    Example: haowu programme check mine.toml
    """
    from bot.domain.reading import read_programme

    try:
        text = file.read_text("utf-8")
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{file.name} is not TOML: {fault}") from fault
    read_programme(file.stem, document, text)
    click.echo(f"{file.name} is a programme.")


def _document(each: Any) -> dict[str, Any]:
    """The programme as plain values; ``terms`` are the newest, ``all_terms`` every dated one."""
    document = asdict(each)
    dated = [_terms(terms) for terms in each.terms]
    return document | {"terms": dated[-1], "all_terms": dated}


def _terms(terms: Any) -> dict[str, Any]:
    from bot.domain.programmes import Levels, Pool

    match terms.split:
        case Levels() as by:
            parts = {"levels": [by.first_bps, by.second_bps]}
        case Pool() as by:
            parts = {"pool": [by.partner_bps, by.team_bps, by.company_bps]}
        case by:
            parts = {"community": [by.owner_bps, by.gold_bps]}
    return parts | {
        "from_at": terms.from_at,
        "hold_days": terms.hold_days,
        "is_self_purchase_paid": terms.is_self_purchase_paid,
    }
