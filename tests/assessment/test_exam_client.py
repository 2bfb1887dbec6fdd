"""The exam's client: its types, its bundle, its markup, and its parts on their own in a real browser."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page, Route

from merit import db
from merit.app import create_app
from merit.assessment.domain import showing
from merit.assessment.views.exam_words import client_words
from merit.config import ROOT
from tests.assessment.exam_papers import ITEMS

pytestmark = pytest.mark.web

SOURCES = ROOT / "deploy" / "assets" / "exam"
BUNDLE = ROOT / "merit" / "static" / "exam"
MODULES = SOURCES.parent / "node_modules"
WIRE_BUDGET = 64 * 1024
GIVEN: dict[str, dict[str, list[str]]] = {
    "single": {"RESPONSE": ["B"]},
    "multiple": {"RESPONSE": ["A", "C"]},
    "order": {"RESPONSE": ["C", "A", "B", "D"]},
    "match": {"RESPONSE": ["A Y", "B X"]},
    "match_many": {"RESPONSE": ["A X", "B X"]},
    "inline": {"RESPONSE": ["B"]},
    "text": {"RESPONSE": ['Sama"rinda <b>']},
    "numeric": {"RESPONSE": ["12,5"]},
    "essay": {"RESPONSE": ["Satu dua\n\ntiga"]},
    "hotspot": {"RESPONSE": ["S2"]},
    "pointing": {"RESPONSE": ["40 60"]},
    "slider": {"RESPONSE": ["7"]},
    "several": {"R1": ["a"], "R2": ["A"], "R3": ["esai"]},
}
_TREE = """
(html) => {
  const tree = (node) => node.nodeType === 3 ? node.textContent.replace(/\\s+/g, ' ').trim() : [
    node.tagName.toLowerCase(),
    Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]).sort()),
    [...node.childNodes].map(tree).filter((part) => part !== ''),
  ];
  const template = document.createElement('template');
  template.innerHTML = html;
  for (const area of template.content.querySelectorAll('textarea')) area.setAttribute('data-value', area.value);
  return tree(template.content.querySelector('.item-body'));
}
"""
_DRAW = """
async ([item, given, words]) => {
  const { drawItem } = await import('/items.js');
  const body = drawItem(item, given, words);
  for (const area of body.querySelectorAll('textarea')) area.textContent = area.value;
  return body.outerHTML;
}
"""
_READ = """
async ([item, given, words]) => {
  const { drawItem, readItem, valueOf } = await import('/items.js');
  return valueOf(item, readItem(drawItem(item, given, words), item));
}
"""


def need_modules() -> str:
    """Return node, or skip where the developer's tools are not installed."""
    node = shutil.which("node")
    if node is None or not (MODULES / "typescript").is_dir() or not (MODULES / "esbuild").is_dir():
        pytest.skip("node or deploy/assets/node_modules is absent (npm ci in deploy/assets)")
    return node


@pytest.fixture
def app(sqlite_database: db.Database) -> Flask:
    """Return the application once: nothing here depends on the database."""
    return create_app(sqlite_database.settings, sqlite_database)


@pytest.fixture
def sources(browser: Browser) -> Iterator[Page]:
    """Return an empty page that can import the client's modules."""
    page = browser.new_page()

    def serve(route: Route) -> None:
        path = SOURCES / Path(route.request.url).name
        if path.suffix == ".js":
            route.fulfill(body=path.read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")

    page.route("http://klien.test/**", serve)
    page.goto("http://klien.test/")
    yield page
    page.close()


def placed(name: str) -> dict[str, Any]:
    return {"position": 1, "section": 0, **ITEMS[name]}


def test_the_client_has_no_wrong_types():
    node = need_modules()

    for project in (SOURCES, SOURCES / "worker"):
        told = subprocess.run(
            [node, str(MODULES / "typescript" / "bin" / "tsc"), "--noEmit", "-p", str(project)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (told.stdout, told.returncode) == ("", 0)


def test_the_bundle_is_built_from_the_sources(tmp_path: Path):
    node = need_modules()

    subprocess.run([node, str(SOURCES / "build.mjs"), str(tmp_path)], check=True, cwd=SOURCES.parent)

    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_bytes() for path in BUNDLE.iterdir()}


def test_script_and_style_leave_room_on_the_wire():
    sizes = {name: len(gzip.compress((BUNDLE / name).read_bytes())) for name in ("exam.js", "exam.css", "sw.js")}

    assert sum(sizes.values()) < WIRE_BUDGET // 2


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("name", ITEMS)
def test_server_and_client_draw_the_same_item(app, sources, name, answered):
    given = GIVEN.get(name, {}) if answered else {}
    with app.test_request_context():
        words = client_words()
        source = '{% from "exam/item.html" import item %}{{ item(shown, given, plain=false) }}'
        drawn = render_template_string(source, shown=showing.show_item(ITEMS[name]), given=given)

    theirs = sources.evaluate(_DRAW, [placed(name), given, words])

    assert sources.evaluate(_TREE, theirs) == sources.evaluate(_TREE, drawn)


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_given_is_read_back_as_given(app, sources, name):
    with app.test_request_context():
        words = client_words()

    value = sources.evaluate(_READ, [placed(name), GIVEN[name], words])

    several = len(ITEMS[name]["interactions"]) > 1
    assert value == (GIVEN[name] if several else GIVEN[name]["RESPONSE"])


def test_the_clock_follows_the_server_and_not_this_computer(sources):
    seen = sources.evaluate(
        """async () => {
          const { createClock } = await import('/clock.js');
          let ticks = 0;
          const clock = createClock(() => ticks);
          const server = Date.parse('2026-11-22T02:00:00Z');
          const tell = (at, trip, shift = 0) => {
            ticks = at + trip;
            clock.observe(new Date(server + at + trip / 2 + shift).toISOString(), at, at + trip);
            return Math.round(clock.now() - server - ticks);
          };
          const first = tell(0, 400, 90);      // a slow line, its answer slower one way: 90 ms wrong
          const better = tell(1000, 20);       // a quick one: right
          const slower = tell(2000, 600, -200);// a slow one that could be right: not believed
          const real = Date.now;
          Date.now = () => real() + 3 * 3600e3; // somebody sets this computer's clock
          const after = Math.round(clock.now() - server - ticks);
          const jumped = tell(4000, 20, 60000); // the server's clock was set, or this computer slept: believed
          return [first, better, slower, after, jumped];
        }"""
    )

    assert seen == [90, 0, 0, 0, 60000]


def test_pauses_between_tries_double_up_to_twenty_seconds(sources):
    pauses = sources.evaluate(
        """async () => {
          const { pauseAfter } = await import('/sender.js');
          return [1, 2, 3, 5, 9].flatMap((failures) => [pauseAfter(failures, () => 0), pauseAfter(failures, () => 1)]);
        }"""
    )

    assert pauses == [500, 1000, 1000, 2000, 2000, 4000, 8000, 16000, 10000, 20000]


_OUTBOX = """
async (steps) => {
  const { openOutbox } = await import('/outbox.js');
  const { memoryStore } = await import('/store.js');
  const box = await openOutbox(memoryStore(), 'x');
  for (const [act, ...args] of steps) await box[act](...args);
  const rows = box.all().sort((a, b) => a.position - b.position);
  return rows.map(({ position, revision, value, sent }) => [position, revision, value, sent]);
}
"""


def test_the_outbox_joins_what_the_server_holds(sources):
    """Position 1: the server is newer. 2: this browser is newer. 3: both the same. 4: only on the server.
    5: acknowledged once, then lost by the server (restored from a backup): sent again."""

    def stored(position: int, revision: int, value: str) -> dict[str, Any]:
        return {"position": position, "revision": revision, "value": [value], "marked": False}

    kept = sources.evaluate(
        _OUTBOX,
        [
            *(["change", position, ["A"], False, ""] for position in (1, 2, 2, 3, 5)),
            ["change", 2, ["B"], False, ""],
            ["acknowledge", [{"position": 3, "revision": 1}, {"position": 5, "revision": 1}]],
            ["adopt", [stored(1, 4, "D"), stored(2, 1, "A"), stored(3, 1, "A"), stored(4, 2, "E")]],
        ],
    )

    assert kept == [
        [1, 4, ["D"], True],
        [2, 2, ["B"], False],
        [3, 1, ["A"], True],
        [4, 2, ["E"], True],
        [5, 1, ["A"], False],
    ]


def test_a_refused_revision_goes_out_above_the_stored_one(sources):
    steps = [
        ["change", 1, ["A"], False, ""],
        ["change", 2, ["B"], False, ""],
        ["raise", [{"position": 1, "revision": 7, "value": ["C"], "marked": False}]],
        ["raise", [{"position": 2, "revision": 3, "value": ["B"], "marked": False}]],
    ]

    kept = sources.evaluate(_OUTBOX, steps)

    assert kept == [[1, 8, ["A"], False], [2, 3, ["B"], True]]


def test_an_unchanged_answer_is_not_sent_again(sources):
    steps = [["change", 1, ["A"], False, ""], ["acknowledge", [{"position": 1, "revision": 1}]]]

    kept = sources.evaluate(_OUTBOX, [*steps, ["change", 1, ["A"], False, "later"]])

    assert kept == [[1, 1, ["A"], True]]


def test_an_acknowledgement_of_an_older_revision_settles_nothing(sources):
    steps = [["change", 1, ["A"], False, ""], ["change", 1, ["B"], False, ""]]

    kept = sources.evaluate(_OUTBOX, [*steps, ["acknowledge", [{"position": 1, "revision": 1}]]])

    assert kept == [[1, 2, ["B"], False]]


def test_every_word_of_the_client_is_given_by_the_page(app):
    used = set()
    for path in SOURCES.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"\bwords\.(\w+)", text))
    with app.test_request_context():
        known = set(client_words())

    assert len(used) > 40
    assert used - known == set()
