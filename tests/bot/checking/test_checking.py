"""`haowu check`: each fault is really set up, found, and told with its remedy."""

import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, text, update
from starlette.applications import Starlette

import bot.app
from bot.checking import Mark, findings
from bot.commands.system import check
from bot.services.keeping import Keeping
from bot.services.pulses import Pulse
from bot.services.watching import Watching
from handlers.web import health
from storage.database import Database
from storage.tables import groups, openings, variables
from tests.bot.checking.conftest import House, as_lines, closed_port
from tests.bot.sandbox.stage import served
from tests.cast import add_post, set_stage
from tests.evidence.operations.telegram import TOKEN

WRONG, MIND = Mark.WRONG, Mark.WARNING
LOOPBACK = "opens on this machine"


async def only(house: House, mark: Mark, subject: str, *words: str) -> None:
    """Exactly this is found, and nothing else but that a loopback address is one."""
    found = [one for one in await house.found() if LOOPBACK not in one.sentence]
    assert [(one.mark, one.subject) for one in found] == [(mark, subject)], as_lines(found)
    for word in words:
        assert word in f"{found[0].sentence} → {found[0].remedy}", as_lines(found)
    assert found[0].remedy
    assert "\n" not in found[0].sentence + found[0].remedy


async def test_a_sound_house_has_no_finding(sound: House) -> None:
    assert [one.sentence.split(" ", 1)[1] for one in await sound.found()] == [
        "opens on this machine or network only"
    ]


async def test_every_fault_of_the_settings(sound: House) -> None:
    sound.set(CURRENCY="YUAN")
    found = await sound.found()
    assert (found[0].mark, found[0].subject) == (WRONG, "settings")
    assert "CURRENCY" in found[0].sentence


async def test_a_faulty_programme(sound: House) -> None:
    shutil.copytree(bot.app.HERE / "programmes", sound.folder / "programmes")
    (sound.folder / "programmes/broken.toml").write_text("label = 3\n")
    sound.monkeypatch.setattr("bot.app.HERE", sound.folder)
    found = await findings()
    told = [one for one in found if one.subject == "programmes"]
    assert {one.mark for one in told} == {WRONG}
    assert "broken" in told[0].sentence


async def test_a_weak_postback_key(sound: House) -> None:
    sound.set(POSTBACK_KEY="a-long-and-random-key-0123456789,short")
    await only(sound, WRONG, "POSTBACK_KEY", "key 2", "guesses")


async def test_no_operator(sound: House) -> None:
    sound.set(OPERATOR_IDS="")
    await only(sound, MIND, "OPERATOR_IDS", "is empty")


async def test_an_operator_who_never_pressed_start(sound: House) -> None:
    sound.set(OPERATOR_IDS="1001,4242")
    await only(sound, MIND, "OPERATOR_IDS", "4242 never pressed Start", "/start")


async def test_files_that_others_may_read(sound: House) -> None:
    for name in (".env", "haowu.backup"):
        (sound.folder / name).touch(0o644)
        await only(sound, WRONG, "files", name, f"chmod 600 {name}")
        (sound.folder / name).chmod(0o600)


# ---- the database


async def test_a_server_that_is_not_there(stored: House) -> None:
    stored.set(DATABASE_URL=f"postgresql://me:canary@127.0.0.1:{await closed_port()}/haowu")
    await only(stored, WRONG, "database", "does not answer", "DATABASE_URL")
    assert "canary" not in as_lines(await stored.found())


async def test_a_database_that_is_not_migrated(stored: House) -> None:
    if not stored.database.is_sqlite:
        async with stored.database.write() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        await only(stored, WRONG, "database", "not up to date", "haowu migrate")


async def test_a_folder_that_is_not_there(stored: House) -> None:
    stored.set(DATABASE_URL=f"sqlite:///{stored.folder}/nowhere/haowu.db")
    await only(stored, WRONG, "database", "folder must be there")


async def test_a_missing_guard(stored: House) -> None:
    on = "" if stored.database.is_sqlite else " ON seals"
    async with stored.database.write() as connection:
        await connection.execute(text(f"DROP TRIGGER seals_no_update{on}"))
    found = await stored.found()
    told = [one for one in found if one.subject == "database"]
    assert [one.mark for one in told] == [WRONG]
    assert "seals_no_update" in told[0].sentence
    assert "restore a backup" in told[0].remedy


def spoil(path: Path) -> None:
    """Say in the file's head that it is of a later format, which SQLite only reads."""
    head = bytearray(path.read_bytes())
    head[18] = 3
    path.write_bytes(head)


async def test_a_database_that_only_reads(stored: House) -> None:
    if stored.database.is_sqlite:
        await stored.database.close()
        spoil(Path(stored.database.url.database or ""))
    else:
        name = stored.database.url.database
        async with stored.database.write() as connection:
            await connection.execute(
                text(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            )
    found = await stored.found()
    assert any(one.mark is WRONG and "read only" in one.sentence for one in found), as_lines(found)


async def test_a_missing_month(stored: House) -> None:
    if not stored.database.is_sqlite:
        month = datetime.now(UTC).replace(day=1) + timedelta(days=32)
        async with stored.database.write() as connection:
            await connection.execute(text(f"DROP TABLE clicks_{month:%Y_%m}"))
        await only(stored, MIND, "database", f"clicks_{month:%Y_%m}", "clock")


async def test_groups_of_a_programme_that_is_gone(stored: House) -> None:
    await set_stage(stored.database)
    async with stored.database.write() as connection:
        await connection.execute(update(groups).values(programme="yesterday"))
    await only(stored, WRONG, "programmes", "1 group(s)", "yesterday", "put bot/programmes")


async def test_rights_that_are_missing_in_a_group(stored: House) -> None:
    await set_stage(stored.database)
    async with stored.database.write() as connection:
        await connection.execute(update(groups).values(missing_rights=["can_post"]))
    await only(stored, MIND, "rights", "Sunny Court", "can_post")


async def test_a_time_zone_that_nobody_knows(stored: House) -> None:
    await set_stage(stored.database)
    async with stored.database.write() as connection:
        await connection.execute(update(groups).values(timezone="Asia/Atlantis"))
    await only(stored, WRONG, "time zones", "Asia/Atlantis", "tzdata")


async def test_overdue_slots_and_uncertain_posts(stored: House) -> None:
    stage = await set_stage(stored.database)
    at = datetime.now(UTC) - timedelta(hours=1)
    row = {"group_id": stage.group, "slot": "noon", "day": at.date()}
    async with stored.database.write() as connection:
        await connection.execute(insert(openings), [row | {"opens_at": at, "closes_at": at}])
        await add_post(connection, stage.group, stage.lin, state="uncertain")
    found = {one.subject: one for one in await stored.found()}
    assert "1 opening(s) are overdue" in found["slots"].sentence
    assert "/uncertain" in found["posts"].remedy


async def test_books_that_are_wrong_and_a_backup_that_is_old(stored: House, tmp_path: Path) -> None:
    from tests.bot.services.bookshop import open_shop

    shop = await open_shop(stored.database)
    await shop.report(order="o-1")
    await only(stored, MIND, "backup", "none was ever made", "haowu backup")
    keeping = Keeping(stored.database, lambda: datetime.now(UTC) - timedelta(days=9))
    async with stored.database.write() as connection:
        row = {"name": "backed_up_at", "value": keeping.now().isoformat()}
        await connection.execute(insert(variables), [row])
    await only(stored, MIND, "backup", "9 days old")


# ---- Telegram


async def test_no_token_a_refused_one_and_a_telegram_that_fails(sound: House) -> None:
    sound.set(TELEGRAM_BOT_TOKEN="")
    await only(sound, WRONG, "TELEGRAM_BOT_TOKEN", "is not set", "@BotFather")
    sound.set(TELEGRAM_BOT_TOKEN=TOKEN)
    sound.telegram.mood = "401"
    await only(sound, WRONG, "TELEGRAM_BOT_TOKEN", "refuses it", "/revoke")
    sound.telegram.mood = "502"
    await only(sound, WRONG, "Telegram", "answers 502")
    sound.set(TELEGRAM_API_URL=f"http://127.0.0.1:{await closed_port()}")
    await only(sound, WRONG, "Telegram", "does not answer", "network")
    assert TOKEN.partition(":")[2] not in as_lines(await findings())


async def test_a_clock_that_is_off(sound: House) -> None:
    sound.telegram.is_late_by = timedelta(minutes=5)
    await only(sound, WRONG, "clock", "seconds off Telegram's", "NTP")


async def test_a_bot_that_may_not_join_groups_or_hears_little(sound: House) -> None:
    sound.telegram.answers["getme"]["can_join_groups"] = False
    await only(sound, WRONG, "rights", "may not join groups", "/setjoingroups")
    sound.telegram.answers["getme"] |= {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
    }
    await only(sound, MIND, "rights", "privacy mode", "/setprivacy")


async def test_a_bot_whose_inline_mode_is_off(sound: House) -> None:
    sound.telegram.answers["getme"]["supports_inline_queries"] = False
    await only(sound, MIND, "inline mode", "from any chat", "/setinline")


async def test_a_menu_that_is_not_registered(sound: House) -> None:
    sound.telegram.answers["getmycommands"] = []
    await only(sound, MIND, "menu", "no commands")


async def test_a_webhook_while_polling_and_none_while_there_should_be(sound: House) -> None:
    sound.telegram.answers["getwebhookinfo"]["url"] = "https://old.example.com/telegram"
    await only(sound, MIND, "TELEGRAM_MODE", "old.example.com", "takes it away")
    sound.set(TELEGRAM_MODE="webhook")
    found = {one.subject + one.mark: one for one in await sound.found()}
    assert "none leads to PUBLIC_URL" in found["TELEGRAM_MODEmind"].sentence
    assert "takes no webhook" in found["PUBLIC_URLWRONG"].sentence


async def test_updates_that_wait_and_a_webhook_that_failed(sound: House) -> None:
    sound.telegram.answers["getwebhookinfo"]["pending_update_count"] = 5_000
    await only(sound, MIND, "Telegram", "5000 updates wait")
    sound.telegram.answers["getwebhookinfo"] = {
        "url": f"{sound.url}/telegram",
        "last_error_date": datetime.now(UTC).timestamp() - 60,
        "last_error_message": "SSL error",
    }
    sound.set(TELEGRAM_MODE="webhook")
    assert "SSL error" in as_lines(await sound.found())


# ---- the address


async def test_an_address_without_a_dot_and_one_without_https(sound: House) -> None:
    sound.set(PUBLIC_URL="http://localhost:1")
    found = [one for one in await sound.found() if one.subject == "PUBLIC_URL"]
    assert [one.mark for one in found] == [WRONG, WRONG]
    assert "has no dot" in found[0].sentence
    assert "does not answer" in found[1].sentence
    sound.set(PUBLIC_URL=f"http://haowu.test.invalid:{await closed_port()}")
    found = [one for one in await sound.found() if one.subject == "PUBLIC_URL"]
    assert [one.mark for one in found] == [MIND, WRONG]
    assert "is not https" in found[0].sentence


async def test_an_address_that_leads_to_another_house(sound: House, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    await other.create()
    now = partial(datetime.now, UTC)
    watching = Watching(other, now, Pulse(now))

    def site(_url: str) -> Starlette:
        return Starlette(routes=health.routes(watching))

    async with served(site) as (url, _):
        sound.set(PUBLIC_URL=url)
        # The first look gives a database its name.
        await watching.health()
        await only(sound, WRONG, "PUBLIC_URL", "leads to something else", "lead it to this one")
    await other.close()


async def test_nobody_at_home(sound: House) -> None:
    port = await closed_port()
    sound.set(PUBLIC_URL=f"http://127.0.0.1:{port}", HTTP_PORT=str(port))
    await only(sound, MIND, "PUBLIC_URL", "nothing runs here", "haowu run")


def test_the_command_fails_only_for_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'haowu.db'}")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    result = CliRunner().invoke(check)
    assert result.exit_code == 1
    assert "WRONG  TELEGRAM_BOT_TOKEN: is not set\n       → ask @BotFather" in result.output
