"""Settings: read once from the environment and the instance folder, validated, frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from merit.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseModel):
    """Everything that may differ between two installations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
