"""At the end of a run: how much of the reference data matches, and what does not and why."""

from __future__ import annotations

from typing import Any

PROPERTY = "reference"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    lines = [str(text) for report in reports for name, text in report.user_properties if name == PROPERTY]
    if lines:
        terminalreporter.section("reference data")
        for line in lines:
            terminalreporter.write_line(line)
