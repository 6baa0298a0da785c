"""What stands at our doors: bad postbacks, bots, hostile addresses and forged log-ins."""

from tests.evidence.doors import postbacks

PROMISES = {"R5": postbacks.do_nothing}
