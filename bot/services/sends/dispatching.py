"""Dispatching: an offer to all own groups by one tap, once, to be undone while it is unsent."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.links import subids
from bot.domain.posts import sends
from bot.domain.posts.sends import PREVIEW_LASTS, SLOT, WINDOW
from bot.domain.programmes import Programme
from bot.domain.records import (
    Link,
    LinkCode,
    Offer,
    OfferId,
    PersonId,
    Post,
    PostId,
    PostState,
    Promoter,
    PromoterStatus,
    Rendered,
)
from bot.domain.texts import Texts
from bot.errors import NotAllowedError, NotFoundError
from bot.services.posts.wording import Wording
from bot.services.sends.judging import Addressee, Judged, judge
from bot.services.sends.outcomes import (
    Changed,
    Preview,
    Refusal,
    Refused,
    Result,
    Sent,
    Undone,
)
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.links import links
from storage.people import groups as groups_storage
from storage.people import people
from storage.posts import posts, slots
from storage.posts import sends as sends_storage

UNDO_TRIES, UNDO_PAUSE_SECONDS = 5, 0.05
"""A worker holds a post for milliseconds while it claims, fences or marks it."""


@dataclass(frozen=True)
class Dispatching:
    """From a promoter's tap to posts in the outbox: previewed, confirmed once, undone, told.

    Every method raises NotAllowedError for anybody but an unlocked promoter.
    """

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str
    """Where our own links begin, without a slash at the end."""
    _wording: Wording = field(default_factory=Wording, init=False, repr=False)

    async def preview(self, promoter_id: PersonId, offer_id: OfferId) -> Preview | Refused:
        """What sending an offer to all own groups would do now; nothing is written."""
        async with self.database.read() as connection:
            promoter = await _unlocked(connection, promoter_id)
            offer = await offers.find(connection, offer_id)
            if offer is None:
                return Refused(Refusal.UNKNOWN_OFFER)
            now = self.now()
            judged = await self._judged(connection, offer, promoter, now)
        if not judged.to and not judged.left_out:
            return Refused(Refusal.NO_GROUP)
        return _preview(offer, promoter, judged, now)

    async def send(
        self, promoter_id: PersonId, offer_id: OfferId, *, asked_ms: int, fingerprint: str
    ) -> Sent | Changed | Refused:
        """Put what a preview showed into the outbox, once however often it is confirmed.

        ``asked_ms`` and ``fingerprint`` are the preview's. Where anything that it said is no
        longer so, nothing is written and the present preview is given instead.
        """
        async with self.database.write() as connection:
            # Two taps at one time, in whatever processes, pass here one after the other.
            await people.lock(connection, promoter_id)
            promoter = await _unlocked(connection, promoter_id)
            known = await sends_storage.find_since(
                connection, promoter_id, offer_id, _instant(asked_ms)
            )
            if known is not None:
                return Sent(await self._result(connection, promoter, known), is_new=False)
            offer = await offers.find(connection, offer_id)
            if offer is None:
                return Refused(Refusal.UNKNOWN_OFFER)
            now = self.now()
            judged = await self._judged(connection, offer, promoter, now)
            fresh = _preview(offer, promoter, judged, now)
            is_old = _instant(asked_ms) < now - PREVIEW_LASTS
            if is_old or not judged.to or fresh.fingerprint != fingerprint:
                return Changed(fresh)
            first = await self._write(connection, judged.to, now)
            return Sent(await self._result(connection, promoter, first), is_new=True)

    async def sent(
        self, promoter_id: PersonId, offer_id: OfferId, *, asked_ms: int
    ) -> Result | None:
        """How the send stands that a preview was confirmed to; None when it never was."""
        async with self.database.read() as connection:
            promoter = await _unlocked(connection, promoter_id)
            known = await sends_storage.find_since(
                connection, promoter_id, offer_id, _instant(asked_ms)
            )
            return await self._result(connection, promoter, known) if known else None

    async def undo(self, promoter_id: PersonId, post_id: PostId) -> Undone:
        """Take back what of an own send is not being sent yet.

        Raises NotFoundError where ``post_id`` is of no send of this promoter.
        """
        stopped = 0
        for _ in range(UNDO_TRIES):
            async with self.database.write() as connection:
                promoter = await _unlocked(connection, promoter_id)
                batch = await sends_storage.list_batch(connection, promoter_id, post_id)
                stopped += await sends_storage.take_back(connection, batch, self.now())
                result = await self._result(connection, promoter, post_id)
            if not result.is_stoppable:
                break
            await asyncio.sleep(UNDO_PAUSE_SECONDS)
        return Undone(result, stopped)

    async def result(
        self, promoter_id: PersonId, post_id: PostId, *, before: Result | None = None
    ) -> Result:
        """How an own send stands, group by group.

        From ``before``, where it is given, it is kept which groups were left out.

        Raises NotFoundError where ``post_id`` is of no send of this promoter.
        """
        async with self.database.read() as connection:
            promoter = await _unlocked(connection, promoter_id)
            return await self._result(connection, promoter, post_id, before)

    # ------------------------------------------------------------ inside

    async def _write(
        self, connection: Connection, to: Sequence[Addressee], now: datetime
    ) -> PostId:
        """Posts and links of one send; the id of the first."""
        ids = await posts.take_ids(connection, len(to))
        codes = subids.mint_batch(self.entropy, len(to))
        minted = list(zip(ids, codes, to, strict=True))
        planned = [
            _post(post_id, one, one.draft.linked(f"{self.public_url}/r/{code}"))
            for post_id, code, one in minted
        ]
        await posts.append(connection, planned, now)
        await links.add(
            connection, [_link(post_id, code, one, now) for post_id, code, one in minted]
        )
        return ids[0]

    async def _result(
        self,
        connection: Connection,
        promoter: Promoter,
        post_id: PostId,
        before: Result | None = None,
    ) -> Result:
        batch = await sends_storage.list_batch(connection, promoter.id, post_id)
        if not batch or batch[0].offer_id is None:
            raise NotFoundError("There is no such send of yours.")
        groups = await groups_storage.list_by_ids(connection, {post.group_id for post in batch})
        reached = tuple((groups[post.group_id], post) for post in batch)
        if before is not None:
            return Result(post_id, before.offer, reached, before.left_out)
        offer = await offers.find(connection, batch[0].offer_id)
        assert offer is not None  # noqa: S101 - a post's offer stays in the catalogue
        begun_at = max(post.closes_at for post in batch) - WINDOW
        judged = await self._judged(connection, offer, promoter, self.now())
        left_out = tuple(
            (group, reason)
            for group, reason in judged.left_out
            if group.id not in groups and group.connected_at <= begun_at
        )
        return Result(post_id, offer, reached, left_out)

    async def _judged(
        self, connection: Connection, offer: Offer, promoter: Promoter, now: datetime
    ) -> Judged:
        return await judge(
            connection, self.programmes, self.texts, offer, promoter, now, self._wording
        )


async def _unlocked(connection: Connection, promoter_id: PersonId) -> Promoter:
    # However many posts there are, a tap looks at those of the own groups alone.
    await slots.ask_by_index(connection)
    promoter = await people.find_promoter(connection, promoter_id)
    if promoter is None or promoter.status != PromoterStatus.ACTIVE:
        raise NotAllowedError("Only unlocked promoters send.")
    return promoter


def _preview(offer: Offer, promoter: Promoter, judged: Judged, now: datetime) -> Preview:
    own = [one for one in judged.to if one.group.language == promoter.language]
    shown = next(iter([*own, *judged.to]), None)
    language = shown.group.language if shown else None
    return Preview(
        offer=offer,
        rendered=shown.draft.rendered if shown else None,
        other_languages=tuple(sorted({one.group.language for one in judged.to} - {language})),
        to=tuple(one.group for one in judged.to),
        left_out=judged.left_out,
        having_it=judged.having_it,
        asked_ms=(now - _EPOCH) // timedelta(milliseconds=1),
        fingerprint=sends.fingerprint(
            ((one.group.id, one.draft.rendered) for one in judged.to),
            {one.group.id: at for one in judged.to if (at := one.window.opens_at) > now},
        ),
        waiting=tuple(
            (one.group, one.window.opens_at) for one in judged.to if one.window.opens_at > now
        ),
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 10**14
"""In the year 5138; a forged number beyond it is as good as this one."""


def _instant(asked_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=max(0, min(asked_ms, _LAST_MS)))


def _post(post_id: PostId, one: Addressee, rendered: Rendered) -> Post:
    return Post(
        id=post_id,
        group_id=one.group.id,
        promoter_id=one.group.promoter_id,
        offer_id=one.draft.offer.id,
        day=one.day,
        slot=SLOT,
        ordinal=one.ordinal,
        state=PostState.PLANNED,
        due_at=one.window.opens_at,
        closes_at=one.window.closes_at,
        rendered=rendered,
        is_autopilot=False,
        bot_id=one.group.bot_id,
    )


def _link(post_id: PostId, code: LinkCode, one: Addressee, now: datetime) -> Link:
    offer = one.draft.offer
    return Link(
        code=code,
        offer_id=offer.id,
        marketplace=offer.marketplace,
        post_id=post_id,
        group_id=one.group.id,
        promoter_id=one.group.promoter_id,
        target_url=subids.with_sub_id(offer.facts.url, code),
        created_at=now,
    )
