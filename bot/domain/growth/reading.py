"""Reading a programme's ``[levels]``: what each asks for and brings; never a word about pay."""

from collections.abc import Mapping

from bot.domain.cells import Cells, Table
from bot.domain.growth.levels import MENTEES_LIMIT, STANDARD, WHOLE_BPS, Level, Rung, Task


def read_rungs(cells: Cells, tables: Table) -> tuple[Rung, ...]:
    """The three levels from a programme's ``[levels]``; faults go into ``cells``."""
    cells.known(tables, tuple(Level), "levels")
    return tuple(_rung(cells, cells.table(tables.get(each.level, {}), each.level), each)
                 for each in STANDARD)  # fmt: skip


def _rung(cells: Cells, table: Table, standard: Rung) -> Rung:
    cells.known(table, ("tasks", "invitations", "mentees", "reversed_bps"), standard.level)
    reversed_bps = cells.number(table, "reversed_bps", standard.reversed_bps)
    if reversed_bps > WHOLE_BPS:
        cells.faults.append("“reversed_bps” is at most 10000.")
    return Rung(
        level=standard.level,
        tasks=_tasks(cells, table, standard),
        invitations=cells.number(table, "invitations", standard.invitations, least=1),
        mentees=cells.number(table, "mentees", standard.mentees),
        reversed_bps=reversed_bps,
    )


def _tasks(cells: Cells, table: Table, standard: Rung) -> Mapping[Task, int]:
    if "tasks" not in table:
        return standard.tasks
    asked = cells.table(table["tasks"], f"{standard.level}.tasks")
    cells.known(asked, tuple(Task), f"the tasks of {standard.level}")
    found = {task: cells.number(asked, task, 1, least=1) for task in Task if task in asked}
    if not found:
        cells.faults.append(f"“{standard.level}” asks for nothing.")
    if found.get(Task.MENTEES, 0) > MENTEES_LIMIT:
        cells.faults.append(
            f"“{standard.level}” asks for more than {MENTEES_LIMIT} mentored promoters: no level "
            "hangs on a head-count."
        )
    return found
