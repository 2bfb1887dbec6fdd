from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from merit import clock, db
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.jobs.services import enqueue
from merit.notices.domain import Recipient
from merit.notices.models import Notice
from merit.notices.services import notices
from merit.notices.services import settings as choices
from merit.notices.services.mailing import retry_failed
from merit.notices.services.ordering import MAIL_JOB, REMIND_JOB, order_due
from merit.phrases import phrase
from merit.security.permissions import SYSTEM, Actor, Role
from tests.notices.mail_server import MailServer, mail_server
from tests.training.samples import make_actor

pytestmark = pytest.mark.db

MORNING = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)  # 09.00 WITA


@pytest.fixture
def server(sqlite_database: db.Database) -> Iterator[MailServer]:
    """A real mail server, and the process's database with the setting that leads to it."""
    load_handlers()
    with mail_server() as server:
        changes = {"mail_url": server.url, "mail_from": "merit@kota.test", "site_url": "https://merit.test"}
        database = db.configure(sqlite_database.settings.model_copy(update=changes))
        yield server
        database.dispose()


def make_reader(login: str, *, language: str = "id") -> Actor:
    with db.unit_of_work() as session:
        actor = make_actor(session, login, Role.AUDITOR)
        choices.set_address(session, actor, address=f"{login}@kota.test")
        _address, code = choices.make_code(session, actor.user_id)
        assert choices.try_code(session, actor, code=code)
        choices.choose(session, actor, groups=["training", "unit"], language=language)
    return actor


def tell(*people: Actor, kind: str = "class-invited", key: str = "k") -> None:
    params = {"course": "Rahasia Kelas", "starts": "2026-03-09", "venue": "Aula", "count": 3}
    told = [Recipient(user_id=person.user_id) for person in people]
    with db.unit_of_work() as session:
        notices.notify(session, None, recipients=told, kind=kind, params=params, link="/saya", key=key)


def run(kind: str, key: str, actor: Actor = SYSTEM) -> Job:
    """Run one job of a kind as a worker does; return it."""
    database = db.get_database()
    with database.unit_of_work() as session:
        job_id = enqueue(session, actor, kind=kind, title=kind, arguments={}, idempotency_key=key).id
    runner = Runner(database, describe=phrase)
    runner.run(job_id)
    runner.close()
    with database.reading() as session:
        return session.get_one(Job, job_id)


def states() -> list[tuple[str, str, int]]:
    with db.reading() as session:
        rows = session.execute(select(Notice.mail_state, Notice.mail_error, Notice.mail_attempts).order_by(Notice.id))
        return [tuple(row) for row in rows]


def test_one_mail_per_person_over_a_real_connection(server):
    ani, budi = make_reader("ani"), make_reader("budi", language="en")
    tell(ani, budi)
    tell(ani, kind="complaint-late", key="k2")

    job = run(MAIL_JOB, "a")
    again = run(MAIL_JOB, "b")

    assert (job.state, job.result["sent"], again.result["sent"]) == ("done", 2, 0)
    assert states() == [("sent", "", 0)] * 3
    (to_ani, first), (to_budi, second) = server.mails
    assert (to_ani, to_budi) == ("ani@kota.test", "budi@kota.test")
    assert first["From"] == "Merit <merit@kota.test>"
    assert first["Subject"] == "2 pemberitahuan baru di Merit"
    plain = first.get_body(("plain",)).get_content()
    assert "Anda diundang mengikuti pelatihan" in plain
    assert "Ada pengaduan yang melewati batas waktu" in plain
    assert "Rahasia Kelas" not in plain
    assert second["Content-Language"] == "en"


def test_what_was_read_muted_or_lost_its_address_is_left_out(server):
    ani, budi, cici = make_reader("ani"), make_reader("budi"), make_reader("cici")
    tell(ani, budi, cici)
    with db.unit_of_work() as session:
        notices.read_all(session, ani)
        choices.choose(session, budi, groups=[], language="id")
        choices.remove_address(session, cici)

    job = run(MAIL_JOB, "a")

    assert (job.result["sent"], job.result["left_out"], server.mails) == (0, 3, [])
    assert states() == [("none", "", 0)] * 3


def test_a_refused_address_fails_at_once_and_a_busy_one_waits(server):
    ani, budi, cici = make_reader("ani"), make_reader("budi"), make_reader("cici")
    server.refusals = {"ani@kota.test": "550 tidak ada", "budi@kota.test": "451 nanti"}
    with clock.frozen(MORNING):
        tell(ani, budi, cici)
        job = run(MAIL_JOB, "a")

    assert (job.state, job.result["sent"], job.result["refused"]) == ("done", 1, 2)
    assert states() == [("failed", "mailed-refused:550", 1), ("waiting", "mailed-later:451", 1), ("sent", "", 0)]
    server.refusals = {}
    with clock.frozen(MORNING + dt.timedelta(minutes=2)):
        run(MAIL_JOB, "b")
        with db.unit_of_work() as session:
            admin = make_actor(session, "admin", Role.ADMIN)
            assert retry_failed(session, admin) == 1
        run(MAIL_JOB, "c")
    assert [address for address, _mail in server.mails] == ["cici@kota.test", "budi@kota.test", "ani@kota.test"]
    assert {state for state, _error, _attempts in states()} == {"sent"}


def test_a_silent_server_loses_nothing_and_tells_no_secret(server):
    ani = make_reader("ani")
    closed = db.get_database().settings.model_copy(update={"mail_url": "smtp://ani:rahasia@127.0.0.1:1"})
    url = server.url
    db.configure(closed)
    with clock.frozen(MORNING):
        tell(ani)
        job = run(MAIL_JOB, "a")
        held = run(MAIL_JOB, "b")

    assert job.state == "failed"
    assert job.error.startswith("Server surel smtp://127.0.0.1:1 tidak dapat dipakai (ConnectionRefusedError)")
    assert held.result["sent"] == 0  # a quarter of an hour nobody tries
    assert states() == [("waiting", "mailed-down:ConnectionRefusedError", 0)]
    db.configure(closed.model_copy(update={"mail_url": url}))
    with clock.frozen(MORNING + dt.timedelta(minutes=16)):
        run(MAIL_JOB, "c")
    assert len(server.mails) == 1


def test_a_mail_older_than_a_week_is_given_up(server):
    ani = make_reader("ani")
    with clock.frozen(MORNING):
        tell(ani)
    with clock.frozen(MORNING + dt.timedelta(days=8)):
        run(MAIL_JOB, "a")

    assert server.mails == []
    assert states() == [("failed", "mailed-old", 0)]


def test_a_worker_lost_between_sending_and_marking_sends_that_one_mail_again(server):
    ani, budi = make_reader("ani"), make_reader("budi")
    tell(ani, budi)

    def lose_the_job() -> None:
        # As the sweep of another worker does: the job is somebody else's attempt from now on.
        server.taken = lambda: None
        with db.unit_of_work() as session:
            session.execute(update(Job).where(Job.kind == MAIL_JOB).values(attempts=Job.attempts + 1))

    server.taken = lose_the_job
    run(MAIL_JOB, "a")
    after_the_loss = states()
    run(MAIL_JOB, "b")

    assert after_the_loss == [("waiting", "", 0)] * 2
    assert [address for address, _mail in server.mails] == ["ani@kota.test", "ani@kota.test", "budi@kota.test"]
    assert server.mails[0][1]["Message-ID"] == server.mails[1][1]["Message-ID"] != server.mails[2][1]["Message-ID"]
    assert states() == [("sent", "", 0)] * 2


def test_a_code_comes_by_mail_and_proves_the_address(server):
    with db.unit_of_work() as session:
        ani = make_actor(session, "ani", Role.AUDITOR)
        choices.set_address(session, ani, address="ani@kota.test")

    job = run(choices.CODE_JOB, "kode", ani)
    (_address, mail) = server.mails[0]
    digits = mail.get_body(("plain",)).get_content().partition("Kode: ")[2][:6]
    with db.unit_of_work() as session:
        proved = choices.try_code(session, ani, code=digits)

    assert (job.state, proved) == ("done", True)
    assert digits not in str(job.result) + str(job.arguments)


def test_without_a_server_mails_are_files_and_the_same_mail_is_the_same_file(sqlite_database):
    load_handlers()
    ani = make_reader("ani")
    tell(ani)

    run(MAIL_JOB, "a")
    with db.unit_of_work() as session:  # as if the mark had been lost
        session.execute(update(Notice).values(mail_state="waiting", mailed_at=None, mail_after=clock.now()))
    run(MAIL_JOB, "b")

    (path,) = sqlite_database.settings.mail_path.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (path.suffix, path.stat().st_mode & 0o777) == (".eml", 0o600)
    assert (mail["To"], mail["Subject"]) == ("ani@kota.test", "Anda diundang mengikuti pelatihan")


def test_the_worker_orders_a_day_once_and_mails_while_some_wait(sqlite_database):
    def ordered() -> list[str]:
        with db.reading() as session:
            return sorted(session.scalars(select(Job.kind).where(Job.kind != choices.CODE_JOB)))

    ani = make_reader("ani")
    early = MORNING - dt.timedelta(hours=4)  # 05.00 WITA
    with clock.frozen(early):
        order_due(sqlite_database)
        assert ordered() == []
    for hours in (0, 1):
        with clock.frozen(MORNING + dt.timedelta(hours=hours)):
            order_due(sqlite_database)
    assert ordered() == ["notices-clean", REMIND_JOB]
    with clock.frozen(MORNING):
        tell(ani)
    for minutes in (0, 5):  # the first still waits for a worker
        with clock.frozen(MORNING + dt.timedelta(minutes=minutes)):
            order_due(sqlite_database)
    assert ordered() == [MAIL_JOB, "notices-clean", REMIND_JOB]
    with clock.frozen(MORNING + dt.timedelta(days=1)):
        order_due(sqlite_database)
    assert ordered() == [MAIL_JOB, "notices-clean", "notices-clean", REMIND_JOB, REMIND_JOB]
