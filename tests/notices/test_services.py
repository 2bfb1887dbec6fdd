from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event, select

from merit import clock
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.jobs.models import Job
from merit.notices.domain import Recipient
from merit.notices.models import MailSetting, Notice
from merit.notices.queries import BELL_CAP, Choice, count_own, count_unread, list_own, unit_admins
from merit.notices.services import notices as services
from merit.notices.services import settings as choices
from merit.security.permissions import Role
from tests import factories as make
from tests.training.samples import make_actor

pytestmark = pytest.mark.db

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def tell(session, *recipients: Recipient, key: str = "kunci", kind: str = "class-invited", actor=None) -> int:
    params = {"course": "Audit", "starts": "2026-03-09", "venue": "Aula"}
    return services.notify(
        session, actor, recipients=recipients, kind=kind, params=params, link="/saya/pelatihan", key=key
    )


def kept(session) -> list[tuple[str, str]]:
    return [tuple(row) for row in session.execute(select(Notice.key, Notice.mail_state).order_by(Notice.id))]


def test_nobody_is_told_twice_under_one_key(session):
    official = make.make_official(session)
    someone = make_actor(session, "ani", Role.AUDITOR)
    people = (Recipient(official_id=official.id), Recipient(user_id=someone.user_id))

    counts = [tell(session, *people, *people), tell(session, *people), tell(session, *people, key="lain")]

    assert counts == [2, 0, 2]
    assert kept(session) == [("kunci", "none"), ("kunci", "none"), ("lain", "none"), ("lain", "none")]


def test_an_account_finds_what_its_official_was_told_before(session):
    official = make.make_official(session)
    tell(session, Recipient(official_id=official.id))

    actor = make_actor(session, "ani", Role.OFFICIAL, official_id=official.id)
    told_again = tell(session, Recipient(user_id=actor.user_id))  # by the account: the same person

    assert told_again == 0
    assert count_unread(session, actor) == 1


def test_whoever_acts_is_not_told_and_others_do_not_see_it(session):
    ani, budi, cici = (make_actor(session, name, Role.AUDITOR) for name in ("ani", "budi", "cici"))

    tell(session, Recipient(user_id=ani.user_id), Recipient(user_id=budi.user_id), actor=ani)

    assert [count_unread(session, each) for each in (ani, budi, cici)] == [0, 1, 0]
    with pytest.raises(NotFoundError):
        services.open_notice(session, ani, notice_id=list_own(session, budi, Choice())[0].id)


def test_the_bell_counts_up_to_its_cap_in_one_select(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    for number in range(BELL_CAP + 5):
        tell(session, Recipient(user_id=ani.user_id), key=f"k{number}")
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: statements.append(told[2]))

    count = count_unread(session, ani)

    assert (count, len(statements)) == (BELL_CAP, 1)


def test_reading_all_can_be_taken_back_and_one_by_one_stays(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    for number in range(3):
        tell(session, Recipient(user_id=ani.user_id), key=f"k{number}")
    first = list_own(session, ani, Choice())[-1]
    with clock.frozen(NOON):
        services.open_notice(session, ani, notice_id=first.id)

    with clock.frozen(NOON + dt.timedelta(minutes=1)):
        count, at = services.read_all(session, ani)
    assert (count, count_unread(session, ani)) == (2, 0)
    assert services.unread_again(session, ani, at=at) == 2

    assert count_own(session, ani, Choice(unread=True)) == 2
    assert count_own(session, ani, Choice(group="unit")) == 0
    with pytest.raises(NotFoundError):
        services.unread_again(session, ani, at=at)


def test_old_notices_that_were_read_go_and_the_chain_keeps_how_many(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    with clock.frozen(NOON):
        tell(session, Recipient(user_id=ani.user_id), key="lama")
        services.read_all(session, ani)
        tell(session, Recipient(user_id=ani.user_id), key="belum-dibaca")

    gone = services.forget_read(session, before=NOON + dt.timedelta(seconds=1))
    append_pending(session)

    assert gone == 1
    assert kept(session) == [("belum-dibaca", "none")]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "notices:forget")).one()
    assert '"count":1' in entry.payload


@pytest.mark.parametrize(
    "changes", [{"kind": "karangan"}, {"link": "//jahat.test"}, {"link": "https://jahat.test"}, {"key": ""}]
)
def test_what_is_no_sound_notice_is_an_error_of_the_program(session, changes):
    given = {"kind": "class-invited", "link": "", "key": "k", "recipients": [], "params": {}} | changes
    given["recipients"] = [Recipient(official_id=make.make_official(session).id)]

    with pytest.raises(ValueError, match="notice"):
        services.notify(session, None, **given)


def test_an_address_is_sealed_and_used_only_once_proved(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    choices.set_address(session, ani, address=" ani@kota.test ")
    tell(session, Recipient(user_id=ani.user_id), key="sebelum")

    address, code = choices.make_code(session, ani.user_id)
    wrong = choices.try_code(session, ani, code="000000" if code != "000000" else "111111")
    right = choices.try_code(session, ani, code=f" {code[:3]} {code[3:]}")
    choices.choose(session, ani, groups=["training"], language="en")
    tell(session, Recipient(user_id=ani.user_id), key="sesudah")
    tell(session, Recipient(user_id=ani.user_id), key="diam", kind="appraisal-to-give")
    tell(session, Recipient(user_id=ani.user_id), key="disiplin", kind="discipline-recorded")

    assert (address, wrong, right) == ("ani@kota.test", False, True)
    assert "ani@" not in session.scalars(select(MailSetting.address)).one()
    assert kept(session) == [("sebelum", "none"), ("sesudah", "waiting"), ("diam", "none"), ("disiplin", "none")]
    assert choices.make_code(session, ani.user_id) is None  # nothing waits for a proof any more


def test_a_code_ends_after_five_wrong_tries_or_half_an_hour(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    with clock.frozen(NOON):
        choices.set_address(session, ani, address="ani@kota.test")
        _address, code = choices.make_code(session, ani.user_id)
        tries = [choices.try_code(session, ani, code="x") for _number in range(5)]
        assert [*tries, choices.try_code(session, ani, code=code)] == [False] * 6
        _address, code = choices.make_code(session, ani.user_id)

    with clock.frozen(NOON + dt.timedelta(minutes=31)):
        assert choices.try_code(session, ani, code=code) is False
    with clock.frozen(NOON + dt.timedelta(minutes=29)):
        assert choices.try_code(session, ani, code=code) is True


def test_codes_are_ordered_ten_times_a_day_at_most(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    with pytest.raises(InvalidInputError) as refusal:
        choices.order_code(session, ani)
    assert refusal.value.reason == "mail-no-address"
    with clock.frozen(NOON):
        choices.set_address(session, ani, address="ani@kota.test")  # orders the first
    for number in range(1, choices.CODES_PER_DAY):
        with clock.frozen(NOON + dt.timedelta(minutes=number)):
            choices.order_code(session, ani)

    with clock.frozen(NOON + dt.timedelta(hours=1)), pytest.raises(RuleViolationError) as refusal:
        choices.order_code(session, ani)

    assert refusal.value.reason == "mail-code-often"


def test_a_corrected_address_gets_its_code_at_once_and_a_second_click_says_to_wait(session):
    ani = make_actor(session, "ani", Role.AUDITOR)
    kinds = select(Job).where(Job.kind == choices.CODE_JOB).order_by(Job.id)
    with clock.frozen(NOON):
        choices.set_address(session, ani, address="ami@kota.test")
        session.scalars(kinds).one().state = "done"  # the code is on its way to the wrong address
        choices.set_address(session, ani, address="ani@kota.test")
        jobs = session.scalars(kinds).all()
        choices.set_address(session, ani, address="ani@kota.test")  # waits already: sent twice by a double click
        jobs[1].state = "done"
        with pytest.raises(RuleViolationError) as refusal:
            choices.order_code(session, ani)

    assert [job.state for job in session.scalars(kinds)] == ["done", "done"]
    assert refusal.value.reason == "mail-code-soon"


@pytest.mark.parametrize("address", ["", "ani", "a@b.test\nBcc: c@d.test"])
def test_what_is_no_address_is_refused(session, address):
    with pytest.raises(InvalidInputError) as refusal:
        choices.set_address(session, make_actor(session, "ani", Role.AUDITOR), address=address)

    assert refusal.value.reason == "mail-address"


def test_admins_of_a_unit_and_of_units_above_it_are_reached(session):
    from merit.accounts.models import UserRole

    top = make.make_unit(session)
    below = make.make_unit(session, parent=top)
    elsewhere = make.make_unit(session)
    for login, unit in (("atas", top), ("bawah", below), ("lain", elsewhere)):
        actor = make_actor(session, login, Role.OPD_ADMIN)
        make.add(session, UserRole(user_id=actor.user_id, role="opd_admin", unit_id=unit.id, granted_at=NOON))

    admins = unit_admins(session)

    assert [len(admins.get(unit.id, [])) for unit in (top, below, elsewhere)] == [1, 2, 1]
