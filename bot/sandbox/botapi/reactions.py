"""The reactions that a bot may put under a message.

Source: the description of `ReactionTypeEmoji.emoji` in the Bot API 10.1.
"""

from typing import Any

from bot.sandbox.botapi.refusals import bad_request

# Some join two signs by an unseen one; none carries the sign for "as a picture".
EMOJI = frozenset(
    (
        "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 "
        "❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 "
        "👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 "
        "😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
    ).split()
)
LIMIT = 1
"""As non-premium users, bots can set one reaction on a message."""


def checked_reactions(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reactions if a bot may set them; raises `Refusal`.

    Custom emoji need an administrator's leave, which nobody gives here; stars are for people.
    """
    if len(wanted) > LIMIT:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in wanted:
        if reaction.get("emoji") not in EMOJI:
            raise bad_request("REACTION_INVALID")
    return wanted
