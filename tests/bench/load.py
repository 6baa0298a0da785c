"""A load generator that is not the limit: raw sockets, one epoll, one request under way on each.

Run as ``python -m tests.bench.load``, in a process and on a core of its own.
"""

import asyncio
import json
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

CONNECTIONS = 64
GIVE_UP_SECONDS = 10
"""A server that says nothing for so long has failed."""
WEB = Path(__file__).parents[1] / "handlers" / "web"


@dataclass(frozen=True)
class Order:
    """What to ask of whom: connection i asks for ``codes[i]``, round and round, as one browser."""

    port: int
    codes: Sequence[str]
    """Or whole paths, where they begin with a slash."""
    seconds: float
    core: int
    location: str = ""
    """What every answer's ``Location`` must begin with."""
    connections: int = CONNECTIONS


@dataclass
class Outcome:
    """What came of it."""

    answers: list[int]
    """Redirects read, by connection."""
    seconds: float = 0.0
    broken: int = 0
    """Connections that ended under way."""
    idle: float = 0.0
    """Share of the time in which the generator waited: near 0, and it was the limit itself."""
    wrong: list[str] = field(default_factory=list)
    """Answers that were no redirect, or led elsewhere."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(self.answers) / self.seconds


def agents() -> list[str]:
    """Browsers of people, of which the first of every eight is a bot's instead."""
    people = (WEB / "agents_people.txt").read_text("utf-8").splitlines()
    bots = (WEB / "agents_bots.txt").read_text("utf-8").splitlines()
    return [(bots if number % 8 == 0 else people)[number] for number in range(CONNECTIONS)]


def is_person(connection: int) -> bool:
    """Whether a connection's browser is a person's."""
    return connection % 8 != 0


def request(target: str, connection: int) -> bytes:
    """A browser's request, as one of the connections sends it."""
    path = target if target.startswith("/") else f"/r/{target}"
    return (
        f"GET {path} HTTP/1.1\r\nHost: go.example.com\r\nUser-Agent: {agents()[connection]}\r\n"
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n"
        "Connection: keep-alive\r\n\r\n"
    ).encode()


class _Client:
    """One connection: the request that it repeats, and what a right answer looks like."""

    def __init__(self, order: Order, number: int) -> None:
        self.number = number
        self.request = request(order.codes[number % len(order.codes)], number)
        self.location = f"location: {order.location}".lower().encode()
        # Each from a network of its own, as visitors are.
        source = (f"127.0.{number + 1}.1", 0)
        self.socket = socket.create_connection(("127.0.0.1", order.port), 5, source)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.read, self.send = self.socket.recv, self.socket.send
        self.length = 0
        self.part = b""

    def is_right(self, answer: bytes) -> bool:
        """Whether a whole answer is a redirect to the right place; all have the first's length."""
        self.length = len(answer)
        head = answer.partition(b"\r\n\r\n")[0].lower()
        return head.startswith(b"http/1.1 302 ") and self.location in head


def drive(order: Order, begin: Callable[[], object] = lambda: None) -> Outcome:
    """Ask until the time is over, and wait for what is still under way.

    ``begin`` is called when all have connected.
    """
    os.sched_setaffinity(0, {order.core})
    clients = [_Client(order, number) for number in range(order.connections)]
    begin()
    poll = select.epoll()
    by_file = {client.socket.fileno(): client for client in clients}
    for file in by_file:
        poll.register(file, select.EPOLLIN)
    outcome = Outcome([0] * order.connections)
    began, cpu = time.perf_counter(), time.process_time()
    for client in clients:
        client.send(client.request)
    _answer(poll, by_file, outcome, began + order.seconds)
    outcome.seconds = time.perf_counter() - began
    outcome.idle = 1 - (time.process_time() - cpu) / outcome.seconds
    for client in clients:
        client.socket.close()
    return outcome


def _answer(
    poll: select.epoll, clients: dict[int, _Client], outcome: Outcome, until: float
) -> None:
    """The loop that the rate depends on: little is done for each answer."""
    under_way, answers = len(clients), outcome.answers
    while under_way:
        events = poll.poll(GIVE_UP_SECONDS, CONNECTIONS)
        is_over = time.perf_counter() > until
        if not events:
            outcome.wrong.append(f"{under_way} were never answered")
            return
        for file, _event in events:
            client = clients[file]
            try:
                answer = client.read(65536)
                if len(answer) == client.length and answer.startswith(b"HTTP/1.1 302 "):
                    answers[client.number] += 1
                elif not _looked_at(client, answer, outcome):
                    continue
                if not is_over:
                    client.send(client.request)
                    continue
            except ConnectionError:
                outcome.broken += 1
            poll.unregister(file)
            under_way -= 1


def _looked_at(client: _Client, answer: bytes, outcome: Outcome) -> bool:
    """Whether the answer was whole: the first one, or one that came in parts, or a wrong one."""
    if not answer:
        raise ConnectionResetError
    client.part += answer
    if not client.part.partition(b"\r\n\r\n")[1] or len(client.part) < client.length:
        return False
    whole, client.part = client.part, b""
    if client.is_right(whole):
        outcome.answers[client.number] += 1
    else:
        outcome.wrong.append(whole[:200].decode("latin-1"))
    return True


async def run(order: Order, begun: asyncio.Event | None = None) -> Outcome:
    """``drive`` in a process of its own; ``begun`` is set when all have connected."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load", json.dumps(asdict(order)),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    await child.stdout.readline()
    if begun is not None:
        begun.set()
    said, _ = await child.communicate()
    return Outcome(**json.loads(said))


def _begin() -> None:
    sys.stdout.write("begun\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(drive(Order(**json.loads(sys.argv[1])), _begin))))
