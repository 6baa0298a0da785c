"""The programmes and texts that ship, read once for every test."""

import tomllib
from pathlib import Path

from bot.domain.reading import read_programme
from bot.domain.texts import read_texts

BOT = Path(__file__).parent.parent / "bot"

PROGRAMMES = {
    path.stem: read_programme(path.stem, tomllib.loads(path.read_text("utf-8")))
    for path in sorted((BOT / "programmes").glob("*.toml"))
}
TEXTS = {
    path.stem: read_texts(path.stem, tomllib.loads(path.read_text("utf-8")))
    for path in sorted((BOT / "locales").glob("*.toml"))
}
