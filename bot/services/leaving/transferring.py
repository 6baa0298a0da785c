"""Handing a group on: offered by a link, accepted once, carried out when its giver confirms."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.people import handovers
from bot.domain.people.handovers import OFFER_LASTS, Refusal, State, Transfer
from bot.domain.posts.notices import Notice
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, PersonId, Promoter
from bot.errors import InputError, NotFoundError
from bot.services.leaving.outcomes import Handover, Refused
from bot.services.posts.scheduling import refresh_openings
from bot.services.questions.writing import handed_on
from bot.services.schedules.quieting import cut_planned
from storage.database import Connection, Database
from storage.leaving import departures, transfers
from storage.people import groups, people
from storage.posts import notices

TOKEN_BYTES = 15
"""120 random bits: 20 characters of a start payload, beyond any guessing."""


@dataclass(frozen=True)
class Transferring:
    """From a giver's offer to a receiver's group; every step is taken once."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]

    async def offer(self, giver_id: PersonId, group_id: GroupId) -> Handover | Refused:
        """Offer an own group to whoever holds the token; an offer before it is withdrawn.

        Raises NotFoundError for anybody else's group.
        """
        now = self.now()
        token = self._token()
        async with self.database.write() as connection:
            await people.lock(connection, giver_id)
            group = await groups.find(connection, group_id)
            giver = await people.find_promoter(connection, giver_id)
            if group is None or giver is None or group.promoter_id != giver_id:
                raise NotFoundError("No such group of yours.")
            if not handovers.is_there(group, giver_id):
                return Refused(Refusal.GONE)
            transfer = Transfer(token, group_id, giver_id, None, State.OFFERED, now + OFFER_LASTS)
            await transfers.add(connection, transfer, now)
            return Handover(transfer, group, giver, None)

    async def look(self, token: str, receiver_id: PersonId) -> Handover | Refused:
        """What somebody who opened the link is offered, or why it is not for them."""
        async with self.database.read() as connection:
            found = await self._found(connection, token)
            if found is None or found.transfer.receiver_id not in (None, receiver_id):
                return Refused(Refusal.OVER)
            receiver = await people.find_promoter(connection, receiver_id)
            return await self._unfit(connection, found, receiver) or found

    async def sides(self, token: str, giver_id: PersonId) -> Handover | None:
        """An own offer that was accepted, with both sides; None for any other."""
        async with self.database.read() as connection:
            found = await self._found(connection, token, State.DONE)
            if found is None or found.giver.id != giver_id or not found.transfer.receiver_id:
                return None
            receiver = await people.find_promoter(connection, found.transfer.receiver_id)
            return replace(found, receiver=receiver)

    async def accept(
        self, token: str, receiver_id: PersonId, *, is_vouched: bool
    ) -> Handover | Refused:
        """Be the receiver: the first who accepts is, and the giver is asked once more.

        ``is_vouched`` says that one of the two administers the group in Telegram.
        """
        now = self.now()
        async with self.database.write() as connection:
            found = await self._found(connection, token)
            if found is None:
                return Refused(Refusal.OVER)
            receiver = await people.find_promoter(connection, receiver_id)
            refused = await self._unfit(connection, found, receiver)
            if refused is not None or receiver is None:
                return refused or Refused(Refusal.NOT_PROMOTER)
            if not is_vouched:
                return Refused(Refusal.NO_ADMIN)
            is_new = await transfers.mark_accepted(connection, token, receiver_id, now)
            after = await transfers.find(connection, token)
            if after is None or after.receiver_id != receiver_id:
                return Refused(Refusal.OVER)
            return Handover(after, found.group, found.giver, receiver, is_new)

    async def confirm(
        self, token: str, giver_id: PersonId, *, is_vouched: bool
    ) -> Handover | Refused:
        """Hand the group to whoever accepted: from this moment on new links are theirs.

        What was sent before stays the giver's; what was not goes along. Saying it twice does it
        once. ``is_vouched`` as for ``accept``.
        """
        now = self.now()
        async with self.database.write() as connection:
            transfer = await transfers.find(connection, token)
            if transfer is None or transfer.giver_id != giver_id or transfer.receiver_id is None:
                return Refused(Refusal.OVER)
            await self._hold(connection, transfer.group_id, giver_id, transfer.receiver_id)
            receiver = await people.find_promoter(connection, transfer.receiver_id)
            found = await self._found(connection, token, State.DONE)
            if found is None or receiver is None:
                return Refused(Refusal.OVER)
            if found.transfer.state == State.DONE:
                return Handover(found.transfer, found.group, found.giver, receiver, is_new=False)
            refused = await self._unfit(connection, found, receiver)
            if refused is not None:
                return refused
            if not is_vouched:
                return Refused(Refusal.NO_ADMIN)
            if not await transfers.mark_done(connection, token, now):
                return Refused(Refusal.OVER)
            reason = "its promoter handed it on"
            return await self._move(connection, found, receiver, f"person:{giver_id}", reason)

    async def withdraw(self, giver_id: PersonId, token: str) -> bool:
        """End an own offer; False when there is none that is open."""
        async with self.database.write() as connection:
            transfer = await transfers.find(connection, token)
            if transfer is None or transfer.giver_id != giver_id:
                return False
            known = await transfers.find_open(connection, transfer.group_id)
            if known is None or known.token != token:
                return False
            return await transfers.withdraw(connection, transfer.group_id, self.now()) > 0

    async def order(
        self, group_id: GroupId, to_telegram_id: int, *, by: str, reason: str
    ) -> Handover | Refused:
        """Hand a group on by an operator's word; both sides are told with the reason.

        Raises NotFoundError for no group or no promoter, InputError without a reason.
        """
        if not reason.strip():
            raise InputError("This needs a reason: it moves what will be earned.")
        now = self.now()
        async with self.database.write() as connection:
            group = await groups.find(connection, group_id)
            receiver = await people.find_promoter_by_telegram(connection, to_telegram_id)
            if group is None:
                raise NotFoundError(f"There is no group {group_id}.")
            if receiver is None:
                raise NotFoundError(f"No promoter has the Telegram id {to_telegram_id}.")
            await self._hold(connection, group_id, group.promoter_id, receiver.id)
            giver = await people.find_promoter(connection, group.promoter_id)
            assert giver is not None  # noqa: S101 - every group has a promoter
            transfer = Transfer(self._token(), group_id, giver.id, receiver.id, State.DONE, now)
            found = Handover(transfer, group, giver, receiver)
            refused = await self._unfit(connection, found, receiver)
            if refused is not None:
                return refused
            await transfers.add(connection, transfer, now)
            moved = await self._move(connection, found, receiver, by, reason.strip())
            words = {"title": group.title, "reason": reason.strip()}
            sides = {"given": giver.id, "taken": receiver.id}
            told = [
                Notice(
                    f"{side}:{group_id}:{now:%Y%m%d%H%M%S%f}", who, f"leaving.{side}_away", words
                )
                for side, who in sides.items()
            ]
            await notices.add(connection, told, now)
            return moved

    # ------------------------------------------------------------ inside

    def _token(self) -> str:
        return urlsafe_b64encode(self.entropy(TOKEN_BYTES)).decode()

    async def _hold(
        self, connection: Connection, group_id: GroupId, giver_id: PersonId, receiver_id: PersonId
    ) -> None:
        """Sends of both sides, the receiver's cap, and planners pass here one after the other."""
        for person_id in sorted((giver_id, receiver_id)):
            await people.lock(connection, person_id)
        await departures.hold(connection, group_id)

    async def _found(
        self, connection: Connection, token: str, also: State | None = None
    ) -> Handover | None:
        transfer = await transfers.find(connection, token)
        if transfer is None:
            return None
        if not handovers.is_open(transfer, self.now()) and transfer.state != also:
            return None
        group = await groups.find(connection, transfer.group_id)
        giver = await people.find_promoter(connection, transfer.giver_id)
        if group is None or giver is None:
            return None
        return Handover(transfer, group, giver, None)

    async def _unfit(
        self, connection: Connection, found: Handover, receiver: Promoter | None
    ) -> Refused | None:
        programme = self.programmes.get(found.group.programme)
        limit = programme.groups_limit if programme else 0
        held = await groups.count_held(connection, receiver.id) if receiver else 0
        reason = handovers.unfit(found.group, found.giver, receiver, held=held, limit=limit)
        return None if reason is None else Refused(reason, limit)

    async def _move(
        self, connection: Connection, found: Handover, receiver: Promoter, by: str, reason: str
    ) -> Handover | Refused:
        now, group = self.now(), found.group
        if not await transfers.move(connection, group.id, found.giver.id, receiver.id):
            return Refused(Refusal.GONE)
        await handed_on(connection, group.id, found.giver.id, receiver.id, now)
        # The giver's own slots stay behind; those that were set for the group go along.
        await refresh_openings(connection, self.programmes, [group.id], now)
        said = f"from person:{found.giver.id} to person:{receiver.id}: {reason}"
        await people.append_audit(connection, now, by, "transfer", f"group:{group.id}", said)
        after: Group = await groups.find(connection, group.id) or group
        await cut_planned(connection, self.programmes, [after], now)
        return Handover(found.transfer, after, found.giver, receiver)
