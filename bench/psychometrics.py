"""Calibration, abilities and adaptive tests beside girth, catsim and the arithmetic they cannot do without.

python bench/psychometrics.py [--quick] [--rows PERSONS]

Peers are installed once into bench/out/peers from requirements/bench.txt. Ours is the median of several calls before
and after the peer's. The limit is what the same number of EM steps cost if they were two matrix products and one exp.
Errors are the same calibration with standard errors.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from common import OUT, Figure, finish, scratch, seconds, size_of_run

from merit.assessment.psychometrics import Bank, ItemSet, PlainParameters, Row, Rules, calibrate, score
from merit.assessment.psychometrics.adaptive import answered, begin
from merit.assessment.psychometrics.selection import next_item
from merit.assessment.psychometrics.shadow import assemble
from merit.assessment.psychometrics.simulation import simulate

HERE = Path(__file__).resolve().parent
PEERS = OUT / "peers"
PINS = HERE.parent / "requirements" / "bench.txt"
ROUNDS = 5
PATIENCE, STARTING = 1.5, 10.0  # a peer is stopped at one and a half times its bound; seconds its start may take
QUICK = 20.0
POINTS, CHUNK = 61, 4_096
BANK, LENGTH, SITTERS = 500, 20, 1_000
Action = Callable[[], object]


class Peer(NamedTuple):
    """Seconds of a peer; at least these where it was stopped."""

    seconds: float
    stopped: bool


@dataclass(frozen=True)
class Run:
    """Where the peers' Python is (None: not installed), a folder for data, and how many persons 1 stands for."""

    python: Path | None
    folder: Path
    scale: float

    def persons(self, full: int) -> int:
        """Return how many persons are measured."""
        return max(200, int(full * self.scale))

    def peer(self, case: str, data: dict[str, Any], patience: float) -> Peer | None:
        """Return the seconds of a peer, which is stopped after ``patience`` seconds of one round."""
        if self.python is None:
            return None
        path = self.folder / f"{case}.npz"
        np.savez(path, **data)
        command = [str(self.python), str(HERE / "psychometrics_peers.py"), case, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                told, _nothing = process.communicate(timeout=patience + STARTING)
            except subprocess.TimeoutExpired:
                process.kill()
                return Peer(patience, stopped=True)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return Peer(float(told.split()[-1]), stopped=False)


def main() -> int:
    """Measure all cases; the exit code is 1 when a full run misses a bound."""
    size = size_of_run(__doc__, full=10_000, quick=500)
    python, problem = peers()
    with scratch() as folder:
        run = Run(python, folder, size.rows / 10_000)
        figures = [
            *twopl(run),
            *graded(run),
            *large(run),
            *sparse(run),
            abilities(run),
            adaptive(run),
            shadow(run),
        ]
    return finish("Psychometrics", size, figures, [problem] if problem else None)


def peers() -> tuple[Path | None, str]:
    """Return the Python of the peers' environment, made when their pins changed; or why there is none."""
    python, stamp = PEERS / "bin" / "python", PEERS / "pins.txt"
    if stamp.exists() and stamp.read_text() == PINS.read_text():
        return python, ""
    OUT.mkdir(exist_ok=True)
    venv.create(PEERS, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run([*command, "-r", str(PINS)], check=False, capture_output=True, text=True)
    if done.returncode:
        return None, f"girth and catsim could not be installed ({(done.stderr.strip().splitlines() or ['?'])[-1]})"
    stamp.write_text(PINS.read_text())
    return python, ""


def twopl(run: Run) -> list[Figure]:
    """2PL of 10,000 x 100."""
    rows = binary(run.persons(10_000), 100, 1)
    outcome = beside(run, "twopl", {"rows": rows}, lambda: calibrate(rows, "2pl", errors=False), 1 / 100)
    name = f"2PL {rows.shape[0]:,} × {rows.shape[1]}"
    return [compared(name, "girth", outcome, 1 / 100), errors(name, rows, "2pl")]


def graded(run: Run) -> list[Figure]:
    """GRM with five categories, 10,000 x 50."""
    rows = ordered(run.persons(10_000), 50, 2)
    outcome = beside(run, "graded", {"rows": rows}, lambda: calibrate(rows, "grm", errors=False), 1 / 10)
    name = f"GRM5 {rows.shape[0]:,} × {rows.shape[1]}"
    return [compared(name, "girth", outcome, 1 / 10), errors(name, rows, "grm")]


def large(run: Run) -> list[Figure]:
    """2PL of 100,000 x 100 beside its own arithmetic."""
    rows = binary(run.persons(100_000), 100, 3)
    steps = calibrate(rows, "2pl", errors=False).iterations
    ours = median(lambda: calibrate(rows, "2pl", errors=False), 3)
    name = f"2PL {rows.shape[0]:,} × {rows.shape[1]}"
    limit = steps * em_step(rows)
    figure = Figure(what=f"{name}, limit of {steps} EM steps", value=ours, against=limit, limit=4.0)
    return [figure, errors(name, rows, "2pl", rounds=1)]


def sparse(run: Run) -> list[Figure]:
    """2PL of 20,000 x 400, a tenth observed."""
    rows = binary(run.persons(20_000), 400, 4)
    rows[np.random.default_rng(4).random(rows.shape) > 0.1] = -1
    outcome = beside(run, "sparse", {"rows": rows}, lambda: calibrate(rows, "2pl", errors=False), 1 / 100)
    name = f"2PL {rows.shape[0]:,} × {rows.shape[1]}, 10 % seen"
    return [compared(name, "girth", outcome, 1 / 100), errors(name, rows, "2pl", rounds=1)]


def abilities(run: Run) -> Figure:
    """EAP with standard errors of 100,000 x 100."""
    rows = binary(run.persons(100_000), 100, 5)
    calibration = calibrate(rows[:5_000], "2pl", errors=False)
    ours = median(lambda: score(rows, calibration, "eap"), ROUNDS)
    name = f"EAP with errors {rows.shape[0]:,} × {rows.shape[1]}, limit"
    return Figure(what=name, value=ours, against=posterior_step(rows), limit=5.0)


def adaptive(run: Run) -> Figure:
    """CAT of 1,000 persons, bank 500, 20 items."""
    rng = np.random.default_rng(6)
    a, b = rng.lognormal(0, 0.25, BANK), rng.normal(size=BANK)
    theta = rng.normal(size=run.persons(SITTERS))
    items = two_parameter(a, b)
    outcome = beside(
        run,
        "adaptive",
        {"a": a, "b": b, "theta": theta, "length": LENGTH},
        lambda: simulate(Bank(items=items), Rules(longest=LENGTH), theta, rng=np.random.default_rng(7)),
        1 / 1000,
    )
    return compared(f"CAT {len(theta):,} persons, bank {BANK}, {LENGTH} items", "catsim", outcome, 1 / 1000, "ms")


def shadow(run: Run) -> Figure:
    """Shadow tests of 500 items and 39 rows at every item of some tests, where the relaxation is integral."""
    rng = np.random.default_rng(8)
    counts = {"subject": 20, "level": 12, "form": 6}
    content = {name: [f"{name}{code}" for code in rng.integers(0, count, BANK)] for name, count in counts.items()}
    rows = [
        Row(name, f"{name}{code}", 20 // count, 64 // count) for name, count in counts.items() for code in range(count)
    ]
    items = two_parameter(rng.lognormal(0, 0.25, BANK), rng.normal(size=BANK))
    bank, rules = Bank(items=items, content=content), Rules(longest=40, blueprint=tuple(rows))
    times, whole = [], 0
    for _person in range(3 if run.scale >= 1 else 1):
        theta, state = rng.normal(), begin(bank, rules, rng=rng)
        while (choice := next_item(state, bank, rules, rng=rng)).item is not None:
            information = bank.items.information(state.theta)[:, 0]
            start = time.perf_counter()
            test = assemble(bank, rules, given=state.given, barred=(), information=information)
            took = 1000 * (time.perf_counter() - start)
            if test.relaxed:
                times.append(took)
            else:
                whole += 1
            right = items.probabilities_of(np.array([choice.item]), np.array([theta]))[0, 1]
            state = answered(state, bank, rules, item=choice.item, response=int(rng.random() < right))
    name = f"shadow test, {BANK} items, {len(rows) + 1} rows ({len(times)} of {len(times) + whole} integral)"
    return Figure(what=name, value=statistics.median(times), unit="ms", limit=10.0)


def beside(run: Run, case: str, data: dict[str, Any], action: Action, bound: float) -> tuple[float, Peer | None]:
    """Return our median, called before and after the peer, and the peer's; who is far beyond the bound is stopped."""
    action()
    times = [seconds(action) for _ in range(ROUNDS // 2 + 1)]
    enough = PATIENCE * statistics.median(times) / bound
    peer = run.peer(case, data, enough if run.scale >= 1 else min(enough, QUICK))
    times += [seconds(action) for _ in range(ROUNDS // 2)]
    return statistics.median(times), peer


def compared(name: str, other: str, outcome: tuple[float, Peer | None], bound: float, unit: str = "s") -> Figure:
    """Return ours in terms of the peer's; alone and unjudged where there is no peer."""
    ours, peer = outcome
    factor = 1000 if unit == "ms" else 1
    if peer is None:
        return Figure(what=f"{name} ({other} absent)", value=factor * ours, unit=unit)
    what = f"{name}, {other}" + (" stopped" if peer.stopped else "")
    return Figure(what=what, value=factor * ours, unit=unit, against=factor * peer.seconds, limit=bound)


def errors(name: str, rows: np.ndarray, model: str, rounds: int = 3) -> Figure:
    """Return the same calibration with standard errors; the code is warm by then."""
    times = [seconds(lambda: calibrate(rows, model)) for _ in range(rounds)]
    return Figure(what=f"{name}, with standard errors", value=statistics.median(times))


def median(action: Action, rounds: int) -> float:
    """Return the median time after one call to warm up."""
    action()
    return statistics.median(seconds(action) for _ in range(rounds))


def em_step(rows: np.ndarray) -> float:
    """Return the time of two matrix products and one exp, in pieces that stay in the cache."""
    cells, table = rows.astype(np.float64), np.random.default_rng(9).normal(-1, 0.3, (rows.shape[1], POINTS))

    def step() -> None:
        for start in range(0, len(cells), CHUNK):
            part = cells[start : start + CHUNK]
            posterior = np.exp(part @ table)
            part.T @ posterior

    return median(step, ROUNDS)


def posterior_step(rows: np.ndarray) -> float:
    """Return the time of one matrix product and one exp."""
    cells, table = rows.astype(np.float64), np.random.default_rng(9).normal(-1, 0.3, (rows.shape[1], POINTS))

    def step() -> None:
        for start in range(0, len(cells), CHUNK):
            np.exp(cells[start : start + CHUNK] @ table)

    return median(step, ROUNDS)


def binary(persons: int, items: int, seed: int) -> np.ndarray:
    """Return 2PL responses, (N, J)."""
    rng = np.random.default_rng(seed)
    a, b = rng.lognormal(0, 0.25, items), rng.uniform(-2, 2, items)
    theta = rng.normal(size=(persons, 1))
    return (rng.random((persons, items)) < 1 / (1 + np.exp(-a * (theta - b)))).astype(np.int64)


def ordered(persons: int, items: int, seed: int) -> np.ndarray:
    """Return graded responses 0 … 4, (N, J)."""
    rng = np.random.default_rng(seed)
    a, middle = rng.lognormal(0, 0.25, (items, 1)), rng.normal(0, 0.5, (items, 1))
    thresholds = middle + np.array([-1.5, -0.5, 0.5, 1.5])
    above = 1 / (1 + np.exp(-a * (rng.normal(size=(persons, 1, 1)) - thresholds)))
    return (rng.random((persons, items, 1)) < above).sum(axis=2)


def two_parameter(a: np.ndarray, b: np.ndarray) -> ItemSet:
    """Return 2PL items."""
    return ItemSet.of(
        PlainParameters(model="2pl", discrimination=slope, thresholds=(at,))
        for slope, at in zip(a.tolist(), b.tolist(), strict=True)
    )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # of the peers
    sys.exit(main())
