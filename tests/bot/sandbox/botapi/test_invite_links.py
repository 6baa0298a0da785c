"""Invite links as Telegram makes and refuses them."""

import pytest
from telegram.error import BadRequest, Forbidden

from tests.bot.sandbox.stage import Standing
from tests.cast import MEI, WEI


async def test_links_need_the_right_to_invite(standing: Standing) -> None:
    for rights in (None, ["pin_messages"]):
        chat = await standing.group(rights=rights)
        for call in (
            standing.bot.create_chat_invite_link(chat, name="poster"),
            standing.bot.export_chat_invite_link(chat),
            standing.bot.revoke_chat_invite_link(chat, "https://t.me/+x"),
        ):
            with pytest.raises(BadRequest, match="(?i)not enough rights"):
                await call


async def test_names_and_limits_are_telegrams(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"])
    bot = standing.bot
    assert (await bot.create_chat_invite_link(chat, name="x" * 32)).name == "x" * 32
    for wrong in (
        {"name": "x" * 33},
        {"member_limit": 100_000},
        {"member_limit": 5, "creates_join_request": True},
        {"expire_date": 1},
    ):
        with pytest.raises(BadRequest):
            await bot.create_chat_invite_link(chat, **wrong)


async def test_a_new_primary_link_ends_the_one_before(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"])
    first = await standing.bot.export_chat_invite_link(chat)
    second = await standing.bot.export_chat_invite_link(chat)
    assert first != second
    with pytest.raises(BadRequest):
        await standing.bot.revoke_chat_invite_link(chat, first)
    assert (await standing.bot.revoke_chat_invite_link(chat, second)).is_primary


async def test_a_revoked_link_lets_nobody_in_and_no_address_comes_again(
    standing: Standing,
) -> None:
    chat = await standing.group(rights=["invite_users"])
    link = await standing.bot.create_chat_invite_link(chat)
    await standing.bot.revoke_chat_invite_link(chat, link.invite_link)
    again = await standing.bot.create_chat_invite_link(chat)
    assert again.invite_link != link.invite_link
    answer = await standing.client.post(
        "/sandbox/join",
        json={"chat_id": chat, "person_id": WEI, "invite_link": link.invite_link},
    )
    assert answer.status_code >= 400


async def test_of_a_link_that_somebody_else_made_only_a_part_is_told(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"])
    await standing.bot.get_updates(allowed_updates=["chat_member"])
    await standing.act("join", chat_id=chat, person_id=WEI, others_link=True)
    (told,) = standing.waiting("chat_member")
    assert told["invite_link"]["invite_link"].endswith("…")


async def test_a_full_link_lets_nobody_in(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"], member_count=60)
    link = await standing.bot.create_chat_invite_link(chat, member_limit=5)
    answer = await standing.client.post(
        "/sandbox/join",
        json={"chat_id": chat, "person_id": WEI, "invite_link": link.invite_link},
    )
    assert answer.status_code >= 400


async def test_a_chat_is_left_once(standing: Standing) -> None:
    chat = await standing.group(rights=["invite_users"])
    assert await standing.bot.leave_chat(chat)
    with pytest.raises(Forbidden, match="not a member"):
        await standing.bot.leave_chat(chat)
    with pytest.raises(BadRequest):
        await standing.bot.leave_chat(await standing.started(MEI))
