"""Every page of every role, found by following the links from the first page as a person would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from merit import db
from merit.app import create_app
from merit.config import load_settings
from tests.journeys.conftest import Visitor
from tests.journeys.looks import look_faults

pytestmark = pytest.mark.journey

_LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"
_PARTS = "() => [...new Set([...document.querySelectorAll('body *')].map(one => one.tagName + '.' + one.className))]"
# One page each; what else stands in an address only names the object shown.
_PAGE_NAMES = ("section", "table")
_FILE = re.compile(r"\.(xlsx|csv|pdf)(/|$)|/(ekspor|berkas)$")
_LEAST = {"admin": 45, "opd_admin": 25, "auditor": 35, "panel": 30, "pyb": 30, "ppk": 30, "official": 20}


@pytest.fixture(scope="session")
def addresses(installation) -> Iterator[MapAdapter]:
    """Return the application's own map from addresses to pages."""
    database = db.Database(load_settings(installation.environment))
    yield create_app(database.settings, database).url_map.bind("127.0.0.1")
    database.dispose()


@pytest.fixture(scope="session")
def examined() -> dict[str, set[str]]:
    """Remember the parts of each page which have been judged, so that no role pays for them again."""
    return {}


@dataclass
class Walk:
    """A walk through all pages that links lead to."""

    visitor: Visitor
    addresses: MapAdapter
    examined: dict[str, set[str]]
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def go(self) -> None:
        """Follow links, to one address for each kind of page."""
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            name = self._name(path)
            if name not in self.seen:
                self.seen.add(name)
                waiting += self._fetch(path) if _FILE.search(path) else self._look(path, name.split()[0])

    def _name(self, path: str) -> str:
        try:
            endpoint, values = self.addresses.match(path, method="GET")
        except HTTPException:
            return path
        return " ".join([endpoint, *(str(values[part]) for part in _PAGE_NAMES if values.get(part))])

    def _fetch(self, path: str) -> list[str]:
        status = self.visitor.page.request.get(self.visitor.installation.url + path).status
        self.faults += [] if status == 200 else [f"{path}: {status}"]
        return []

    def _look(self, path: str, endpoint: str) -> list[str]:
        page, url = self.visitor.page, self.visitor.installation.url
        try:
            status = self.visitor.visit(path)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return self._fetch(path)
        faults = [] if status == 200 else [str(status)]
        parts, known = set(page.evaluate(_PARTS)), self.examined.setdefault(endpoint, set())
        if not parts <= known:
            known |= parts
            faults += look_faults(page)
        self.faults += [f"{path}: {fault}" for fault in faults]
        return [urlsplit(link).path for link in page.evaluate(_LINKS) if link.startswith(url)]


@pytest.mark.parametrize(
    "role", ["admin", "opd_admin", "auditor", "panel", "pyb", "ppk", "author", "proctor", "official"]
)
def test_every_page_of_a_role_is_there_and_stands_every_reader(arrive_as, addresses, examined, role):
    walk = Walk(arrive_as(role), addresses, examined)

    walk.go()

    assert walk.faults == [], "\n".join(walk.faults)
    assert len(walk.seen) >= _LEAST.get(role, 3)


RARE = (
    "/lowongan/LOWONGAN-3/peringkat",  # nobody is eligible
    "/lowongan/LOWONGAN-1/peringkat?cari=tidakadaorangnya",
    "/lowongan/LOWONGAN-1/peringkat/RUN-000001/syarat?kedudukan=hold",
    "/lowongan?cari=tidakadalowongannya",
    "/pegawai?cari=tidakadaorangnya&jenjang=pengawas",
    "/impor?jenis=units&keadaan=undone",
)


@pytest.mark.parametrize("path", RARE)
def test_pages_in_rare_states_stand_every_reader(arrive_as, path):
    visitor = arrive_as("admin")

    assert visitor.visit(path) == 200
    assert look_faults(visitor.page) == []


@pytest.mark.parametrize("standing", ["hold", "failed"])
def test_explanations_of_those_not_ranked_stand_every_reader(arrive_as, standing):
    visitor = arrive_as("panel")
    visitor.visit(f"/lowongan/LOWONGAN-1/peringkat/RUN-000001/syarat?kedudukan={standing}")

    visitor.page.locator("table").last.locator("tbody a").first.click()

    visitor.page.wait_for_url("**/pegawai/**")
    assert look_faults(visitor.page) == []


@pytest.mark.parametrize("path", ["/masuk", "/aktivasi/salah", "/tidak-ada"])
def test_pages_before_signing_in_and_errors_stand_every_reader(arrive, path):
    visitor = arrive()

    visitor.visit(path)

    assert look_faults(visitor.page) == []
