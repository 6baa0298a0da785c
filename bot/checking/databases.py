"""The database: whether it answers, holds what it promises, and can be written and restored."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import available_timezones

from bot.app import App, opened
from bot.checking import files
from bot.checking.findings import Finding, fine, mind, wrong
from bot.errors import HaowuError
from bot.services.inspecting import Inspecting, Inspection
from bot.settings import Settings
from storage.watching import trouble_of

WITHIN_SECONDS = 60.0
"""Verifying the books is bounded by itself; nothing else takes long."""
SKEW_LIMIT = timedelta(seconds=60)
OLDEST_POSTGRES = 14
"""Older ones get no security updates any more."""
STALE_AFTER = timedelta(days=2)
FAULTS_SHOWN = 5
ASK_SERVER = "is its server up, and DATABASE_URL right?"
REMEDIES = {
    "unreachable": ASK_SERVER,
    "does not answer": f"it takes connections and says nothing: {ASK_SERVER}",
    "password refused": "correct the password in DATABASE_URL",
    "no such database": "create the database that DATABASE_URL names",
    "too many connections": "raise max_connections, or run fewer processes",
    "disk full": "make room on its disk; Haowu goes on by itself",
    "disk error": "look at the machine's disk and quota; Haowu goes on by itself",
    "read only": "give the file and its folder back to the user that runs Haowu, or the server "
    "its primary's part",
    "locked": "another program holds it: close whatever has the file open",
    "damaged": "stop Haowu, keep the file, and restore the newest backup",
    "cannot be opened": "its folder must be there and belong to the user that runs Haowu",
    "the file is gone": "its folder must be there and belong to the user that runs Haowu",
}


async def look(settings: Settings) -> tuple[Inspection | None, list[Finding]]:
    """What was seen, None when it cannot be opened; and what there is to say of it."""
    looking = asyncio.ensure_future(_inspected(settings))
    # Not a timeout: what waits for a server that hangs cannot always be taken back.
    done, _ = await asyncio.wait({looking}, timeout=WITHIN_SECONDS)
    if not done:
        looking.cancel()
        return None, [_unopened("does not answer")]
    try:
        return looking.result()
    except HaowuError as fault:
        remedy = "run `haowu migrate`" if "migrate" in str(fault) else ASK_SERVER
        return None, [wrong("database", str(fault), remedy)]
    except Exception as fault:
        # The driver's words may hold the password of DATABASE_URL: only the kind is told.
        return None, [_unopened(trouble_of(fault))]


def _unopened(trouble: str) -> Finding:
    return wrong("database", f"cannot be used: {trouble}", REMEDIES.get(trouble, ASK_SERVER))


async def _inspected(settings: Settings) -> tuple[Inspection, list[Finding]]:
    async with opened(settings) as app:
        inspecting = Inspecting(app.database, app.settling, app.now)
        seen = await inspecting.inspect(
            programmes=list(app.programmes), operators=settings.operator_ids
        )
        found = [*_engine(seen), *_content(seen), *_books(app, seen)]
        found += files.room(settings, app.database.place.free_bytes())
        if not found:
            found = [fine("database", "answers, takes writes, every guard in place, books right")]
        return seen, [*found, fine("postback address", _postback_address(app))]


def _postback_address(app: App) -> str:
    return f"{app.settings.public_url}/postback/MARKETPLACE/{app.postback_keys[0]}"


def _engine(seen: Inspection) -> Iterator[Finding]:
    if seen.refused is not None:
        remedy = REMEDIES.get(seen.refused, ASK_SERVER)
        yield wrong("database", f"takes no writes: {seen.refused}", remedy)
    if seen.missing_guards:
        yield wrong(
            "database",
            f"guards are missing: {', '.join(seen.missing_guards)}",
            "somebody changed the schema: restore a backup from before that",
        )
    if seen.missing_months:
        yield mind(
            "database",
            f"partitions are missing: {', '.join(seen.missing_months)}",
            "the clock makes them: keep one `haowu run --only clock` running",
        )
    if seen.version is not None and seen.version // 10_000 < OLDEST_POSTGRES:
        yield mind(
            "database",
            f"PostgreSQL {seen.version // 10_000} gets no security updates",
            f"move to {OLDEST_POSTGRES} or later",
        )
    if seen.skew is not None and abs(seen.skew) > SKEW_LIMIT:
        yield wrong(
            "clock",
            f"is {abs(seen.skew).total_seconds():.0f} seconds off the database's",
            "start an NTP service on both machines",
        )


def _content(seen: Inspection) -> Iterator[Finding]:
    for name, count in seen.lost_programmes.items():
        yield wrong(
            "programmes",
            f"{count} group(s) are in “{name}”, which does not exist",
            f"put bot/programmes/{name}.toml back",
        )
    for title, missing in seen.lame_groups:
        yield mind(
            "rights",
            f"in “{title}” the bot lacks: {', '.join(missing)}",
            "its promoter gives them in the group's settings; /groups says where",
        )
    if unknown := sorted(set(seen.zones) - available_timezones()):
        yield wrong(
            "time zones",
            f"groups live by {', '.join(unknown)}, which this machine does not know",
            "install the newest tzdata package",
        )
    for telegram_id in seen.unstarted:
        yield mind(
            "OPERATOR_IDS",
            f"{telegram_id} never pressed Start: the bot may tell them nothing",
            "let them send /start to the bot",
        )
    if seen.openings_overdue:
        yield mind(
            "slots",
            f"{seen.openings_overdue} opening(s) are overdue",
            "keep one `haowu run --only clock` running; its log says what fails",
        )
    if seen.uncertain_posts:
        yield mind(
            "posts",
            f"of {seen.uncertain_posts} post(s) nobody knows whether they arrived",
            "/uncertain in the chat: tap what you see in the group",
        )


def _books(app: App, seen: Inspection) -> Iterator[Finding]:
    if seen.book_faults is None:
        yield mind("books", "are too long to be verified here", "run `haowu verify`")
    faults = seen.book_faults or ()
    for fault in faults[:FAULTS_SHOWN]:
        yield wrong("books", fault, "`haowu verify` names all; stop settling, restore a backup")
    if not seen.has_books:
        return
    if seen.backed_up_at is None:
        yield mind("backup", "none was ever made", "`haowu backup FILE`, every night")
    elif (age := app.now() - seen.backed_up_at) > STALE_AFTER:
        yield mind(
            "backup",
            f"the newest is {age.days} days old",
            "`haowu backup FILE`, every night",
        )
