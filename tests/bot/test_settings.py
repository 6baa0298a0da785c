"""Settings are read once, all faults are told at once, and no secret is repeated."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load, read

ROOT = Path(__file__).parent.parent.parent
SECRET = "7000000001:not-for-your-eyes"

WRONG = {
    "TELEGRAM_MODE": "pigeon",
    "TELEGRAM_API_URL": "ftp://telegram.example",
    "DATABASE_URL": "mysql://somewhere",
    "HTTP_PORT": "99999",
    "OPERATOR_IDS": "1001,somebody",
    "DEFAULT_TIMEZONE": "Mars/Olympus",
    "DEFAULT_LANGUAGE": "fr",
    "POSTBACK_KEY": "a b",
    "PAID_BROADCAST_STARS": "-1",
    "LLM_BASE_URL": "http://example.com:99999/v1",
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """None of this machine's own settings, and no ``.env`` of somebody's."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_any_setting_everything_has_its_default() -> None:
    settings = load()
    assert settings.token is None
    assert settings.postback_keys == ()
    assert settings.database_url == "sqlite:///haowu.db"
    assert settings.zone.key == "Asia/Shanghai"


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load()
    assert {fault.partition(":")[0] for fault in told.value.faults} == set(WRONG)


def test_what_is_wrong_gives_way_to_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "no port")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "nowhere")
    monkeypatch.setenv("CURRENCY", "kwd")
    settings, faults = read()
    assert (settings.http_port, settings.telegram_bot_token_file) == (8080, None)
    assert settings.currency == "KWD"
    assert len(faults) == 1 + 1


def test_a_dot_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("HTTP_PORT=9000\nCURRENCY=EUR\nOPERATOR_IDS=\n", "utf-8")
    monkeypatch.setenv("CURRENCY", "USD")
    settings = load()
    assert (settings.http_port, settings.currency) == (9000, "USD")
    assert settings.operator_ids == frozenset()


def test_the_token_comes_from_the_variable_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n", "utf-8")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    assert load().token == SECRET
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "7:other")
    assert load().token == "7:other"


def test_several_bots_stand_in_one_line_or_on_lines_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "tokens"
    file.write_text("7:first\n8:second, 9:third\n", "utf-8")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    assert load().tokens == {7: "7:first", 8: "8:second", 9: "9:third"}
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "9:third, 8:second")
    assert list(load().tokens) == [9, 8]
    assert load().token == "9:third"


@pytest.mark.parametrize("is_in_a_file", [False, True])
def test_every_fault_of_the_tokens_is_told_and_none_is_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_in_a_file: bool
) -> None:
    tokens = f"{SECRET},just-a-secret,07000000001:another"
    name = "TELEGRAM_BOT_TOKEN_FILE" if is_in_a_file else "TELEGRAM_BOT_TOKEN"
    (tmp_path / "tokens").write_text(tokens, "utf-8")
    monkeypatch.setenv(name, str(tmp_path / "tokens") if is_in_a_file else tokens)
    settings, (fault,) = read()
    assert fault.startswith(f"{name}: ")
    assert "token 2 of 3 is none" in fault
    assert "bot 7000000001 is there twice" in fault
    assert "eyes" not in fault
    assert "just-a-secret" not in fault
    assert settings.tokens == {}


def test_keys_and_operators_are_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTBACK_KEY", "new, old,")
    monkeypatch.setenv("OPERATOR_IDS", "1001, 1002")
    with pytest.raises(SettingsError, match="POSTBACK_KEY"):
        load()
    monkeypatch.setenv("POSTBACK_KEY", "new, old")
    assert load().postback_keys == ("new", "old")
    assert load().operator_ids == {1001, 1002}


def test_no_secret_is_ever_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_BOT_TOKEN", "POSTBACK_KEY", "WEBHOOK_SIGNING_SECRET"):
        monkeypatch.setenv(name, SECRET)
    settings, faults = read()
    assert SECRET not in repr(settings)
    assert SECRET not in str(faults)
    assert len(faults) == 1


def test_the_command_line_tells_every_fault_and_the_missing_token(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "CURRENCY": "ZZZ", "DEFAULT_PROGRAMME": "nope", **WRONG}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    told = {line.partition(":")[0] for line in ran.stderr.splitlines()}
    assert told == {*WRONG, "CURRENCY", "DEFAULT_PROGRAMME", "TELEGRAM_BOT_TOKEN"}


def test_a_model_without_an_address_is_a_fault_and_a_key_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL", "tiny")
    monkeypatch.setenv("LLM_API_KEY", SECRET)
    settings, faults = read()
    assert [fault.partition(":")[0] for fault in faults] == ["LLM_MODEL"]
    assert SECRET not in repr(settings)
    monkeypatch.setenv("LLM_BASE_URL", "https://api.example.com/v1/")
    settings, faults = read()
    assert (settings.llm_base_url, faults) == ("https://api.example.com/v1", [])
