"""Tells the bot of an order by a postback, again and again while the bot cannot take it."""

import asyncio
from dataclasses import dataclass

import httpx

from bot.sandbox.shop.orders import Order, Reported

TRIES = 5
FIRST_PAUSE_SECONDS = 0.2
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Reporter:
    """Knows where the bot takes the postbacks of this shop."""

    bot_url: str
    marketplace: str
    postback_key: str

    @property
    def address(self) -> str:
        """The address that takes postbacks."""
        return f"{self.bot_url.rstrip('/')}/postback/{self.marketplace}/{self.postback_key}"

    async def tell(self, order: Order) -> Reported:
        """Send how the order stands now, note the bot's answer with the order, and return it."""
        told = order.postback()
        answer, is_delivered = await self._sent(told)
        reported = Reported(told["status"], told["payout"], order.updated_at, answer, is_delivered)
        order.reports.append(reported)
        return reported

    async def _sent(self, told: dict[str, str]) -> tuple[str, bool]:
        answer = ""
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            for attempt in range(TRIES):
                if attempt:
                    await asyncio.sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
                try:
                    response = await client.post(self.address, data=told)
                except httpx.HTTPError as problem:
                    answer = type(problem).__name__
                    continue
                answer = f"{response.status_code} {response.text[:200]}"
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return _result(response) or answer, response.is_success
        return answer, False


def _result(response: httpx.Response) -> str:
    """Return the word of the bot's JSON answer, an empty one if there is none."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("result", "")) if isinstance(body, dict) else ""
