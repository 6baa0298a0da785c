"""Everything of one's own as one archive."""

import io
import json
import zipfile

import pytest

from tests.cast import LIN
from tests.handlers.chat.leaving.conftest import Street


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_archive_comes_in_private_a_few_times_a_day(street: Street, language: str) -> None:
    if language == "en":
        await street.english(LIN)
    for _ in range(3):
        _, sent = await street.town.ask(LIN, "/export", 2)
        assert sent["document"]["file_name"] == "haowu-2026-11-22.zip"
        assert ("群友" if language == "zh" else "any member") in sent["caption"]
    refused = await street.town.hear(LIN, "/export")
    assert "3" in refused
    answer = await street.town.application.bot.get_file(sent["document"]["file_id"])
    archive = zipfile.ZipFile(io.BytesIO(bytes(await answer.download_as_bytearray())))
    assert archive.testzip() is None
    groups = json.loads(archive.read("groups.json"))
    assert [group["title"] for group in groups] == ["Sunny Court", "Rose Lane"]
    assert groups[0]["settings"]["language"] == "zh"
    assert "posts.csv" in archive.namelist()
