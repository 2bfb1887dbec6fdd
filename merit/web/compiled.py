"""Compiled templates kept between starts: compiling them takes longer than answering, and each process did it anew."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from merit.config import Settings

FOLDER = "templates"


def keep_compiled(app: Flask, settings: Settings) -> None:
    """Keep compiled templates in the instance folder; where it cannot be written, every process compiles for itself.

    Code is run from what is read there: a folder that others may write to, or that is somebody else's, is not used.
    """
    if settings.testing or settings.development:
        return
    folder = settings.instance_path / FOLDER
    if _is_own(folder):
        app.jinja_env.bytecode_cache = _Kept(str(folder))


def _is_own(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    is_folder = folder.is_dir() and not folder.is_symlink()
    return is_folder and found.st_uid == os.getuid() and not found.st_mode & 0o022 and os.access(folder, os.W_OK)


class _Kept(FileSystemBytecodeCache):
    """A cache whose faults (a full disk, a file cut short) cost time and nothing else."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        try:
            super().dump_bytecode(bucket)
        except OSError:
            return
