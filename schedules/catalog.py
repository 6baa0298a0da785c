"""The clock's part in the catalogue: the day's rankings are frozen at their cut-off."""

from bot.services.catalogue.shortlisting import Shortlisting


async def freeze_shortlists(shortlisting: Shortlisting) -> int:
    """Freeze what is due; safe at every tick, since a frozen day stays as it is."""
    return await shortlisting.freeze_due()
