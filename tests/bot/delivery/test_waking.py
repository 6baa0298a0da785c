"""A bot that is not spoken to holds no client for many: it comes with the first who need it."""

import subprocess
import sys

import pytest
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.delivery import NeverLeft, Waking, calm_request
from bot.delivery.waking import BUSY_REQUESTS
from tests.bot.delivery import servers
from tests.bot.delivery.servers import serving


def calm() -> HTTPXRequest:
    """PTB's own HTTP, past any proxy of the machine."""
    return HTTPXRequest(connection_pool_size=4, httpx_kwargs={"trust_env": False})


async def test_few_requests_are_made_lightly_and_many_quickly() -> None:
    request = Waking(4, calm=calm())
    async with serving(servers.answers) as server:
        for _ in range(BUSY_REQUESTS - 1):
            assert (await request.do_request(server.url, "POST"))[0] == 200
        assert not request.is_quick
        assert (await request.do_request(server.url, "POST"))[0] == 200
        assert request.is_quick
    await request.shutdown()


async def test_the_outbox_is_quick_from_its_first_post() -> None:
    request = Waking(4, read_timeout=2.0, connect_timeout=1.0)
    assert not request.is_quick
    async with serving(servers.answers) as server:
        assert (await request.do_request(server.url, "POST"))[0] == 200
    assert request.is_quick
    assert request.read_timeout == 2.0
    await request.shutdown()


@pytest.mark.parametrize("is_calm", [True, False])
async def test_nothing_leaves_after_the_end_until_it_is_opened_again(is_calm: bool) -> None:
    request = Waking(4, calm=calm() if is_calm else None)
    async with serving(servers.answers) as server:
        await request.do_request(server.url, "POST")
        await request.shutdown()
        with pytest.raises(NetworkError) as caught:
            await request.do_request(server.url, "POST")
        assert isinstance(caught.value.__cause__, NeverLeft)
        await request.initialize()
        assert (await request.do_request(server.url, "POST"))[0] == 200
    await request.shutdown()


def test_the_quick_client_is_not_even_loaded_before() -> None:
    asked = "import sys, bot.voices; print('pyreqwest' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "False"


def test_the_light_one_waits_as_long_as_the_quick_one() -> None:
    assert calm_request(1).read_timeout == Waking(1).read_timeout
