"""The web side opens first: whoever taps a link waits for nothing else of the house."""

import subprocess
import sys


def test_links_are_answered_before_anything_of_telegram_is_loaded() -> None:
    asked = "import sys, bot.doors; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    loaded = set(told.stdout.split())
    assert not {"telegram", "apscheduler", "bot.works", "bot.voices", "handlers.chat"} & loaded
