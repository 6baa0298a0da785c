"""Taking all own figures along: one archive, sent in private."""

import tempfile

from telegram import InputFile
from telegram.error import BadRequest

from bot.services.leaving.exporting import TooOften
from handlers.chat.context import Call

IN_MEMORY_BYTES = 1_000_000
"""A larger archive lies in a file while it is written and sent."""
UPLOAD_SECONDS = 120.0


async def export(call: Call) -> None:
    """Answer /export: groups, posts, links, clicks, orders, entries, pools and invite links."""
    exporting = call.services.rooms.leaving.exporting
    refused = await exporting.begin(call.own.id)
    if isinstance(refused, TooOften):
        await call.say(call.texts.html("leaving.export_too_often", limit=refused.limit))
        return
    await call.say(call.texts.html("leaving.export_begun"))
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        written = await exporting.write(call.own.id, file)
        file.seek(0)
        try:
            await call.bot.send_document(
                call.chat_id,
                InputFile(file, filename=_name(call), read_file_handle=False),
                caption=call.texts("leaving.export_caption"),
                write_timeout=UPLOAD_SECONDS,
                read_timeout=UPLOAD_SECONDS,
            )
        except BadRequest:
            await call.say(call.texts.html("leaving.export_failed"))
            return
    if written.cut:
        files = call.texts("leaving.and").join(written.cut)
        await call.say(call.texts.html("leaving.export_cut", files=files))


def _name(call: Call) -> str:
    return f"haowu-{call.services.today():%Y-%m-%d}.zip"
