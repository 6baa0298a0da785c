"""What `haowu check` looks at: everything that can be wrong before a member notices it."""

from bot.app import load_programmes, settings_faults
from bot.checking import address, databases, files, models, telegrams
from bot.checking.findings import Finding, Mark, fine, mind, wrong
from bot.errors import InputError
from bot.settings import Settings, read

__all__ = ["Finding", "Mark", "findings"]

WEAK_BELOW = 16
"""Letters of a postback key: 16 of those that are allowed are 96 bits."""


async def findings() -> list[Finding]:
    """Look at everything once; never raises for what it looks for."""
    settings, faults = read()
    programmes = _programmes()
    if programmes[0].mark is Mark.FINE:
        faults += settings_faults(settings)
    found = [wrong("settings", line, "correct it in the environment or in .env") for line in faults]
    found = (found or [fine("settings", "all readable")]) + programmes
    seen = None
    if all(finding.mark is not Mark.WRONG for finding in found):
        seen, more = await databases.look(settings)
        found += more
    found += files.look(settings) + _keys(settings) + _operators(settings)
    found += await telegrams.look(settings)
    found += await models.look(settings)
    return found + await address.look(settings, None if seen is None else seen.house)


def _programmes() -> list[Finding]:
    try:
        return [fine("programmes", ", ".join(load_programmes()))]
    except InputError as fault:
        return [
            wrong("programmes", line, "correct its file in bot/programmes, or take it away")
            for line in str(fault).splitlines()
        ]


def _keys(settings: Settings) -> list[Finding]:
    weak = [place for place, key in enumerate(settings.postback_keys, 1) if len(key) < WEAK_BELOW]
    if not weak:
        return []
    places = ", ".join(map(str, weak))
    return [
        wrong(
            "POSTBACK_KEY",
            f"key {places} has fewer than {WEAK_BELOW} letters: whoever guesses it makes orders up",
            "leave POSTBACK_KEY empty and one is made, or put a long random one first",
        )
    ]


def _operators(settings: Settings) -> list[Finding]:
    if settings.operator_ids:
        return [fine("OPERATOR_IDS", f"{len(settings.operator_ids)} operator(s)")]
    return [
        mind(
            "OPERATOR_IDS",
            "is empty: nobody can use the operator's commands in the chat",
            "set it to your own Telegram user id, a number",
        )
    ]
