"""Commands about the program itself: run, demo, check, migrate, backup, restore."""

import gc
import sys
from pathlib import Path

import click

from bot.commands.running import EXIT_FAILED, run_async, serve_async
from bot.errors import InputError

PARTS = ("chat", "web", "clock", "outbox")


@click.command()
@click.option("--only", metavar="PARTS", help=f"Some of {','.join(PARTS)}; all when absent.")
@serve_async
async def run(only: str | None) -> None:
    """Run the bot: chat, web, clock and outbox in one process, or the named parts.

    \b
    Example: haowu run --only web,outbox
    """
    parts = PARTS if only is None else tuple(word.strip() for word in only.split(","))
    if unknown := [part for part in parts if part not in PARTS]:
        raise InputError(f"--only knows {', '.join(PARTS)}, not “{', '.join(unknown)}”.")
    # What is loaded here stays for good. Looking through it for garbage, again and again while it
    # grows, would take a sixth of the start, and later a moment in which nobody is answered. It is
    # looked for again once the parts are loaded.
    gc.disable()
    from bot.doors import run_until_stopped

    await run_until_stopped(frozenset(parts))


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--fast", is_flag=True, help="Start with the day's first post already out.")
@run_async
async def demo(port: int, fast: bool) -> None:
    """Play the whole job in a browser: a stand-in Telegram and shop, the real bot.

    \b
    Example: haowu demo --port 8080
    """
    from bot.demo import play

    await play(port, is_fast=fast)


@click.command()
@run_async
async def check() -> None:
    """Look at settings, database, token, address and clock; say what is wrong and how to mend it.

    \b
    Example: haowu check
    """
    from bot.checking import Mark, findings

    found = await findings()
    for finding in found:
        click.echo(f"{finding.mark:<6} {finding.subject}: {finding.sentence}")
        if finding.remedy:
            click.echo(f"       → {finding.remedy}")
    if any(finding.mark is Mark.WRONG for finding in found):
        sys.exit(EXIT_FAILED)


@click.command()
@run_async
async def migrate() -> None:
    """Bring the database up to date; on SQLite `haowu run` does it by itself.

    \b
    Example: haowu migrate
    """
    from bot.settings import load
    from storage.database import Database
    from storage.migrating import migrate as apply_steps

    database = Database(load().database_url)
    try:
        revision = await apply_steps(database)
    finally:
        await database.close()
    click.echo(f"The database is at revision {revision}.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE when it is there.")
@run_async
async def backup(file: Path, force: bool) -> None:
    """Write a copy of the database to FILE while the bot runs.

    \b
    Example: haowu backup haowu-2026-11-22.backup
    """
    from bot.app import opened

    async with opened() as app:
        made = await app.keeping.backup(file, is_forced=force)
    click.echo(f"{made.file}: {made.size_bytes:,} bytes, revision {made.revision}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@run_async
async def restore(file: Path, yes: bool) -> None:
    """Put the database back to what FILE holds; stop the bot first.

    \b
    Example: haowu restore haowu-2026-11-22.backup --yes
    """
    from bot.app import utc_now
    from bot.services.keeping import Keeping
    from bot.settings import load
    from storage.database import Database

    if not yes:
        click.confirm(f"Replace the database by {file}?", abort=True)
    # Nothing may open the database before: it may be damaged, which is why somebody restores.
    database = Database(load().database_url)
    try:
        restored = await Keeping(database, utc_now).restore(file)
    finally:
        await database.close()
    click.echo(f"Restored, revision {restored.revision}; what was there is kept in {restored.old}.")
