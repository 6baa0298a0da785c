"""Handing a group on: one acceptance wins, and the moment decides whose each link is."""

import asyncio
from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.people.handovers import Refusal, State
from bot.domain.records import Link, LinkCode, PersonId
from bot.errors import InputError, NotFoundError
from bot.services.leaving.outcomes import Handover, Refused
from bot.services.posts.publishing import Publishing
from storage.links import links as link_storage
from storage.tables import audit, groups, links, notices, posts, promoters, transfers
from tests import cast
from tests.bot.services.leaving.conftest import EVENING, Home, leaving_of
from tests.bot.services.stand_ins import Sender
from tests.cast import CHEN, NOON


async def offered(home: Home) -> str:
    found = await home.leaving.transferring.offer(home.stage.lin, home.stage.group)
    assert isinstance(found, Handover)
    return found.transfer.token


async def accepted(home: Home) -> str:
    token = await offered(home)
    found = await home.leaving.transferring.accept(token, home.stage.chen, is_vouched=True)
    assert isinstance(found, Handover)
    return token


async def handed(home: Home) -> Handover:
    token = await accepted(home)
    found = await home.leaving.transferring.confirm(token, home.stage.lin, is_vouched=True)
    assert isinstance(found, Handover)
    return found


async def owner(home: Home) -> PersonId:
    (sunny, _) = await home.rows(groups)
    return PersonId(sunny.promoter_id)


async def test_a_group_goes_over_when_both_have_said_so(home: Home) -> None:
    token = await offered(home)
    look = await home.leaving.transferring.look(token, home.stage.chen)
    assert isinstance(look, Handover)
    assert (look.group.title, look.giver.name) == ("Sunny Court", "Lin")
    await home.leaving.transferring.accept(token, home.stage.chen, is_vouched=True)
    assert await owner(home) == home.stage.lin
    done = await home.leaving.transferring.confirm(token, home.stage.lin, is_vouched=True)
    assert isinstance(done, Handover)
    assert (done.receiver and done.receiver.id, done.group.promoter_id) == (home.stage.chen,) * 2
    assert await owner(home) == home.stage.chen
    again = await home.leaving.transferring.confirm(token, home.stage.lin, is_vouched=True)
    assert isinstance(again, Handover)
    assert not again.is_new
    (row,) = await home.rows(audit)
    assert (row.action, row.actor) == ("transfer", f"person:{home.stage.lin}")
    assert f"to person:{home.stage.chen}" in row.reason


async def test_of_two_acceptances_at_one_time_one_wins(home: Home) -> None:
    token = await offered(home)
    found = await asyncio.gather(
        *(
            each.transferring.accept(token, who, is_vouched=True)
            for each, who in ((home.leaving, home.stage.chen), (home.again(), home.stage.zhao))
        )
    )
    (won,) = [each for each in found if isinstance(each, Handover)]
    (lost,) = [each for each in found if isinstance(each, Refused)]
    assert lost.reason is Refusal.OVER
    (row,) = await home.rows(transfers)
    assert won.receiver is not None
    assert row.receiver_id == won.receiver.id
    loser = home.stage.zhao if won.receiver.id == home.stage.chen else home.stage.chen
    assert await home.leaving.transferring.look(token, loser) == Refused(Refusal.OVER)


async def test_confirmed_twice_at_one_time_it_goes_over_once(home: Home) -> None:
    token = await accepted(home)
    found = await asyncio.gather(
        *(
            each.transferring.confirm(token, home.stage.lin, is_vouched=True)
            for each in (home.leaving, home.again(), home.again())
        )
    )
    assert sorted(isinstance(each, Handover) and each.is_new for each in found) == [
        False, False, True,
    ]  # fmt: skip
    assert len(await home.rows(audit)) == 1


async def test_two_groups_do_not_lift_a_receiver_over_the_cap(home: Home) -> None:
    async with home.database.write() as connection:
        for number in range(9):
            await cast.add_group(connection, home.stage.chen, -1001000000100 - number)
    tokens = []
    for group_id in (home.stage.group, home.rose_lane):
        found = await home.leaving.transferring.offer(home.stage.lin, group_id)
        assert isinstance(found, Handover)
        tokens.append(found.transfer.token)
    for token in tokens:
        await home.leaving.transferring.accept(token, home.stage.chen, is_vouched=True)
    done = await asyncio.gather(
        *(
            each.transferring.confirm(token, home.stage.lin, is_vouched=True)
            for each, token in zip((home.leaving, home.again()), tokens, strict=True)
        )
    )
    assert sorted(isinstance(each, Handover) for each in done) == [False, True]
    assert Refused(Refusal.FULL, 10) in done


async def test_an_offer_lasts_a_day_and_a_new_one_ends_the_one_before(home: Home) -> None:
    first = await offered(home)
    second = await offered(home)
    transferring = home.leaving.transferring
    assert await transferring.look(first, home.stage.chen) == Refused(Refusal.OVER)
    home.clock.pass_(hours=24)
    assert await transferring.look(second, home.stage.chen) == Refused(Refusal.OVER)
    assert await transferring.accept(second, home.stage.chen, is_vouched=True) == Refused(
        Refusal.OVER
    )


async def test_an_offer_can_be_withdrawn_by_its_giver_alone(home: Home) -> None:
    token = await accepted(home)
    transferring = home.leaving.transferring
    assert not await transferring.withdraw(home.stage.chen, token)
    assert not await transferring.withdraw(home.stage.lin, "nothing")
    assert await transferring.withdraw(home.stage.lin, token)
    assert not await transferring.withdraw(home.stage.lin, token)
    assert await transferring.confirm(token, home.stage.lin, is_vouched=True) == Refused(
        Refusal.OVER
    )
    assert await owner(home) == home.stage.lin


async def test_whoever_may_not_take_it_is_refused_at_every_step(home: Home) -> None:
    transferring = home.leaving.transferring
    token = await offered(home)
    assert await transferring.accept(token, home.stage.lin, is_vouched=True) == Refused(
        Refusal.OWN, 10
    )
    assert await transferring.accept(token, PersonId(10**9), is_vouched=True) == Refused(
        Refusal.NOT_PROMOTER, 10
    )
    assert await transferring.accept(token, home.stage.chen, is_vouched=False) == Refused(
        Refusal.NO_ADMIN
    )
    assert isinstance(await transferring.accept(token, home.stage.chen, is_vouched=True), Handover)
    assert await transferring.confirm(token, home.stage.chen, is_vouched=True) == Refused(
        Refusal.OVER
    )
    assert await transferring.confirm(token, home.stage.lin, is_vouched=False) == Refused(
        Refusal.NO_ADMIN
    )
    await home.change(promoters, promoters.c.person_id == home.stage.chen, status="suspended")
    assert await transferring.confirm(token, home.stage.lin, is_vouched=True) == Refused(
        Refusal.LOCKED, 10
    )
    assert await owner(home) == home.stage.lin


async def test_only_a_connected_own_group_is_offered(home: Home) -> None:
    with pytest.raises(NotFoundError):
        await home.leaving.transferring.offer(home.stage.chen, home.stage.group)
    await home.change(groups, groups.c.id == home.stage.group, lost_at=NOON)
    found = await home.leaving.transferring.offer(home.stage.lin, home.stage.group)
    assert found == Refused(Refusal.GONE)


async def test_what_was_sent_stays_the_givers_and_what_was_not_goes_along(home: Home) -> None:
    offer = await home.offer()
    states = ("sent", "uncertain", "sending", "planned", "leased", "failed")
    async with home.database.write() as connection:
        for ordinal, state in enumerate(states, 1):
            post_id = await cast.add_post(
                connection, home.stage.group, home.stage.lin, offer, ordinal=ordinal, state=state
            )
            code = LinkCode(f"{state:x<13}")
            link = Link(
                code, offer, "feed", post_id, home.stage.group, home.stage.lin, "https://x", NOON
            )
            await link_storage.add(connection, [link])
    await handed(home)
    lin, chen = home.stage.lin, home.stage.chen
    whose = dict(zip(states, (lin, lin, lin, chen, chen, lin), strict=True))
    assert {row.state: row.promoter_id for row in await home.rows(posts)} == {
        "sent": lin, "uncertain": lin, "sending": lin, "planned": chen, "failed": lin,
    }  # fmt: skip
    assert {row.code: row.promoter_id for row in await home.rows(links)} == {
        f"{state:x<13}": who for state, who in whose.items()
    }


async def test_nothing_is_lost_or_doubled_while_a_slot_opens_and_the_outbox_sends(
    home: Home,
) -> None:
    await home.offer()
    await home.scheduling().refresh([home.stage.group, home.rose_lane])
    token = await accepted(home)
    home.clock.at = EVENING
    sender = Sender()
    sending = home.sending(sender)
    await asyncio.gather(
        home.publishing().plan_due(),
        home.again().transferring.confirm(token, home.stage.lin, is_vouched=True),
        sending.send_due(),
        home.publishing().plan_due(),
    )
    for _ in range(5):
        home.clock.pass_(minutes=8)
        while await home.publishing().plan_due():
            pass
        await sending.send_due()
    found = [row for row in await home.rows(posts) if row.group_id == home.stage.group]
    assert [row.state for row in found] == ["sent"]
    minted = {row.post_id: row.promoter_id for row in await home.rows(links)}
    assert minted[found[0].id] == found[0].promoter_id
    assert len({chat for chat, _, _ in sender.got}) == len(sender.got) == 2


async def test_an_operator_hands_a_group_on_with_a_reason(home: Home) -> None:
    order = home.leaving.transferring.order
    with pytest.raises(InputError):
        await order(home.stage.group, CHEN, by="cli", reason="")
    with pytest.raises(NotFoundError):
        await order(home.stage.group, 1, by="cli", reason="left")
    with pytest.raises(NotFoundError):
        await order(home.stage.group + 99, CHEN, by="cli", reason="left")  # type: ignore[arg-type]
    token = await offered(home)
    done = await order(home.stage.group, CHEN, by="cli", reason="Lin left town")
    assert isinstance(done, Handover)
    assert await owner(home) == home.stage.chen
    assert await order(home.stage.group, CHEN, by="cli", reason="x") == Refused(Refusal.OWN, 10)
    told = {row.person_id: row.text for row in await home.rows(notices)}
    assert told == {home.stage.lin: "leaving.given_away", home.stage.chen: "leaving.taken_away"}
    states = {row.token: row.state for row in await home.rows(transfers)}
    assert states.pop(token) == State.WITHDRAWN.value
    assert list(states.values()) == [State.DONE.value]


class Slow(Publishing):
    """A planner that has read whose group it is when it goes over."""

    async def _rankings(self, wanted: Any) -> Any:
        found = await super()._rankings(wanted)
        transferring = leaving_of(self.database, self.now).transferring  # type: ignore[arg-type]
        async with self.database.read() as connection:
            (group, *_) = await connection.execute(select(groups).order_by(groups.c.id))
        await transferring.order(group.id, CHEN, by="cli", reason="moved away")
        return found


async def test_a_slot_that_is_opened_by_hand_meanwhile_mints_for_the_receiver(home: Home) -> None:
    await home.offer()
    plain = home.publishing()
    slow = Slow(*(getattr(plain, each.name) for each in fields(plain) if each.init))
    found = await slow.publish_now("evening", group_id=home.stage.group, by="cli")
    assert [each.outcome for each in found] == ["planned"]
    (post,) = await home.rows(posts)
    (link,) = await home.rows(links)
    assert (post.promoter_id, link.promoter_id) == (home.stage.chen, home.stage.chen)
