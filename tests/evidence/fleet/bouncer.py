"""A PgBouncer in transaction mode before our PostgreSQL, where one is installed."""

import asyncio
import os
import pwd
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from handlers.web.serve import listener
from storage.database import Database

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
CONNECTIONS = 30
"""To the server, for however many clients."""


def program() -> str | None:
    """Where PgBouncer is; None where it is not."""
    return shutil.which("pgbouncer", path=PLACES)


@asynccontextmanager
async def bounced(database_url: str, folder: Path) -> AsyncIterator[str]:
    """The address of the same database through a PgBouncer of our own."""
    found, url = program(), Database(database_url).url
    assert found is not None
    socket = str(url.query["host"])
    owner = pwd.getpwuid((await asyncio.to_thread(os.stat, socket)).st_uid).pw_name
    with listener("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    file = folder / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n* = host={socket} user={url.username}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = transaction\ndefault_pool_size = {CONNECTIONS}\n"
        "max_client_conn = 500\nlog_connections = 0\nlog_disconnections = 0\nlog_stats = 0\n",
        "utf-8",
    )
    await asyncio.to_thread(folder.chmod, 0o755)
    # It refuses to be root, and the server's socket is its owner's alone.
    as_owner = ["-u", owner] if os.getuid() == 0 else []
    process = await asyncio.create_subprocess_exec(found, "-q", *as_owner, str(file))
    try:
        await _listens(port)
        yield f"postgresql://{url.username}@127.0.0.1:{port}/{url.database}?pgbouncer=true"
    finally:
        process.kill()
        await process.wait()


async def _listens(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
