"""A stored conversion and a new report in; what is stored from now on, and the verdict, out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.books import attribution
from bot.domain.books.attribution import Candidate, Orphaned
from bot.domain.links import subids
from bot.domain.programmes import Programme
from bot.domain.records import (
    Conversion,
    ConversionId,
    ConversionState,
    Credit,
    LinkCode,
    Observation,
)


@dataclass(frozen=True, slots=True)
class Report:
    """An observation, and what its sender left open."""

    observation: Observation
    is_push: bool
    """A push never settles more: over a settled row it may lower the money, not raise it."""
    is_known: bool = True
    """False when the status is a word that we do not know; the row is then frozen."""
    has_commission: bool = True
    """False when the sender gave no commission: the stored one stays."""
    has_amount: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """What a report made of a conversion; ``result`` is the verdict's word, ``detail`` why."""

    conversion: Conversion
    is_changed: bool
    """Whether anything must be written, be it only the version."""
    result: str
    detail: str


def judge(
    stored: Conversion | None,
    report: Report,
    candidates: Mapping[LinkCode, Candidate],
    programmes: Mapping[str, Programme],
    *,
    conversion_id: ConversionId,
    received_at: datetime,
) -> Judged:
    """Judge one ``report`` over what is ``stored``; ``conversion_id`` is for a first one.

    ``candidates`` holds the link that the row's sub-id names, if there is one.
    """
    first = stored or _blank(report.observation, conversion_id, received_at)
    observation, is_frozen, detail = _new(report) if stored is None else _merge(stored, report)
    credited = first.credit
    reasons: tuple[str, ...] = ()
    if credited is None:
        code = subids.read(observation.sub_id)
        candidate = None if code is None else candidates.get(code)
        found = attribution.credit(observation, candidate, programmes)
        credited = None if isinstance(found, Orphaned) else found
        reasons = found.reasons
    conversion = dated(
        replace(first, observation=observation, is_frozen=is_frozen, credit=credited)
    )
    result = _result(stored, conversion, report, detail)
    return Judged(
        conversion=conversion,
        is_changed=stored is None or conversion != stored,
        result=result,
        detail=" ".join(reasons) if result == "orphan" else detail,
    )


def dated(conversion: Conversion) -> Conversion:
    """``conversion`` with its settlement dates right for its state.

    The first settlement is remembered for good. ``payable_at`` is that plus the hold of the
    terms while the row stands settled; what is no longer settled is no longer released either.
    """
    is_settled = conversion.observation.state is ConversionState.SETTLED
    settled_at = conversion.settled_at
    if settled_at is None and is_settled:
        settled_at = conversion.observation.updated_at
    payable_at = None
    if is_settled and settled_at is not None and conversion.credit is not None:
        payable_at = settled_at + timedelta(days=conversion.credit.terms.hold_days)
    if settled_at is None:
        # Never settled, so neither payable nor released: what stands is right, and copies cost.
        return conversion
    return replace(
        conversion,
        settled_at=settled_at,
        payable_at=payable_at,
        is_released=conversion.is_released and payable_at is not None,
    )


def matched(conversion: Conversion, credit: Credit) -> Conversion:
    """An orphan ``conversion`` tied to a link by an operator."""
    return dated(replace(conversion, credit=credit))


def _blank(observation: Observation, id_: ConversionId, received_at: datetime) -> Conversion:
    return Conversion(
        id=id_,
        observation=observation,
        credit=None,
        is_frozen=False,
        settled_at=None,
        payable_at=None,
        received_at=received_at,
    )


def _new(report: Report) -> tuple[Observation, bool, str]:
    if report.is_known:
        return report.observation, False, "first"
    # Created posts nothing: an unknown word is kept without a guess at what it means.
    return replace(report.observation, state=ConversionState.CREATED), True, "unknown_status"


def _merge(stored: Conversion, report: Report) -> tuple[Observation, bool, str]:
    """The observation that stands, whether the row is frozen, and the word for it."""
    old = stored.observation
    new = _filled(stored, report)
    if not report.is_known:
        if new.updated_at < old.updated_at:
            return old, stored.is_frozen, "late"
        frozen = replace(old, native_status=new.native_status, updated_at=new.updated_at)
        return frozen, True, "unknown_status"
    if new.version > old.version:
        is_same = _money(new) == _money(old) and not stored.is_frozen
        return new, False, "repeated" if is_same else "newer"
    if _is_lower_at_once(new, old):
        return new, stored.is_frozen, "lower_at_once"
    kept = replace(old, sub_id=old.sub_id or new.sub_id)
    return kept, stored.is_frozen, "repeated" if _money(new) == _money(old) else "late"


def _filled(stored: Conversion, report: Report) -> Observation:
    """The report's observation with what it leaves open taken from the stored one."""
    old, new = stored.observation, report.observation
    new = replace(
        new,
        commission_minor=new.commission_minor if report.has_commission else old.commission_minor,
        amount_minor=new.amount_minor if report.has_amount else old.amount_minor,
        currency=new.currency if report.has_commission else old.currency,
        sub_id=old.sub_id if stored.credit else new.sub_id or old.sub_id,
        ordered_at=min(new.ordered_at, old.ordered_at),
    )
    stays_settled = (
        report.is_push
        and old.state is ConversionState.SETTLED
        and new.state is not ConversionState.REVERSED
        and new.currency == old.currency
        and new.commission_minor <= old.commission_minor
    )
    return replace(new, state=old.state) if stays_settled else new


def _money(observation: Observation) -> tuple[ConversionState, int, int, str]:
    return (
        observation.state,
        observation.commission_minor,
        observation.amount_minor,
        observation.currency,
    )


def _is_lower_at_once(new: Observation, old: Observation) -> bool:
    """Two reports of one version that differ: the lower commission counts, never over-pay."""
    return (
        new.version == old.version
        and new.currency == old.currency
        and new.commission_minor < old.commission_minor
    )


def _result(stored: Conversion | None, conversion: Conversion, report: Report, detail: str) -> str:
    if not report.is_known:
        return "quarantined"
    has_found_credit = stored is not None and stored.credit is None and conversion.credit
    if detail in ("repeated", "late") and not has_found_credit:
        return "duplicate"
    return "orphan" if conversion.credit is None else "credited"
