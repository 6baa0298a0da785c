"""Every table as typed columns; what the database itself must refuse is written here too."""

from storage.tables.base import metadata
from storage.tables.books.conversions import conversions, postbacks, shares, verdicts
from storage.tables.books.entries import accounts, entries, lines, seals
from storage.tables.choosing import pins, weightings
from storage.tables.links import click_hours, clicks, links
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
from storage.tables.people.groups import chat_aliases, groups, payloads
from storage.tables.people.growth import (
    board_members,
    board_promoters,
    mentors,
    mentorships,
    relays,
    team_months,
)
from storage.tables.people.health import disliked_posts, group_days, group_health, suggested_hours
from storage.tables.people.leaving import (
    cohort_days,
    cohort_members,
    copies,
    departures,
    exports,
    invite_links,
    transfers,
)
from storage.tables.people.people import audit, invitations, lessons, people, promoters, variables
from storage.tables.people.programmes import coupons, own_stock, standings
from storage.tables.posting.decks import choices, deck_cards, deck_turns, decks
from storage.tables.posting.living import forum_topics, renewals, watches
from storage.tables.posting.pools import joiners, pickups, pools
from storage.tables.posting.posts import notices, openings, pictures, posts, slot_runs, slots
from storage.tables.posting.schedules import blackouts, polls, quiet_hours, script_sets
from storage.tables.questions import claims, questions, told, wishes

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
