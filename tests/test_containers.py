"""The container's, compose's and systemd's files say what the program really has."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from bot.__main__ import cli
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
SETTINGS = {name.upper() for name in Settings.model_fields}
OF_PYTHON = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PATH"}
OF_POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}


def read(name: str) -> str:
    """A file of the repository."""
    return (ROOT / name).read_text("utf-8")


def compose() -> dict[str, Any]:
    """What compose.yaml says."""
    found: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return found


def ours() -> dict[str, Any]:
    """The services that run Haowu."""
    return {name: one for name, one in compose()["services"].items() if "build" in one}


def runs(words: list[str]) -> bool:
    """Whether the command line knows these words and every option among them."""
    options = [word for word in words if word.startswith("--")]
    names = [word for word in words if not word.startswith("--")]
    shown = CliRunner().invoke(cli, [names[0], "--help"])
    return shown.exit_code == 0 and all(option in shown.output for option in options)


def test_the_image_has_the_python_that_the_project_asks_for() -> None:
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    versions = set(re.findall(r"library/python:([0-9.]+)-slim", read("Containerfile")))
    assert {f">={version}" for version in versions} == {wanted}


def test_the_image_copies_what_ships_and_nothing_else() -> None:
    packages = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = set(re.findall(r"^COPY (\w+) \./\w+$", read("Containerfile"), re.MULTILINE))
    assert copied == set(packages["packages"])
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    assert let_in == copied | {"pyproject.toml", "uv.lock", "README.md", "LICENSE"}
    assert "*" in read(".dockerignore").splitlines()


def test_the_image_runs_as_nobody_in_particular_and_is_asked_for_its_health() -> None:
    last = read("Containerfile").rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "/healthz" in last
    assert "VOLUME /data" in last
    assert "uv" not in re.findall(r"\w+", last)
    assert 'ENTRYPOINT ["haowu"]' in last


def test_every_variable_that_is_set_exists() -> None:
    named = set(re.findall(r"^\s+([A-Z_]+)=\S+(?: \\)?$", read("Containerfile"), re.MULTILINE))
    assert named <= SETTINGS | OF_PYTHON
    assert {"DATABASE_URL", "HTTP_HOST", "HTTP_PORT"} <= named
    for name, service in compose()["services"].items():
        given = set(service.get("environment", {}))
        assert given <= (OF_POSTGRES if name == "database" else SETTINGS), name
    unit = re.findall(r"^Environment=(.+)$", read("docs/haowu.service"), re.MULTILINE)
    words = {word.partition("=")[0] for line in unit for word in line.split()}
    assert words <= SETTINGS | OF_PYTHON


def test_every_secret_is_named_like_a_setting() -> None:
    known = compose()["secrets"]
    for name, service in ours().items():
        assert set(service["secrets"]) <= set(known), name
        assert {secret.upper() for secret in service["secrets"]} <= SETTINGS, name
    loaded = re.findall(r"^LoadCredential=(\w+):", read("docs/haowu.service"), re.MULTILINE)
    assert loaded
    assert {name.upper() for name in loaded} <= SETTINGS


def test_every_command_that_is_named_exists() -> None:
    for name, service in ours().items():
        assert runs(service["command"]), name
    for line in re.findall(r"^Exec\w+=\S+/haowu (.+)$", read("docs/haowu.service"), re.MULTILINE):
        assert runs(line.split()), line
    commands = re.findall(r"haowu ((?:backup|migrate|check)\b)", read("compose.yaml"))
    assert commands
    assert all(runs([command]) for command in commands)


def test_the_services_wait_for_what_they_need() -> None:
    services = compose()["services"]
    for name, service in ours().items():
        for other, how in service["depends_on"].items():
            assert other in services
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], name
        assert service["read_only"] is True
        assert service["user"] == "10001:10001"
    assert services["database"]["image"].endswith("postgres:18")
    assert set(compose()["volumes"]) == {"database", "data"}


def test_the_unit_waits_longer_than_a_stop_takes() -> None:
    from bot.stopping import DEADLINE_SECONDS

    waits = re.findall(r"^TimeoutStopSec=(\d+)$", read("docs/haowu.service"), re.MULTILINE)
    assert int(waits[0]) > DEADLINE_SECONDS
    for service in ours().values():
        assert int(service["stop_grace_period"].removesuffix("s")) > DEADLINE_SECONDS


def test_secrets_are_read_from_the_folder_where_they_are_laid(tmp_path: Path) -> None:
    (tmp_path / "telegram_bot_token").write_text("7000000001:of-a-file\n")
    (tmp_path / "database_url").write_text("sqlite:///elsewhere.db\n")
    settings = Settings(_env_file=None, _secrets_dir=tmp_path)  # type: ignore[call-arg]
    assert settings.token == "7000000001:of-a-file"
    assert settings.database_url == "sqlite:///elsewhere.db"
