"""What every command needs: settings, an open database, answers and refusals."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from merit import db
from merit.config import Settings, load_settings
from merit.errors import MeritError
from merit.phrases import phrase


def fail(sentence: str, code: int = 1) -> NoReturn:
    """Say why on stderr and leave with an exit code (1 refused or failed, 2 usage)."""
    click.echo(sentence, err=True)
    sys.exit(code)


def emit_json(value: Any) -> None:
    """Print one JSON document on stdout and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def open_database() -> Settings:
    """Load the settings, open the database and make sure its schema is the program's."""
    from merit.migrations import load_models, require_current

    settings = load_settings()
    load_models()  # foreign keys cross the slices, so all tables must be known
    require_current(db.configure(settings))
    return settings


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a refusal inside the block into its sentence and exit code 1."""
    try:
        yield
    except MeritError as error:
        fail(phrase(error.reason, **error.details))
