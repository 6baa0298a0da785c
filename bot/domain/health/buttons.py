"""The buttons under notices of the health of groups, as the notice's text names them."""

from collections.abc import Mapping

KEEP = (("health.button_keep", "1:rest_keep:{group_id}"),)
"""Version, action and fields: the form in which the chat's door packs its buttons."""

TAPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "health.tired_answers": KEEP,
    "health.tired_clicks": KEEP,
    "health.suggest": (
        ("health.button_yes", "1:hour:yes:{group_id}:{name}"),
        ("health.button_no", "1:hour:no:{group_id}:{name}"),
    ),
    "health.closed": (("health.button_reopen", "1:group_reopen:{group_id}"),),
}
"""The key of a notice's text → the key of each button's text, and what it carries."""
