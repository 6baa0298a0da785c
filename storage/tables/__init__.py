"""Every table as typed columns; what the database itself must refuse is written here too."""

from storage.tables.base import metadata
from storage.tables.choosing import pins, weightings
from storage.tables.conversions import conversions, postbacks, shares, verdicts
from storage.tables.decks import choices, deck_cards, deck_turns, decks
from storage.tables.entries import accounts, entries, lines, seals
from storage.tables.groups import chat_aliases, groups, payloads
from storage.tables.growth import (
    board_members,
    board_promoters,
    mentors,
    mentorships,
    relays,
    team_months,
)
from storage.tables.health import disliked_posts, group_days, group_health, suggested_hours
from storage.tables.leaving import (
    cohort_days,
    cohort_members,
    copies,
    departures,
    exports,
    invite_links,
    transfers,
)
from storage.tables.links import click_hours, clicks, links
from storage.tables.living import forum_topics, renewals, watches
from storage.tables.offers import (
    imports,
    listings,
    marketplaces,
    offers,
    picks,
    prices,
    shortlist_rows,
    shortlists,
    skips,
    spelled_words,
)
from storage.tables.people import audit, invitations, lessons, people, promoters, variables
from storage.tables.pools import joiners, pickups, pools
from storage.tables.posts import notices, openings, pictures, posts, slot_runs, slots
from storage.tables.programmes import coupons, own_stock, standings
from storage.tables.questions import claims, questions, told, wishes
from storage.tables.schedules import blackouts, polls, quiet_hours, script_sets

__all__ = [
    "script_sets",
    "quiet_hours",
    "polls",
    "blackouts",
    "accounts",
    "audit",
    "board_members",
    "board_promoters",
    "chat_aliases",
    "choices",
    "claims",
    "click_hours",
    "clicks",
    "cohort_days",
    "cohort_members",
    "conversions",
    "copies",
    "coupons",
    "deck_cards",
    "deck_turns",
    "decks",
    "departures",
    "disliked_posts",
    "entries",
    "exports",
    "forum_topics",
    "group_days",
    "group_health",
    "groups",
    "imports",
    "invitations",
    "invite_links",
    "joiners",
    "lessons",
    "lines",
    "links",
    "listings",
    "marketplaces",
    "mentors",
    "mentorships",
    "metadata",
    "notices",
    "offers",
    "openings",
    "own_stock",
    "payloads",
    "people",
    "picks",
    "pickups",
    "pictures",
    "pins",
    "pools",
    "postbacks",
    "posts",
    "prices",
    "promoters",
    "questions",
    "relays",
    "renewals",
    "seals",
    "shares",
    "shortlist_rows",
    "shortlists",
    "skips",
    "slot_runs",
    "slots",
    "spelled_words",
    "standings",
    "suggested_hours",
    "team_months",
    "told",
    "transfers",
    "variables",
    "verdicts",
    "watches",
    "weightings",
    "wishes",
]
