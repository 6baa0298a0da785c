"""Invitations by the list: one code for each of a programme's staff, and what every code holds."""

import csv
import io
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.programmes import Programme
from bot.domain.records import Invitation, PersonId
from bot.errors import InputError, NotFoundError
from storage.database import Connection, Database
from storage.people import invitations, people

CODE_BYTES = 12
"""96 random bits: 16 characters of a start payload, beyond any guessing."""
DAYS_LIMIT = 3650
NAME_LIMIT = 128
BOUND_LIMIT = 64
"""Characters of a brand's or a shop's name."""
ROWS_LIMIT = 100_000
NAMES = ("name", "姓名", "名字", "员工", "员工姓名", "staff", "employee")
"""What lists of staff call the column of names."""


@dataclass(frozen=True)
class Staff:
    """A list of staff as read: names with their lines, and the lines that are none."""

    column: str
    """The column that the names were taken from."""
    names: tuple[tuple[int, str], ...]
    refused: tuple[tuple[int, str], ...]
    """Line and reason."""


@dataclass(frozen=True)
class Bond:
    """The brand and the shop that whoever joins is bound to (云店); neither elsewhere."""

    brand: str | None = None
    shop: str | None = None


UNBOUND = Bond()


@dataclass(frozen=True)
class Inviting:
    """Codes for a whole list at once."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]

    async def invite_all(
        self, programme: str, names: Sequence[str], *, days: int, bond: Bond, by: str
    ) -> list[Invitation]:
        """One code, good for one person, for each of ``names``, all or none; kept in the audit log.

        Raises NotFoundError for an unknown programme, InputError for days or a bond that it
        does not take.
        """
        check(self.programmes, programme, uses=1, days=days, bond=bond)
        at = self.now()
        made = [
            invitation(
                self.entropy, programme, None, expires_at=at + timedelta(days=days), bond=bond,
                name=name,
            )
            for name in names
        ]  # fmt: skip
        async with self.database.write() as connection:
            await invitations.add_all(connection, made, at)
            await people.append_audit(
                connection, at, by, "invite", f"programme:{programme}", f"{len(made)} codes"
            )
        return made


def check(
    programmes: Mapping[str, Programme], name: str, *, uses: int, days: int, bond: Bond
) -> None:
    """Raise NotFoundError or InputError for an invitation that ``name`` does not allow."""
    if name not in programmes:
        raise NotFoundError(f"There is no programme “{name}”.")
    if uses < 1 or not 1 <= days <= DAYS_LIMIT:
        raise InputError("An invitation needs at least one use and 1 to 3650 days.")
    if programmes[name].invitation != "shop":
        if bond != UNBOUND:
            raise InputError(f"“{name}” binds nobody to a brand or a shop.")
        return
    for what, value in (("brand", bond.brand), ("shop", bond.shop)):
        if not value or len(value) > BOUND_LIMIT or not value.isprintable():
            raise InputError(f"“{name}” needs a {what} of up to {BOUND_LIMIT} characters.")


def invitation(
    entropy: Callable[[int], bytes],
    programme: str,
    owner_id: PersonId | None,
    *,
    expires_at: datetime,
    uses: int = 1,
    bond: Bond = UNBOUND,
    name: str | None = None,
) -> Invitation:
    """A fresh invitation with a code that nobody can guess."""
    code = urlsafe_b64encode(entropy(CODE_BYTES)).decode()
    return Invitation(
        code, programme, owner_id, uses, 0, expires_at, None, bond.brand, bond.shop, name
    )


async def keep(connection: Connection, made: Invitation, at: datetime) -> Invitation:
    """Store one invitation."""
    await invitations.add_all(connection, [made], at)
    return made


def read_staff(content: bytes, column: str | None = None) -> Staff:
    """Read a CSV list of staff with a head; names come from ``column``, or from what NAMES say.

    A head that names none of them means the first column. Raises InputError for what is no
    such list; single bad lines are told in ``refused``.
    """
    rows = csv.reader(io.StringIO(_text(content)), strict=True)
    try:
        head = [cell.strip() for cell in next(rows, [])]
        place = _place(head, column)
        names, refused = [], []
        seen: set[str] = set()
        for cells in rows:
            name, fault = _name(cells, place, seen)
            if fault is not None:
                refused.append((rows.line_num, fault))
            elif name:
                seen.add(name)
                names.append((rows.line_num, name))
            if len(names) > ROWS_LIMIT:
                raise InputError(f"A list holds at most {ROWS_LIMIT} names.")
    except csv.Error as fault_:
        raise InputError(f"Line {rows.line_num} is no CSV: {fault_}.") from fault_
    return Staff(head[place], tuple(names), tuple(refused))


def _text(content: bytes) -> str:
    # Chinese office programs write GB 18030 without saying so.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("The list is neither UTF-8 nor GB 18030.")


def _place(head: Sequence[str], column: str | None) -> int:
    if not any(head):
        raise InputError("The list needs a first line with the names of its columns.")
    if column is not None:
        if column not in head:
            raise InputError(f"There is no column “{column}”: {', '.join(head)}.")
        return head.index(column)
    known: Iterator[int] = (at for at, cell in enumerate(head) if cell.casefold() in NAMES)
    return next(known, 0)


def _name(cells: Sequence[str], place: int, seen: set[str]) -> tuple[str, str | None]:
    """The name of a line, or why it has none; an empty line is neither."""
    if not any(cell.strip() for cell in cells):
        return "", None
    name = cells[place].strip() if place < len(cells) else ""
    if not name:
        return "", "no name"
    if len(name) > NAME_LIMIT or not name.isprintable():
        return "", f"a name has up to {NAME_LIMIT} plain characters"
    return (name, "the name stands above already") if name in seen else (name, None)
