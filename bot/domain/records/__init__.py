"""The nouns of Haowu as frozen records; amounts are minor units, instants aware UTC."""

from bot.domain.records.books import (
    STATE_RANK,
    Conversion,
    ConversionState,
    Credit,
    Entry,
    Line,
    Observation,
    Share,
)
from bot.domain.records.catalogue import (
    Factor,
    Offer,
    OfferFacts,
    Pick,
    Ranked,
    Shortlist,
)
from bot.domain.records.ids import (
    ConversionId,
    Currency,
    GroupId,
    LinkCode,
    OfferId,
    PersonId,
    PostId,
)
from bot.domain.records.links import (
    ClickClass,
    Link,
)
from bot.domain.records.people import (
    Group,
    GroupState,
    Invitation,
    Person,
    Promoter,
    PromoterStatus,
)
from bot.domain.records.posts import (
    Button,
    Post,
    PostState,
    Rendered,
)

__all__ = [
    "Button",
    "ClickClass",
    "Conversion",
    "ConversionId",
    "ConversionState",
    "Credit",
    "Currency",
    "Entry",
    "Factor",
    "Group",
    "GroupId",
    "GroupState",
    "Invitation",
    "Line",
    "Link",
    "LinkCode",
    "Observation",
    "Offer",
    "OfferFacts",
    "OfferId",
    "Person",
    "PersonId",
    "Pick",
    "Post",
    "PostId",
    "PostState",
    "Promoter",
    "PromoterStatus",
    "Ranked",
    "Rendered",
    "STATE_RANK",
    "Share",
    "Shortlist",
]
