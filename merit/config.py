"""Settings: read once from the environment and the instance folder, validated, frozen."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from merit.errors import SetupError
from merit.mail_route import MailRoute, is_mail_address, read_mail_url

_SITE = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseModel):
    """Everything that may differ between two installations."""

    # A traceback must not repeat what was given: addresses of databases and mail servers may hold a password.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    instance_path: Path
    database_url: str
    secret_file: Path
    redis_url: str = ""
    agency_name: str = "BKPSDM Kota Balikpapan"
    city_name: str = "Kota Balikpapan"
    development: bool = False
    testing: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    tls_cert: Path | None = None
    tls_key: Path | None = None
    proxy_hops: int = Field(default=0, ge=0, le=5)
    allowed_hosts: frozenset[str] = frozenset()
    secure_cookies: bool = False
    max_upload_bytes: int = Field(default=64 * 1024 * 1024, ge=1024)
    log_json: bool = False
    key_readings_per_hour: int = Field(default=60, ge=1)
    mail_url: str = Field(default="file:", repr=False)  # it may hold a password
    mail_from: str = Field(default="", validate_default=True)
    site_url: str = ""
    remind_hour: int = Field(default=6, ge=0, le=23)
    notices_kept_days: int = Field(default=180, ge=120)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("pakai sqlite:///BERKAS atau postgresql+psycopg://…")
        return value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        return (
            [name.strip().casefold() for name in value.split(",") if name.strip()] if isinstance(value, str) else value
        )

    @field_validator("mail_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        read_mail_url(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _known_sender(cls, value: str, info: ValidationInfo) -> str:
        if not value and str(info.data.get("mail_url", "file:")).startswith("file:"):
            return "merit@localhost"
        if not is_mail_address(value):
            raise ValueError("isi satu alamat surel pengirim, misalnya merit@kota.go.id")
        return value

    @field_validator("site_url")
    @classmethod
    def _known_site(cls, value: str) -> str:
        if value and not _SITE.fullmatch(value.rstrip("/")):
            raise ValueError("pakai alamat tanpa jalur, misalnya https://merit.kota.go.id")
        return value.rstrip("/")

    @property
    def mail_route(self) -> MailRoute:
        """Where mails go."""
        return read_mail_url(self.mail_url)

    @property
    def mail_path(self) -> Path:
        """Folder of mails where no server is set."""
        return Path(self.mail_route.folder) if self.mail_route.folder else self.instance_path / "mail"

    @property
    def public_url(self) -> str:
        """The address people know, without a path; links in mails begin with it."""
        return self.site_url or f"{'https' if self.tls_cert else 'http'}://{self.host}:{self.port}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def files_path(self) -> Path:
        """Folder of stored files."""
        return self.instance_path / "files"

    @property
    def queue_path(self) -> Path:
        """Folder of the embedded job queue."""
        return self.instance_path / "queue"


_ENVIRONMENT = {
    "MERIT_DATABASE_URL": "database_url",
    "MERIT_SECRET_FILE": "secret_file",
    "MERIT_REDIS_URL": "redis_url",
    "MERIT_AGENCY_NAME": "agency_name",
    "MERIT_CITY_NAME": "city_name",
    "MERIT_DEVELOPMENT": "development",
    "MERIT_HOST": "host",
    "MERIT_PORT": "port",
    "MERIT_TLS_CERT": "tls_cert",
    "MERIT_TLS_KEY": "tls_key",
    "MERIT_PROXY_HOPS": "proxy_hops",
    "MERIT_ALLOWED_HOSTS": "allowed_hosts",
    "MERIT_SECURE_COOKIES": "secure_cookies",
    "MERIT_MAX_UPLOAD_BYTES": "max_upload_bytes",
    "MERIT_LOG_JSON": "log_json",
    "MERIT_KEY_READINGS_PER_HOUR": "key_readings_per_hour",
    "MERIT_MAIL_URL": "mail_url",
    "MERIT_MAIL_FROM": "mail_from",
    "MERIT_SITE_URL": "site_url",
    "MERIT_REMIND_HOUR": "remind_hour",
    "MERIT_NOTICES_KEPT_DAYS": "notices_kept_days",
}


def load_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Build the settings; raise :class:`SetupError` naming the variable that is wrong."""
    environ = os.environ if environ is None else environ
    instance = Path(str(overrides.pop("instance_path", environ.get("MERIT_INSTANCE_PATH", ROOT / "instance"))))
    values: dict[str, object] = {
        "instance_path": instance.resolve(),
        "database_url": f"sqlite:///{instance.resolve() / 'merit.db'}",
        "secret_file": instance.resolve() / "keys" / "secret.json",
    }
    values |= {name: environ[key] for key, name in _ENVIRONMENT.items() if environ.get(key)}
    values |= overrides
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = next((key for key, value in _ENVIRONMENT.items() if value == name), name)
        raise SetupError("bad-setting", variable=variable, message=str(first["msg"])) from error
