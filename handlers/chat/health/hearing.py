"""Reactions and leaving as Telegram tells them: only what is counted is handed on."""

from telegram import ChatMemberUpdated, ReactionCount, ReactionType, Update

from bot.domain.health.signals import DISLIKES, disliked
from handlers.chat.context import Context
from handlers.chat.wire.chats import is_inside


async def reacted(update: Update, context: Context) -> None:
    """Somebody reacted to a message: a dislike more or less is counted."""
    services = context.services
    number = (services.bot_id, update.update_id)
    change, totals = update.message_reaction, update.message_reaction_count
    if change is not None:
        old, new = _emoji(change.old_reaction), _emoji(change.new_reaction)
        # Nearly all reactions are kind: they cost no look into the database.
        if disliked(old) != disliked(new):
            hearing = services.rooms.health.hearing
            await hearing.reacted(change.chat.id, change.message_id, old, new, number)
    elif totals is not None:
        downs = _downs(totals.reactions)
        hearing = services.rooms.health.hearing
        await hearing.counted(totals.chat.id, totals.message_id, downs, number)


async def came_or_left(update: Update, context: Context, change: ChatMemberUpdated) -> None:
    """Somebody came, or left of their own will: whom an administrator removed did not leave."""
    services = context.services
    hearing, number = services.rooms.health.hearing, (services.bot_id, update.update_id)
    if is_inside(change.new_chat_member):
        await hearing.joined(change.chat.id, number)
    elif change.from_user.id == change.new_chat_member.user.id:
        await hearing.left(change.chat.id, number)


def _emoji(reactions: tuple[ReactionType, ...]) -> list[str]:
    return [getattr(reaction, "emoji", "") for reaction in reactions]


def _downs(reactions: tuple[ReactionCount, ...]) -> int:
    return sum(
        reaction.total_count
        for reaction in reactions
        if getattr(reaction.type, "emoji", "") in DISLIKES
    )
