"""People, promoters, invitations, lessons, and the audit log."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
)

from storage.tables.base import BIG, Instant, metadata


class PeopleColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    telegram_id = Column(BigInteger, unique=True, nullable=True)
    name: Named[str] = Column(String(128), nullable=False)
    language: Named[str] = Column(String(8), nullable=False)
    met_at = Column(Instant, nullable=False)
    started_at = Column(Instant, nullable=True)
    waiting_since = Column(Instant, nullable=True)
    erased_at = Column(Instant, nullable=True)
    bot_id = Column(BigInteger, nullable=True)
    """With which bot the person spoke last in private: no other may write to them unasked."""
    group_id = Column(BIG, nullable=True)
    """The group that the person last asked in: private questions are answered as there.

    No foreign key: groups already refer to people, and no group is ever deleted.
    """


people = Table("people", metadata, PeopleColumns)


class PromotersColumns(TypedColumns):
    person_id = Column(BIG, ForeignKey("people.id"), primary_key=True)
    programme = Column(String(32), nullable=False, index=True)
    inviter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=True)
    invitation_code = Column(String(32), ForeignKey("invitations.code"), nullable=True)
    status = Column(String(16), nullable=False)
    level = Column(String(16), nullable=False)
    joined_at = Column(Instant, nullable=False)
    unlocked_at = Column(Instant, nullable=True)
    brand = Column(String(64), nullable=True)
    """Whose shop guide the promoter is (云店); None in programmes that bind nobody to a brand."""
    shop = Column(String(64), nullable=True)


promoters = Table(
    "promoters",
    metadata,
    PromotersColumns,
    CheckConstraint("inviter_id <> person_id", name="no_own_inviter"),
    Index(None, "inviter_id", "joined_at"),
)


class InvitationsColumns(TypedColumns):
    code = Column(String(32), primary_key=True)
    programme = Column(String(32), nullable=False)
    owner_id = Column(BIG, ForeignKey("people.id"), nullable=True)
    uses_limit = Column(Integer, nullable=False)
    uses = Column(Integer, nullable=False, default=0)
    expires_at = Column(Instant, nullable=False)
    revoked_at = Column(Instant, nullable=True)
    created_at = Column(Instant, nullable=False)
    brand = Column(String(64), nullable=True)
    shop = Column(String(64), nullable=True)
    """Brand and shop that whoever joins by the code is bound to."""
    name = Column(String(128), nullable=True)
    """For whom of a list of staff the code was made."""


invitations = Table(
    "invitations",
    metadata,
    InvitationsColumns,
    CheckConstraint("uses <= uses_limit", name="uses_within_limit"),
    Index(None, "owner_id", "created_at"),
)


class LessonsColumns(TypedColumns):
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    task = Column(String(32), primary_key=True)
    done_at = Column(Instant, nullable=False)


lessons = Table("lessons", metadata, LessonsColumns)


class AuditColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    at = Column(Instant, nullable=False)
    actor = Column(String(64), nullable=False)
    action = Column(String(64), nullable=False)
    subject = Column(String(128), nullable=False)
    reason = Column(Text, nullable=False)


audit = Table("audit", metadata, AuditColumns)


class VariablesColumns(TypedColumns):
    name = Column(String(64), primary_key=True)
    value: Named[str] = Column(Text, nullable=False)


variables = Table("variables", metadata, VariablesColumns)
