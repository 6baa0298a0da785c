"""Pictures and documents that come with a call: uploaded, known by file_id, or fetched."""

import httpx

from bot.sandbox.botapi.calls import Call
from bot.sandbox.botapi.refusals import bad_request
from bot.sandbox.world.files import StoredFile, Upload
from bot.sandbox.world.people import Json

FETCH_LIMIT_BYTES = 5 * 1024 * 1024
FETCH_TIMEOUT_SECONDS = 5.0
# Previews are fetched under this name, so that the bot's redirect can tell them from people.
FETCHER = "TelegramBot (like TwitterBot)"


async def photo(call: Call, given: object) -> StoredFile:
    """Return the picture meant by a `photo` parameter; raises `Refusal`."""
    return await _file(call, given, is_photo=True)


async def document(call: Call, given: object) -> StoredFile:
    """Return the file meant by a `document` parameter; raises `Refusal`."""
    return await _file(call, given, is_photo=False)


async def content_of(call: Call, media: Json) -> Json:
    """Return the message content for an InputMedia object (photo or document)."""
    if media["type"] == "photo":
        return {"photo": (await photo(call, media["media"])).sizes()}
    return {"document": (await document(call, media["media"])).document()}


async def _file(call: Call, given: object, *, is_photo: bool) -> StoredFile:
    if isinstance(given, Upload):
        return _kept(call, given, is_photo=is_photo)
    address = str(given)
    if address.startswith("attach://"):
        upload = call.uploads.get(address.removeprefix("attach://"))
        if upload is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return _kept(call, upload, is_photo=is_photo)
    if address.startswith(("http://", "https://")):
        return _kept(call, await fetched(address, is_photo=is_photo), is_photo=is_photo)
    stored = call.world.files.by_id.get(address)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if is_photo and not stored.width:
        raise bad_request("can't use file of type Document as Photo")
    return stored


def _kept(call: Call, upload: Upload, *, is_photo: bool) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if not is_photo:
        return call.world.files.keep_document(upload)
    try:
        return call.world.files.keep_photo(upload)
    except ValueError as problem:
        raise bad_request(str(problem)) from None


async def fetched(address: str, *, is_photo: bool) -> Upload:
    """Fetch a file as Telegram does; raises `Refusal` if it is dead or no picture."""
    try:
        async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_SECONDS, trust_env=False) as client:
            answer = await client.get(
                address, headers={"User-Agent": FETCHER}, follow_redirects=True
            )
    except (httpx.HTTPError, httpx.InvalidURL):
        raise bad_request("wrong file identifier/HTTP URL specified") from None
    if answer.is_error or len(answer.content) > FETCH_LIMIT_BYTES:
        raise bad_request("failed to get HTTP URL content")
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if is_photo and not media_type.startswith("image/"):
        raise bad_request("wrong type of the web page content")
    name = address.partition("?")[0].rsplit("/", maxsplit=1)[-1] or "file"
    return Upload(name, media_type, answer.content)
