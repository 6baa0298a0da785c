"""What stands at our doors: bad postbacks, bots, hostile addresses and forged log-ins."""

from tests.evidence.doors import addresses, agents, logins, postbacks

PROMISES = {
    "R5": postbacks.do_nothing,
    "R8": agents.are_not_clicks,
    "R9": addresses.lead_nowhere_else,
    "R10": logins.are_refused,
}
