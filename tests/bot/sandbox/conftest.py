"""The sandbox on a real port, and the same few people in every test."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.bot.sandbox.stage import Standing, build, ptb, served


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """Serve a sandbox without flood limits, its clock standing still."""
    async with (
        served(build) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        yield Standing(url, app.state.world, client, bot)
