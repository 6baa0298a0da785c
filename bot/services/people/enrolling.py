"""Meeting people, inviting them, making promoters of them, and forgetting them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.programmes import Programme
from bot.domain.records import Invitation, Person, PersonId, Promoter, PromoterStatus
from bot.domain.texts import LANGUAGES
from bot.errors import NotAllowedError, NotFoundError
from bot.services.growth import forgetting as growth_forgetting
from bot.services.growth.growing import invitations_limit
from bot.services.leaving import arriving
from bot.services.people import couponing, inviting
from bot.services.people.enrolments import Joined, Refusal, Refused, TooMany
from bot.services.people.inviting import UNBOUND, Bond
from bot.services.pools import collecting
from bot.services.questions import forgetting
from storage.database import Connection, Database
from storage.people import groups, invitations, people
from storage.posts import erasing

STARTER = "starter"
"""The first of three levels: starter, middle, senior [S4]."""


@dataclass(frozen=True)
class Enrolling:
    """Everything from the first word to a promoter; the training between is its own service."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    default_language: str

    async def meet(
        self,
        telegram_id: int,
        name: str,
        language: str | None,
        *,
        has_started: bool = False,
        bot_id: int | None = None,
    ) -> Person:
        """The person behind a Telegram user id, met now or before.

        ``language`` is what their Telegram speaks ("zh-hans", "en", …), used at the first
        meeting only; ``has_started`` says that they opened the private chat, ``bot_id`` with
        which bot.
        """
        async with self.database.read() as connection:
            person = await people.find_by_telegram(connection, telegram_id)
        is_known = person is not None and person.name == name[: people.NAME_LIMIT]
        is_known &= person is not None and bot_id in (None, person.bot_id)
        if person and is_known and (person.started_at is not None or not has_started):
            return person
        async with self.database.write() as connection:
            if person is None:
                person = await people.add(
                    connection,
                    telegram_id=telegram_id,
                    name=name,
                    language=self._language(language),
                    at=self.now(),
                )
            started_at = self.now() if has_started else None
            await people.mark_met(
                connection, person.id, name=name, started_at=started_at, bot_id=bot_id
            )
            return await people.find(connection, person.id) or person

    async def set_language(self, person_id: PersonId, language: str) -> None:
        """Speak ``language`` ("zh" or "en") with the person from now on."""
        async with self.database.write() as connection:
            await people.mark_language(connection, person_id, self._language(language))

    async def wait(self, person_id: PersonId) -> None:
        """Put somebody without a code on the waiting list; the first date counts."""
        async with self.database.write() as connection:
            await people.mark_waiting(connection, person_id, self.now())

    async def waiting(self) -> int:
        """How many people wait for an invitation."""
        async with self.database.read() as connection:
            return await people.count_waiting(connection)

    async def forget(self, person_id: PersonId) -> None:
        """Erase name, Telegram id, questions, own words, own groups' titles and chats; sums stay.

        Posting ends, codes already given away are revoked. Saying it twice changes nothing.
        """
        now = self.now()
        async with self.database.write() as connection:
            await people.lock(connection, person_id)
            await erasing.erase_of(connection, person_id)
            await groups.erase_of(connection, person_id, now)
            await invitations.mark_all_revoked(connection, person_id, now)
            await people.mark_status(connection, person_id, PromoterStatus.SUSPENDED, now)
            await forgetting.erase(connection, person_id)
            await collecting.erase(connection, person_id, now)
            await growth_forgetting.erase(connection, person_id)
            await arriving.erase(connection, person_id, now)
            await people.erase(connection, person_id, now)
            who = f"person:{person_id}"
            await people.append_audit(connection, now, who, "forget", who, "asked for it")

    async def invite(
        self,
        programme: str,
        *,
        owner_id: PersonId | None,
        uses: int = 1,
        days: int = 30,
        bond: Bond = UNBOUND,
    ) -> Invitation:
        """A fresh code for ``programme``, good for ``uses`` people and ``days`` days.

        Raises NotFoundError for an unknown programme, InputError for no uses, no days, or a
        brand and shop that are wanted and missing, or given and not wanted.
        """
        inviting.check(self.programmes, programme, uses=uses, days=days, bond=bond)
        async with self.database.write() as connection:
            return await self._invite(
                connection, programme, owner_id, uses, timedelta(days=days), bond
            )

    async def invite_friend(self, promoter_id: PersonId) -> Invitation | TooMany:
        """A code for one friend into the promoter's own programme.

        Raises NotAllowedError unless the promoter is active and the programme lets promoters
        invite (京小哥 is invited by lists of staff only [S1]).
        """
        async with self.database.write() as connection:
            await people.lock(connection, promoter_id)
            promoter = await people.find_promoter(connection, promoter_id)
            if promoter is None or promoter.status != PromoterStatus.ACTIVE:
                raise NotAllowedError("Only an unlocked promoter may invite.")
            if self.programmes[promoter.programme].invitation == "batch":
                raise NotAllowedError("Only operators invite into this programme.")
            count = await invitations.count_open(connection, promoter_id, self.now())
            limit = invitations_limit(self.programmes[promoter.programme], promoter.level)
            if count >= limit:
                return TooMany(limit)
            month = timedelta(days=30)
            # A colleague stands in the same shop (云店); elsewhere nobody is bound to one.
            bond = Bond(promoter.brand, promoter.shop)
            return await self._invite(connection, promoter.programme, promoter_id, 1, month, bond)

    async def revoke(self, code: str, by: str) -> bool:
        """End a code; False when there is none or it was ended before. ``by`` is for the log."""
        async with self.database.write() as connection:
            is_done = await invitations.mark_revoked(connection, code, self.now())
            if is_done:
                subject = f"invitation:{code}"
                await people.append_audit(connection, self.now(), by, "revoke", subject, "")
            return is_done

    async def join(self, person_id: PersonId, code: str) -> Joined | Refused:
        """Make the person a promoter by an invitation code; it binds the inviter once [S1]."""
        async with self.database.write() as connection:
            invitation = await invitations.find(connection, code)
            await couponing.prepare(connection, self._scheme(invitation))
            await people.lock(connection, person_id)
            if invitation is None or invitation.programme not in self.programmes:
                return Refused(Refusal.UNKNOWN)
            refusal = await self._bond(connection, person_id, invitation)
            if refusal == Refusal.ALREADY and code == await people.find_invitation_used(
                connection, person_id
            ):
                return Joined(await self._stored(connection, person_id), is_new=False)
            refusal = refusal or self._over(invitation)
            if refusal is not None:
                return Refused(refusal)
            if not await invitations.claim(connection, code, self.now()):
                return Refused(Refusal.USED_UP)
            return Joined(await self._enrol(connection, person_id, invitation))

    async def promoter(self, person_id: PersonId) -> Promoter | None:
        """The promoter with our person id, or None."""
        async with self.database.read() as connection:
            return await people.find_promoter(connection, person_id)

    async def promoter_by_telegram(self, telegram_id: int) -> Promoter | None:
        """The promoter with this Telegram user id, or None."""
        async with self.database.read() as connection:
            return await people.find_promoter_by_telegram(connection, telegram_id)

    async def promoters(self, latest: int | None = None) -> list[Promoter]:
        """All promoters, the earliest first; or only the ``latest`` ones, the latest first."""
        async with self.database.read() as connection:
            return await people.list_promoters(connection, latest)

    async def unlock(self, telegram_id: int, *, by: str, reason: str) -> Promoter:
        """Waive the training or lift a suspension (audited); NotFoundError for no promoter."""
        return await self._decide(telegram_id, PromoterStatus.ACTIVE, "unlock", by, reason)

    async def suspend(self, telegram_id: int, *, by: str, reason: str) -> Promoter:
        """Stop posting and inviting, credit stays (audited); NotFoundError for no promoter."""
        return await self._decide(telegram_id, PromoterStatus.SUSPENDED, "suspend", by, reason)

    def _language(self, wanted: str | None) -> str:
        spoken = (wanted or self.default_language).lower().partition("-")[0]
        return spoken if spoken in LANGUAGES else "en"

    async def _invite(
        self,
        connection: Connection,
        programme: str,
        owner_id: PersonId | None,
        uses: int,
        lasting: timedelta,
        bond: Bond,
    ) -> Invitation:
        end = self.now() + lasting
        made = inviting.invitation(
            self.entropy, programme, owner_id, expires_at=end, uses=uses, bond=bond
        )
        return await inviting.keep(connection, made, self.now())

    def _scheme(self, invitation: Invitation | None) -> Programme | None:
        return self.programmes.get(invitation.programme) if invitation else None

    def _over(self, invitation: Invitation) -> Refusal | None:
        if invitation.revoked_at is not None:
            return Refusal.REVOKED
        if invitation.expires_at <= self.now():
            return Refusal.EXPIRED
        return Refusal.USED_UP if invitation.uses >= invitation.uses_limit else None

    async def _bond(
        self, connection: Connection, person_id: PersonId, invitation: Invitation
    ) -> Refusal | None:
        """Why these two cannot be bound, whatever the code's limits say."""
        owner_id = invitation.owner_id
        if owner_id == person_id:
            return Refusal.OWN
        if await people.find_promoter(connection, person_id) is None:
            return None
        if owner_id is not None and person_id in await people.list_upline(connection, owner_id):
            return Refusal.CYCLE
        return Refusal.ALREADY

    async def _enrol(
        self, connection: Connection, person_id: PersonId, invitation: Invitation
    ) -> Promoter:
        programme = self.programmes[invitation.programme]
        owner_id = invitation.owner_id
        inviter = await people.find_promoter(connection, owner_id) if owner_id else None
        is_trained = not programme.is_training_required
        await people.add_promoter(
            connection,
            person_id,
            programme=programme.name,
            inviter_id=inviter.id if inviter else None,
            code=invitation.code,
            status=PromoterStatus.ACTIVE if is_trained else PromoterStatus.TRAINING,
            level=STARTER,
            at=self.now(),
            brand=invitation.brand,
            shop=invitation.shop,
        )
        if inviter is not None and programme.coupon is not None:
            coupon = programme.coupon
            await couponing.give(connection, coupon, inviter.id, person_id, self.now())
        await people.mark_waiting(connection, person_id, None)
        return await self._stored(connection, person_id)

    async def _stored(self, connection: Connection, person_id: PersonId) -> Promoter:
        promoter = await people.find_promoter(connection, person_id)
        if promoter is None:
            raise NotFoundError("That person is no promoter.")
        return promoter

    async def _decide(
        self, telegram_id: int, status: PromoterStatus, action: str, by: str, reason: str
    ) -> Promoter:
        now = self.now()
        async with self.database.write() as connection:
            promoter = await people.find_promoter_by_telegram(connection, telegram_id)
            if promoter is None:
                raise NotFoundError(f"No promoter has the Telegram id {telegram_id}.")
            await people.mark_status(connection, promoter.id, status, now)
            subject = f"person:{promoter.id}"
            await people.append_audit(connection, now, by, action, subject, reason)
            return await self._stored(connection, promoter.id)
