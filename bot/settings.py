"""Environment in, one frozen Settings out; every fault told at once, secrets never printed."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

TOKEN = re.compile(r"[0-9]{1,18}:[A-Za-z0-9_-]+")
"""As @BotFather gives it: the bot's id, a colon, its secret."""


def secret_folders() -> list[Path] | None:
    """Where a container's runtime and systemd lay secrets: a file a setting, named like it."""
    named = ("/run/secrets", os.environ.get("CREDENTIALS_DIRECTORY"))
    found = [Path(name) for name in named if name and Path(name).is_dir()]
    return found or None


class Settings(BaseSettings):
    """What ``.env.example`` lists, as typed values; built by ``load`` alone."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
        secrets_dir=secret_folders(),
    )

    telegram_bot_token: SecretStr | None = None
    telegram_bot_token_file: Path | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    database_url: str = "sqlite:///haowu.db"
    public_url: str = "http://127.0.0.1:8080"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    operator_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    postback_key: SecretStr | None = None
    webhook_signing_secret: SecretStr | None = None
    default_programme: str = "fenxiang"
    default_timezone: str = "Asia/Shanghai"
    default_language: Literal["zh", "en"] = "zh"
    currency: str = "CNY"
    deck_minutes: Annotated[int, Field(ge=5, le=720)] = 60
    paid_broadcast_stars: Annotated[int, Field(ge=0)] = 0
    llm_base_url: str | None = None
    llm_api_key: SecretStr | None = None
    llm_model: str | None = None

    @field_validator("operator_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        words = [word.strip() for word in value.split(",") if word.strip()]
        if not all(word.isascii() and word.isdigit() for word in words):
            raise ValueError("must be Telegram user ids, separated by commas")
        return frozenset(int(word) for word in words)

    @field_validator("telegram_api_url", "public_url", "llm_base_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        # Asking for the port refuses one that is none.
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("must be an http:// or https:// address")
        return value.rstrip("/")

    @field_validator("llm_model")
    @classmethod
    def _check_model(cls, value: str | None, found: ValidationInfo) -> str | None:
        if value is not None and found.data.get("llm_base_url") is None:
            raise ValueError("names a model and LLM_BASE_URL says not where")
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("must be a time zone such as Asia/Shanghai")
        return value

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, value: str) -> str:
        if len(value) != 3 or not value.isascii() or not value.isalpha():
            raise ValueError("must be a currency code such as CNY")
        return value.upper()

    @field_validator("telegram_bot_token")
    @classmethod
    def _check_tokens(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _told(_split_tokens(value.get_secret_value()))
        return value

    @field_validator("telegram_bot_token_file")
    @classmethod
    def _check_token_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("names no readable file")
        if value is not None:
            _told(_split_tokens(value.read_text("utf-8")))
        return value

    @field_validator("postback_key")
    @classmethod
    def _check_keys(cls, value: SecretStr | None) -> SecretStr | None:
        # Each is a part of an address.
        words = value.get_secret_value().split(",") if value else []
        if not all(re.fullmatch(r"[A-Za-z0-9_.~-]+", word.strip()) for word in words):
            raise ValueError("must be letters, digits and _.~-, several separated by commas")
        return value

    @property
    def tokens(self) -> dict[int, str]:
        """Every bot's token by the bot's id, from the variable or else the file, in that order."""
        words: list[str] = []
        if self.telegram_bot_token is not None:
            words = _split_tokens(self.telegram_bot_token.get_secret_value())
        elif self.telegram_bot_token_file is not None:
            words = _split_tokens(self.telegram_bot_token_file.read_text("utf-8"))
        return {int(word.partition(":")[0]): word for word in words}

    @property
    def token(self) -> str | None:
        """The first bot's token; None when there is none."""
        return next(iter(self.tokens.values()), None)

    @property
    def postback_keys(self) -> tuple[str, ...]:
        """Every accepted postback key, the newest first; empty when none is set."""
        if self.postback_key is None:
            return ()
        words = self.postback_key.get_secret_value().split(",")
        return tuple(word.strip() for word in words if word.strip())

    @property
    def zone(self) -> ZoneInfo:
        """The default time zone."""
        return ZoneInfo(self.default_timezone)


def _split_tokens(text: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text) if word]


def _told(tokens: list[str]) -> None:
    """Raise ValueError with every fault of ``tokens``, which are named by their place alone."""
    faults = [
        f"token {place} of {len(tokens)} is none: digits, a colon, letters and digits"
        for place, token in enumerate(tokens, 1)
        if not TOKEN.fullmatch(token)
    ]
    ids = [token.partition(":")[0].lstrip("0") for token in tokens if TOKEN.fullmatch(token)]
    faults += [f"bot {one} is there twice" for one in sorted(set(ids)) if ids.count(one) > 1]
    if faults:
        raise ValueError("; ".join(faults))


def load(**overrides: Any) -> Settings:
    """Read the environment (and ``.env``) once; ``overrides`` win over both.

    Raises SettingsError with every fault that ``read`` tells.
    """
    settings, faults = read(**overrides)
    if faults:
        raise SettingsError(faults)
    return settings


def read(**overrides: Any) -> tuple[Settings, list[str]]:
    """The settings with the default in the place of what is wrong, and every fault.

    A fault is one line "NAME: what is wrong"; the value of a secret is never repeated.
    """
    try:
        return Settings(**overrides), []
    except ValidationError as fault:
        errors = [(str(error["loc"][0]), error["msg"]) for error in fault.errors()]
    sound = {name: Settings.model_fields[name].default for name, _ in errors}
    return Settings(**(overrides | sound)), [_sentence(name, reason) for name, reason in errors]


def _sentence(name: str, reason: str) -> str:
    return f"{name.upper()}: {reason.removeprefix('Value error, ')}"
