"""Judging a batch of reports within one transaction, and moving the books to what follows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.books import conversions as judging
from bot.domain.books import ledger
from bot.domain.books.attribution import Candidate
from bot.domain.books.conversions import Report
from bot.domain.links import subids
from bot.domain.people.tree import Node
from bot.domain.programmes import Community, Programme
from bot.domain.records import Conversion, ConversionId, LinkCode, PersonId
from storage.books import conversions, entries
from storage.books.postbacks import Postback, Verdict
from storage.database import Connection
from storage.links import links
from storage.people import groups, people, standings

Key = tuple[str, str, str]
"""(marketplace, order, row)."""


class Bench:
    """The rows of one batch while they are judged: loaded once, written once."""

    def __init__(
        self,
        programmes: Mapping[str, Programme],
        stored: dict[Key, Conversion],
        candidates: Mapping[LinkCode, Candidate],
        ids: Iterator[ConversionId],
    ) -> None:
        self.programmes = programmes
        self.stored = stored
        self.present = dict(stored)
        self.candidates = candidates
        self.ids = ids
        self.reasons: dict[ConversionId, str] = {}
        self.unfrozen: dict[ConversionId, Conversion] = {}
        """Each row as it last stood before it was frozen, or stands: what the books move to."""

    @classmethod
    async def open(
        cls,
        connection: Connection,
        programmes: Mapping[str, Programme],
        found: Sequence[Report],
    ) -> "Bench":
        """Load all that judging ``found`` needs, in a fixed number of queries."""
        keys = {report.observation.key for report in found}
        stored = await conversions.list_by_keys(connection, keys)
        observations = [
            *(report.observation for report in found),
            *(conversion.observation for conversion in stored.values() if not conversion.credit),
        ]
        codes = {subids.read(observation.sub_id) for observation in observations}
        candidates = await list_candidates(
            connection,
            {code for code in codes if code},
            programmes,
            min((each.ordered_at for each in observations), default=None),
        )
        ids = await conversions.take_ids(connection, len(keys) - len(stored))
        return cls(programmes, stored, candidates, iter(ids))

    def judge(self, postback: Postback, report: Report | str, at: datetime) -> Verdict:
        """The verdict on one postback; what it changes is kept until ``close``."""
        if isinstance(report, str):
            return Verdict(postback.id, "refused", report, None, at)
        key = report.observation.key
        known = self.present.get(key)
        judged = judging.judge(
            known,
            report,
            self.candidates,
            self.programmes,
            conversion_id=known.id if known else next(self.ids),
            received_at=postback.received_at,
        )
        conversion = judged.conversion
        self.present[key] = conversion
        if not conversion.is_frozen:
            self.unfrozen[conversion.id] = conversion
        self.reasons[conversion.id] = f"{report.observation.native_status}, postback {postback.id}"
        return Verdict(postback.id, judged.result, judged.detail, conversion.id, at)

    async def close(self, connection: Connection, at: datetime) -> None:
        """Write the conversions that are new or changed, and move the books to their targets."""
        new = [conversion for key, conversion in self.present.items() if key not in self.stored]
        changed = [
            conversion
            for key, conversion in self.present.items()
            if key in self.stored and conversion != self.stored[key]
        ]
        await conversions.add(connection, new)
        await conversions.replace(connection, changed)
        found = [
            conversion
            for conversion in changed
            if conversion.credit and not self.stored[conversion.observation.key].credit
        ]
        await conversions.assign(connection, found)
        moved = [self.unfrozen.get(conversion.id, conversion) for conversion in (*new, *changed)]
        await post(connection, moved, at, self.reasons, stored=changed)


async def post(
    connection: Connection,
    moved: Sequence[Conversion],
    at: datetime,
    reasons: Mapping[ConversionId, str],
    *,
    stored: Sequence[Conversion] | None = None,
    kind: str | None = None,
) -> int:
    """Move the books to the targets of the conversions ``moved``; how many entries it took.

    Frozen ones stay as they are. ``stored`` are those that may be in the books already (all,
    unless given); ``kind`` is the entries' word where the change itself does not say it.
    """
    free = [conversion for conversion in moved if not conversion.is_frozen]
    known = [conversion.id for conversion in (moved if stored is None else stored)]
    posted = await entries.posted(connection, known)
    drafts = []
    for conversion in free:
        found = posted.get(conversion.id, {})
        moves = ledger.moves(ledger.target(conversion), found)
        if moves:
            drafts.append(
                ledger.Draft(
                    kind=kind or ledger.kind(conversion, found),
                    conversion_id=conversion.id,
                    conversion_key=ledger.conversion_key(conversion.observation.key),
                    reason=reasons[conversion.id],
                    at=at,
                    moves=moves,
                )
            )
    await entries.append(connection, drafts)
    return len(drafts)


async def list_candidates(
    connection: Connection,
    codes: set[LinkCode],
    programmes: Mapping[str, Programme],
    ordered_at: datetime | None,
) -> dict[LinkCode, Candidate]:
    """What is known of the links ``codes``, in four or five queries: group, promoter, clicks.

    ``ordered_at`` is when the earliest order was made. A link without a group stands in its
    promoter's own programme. The tree is read where a programme's terms ask for it.
    """
    found = await links.list_by_codes(connection, list(codes))
    if not found:
        return {}
    places = await groups.list_by_ids(
        connection, {link.group_id for link in found.values() if link.group_id is not None}
    )
    owners = await people.promoters_by_ids(
        connection, {link.promoter_id for link in found.values()}
    )
    clicks = await links.person_clicks(connection, list(found))
    names = {
        code: owners[link.promoter_id].programme
        if link.group_id is None
        else places[link.group_id].programme
        for code, link in found.items()
    }
    shared = {code for code, name in names.items() if _has_community(programmes.get(name))}
    tree: dict[PersonId, Node] = {}
    if shared:
        moments = [at for code in shared for at in (found[code].created_at, *clicks[code][:1])]
        since = min(moments if ordered_at is None else [*moments, ordered_at])
        ids = {found[code].promoter_id for code in shared}
        tree = await standings.list_tree(connection, ids, since)
    return {
        code: Candidate(
            link=link,
            programme=names[code],
            inviter_id=owners[link.promoter_id].inviter_id,
            joined_at=owners[link.promoter_id].joined_at,
            clicks=clicks[code],
            tree=tree if code in shared else {},
        )
        for code, link in found.items()
    }


def _has_community(programme: Programme | None) -> bool:
    return programme is not None and any(
        isinstance(terms.split, Community) for terms in programme.terms
    )
