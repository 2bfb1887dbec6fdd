"""The pages of a policy as readers get them: nothing typed is lost, weights from a browser rank nobody."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import clock, db
from merit.audit.models import AccessEntry
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.ranking.models import PolicyVersion, RankingRun
from merit.ranking.policy import parse_policy
from merit.ranking.services.policies import import_policy
from merit.ranking.services.policy_acts import Form, review_policy, submit_policy
from merit.ranking.services.runs import create_run
from merit.ranking.sheet import fields_of
from merit.security.permissions import SYSTEM, Role
from tests.ranking.samples import POLICY, make_actor, make_town
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web
EDITOR = "/kebijakan/contoh/1/sunting"


def typed(**changes: str) -> dict[str, str]:
    """Return the editor's form of the sample policy, as a browser would send it back."""
    fields = {f"f.{name}": value for name, value in fields_of(parse_policy(POLICY).document, comma=True).items()}
    return {**fields, "teks": POLICY, "revisi": "1", **changes}


def test_the_editor_keeps_what_was_typed_and_saves_one_side_at_a_time(client: FlaskClient, database: db.Database):
    with db.unit_of_work() as session:
        import_policy(session, SYSTEM, text=POLICY)
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")
    weight, title = "f.pillars.0.indicators.0.weight", "Judul yang panjang sekali"

    wrong = post(client, EDITOR, typed(**{weight: "0,75", "f.title": title, "aksi": "simpan"}), page=EDITOR)
    both = {"f.title": title, "teks": POLICY.replace("size: 2", "size: 3"), "aksi": "simpan"}
    torn = post(client, EDITOR, typed(**both), page=EDITOR)
    text = post(client, EDITOR, typed(teks="code: [", aksi="simpan-teks"), page=EDITOR)
    saved = post(client, EDITOR, typed(**{"f.title": title, "aksi": "simpan"}), page=EDITOR)
    stale = post(client, EDITOR, typed(**{"f.title": "Lain lagi", "aksi": "simpan"}), page=EDITOR)

    assert wrong.status_code == 422
    assert title in wrong.text
    assert 'href="#f-pillars-0"' in wrong.text
    assert "0.95" in wrong.text
    assert (torn.status_code, "Simpan teks YAML" in torn.text, "size: 3" in torn.text) == (422, True, True)
    assert (text.status_code, "bukan YAML yang sah" in text.text, "code: [" in text.text) == (422, True, True)
    assert saved.status_code == 302
    assert (stale.status_code, "Lain lagi" in stale.text) == (409, True)
    with db.reading() as session:
        version = session.scalars(select(PolicyVersion)).one()
    assert (version.title, version.revision) == (title, 2)


def test_a_text_written_another_way_is_saved_and_a_closed_draft_keeps_what_was_typed(
    client: FlaskClient, database: db.Database
):
    text = POLICY.replace("missing: floor}", "missing: floor, actionable: false}")
    with db.unit_of_work() as session:
        import_policy(session, SYSTEM, text=text)
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")

    longer = text.replace("size: 2", "size: 3")
    saved = post(client, EDITOR, typed(teks=longer, aksi="simpan-teks"), page=EDITOR)
    with db.unit_of_work() as session:
        submit_policy(session, SYSTEM, form=Form(code="contoh", number=1, revision=2))
    closed = post(client, EDITOR, typed(**{"f.title": "Ketikan sejam", "aksi": "simpan"}), page="/kebijakan/contoh/1")

    assert saved.status_code == 302
    assert (closed.status_code, "Ketikan sejam" in closed.text) == (409, True)


def test_the_ppk_approves_on_the_page_and_the_difference_is_said(client: FlaskClient, database: db.Database):
    with db.unit_of_work() as session:
        make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))
        version = import_policy(session, SYSTEM, text=POLICY.replace("size: 2", "size: 3"))
        form = Form(code="contoh", number=2, revision=version.revision)
        submit_policy(session, SYSTEM, form=form)
        review_policy(session, make_actor(session, "b", Role.ADMIN), form=form)
    make_user("ppk", Role.PPK)
    sign_in(client, "ppk")
    page, act = "/kebijakan/contoh/2", "/kebijakan/contoh/2/setujui"
    given = {"revision": "1", "in_force_from": "2020-01-01", "gates": "LHK", "decree_number": "188/9"}

    shown = client.get(page)
    refused = post(client, act, given, page=page)
    today = clock.today().isoformat()
    done = post(client, act, {**given, "in_force_from": today, "decree_date": today}, page=page)

    assert "Jumlah nama untuk PPK berubah dari 2 menjadi 3." in shown.text
    assert (refused.status_code, "188/9" in refused.text, "tidak berlaku surut" in refused.text) == (422, True, True)
    assert done.status_code == 302
    assert "Keputusan 188/9" in client.get(page).text


def test_weights_from_the_browser_count_in_a_simulation_only(client: FlaskClient, database: db.Database, monkeypatch):
    with db.unit_of_work() as session:
        town = make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))
        run = create_run(session, SYSTEM, vacancy_code=town.vacancy)
        code, expected = run.code, run.result_sha256
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")
    address = f"/lowongan/{town.vacancy}/peringkat/{code}/simulasi"
    weights = {"f.pillars.0.weight": "0,9", "f.pillars.1.weight": "0,1", "weights": "[1, 0]", "bobot": "9"}

    ordered = post(client, f"/lowongan/{town.vacancy}/peringkat", weights, page=f"/lowongan/{town.vacancy}")
    runner = Runner(database, describe=phrase)
    try:
        runner.run(int(ordered.headers["Location"].rsplit("/", 1)[1]))
    finally:
        runner.close()
    unsaid = post(client, address, weights, page=address)
    simulated = post(client, address, {**weights, "untuk": "Uji pilar"}, page=address)
    shown = client.get(simulated.headers["Location"])
    table = client.get(simulated.headers["Location"] + "/unduh.csv").text
    again = post(client, address, {**weights, "g.DIS": "off", "untuk": "Lagi"}, page=address)
    monkeypatch.setattr("merit.ranking.views.simulations.PER_PAGE", 1)
    client.get(again.headers["Location"])

    with db.reading() as session:
        named = select(AccessEntry.official_id).where(AccessEntry.reason == "SIM-000002")
        assert len(set(session.scalars(named))) >= 2  # who enters and who leaves stand above every page of the table
        assert {one.result_sha256 for one in session.scalars(select(RankingRun))} == {expected}
        assert len(session.scalars(select(RankingRun)).all()) == 2
    assert (unsaid.status_code, "0,9" in unsaid.text) == (422, True)
    assert "Simulasi, bukan peringkat" in shown.text
    assert "Bobot pilar loyalitas naik dari 50 % ke 90 %." in shown.text
    assert "belum dapat dinilai" in shown.text
    assert "SIM-000001" in client.get(f"/lowongan/{town.vacancy}").text
    assert [line.split(",")[0] for line in table.strip().splitlines()[1:]] == ["SIMULASI SIM-000001"] * 3
