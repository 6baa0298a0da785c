"""Codes bind once, under any crowd; who asks to be forgotten is."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from os import urandom

import pytest
from sqlalchemy import Table, select, text

from bot.domain.records import PersonId, PromoterStatus
from bot.errors import InputError, NotAllowedError, NotFoundError
from bot.services.people.enrolling import Enrolling
from bot.services.people.enrolments import Joined, Refusal, Refused, TooMany
from storage.database import Database
from storage.tables import audit, metadata
from tests.cast import CHEN, LIN, MEI, NOON, OUYANG, WEI, ZHAO, Stage, set_stage
from tests.schemes import PROGRAMMES

STARTS_WITH = PROGRAMMES["fenxiang"].rungs[0].invitations
"""Codes that a starter may have open at once."""


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def enrolling(database: Database, clock: Hands) -> Enrolling:
    return Enrolling(database, PROGRAMMES, clock, urandom, "zh")


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await set_stage(database)


async def meet(enrolling: Enrolling, telegram_id: int, name: str = "Wei") -> PersonId:
    return (await enrolling.meet(telegram_id, name, "en")).id


async def join_with(enrolling: Enrolling, person_id: PersonId, code: str) -> Refusal | None:
    outcome = await enrolling.join(person_id, code)
    return outcome.reason if isinstance(outcome, Refused) else None


async def test_a_person_is_met_once_and_keeps_the_language(enrolling: Enrolling) -> None:
    first = await enrolling.meet(MEI, "Mei", "zh-hans")
    again = await enrolling.meet(MEI, "Mei Chen", "en", has_started=True)
    assert (again.id, again.name, again.language) == (first.id, "Mei Chen", "zh")
    assert again.started_at == NOON
    later = await enrolling.meet(MEI, "Mei Chen", "en")
    assert later.started_at == NOON


@pytest.mark.parametrize(
    ("telegram", "language"), [("en-GB", "en"), ("zh-hant", "zh"), ("de", "en"), (None, "zh")]
)
async def test_a_first_language_is_one_that_is_spoken_here(
    enrolling: Enrolling, telegram: str | None, language: str
) -> None:
    assert (await enrolling.meet(MEI, "Mei", telegram)).language == language


async def test_many_first_words_at_once_make_one_person(enrolling: Enrolling) -> None:
    people = await asyncio.gather(*(enrolling.meet(MEI, "Mei", "zh") for _ in range(8)))
    assert len({person.id for person in people}) == 1


async def test_a_code_makes_a_promoter_in_training_under_its_owner(
    enrolling: Enrolling, stage: Stage
) -> None:
    invitation = await enrolling.invite("fenxiang", owner_id=stage.lin)
    wei = await meet(enrolling, WEI)
    await enrolling.wait(wei)
    outcome = await enrolling.join(wei, invitation.code)
    assert isinstance(outcome, Joined)
    assert outcome.promoter.inviter_id == stage.lin
    assert outcome.promoter.status == PromoterStatus.TRAINING
    assert await enrolling.waiting() == 0


async def test_a_code_fits_a_start_payload(enrolling: Enrolling) -> None:
    codes = {(await enrolling.invite("fenxiang", owner_id=None)).code for _ in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{12,64}", code) for code in codes)


async def test_the_same_code_again_is_no_second_use(enrolling: Enrolling, stage: Stage) -> None:
    invitation = await enrolling.invite("fenxiang", owner_id=stage.lin, uses=2)
    wei = await meet(enrolling, WEI)
    await enrolling.join(wei, invitation.code)
    again = await enrolling.join(wei, invitation.code)
    assert isinstance(again, Joined)
    assert not again.is_new
    assert await join_with(enrolling, await meet(enrolling, MEI), invitation.code) is None


async def test_a_crowd_on_one_code_gets_no_more_places_than_it_has(enrolling: Enrolling) -> None:
    invitation = await enrolling.invite("fenxiang", owner_id=None, uses=3)
    crowd = [await meet(enrolling, 9000 + number) for number in range(12)]
    refusals = await asyncio.gather(
        *(join_with(enrolling, person, invitation.code) for person in crowd)
    )
    assert refusals.count(None) == 3
    assert refusals.count(Refusal.USED_UP) == 9


async def test_one_person_with_two_codes_at_once_joins_once(
    enrolling: Enrolling, stage: Stage
) -> None:
    codes = [(await enrolling.invite("fenxiang", owner_id=stage.lin)).code for _ in range(4)]
    wei = await meet(enrolling, WEI)
    refusals = await asyncio.gather(*(join_with(enrolling, wei, code) for code in codes))
    assert sorted(map(str, refusals)) == ["None", "already", "already", "already"]


async def test_every_refusal_has_its_reason(
    enrolling: Enrolling, stage: Stage, clock: Hands
) -> None:
    wei = await meet(enrolling, WEI)
    assert await join_with(enrolling, wei, "nobody-knows-it") == Refusal.UNKNOWN
    revoked = await enrolling.invite("fenxiang", owner_id=stage.lin)
    assert await enrolling.revoke(revoked.code, "cli")
    assert not await enrolling.revoke(revoked.code, "cli")
    assert await join_with(enrolling, wei, revoked.code) == Refusal.REVOKED
    own = await enrolling.invite("fenxiang", owner_id=stage.lin)
    assert await join_with(enrolling, stage.lin, own.code) == Refusal.OWN
    below = await enrolling.invite("fenxiang", owner_id=stage.zhao)
    assert await join_with(enrolling, stage.lin, below.code) == Refusal.CYCLE
    assert await join_with(enrolling, stage.zhao, own.code) == Refusal.ALREADY
    clock.at += timedelta(days=30)
    assert await join_with(enrolling, wei, own.code) == Refusal.EXPIRED
    used = await enrolling.invite("fenxiang", owner_id=stage.lin)
    await enrolling.join(await meet(enrolling, MEI), used.code)
    assert await join_with(enrolling, wei, used.code) == Refusal.USED_UP


async def test_an_invitation_needs_a_programme_uses_and_days(enrolling: Enrolling) -> None:
    with pytest.raises(NotFoundError):
        await enrolling.invite("nothing", owner_id=None)
    with pytest.raises(InputError):
        await enrolling.invite("fenxiang", owner_id=None, uses=0)
    with pytest.raises(InputError):
        await enrolling.invite("fenxiang", owner_id=None, days=0)


async def test_a_promoter_invites_friends_up_to_a_limit(enrolling: Enrolling, stage: Stage) -> None:
    made = [await enrolling.invite_friend(stage.lin) for _ in range(STARTS_WITH)]
    assert not any(isinstance(one, TooMany) for one in made)
    assert await enrolling.invite_friend(stage.lin) == TooMany(STARTS_WITH)


async def test_only_unlocked_promoters_invite(enrolling: Enrolling, stage: Stage) -> None:
    await enrolling.suspend(LIN, by="cli", reason="spam")
    with pytest.raises(NotAllowedError):
        await enrolling.invite_friend(stage.lin)
    with pytest.raises(NotAllowedError):
        await enrolling.invite_friend(await meet(enrolling, WEI))


async def test_unlocking_and_suspending_are_kept_in_the_log(
    enrolling: Enrolling, stage: Stage, database: Database
) -> None:
    suspended = await enrolling.suspend(CHEN, by=f"person:{OUYANG}", reason="spam")
    assert suspended.status == PromoterStatus.SUSPENDED
    unlocked = await enrolling.unlock(CHEN, by="cli", reason="talked about it")
    assert unlocked.status == PromoterStatus.ACTIVE
    async with database.read() as connection:
        rows = (await connection.execute(select(audit).order_by(audit.c.id))).all()
    assert [(row.action, row.subject) for row in rows] == [
        ("suspend", f"person:{stage.chen}"),
        ("unlock", f"person:{stage.chen}"),
    ]
    with pytest.raises(NotFoundError):
        await enrolling.unlock(WEI, by="cli", reason="nobody")


async def dump(database: Database, tables: Sequence[Table]) -> str:
    async with database.read() as connection:
        rows = [
            str(tuple(row)) for table in tables for row in await connection.execute(select(table))
        ]
    return "\n".join(rows)


async def test_who_asks_to_be_forgotten_is_in_no_dump(
    enrolling: Enrolling, stage: Stage, database: Database
) -> None:
    invitation = await enrolling.invite_friend(stage.lin)
    assert not isinstance(invitation, TooMany)
    before = await dump(database, metadata.sorted_tables)
    assert all(word in before for word in ("Lin", str(LIN), "Sunny Court", "-1001000000001"))
    await enrolling.forget(stage.lin)
    await enrolling.forget(stage.lin)
    after = await dump(database, metadata.sorted_tables)
    assert not [w for w in ("'Lin'", str(LIN), "Sunny Court", "-1001000000001") if w in after]
    assert await enrolling.promoter_by_telegram(LIN) is None
    wei = await meet(enrolling, WEI)
    assert await join_with(enrolling, wei, invitation.code) == Refusal.REVOKED
    assert (await meet(enrolling, LIN, "Lin")) != stage.lin
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM promoters")) == 3
    assert await enrolling.promoter_by_telegram(ZHAO) is not None
