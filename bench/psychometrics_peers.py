"""Run by bench/psychometrics.py in the peers' own environment: time girth or catsim on data from a file.

python psychometrics_peers.py {twopl,graded,sparse,adaptive} DATA.npz
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Data = dict[str, NDArray[np.float64]]
Action = Callable[[], object]


def main() -> None:
    """Print the seconds of one round, libraries loaded and data prepared before."""
    action = CASES[sys.argv[1]](dict(np.load(sys.argv[2])))
    start = time.perf_counter()
    action()
    print(time.perf_counter() - start)


def twopl(data: Data) -> Action:
    """2PL by girth's defaults; items are rows."""
    import girth  # noqa: PLC0415 -- each case loads its own peer

    rows = np.ascontiguousarray(data["rows"].T)
    return lambda: girth.twopl_mml(rows)


def graded(data: Data) -> Action:
    """Graded responses count from one."""
    import girth  # noqa: PLC0415 -- each case loads its own peer

    rows = np.ascontiguousarray(data["rows"].T) + 1
    return lambda: girth.grm_mml(rows)


def sparse(data: Data) -> Action:
    """What was not given is tagged as girth wants it."""
    import girth  # noqa: PLC0415 -- each case loads its own peer

    rows = girth.tag_missing_data(np.ascontiguousarray(data["rows"].T.astype(int)), [0, 1])
    return lambda: girth.twopl_mml(rows)


def adaptive(data: Data) -> Action:
    """Maximum information and catsim's default estimator, a fixed number of items."""
    from catsim.estimation import NumericalSearchEstimator  # noqa: PLC0415
    from catsim.initialization import FixedPointInitializer  # noqa: PLC0415
    from catsim.item_bank import ItemBank  # noqa: PLC0415
    from catsim.selection import MaxInfoSelector  # noqa: PLC0415
    from catsim.simulation import Simulator  # noqa: PLC0415
    from catsim.stopping import TestLengthStopper  # noqa: PLC0415

    size = len(data["a"])
    bank = ItemBank(np.stack((data["a"], data["b"], np.zeros(size), np.ones(size)), axis=1))
    length = int(data["length"])

    def run() -> None:
        start, stop = FixedPointInitializer(0.0), TestLengthStopper(max_items=length)
        Simulator(bank, data["theta"], start, MaxInfoSelector(), NumericalSearchEstimator(), stop).simulate()

    return run


CASES = {"twopl": twopl, "graded": graded, "sparse": sparse, "adaptive": adaptive}

if __name__ == "__main__":
    main()
