"""The floor plan, the style and the documents are kept by tests, not by memory."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "schedules", "storage")
TOP_LEVEL = {
    "bot", "handlers", "schedules", "storage", "tests", "docs", ".ci", ".gitignore",
    ".dockerignore", "pyproject.toml", "uv.lock", ".env.example", "README.md", "CHANGELOG.md",
    "LICENSE", "Containerfile", "compose.yaml",
}  # fmt: skip

LINES_OF_A_FUNCTION = 70
LINES_OF_A_MODULE = 300
LINES_OF_TABLES = 400
MODULES_OF_A_ROOM = 13
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "data",
    "info",
    "misc",
}


def modules() -> Iterator[Path]:
    """Every module of ours that ships, migrations aside."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    """A path as the documents write it."""
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[str]:
    """Every file that git knows."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def test_the_top_level_is_the_one_that_was_asked_for() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert not too_long


def test_no_module_outgrows_its_limit() -> None:
    def limit(path: Path) -> int:
        return LINES_OF_TABLES if "tables" in path.parts else LINES_OF_A_MODULE

    too_long = {
        name_of(path): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > limit(path)
    }
    assert not too_long


def test_no_room_is_crowded() -> None:
    rooms = {path.parent for path in modules()}
    crowded = {
        name_of(room): count
        for room in rooms
        if (count := len(set(room.glob("*.py")) - {room / "__init__.py"})) > MODULES_OF_A_ROOM
    }
    assert not crowded


def test_no_name_says_nothing() -> None:
    assert not [name_of(path) for path in modules() if path.stem in VAGUE]


def test_no_debris_is_left_in_the_code() -> None:
    debris = re.compile(
        r"\b(TODO|FIXME|XXX|HACK)\b|^\s*#\s*(import |from |def |return |if .*:$)", re.MULTILINE
    )
    assert not [name_of(path) for path in modules() if debris.search(path.read_text("utf-8"))]


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules()
        if "tables" not in path.parts
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_module_stands_in_the_architecture_page() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    missing = [
        name_of(path)
        for path in modules()
        if path.name != "__init__.py" and f"`{name_of(path)}`" not in page
    ]
    assert not missing


def test_every_setting_stands_in_the_example_and_nothing_else_does() -> None:
    from bot.settings import Settings

    example = (ROOT / ".env.example").read_text("utf-8")
    listed = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == {name.upper() for name in Settings.model_fields}


def test_the_example_holds_the_defaults_and_a_sentence_each() -> None:
    from bot.settings import Settings

    example = (ROOT / ".env.example").read_text("utf-8")
    found = re.findall(
        r"^# (?:Required|Optional).+\n(?:#.+\n)*([A-Z_]+)=(.*)$", example, re.MULTILINE
    )
    assert len(found) == len(Settings.model_fields)
    for name, value in found:
        default = Settings.model_fields[name.lower()].default
        assert value == ("" if default in (None, frozenset()) else str(default)), name


def commands() -> list[list[str]]:
    """Every command and sub-command as words."""
    import click

    from bot.__main__ import cli

    found: list[list[str]] = [[]]
    for name, command in cli.commands.items():
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, inner] for inner in command.commands]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_helps_with_an_example(words: list[str]) -> None:
    from click.testing import CliRunner

    from bot.__main__ import cli

    result = CliRunner().invoke(cli, [*words, "--help"])
    assert result.exit_code == 0
    if words:
        assert f"Example: haowu {words[0]}" in result.output


@pytest.mark.parametrize("words", [["nonsense"], ["run", "--only", "kitchen"], ["invite"]])
def test_wrong_use_is_exit_code_two_and_a_sentence(words: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.strip()
    assert "Traceback" not in ran.stderr


def test_the_readme_shows_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "pip install uv && uv run haowu demo" in readme
    assert "pip install uv && uv run pytest" in readme


def test_every_relative_link_of_the_documents_leads_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{name_of(page)} → {target}")
    assert not broken
