"""Which function does which kind of work; the modules named here register theirs when a worker loads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from merit.errors import SetupError
from merit.jobs.handle import JobHandle

MODULES = (
    *("merit.accounts.jobs", "merit.audit.exports", "merit.people.exports", "merit.performance.appraisal_exports"),
    *("merit.exchange.jobs", "merit.ranking.jobs", "merit.assessment.jobs", "merit.assessment.scoring_jobs"),
    *("merit.performance.unit_exports", "merit.performance.person_exports", "merit.performance.campaign_exports"),
    *("merit.assessment.import_jobs", "merit.assessment.calibration_jobs"),
    *("merit.ranking.professionalism.jobs", "merit.ranking.professionalism.exports"),
    *("merit.assessment.adaptive_jobs", "merit.assessment.drift_jobs", "merit.training.jobs", "merit.notices.jobs"),
    # Lists whose collectors stand beside their pages.
    *("merit.training.views", "merit.profiles.training_results"),
)

Handler: TypeAlias = Callable[[JobHandle], Mapping[str, Any] | None]

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the decorated function as the work behind jobs of ``kind``.

    The function answers None or a mapping: ``text`` (a sentence for people) and ``url`` (a path inside the
    application) are shown on the job's page, the rest is kept with the job. It may be run again after a crash,
    so it either resumes from ``job.cursor`` or does nothing twice.
    """

    def register(function: Handler) -> Handler:
        if _handlers.get(kind, function) is not function:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = function
        return function

    return register


def load_handlers() -> None:
    """Import every module that registers handlers; a missing one is an error of the installation."""
    for name in MODULES:
        import_module(name)


def get_handler(kind: str) -> Handler:
    """Return the function for a kind; raise :class:`SetupError` when nobody registered one."""
    try:
        return _handlers[kind]
    except KeyError:
        raise SetupError("job-kind-unknown", kind=kind) from None
