"""Run every benchmark of this folder, one after the other, each in a process of its own; then show all figures judged.

python bench/run.py [--quick] [NAME ...]
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = (
    "ranking",
    "ranking_engine",
    "imports",
    "pages",
    "performance_pages",
    "shortlists",
    "sitting",
    "start",
    "psychometrics",
    "training",
    "professionalism",
)


def main() -> int:
    """Run all benchmarks, or those named; the exit code is 1 when one failed."""
    options = [text for text in sys.argv[1:] if text.startswith("-")]
    names = [text for text in sys.argv[1:] if not text.startswith("-")] or list(NAMES)
    began = time.monotonic()
    failed = [name for name in names if run(name, options)]
    short = [line for name in names for line in missed(name)]
    print(f"\n{len(names)} benchmarks in {time.monotonic() - began:.0f} s")
    for line in short:
        print(f"short: {line}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(name: str, options: list[str]) -> int:
    """Return the exit code of one benchmark."""
    (HERE / "out" / f"{name}.json").unlink(missing_ok=True)
    return subprocess.run([sys.executable, str(HERE / f"{name}.py"), *options], check=False).returncode


def missed(name: str) -> list[str]:
    """Return what the last run of a benchmark told of targets it misses."""
    path = HERE / "out" / f"{name}.json"
    if not path.exists():
        return [f"{name} told nothing"]
    told = json.loads(path.read_text())
    if told["quick"]:
        return []
    return [f"{told['title']}: {figure['what']}" for figure in told["figures"] if figure["short"]]


if __name__ == "__main__":
    sys.exit(main())
