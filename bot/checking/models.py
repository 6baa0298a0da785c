"""The language model that may choose words: whether it says anything."""

from bot.app import phrasing_of
from bot.checking.findings import Finding, fine, mind
from bot.settings import Settings

SUBJECT = "LLM_BASE_URL"


async def look(settings: Settings) -> list[Finding]:
    """Nothing where none is named: then the house chooses its own words."""
    if settings.llm_base_url is None:
        return []
    phrasing = phrasing_of(settings)
    if phrasing is None:
        return [mind(SUBJECT, "names no model: it is not asked", "set LLM_MODEL, or leave both")]
    try:
        is_there = await phrasing.answers()
    finally:
        await phrasing.close()
    if is_there:
        return [fine(SUBJECT, f"{settings.llm_model} answers")]
    silence = f"{settings.llm_model} gives no words ({phrasing.fault})"
    return [
        mind(
            SUBJECT,
            f"{silence}: answers go out in the house's own",
            "look at address, key and name of the model; nothing else waits for it",
        )
    ]
