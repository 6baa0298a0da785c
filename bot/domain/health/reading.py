"""Reading what a programme says of the health of its groups, from its parsed TOML file."""

from bot.domain.cells import Cells, Table, part_of
from bot.domain.health.rules import HealthRules
from bot.domain.people.groups import RIGHTS

NAMES = (
    "floor_days", "mark_members", "decline_percent", "decline_orders", "removed_posts",
    "rights", "rights_days", "probation_days", "probation_share_percent",
)  # fmt: skip
WHOLE = 100


def read_health(cells: Cells, document: Table) -> HealthRules:
    """The table ``[health]`` of a programme, defaults for what it does not say."""
    table, own = part_of(document, "health"), HealthRules()
    cells.known(table, NAMES, "health")

    def percent(name: str, default: int) -> int:
        found = cells.number(table, name, default)
        if found > WHOLE:
            cells.faults.append(f"“{name}” is a percentage, at most {WHOLE}.")
        return found

    rights = cells.words(table, "rights") if "rights" in table else own.rights
    if not set(rights) <= set(RIGHTS):
        cells.faults.append(f"“rights” are some of {', '.join(RIGHTS)}.")
    return HealthRules(
        floor_days=cells.number(table, "floor_days", own.floor_days, least=1),
        mark_members=cells.number(table, "mark_members", own.mark_members, least=1),
        decline_percent=percent("decline_percent", own.decline_percent),
        decline_orders=cells.number(table, "decline_orders", own.decline_orders, least=1),
        removed_posts=cells.number(table, "removed_posts", own.removed_posts, least=1),
        rights=rights,
        rights_days=cells.number(table, "rights_days", own.rights_days, least=1),
        probation_days=cells.number(table, "probation_days", own.probation_days, least=1),
        probation_share_percent=percent("probation_share_percent", own.probation_share_percent),
    )
