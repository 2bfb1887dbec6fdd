"""Emergency answers: encrypted in a real browser, brought in by a proctor, kept by the rules of every save."""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Route

from merit import clock, db
from merit.assessment.domain.emergency import ABOUT, public_point, read_emergency
from merit.assessment.models.delivery import Attempt, DisplacedAnswer, LateResponse, Response
from merit.assessment.models.sittings import RoomProctor, SittingEvent
from merit.assessment.queries.displaced import get_displaced
from merit.assessment.saving import close_stores
from merit.assessment.services.displaced import review_displaced
from merit.assessment.services.emergency import Imported, import_emergency
from merit.assessment.services.saving import verify_receipts
from merit.config import ROOT
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.crypto import Keyring, create_keyring, load_keyring
from merit.security.permissions import Actor, Role
from tests.assessment.sitting_rows import Hall, make_hall
from tests.web_client import make_user

pytestmark = pytest.mark.db

CLIENT = ROOT / "deploy" / "assets" / "exam" / "emergency.js"


def sealed(keyring: Keyring, document: Any) -> bytes:
    """Encrypt as the browser does."""
    key_id, point = public_point(keyring)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(point))
    ours = ec.generate_private_key(ec.SECP256R1())
    own = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = ours.exchange(ec.ECDH(), theirs)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=own, info=ABOUT).derive(secret)
    body = AESGCM(key).encrypt(b"n" * 12, json.dumps(document).encode(), ABOUT)
    parts = {"point": own, "nonce": b"n" * 12, "body": body}
    texts = {name: b64encode(part).decode() for name, part in parts.items()}
    return json.dumps({"version": 1, "key": key_id, **texts}).encode()


def answer(position: int, revision: int, *values: str, sent: bool = False) -> dict[str, Any]:
    return {"position": position, "revision": revision, "value": list(values), "marked": False, "at": "", "sent": sent}


@pytest.fixture
def keyring(database: db.Database) -> Keyring:
    return load_keyring(database.settings.secret_file)


@pytest.fixture
def hall(database: db.Database):
    with database.unit_of_work() as session:
        hall = make_hall(session)
    yield hall
    close_stores()


@pytest.fixture
def proctor(hall: Hall) -> Actor:
    user_id = make_user("pengawas", Role.PROCTOR)
    with db.unit_of_work() as session:
        session.add(RoomProctor(room_id=hall.room_id, user_id=user_id, assigned_at=clock.now()))
    return Actor(user_id=user_id, login="pengawas", name="Pengawas", roles=frozenset({Role.PROCTOR}), unit_ids=None)


def bring(proctor: Actor, hall: Hall, keyring: Keyring, *responses: dict[str, Any], token: str = "") -> Imported:
    document = {"token": token or hall.seats[0].token, "made": "2026-11-22T02:00:00Z", "responses": list(responses)}
    return import_emergency(proctor, room_id=hall.room_id, data=sealed(keyring, document))


def test_answers_brought_in_time_count_and_stand_in_the_chain_and_the_minutes(hall, proctor, keyring):
    told = bring(proctor, hall, keyring, answer(1, 1, "A"), answer(3, 2, "C"))

    assert (told.answers, told.new, told.is_late) == (2, 2, False)
    with db.reading() as session:
        rows = {row.position: row.value for row in session.query(Response)}
        assert rows == {1: '["A"]', 3: '["C"]'}
        assert verify_receipts(session, told.attempt_id).is_intact
        event = session.query(SittingEvent).filter_by(kind="incident").one()
        assert (event.details["incident"], event.by_id) == ("emergency-answers", proctor.user_id)


def test_what_a_browser_had_set_aside_is_kept_shown_and_looked_at_by_two(hall, proctor, keyring):
    aside = {"position": 1, "revision": 2, "value": ["B"], "marked": False, "at": "2026-11-22T01:00:00Z"}
    document = {"token": hall.seats[0].token, "made": "", "responses": [answer(1, 3, "A")], "displaced": [aside]}

    told = [import_emergency(proctor, room_id=hall.room_id, data=sealed(keyring, document)) for _again in range(2)]

    assert [(each.displaced, each.new) for each in told] == [(1, 1), (1, 0)]
    attempt_id, admin = told[0].attempt_id, make_actor_of_sittings()
    with db.unit_of_work() as session:
        story = get_displaced(session, proctor, attempt_id)
        assert [(row.position, row.aside, row.counted, row.late) for row in story.rows] == [(1, "B", "A", "")]
        assert review_displaced(session, proctor, attempt_id=attempt_id, opinion="Salah tekan di komputer lama") == 1
        with pytest.raises(RuleViolationError, match="displaced-said-already"):
            review_displaced(session, proctor, attempt_id=attempt_id, opinion="Lagi")
        assert review_displaced(session, admin, attempt_id=attempt_id, opinion="Setuju, jawaban server yang benar") == 2
        assert [each.by for each in get_displaced(session, admin, attempt_id).opinions] == [
            "Nama pengawas",
            "Nama pengelola",
        ]
        event = session.query(SittingEvent).filter_by(kind="incident").first()
        assert event.details["displaced"] == 1
        assert session.query(DisplacedAnswer).count() == 1
        assert verify_receipts(session, attempt_id).is_intact


def make_actor_of_sittings() -> Actor:
    user_id = make_user("pengelola", Role.ADMIN)
    return Actor(user_id=user_id, login="pengelola", name="Pengelola", roles=frozenset({Role.ADMIN}), unit_ids=None)


def test_an_attempt_with_nothing_set_aside_and_a_foreign_room_do_not_exist(hall, proctor):
    with db.unit_of_work() as session:
        other = make_hall(session)
    with db.reading() as session:
        for attempt_id in (hall.seats[0].attempt_id, other.seats[0].attempt_id, 999_999):
            with pytest.raises(NotFoundError):
                get_displaced(session, proctor, attempt_id)


def test_answers_brought_after_the_end_are_late(hall, proctor, keyring):
    passed = clock.now() - dt.timedelta(hours=1)
    with db.unit_of_work() as session:
        attempt = session.get_one(Attempt, hall.seats[0].attempt_id)
        attempt.deadline, attempt.state, attempt.finished_at, attempt.ending = passed, "finished", passed, "sweep"

    told = bring(proctor, hall, keyring, answer(1, 1, "A"))

    assert told.is_late
    with db.reading() as session:
        assert [(row.position, row.value) for row in session.query(LateResponse)] == [(1, '["A"]')]
        assert session.query(Response).all() == []


def test_bringing_a_file_twice_adds_nothing(hall, proctor, keyring):
    bring(proctor, hall, keyring, answer(1, 1, "A"))

    again = bring(proctor, hall, keyring, answer(1, 1, "A"))

    assert (again.answers, again.new) == (1, 0)
    with db.reading() as session:
        assert session.get_one(Attempt, again.attempt_id).saves == 1


def test_a_foreign_damaged_or_empty_file_is_refused(hall, proctor, keyring, tmp_path):
    create_keyring(tmp_path / "other.json")
    foreign = sealed(load_keyring(tmp_path / "other.json"), {"token": "x", "made": "", "responses": [answer(1, 1)]})

    for data in (foreign, b"", b"{}", b"[1]", b"\xff", foreign[:-9] + foreign[-8:]):
        with pytest.raises(InvalidInputError) as refusal:
            import_emergency(proctor, room_id=hall.room_id, data=data)
        assert refusal.value.reason == "emergency-unreadable"
    with pytest.raises(InvalidInputError) as refusal:
        bring(proctor, hall, keyring)
    assert refusal.value.reason == "emergency-empty"


def test_only_who_watches_the_room_may_bring_answers_of_that_room(hall, proctor, keyring):
    with pytest.raises(RuleViolationError) as refusal:
        bring(proctor, hall, keyring, answer(1, 1, "A"), token="a" * 32)
    assert refusal.value.reason == "emergency-other-room"
    with db.unit_of_work() as session:
        other = make_hall(session)
    with pytest.raises(NotFoundError):
        import_emergency(
            proctor,
            room_id=other.room_id,
            data=sealed(keyring, {"token": "x", "made": "", "responses": [answer(1, 1)]}),
        )
    with pytest.raises(NotAllowedError):
        import_emergency(Actor(user_id=9, roles=frozenset({Role.OFFICIAL})), room_id=hall.room_id, data=b"")


def test_the_server_reads_what_a_real_browser_encrypts(browser: Browser, tmp_path: Path):
    create_keyring(tmp_path / "secret.json")
    keyring = load_keyring(tmp_path / "secret.json")
    key_id, point = public_point(keyring)
    document = {"token": "t" * 32, "made": "2026-11-22T02:00:00Z", "responses": [answer(1, 1, "Ä “kutip” 中")]}
    page = browser.new_page()

    def serve(route: Route) -> None:
        is_script = route.request.url.endswith(".js")
        body = CLIENT.read_text(encoding="utf-8") if is_script else "<!doctype html><title>x</title>"
        route.fulfill(body=body, content_type="text/javascript" if is_script else "text/html")

    page.route("http://localhost:9/**", serve)  # a secure context, as browsers give cryptography only there
    page.goto("http://localhost:9/")
    text = page.evaluate(
        "async ([key, text]) => (await import('/emergency.js')).encrypt(key, text)",
        [{"id": key_id, "point": point}, document],
    )
    page.close()

    assert read_emergency(keyring, text.encode()).responses == tuple(document["responses"])
