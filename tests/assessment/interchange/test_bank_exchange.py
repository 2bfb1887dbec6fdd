"""Items into the bank and out of it, by service and by command, on both databases."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import db
from merit.assessment.domain.bank import ItemTags
from merit.assessment.interchange import read
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.queries.bank import BankFilter
from merit.assessment.queries.items import open_key
from merit.assessment.services.bank import retag_item
from merit.assessment.services.interchange import (
    Intake,
    export_items,
    import_upload,
    keep_file,
    take_items,
    undo_import,
)
from merit.cli.items_exchange import export_command, import_command
from merit.errors import MeritError, NotAllowedError
from merit.security.permissions import SYSTEM, Actor, Role
from tests.web_client import make_user

GIFT = "// [id:UMUM-1]\n::Ibu kota::Ibu kota Indonesia? {~Bandung =Jakarta}\n\nRusak {=a ~b\n\nDua? {#2:0.5}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with two good questions and a broken one."""
    path = tmp_path / "soal.gift"
    path.write_text(GIFT, encoding="utf-8")
    return path


def author() -> Actor:
    """Return an author of items."""
    return Actor(
        user_id=make_user("penulis", Role.AUTHOR), login="penulis", roles=frozenset({Role.AUTHOR}), unit_ids=None
    )


@pytest.mark.db
def test_taken_items_are_drafts_with_tags_key_and_origin(session: Session, file: Path) -> None:
    items = [item for item in read(file).items if item.supported]
    defaults = ItemTags(competency="M.05", level=2, subject="Umum", language="id")

    outcome = take_items(session, SYSTEM, intake=Intake(items=items, defaults=defaults, file_name="soal.gift"))

    first, second = outcome.made
    version = session.scalars(select(ItemVersion).where(ItemVersion.item_id == first.id)).one()
    assert (first.code, first.state, first.competency, first.level, first.subject, first.origin) == (
        "UMUM-1",
        "draft",
        "M.05",
        2,
        "Umum",
        "soal.gift: UMUM-1",
    )
    assert second.code.startswith("B")
    assert (version.kind, version.title, version.maximum) == ("single_choice", "Ibu kota", Decimal(1))
    assert open_key(version) == items[0].key


@pytest.mark.db
def test_item_whose_code_is_taken_gets_another_and_overwrites_nothing(session: Session, file: Path) -> None:
    items = [item for item in read(file).items if item.supported]
    take_items(session, SYSTEM, intake=Intake(items=items))

    outcome = take_items(session, SYSTEM, intake=Intake(items=items[:1]))

    assert (outcome.made[0].code == "UMUM-1", list(outcome.recoded)) == (False, ["UMUM-1"])
    assert len(session.scalars(select(Item)).all()) == 3


@pytest.mark.db
def test_what_goes_out_comes_back_with_content_key_tags_and_scores(
    session: Session, file: Path, tmp_path: Path
) -> None:
    items = [item for item in read(file).items if item.supported]
    defaults = ItemTags(competency="M.05", level=2, subject="Umum & <lain>")
    take_items(session, SYSTEM, intake=Intake(items=items, defaults=defaults))

    for form in ("qti3", "xlsx"):
        exported = export_items(session, SYSTEM, chosen=BankFilter(competency="M.05"), form=form)
        path = tmp_path / exported.name
        path.write_bytes(exported.data)
        back = read(path).items

        assert (exported.count, list(exported.left_out)) == (2, [])
        assert {item.content.body for item in back} == {item.content.body for item in items}
        assert {str(item.key) for item in back} == {str(item.key) for item in items} or form == "xlsx"
        assert {item.tags["subject"] for item in back} == {"Umum & <lain>"}
        assert {(item.tags["competency"], item.tags["level"]) for item in back} == {("M.05", "2")}


@pytest.mark.db
def test_workbook_names_what_it_cannot_hold(session: Session, shared: Path, file: Path, tmp_path: Path) -> None:
    picture = shared / "data/items/moodle-core-4.5.6/question/format/xml/tests/fixtures/truefalse.xml"
    good = [item for item in read(file).items if item.supported]
    take_items(session, SYSTEM, intake=Intake(items=[*good, *read(picture).items[:1]]))

    exported = export_items(session, SYSTEM, chosen=BankFilter(), form="xlsx")

    path = tmp_path / exported.name
    path.write_bytes(exported.data)
    with CalamineWorkbook.from_path(str(path)) as book:
        left = book.get_sheet_by_name("Tidak ikut").to_python()
    assert (exported.count, [row[0] for row in left[1:]]) == (2, list(exported.left_out))
    assert len(exported.left_out) == 1
    assert len(read(path).items) == 2


@pytest.mark.db
def test_same_items_are_exported_as_the_same_bytes(session: Session, file: Path) -> None:
    take_items(session, SYSTEM, intake=Intake(items=[item for item in read(file).items if item.supported]))

    first, second = (export_items(session, SYSTEM, chosen=BankFilter(), form="qti3").data for _time in range(2))

    assert first == second


@pytest.mark.db
def test_undo_retires_untouched_drafts_and_keeps_the_others(database: db.Database) -> None:
    actor = author()
    with db.unit_of_work() as session:
        token = keep_file(session, actor, file_name="soal.gift", content=GIFT.encode()).token
    with db.unit_of_work() as session:
        made = import_upload(session, actor, token=token, take={0, 1, 2}, defaults=ItemTags())
        codes = [item.code for item in made.made]
        left = [(left.identifier, left.reason) for left in made.left]
    with db.unit_of_work() as session:
        item = session.scalars(select(Item).where(Item.code == codes[0])).one()
        retag_item(session, actor, item_id=item.id, row_version=1, tags=ItemTags(code=item.code, subject="Disentuh"))

    with db.unit_of_work() as session:
        counted = undo_import(session, actor, token=token)

    with db.reading() as session:
        states = dict(session.execute(select(Item.code, Item.state)).all())
    assert left == [("gift-2", "foreign-not-supported")]
    assert counted == (1, 1)
    assert states == {codes[0]: "draft", codes[1]: "retired"}


@pytest.mark.db
def test_only_authors_bring_items_in_or_out(session: Session, file: Path) -> None:
    for role in set(Role) - {Role.AUTHOR}:
        actor = Actor(user_id=1, roles=frozenset({role}), unit_ids=None)
        with pytest.raises(NotAllowedError):
            take_items(session, actor, intake=Intake(items=read(file).items))
        with pytest.raises(NotAllowedError):
            export_items(session, actor, chosen=BankFilter(), form="qti3")


@pytest.mark.db
def test_export_of_an_empty_bank_and_of_an_unknown_format_are_refused(session: Session) -> None:
    reasons = []
    for form in ("qti3", "docx"):
        with pytest.raises(MeritError) as refusal:
            export_items(session, SYSTEM, chosen=BankFilter(), form=form)
        reasons.append(refusal.value.reason)

    assert reasons == ["export-nothing", "export-format-unknown"]


@pytest.fixture
def command(sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a runner of commands on that database."""
    monkeypatch.setenv("MERIT_INSTANCE_PATH", str(sqlite_database.settings.instance_path))
    monkeypatch.setenv("MERIT_DATABASE_URL", sqlite_database.settings.database_url)
    monkeypatch.setenv("MERIT_SECRET_FILE", str(sqlite_database.settings.secret_file))
    return CliRunner()


def test_command_tries_imports_and_exports(command: CliRunner, file: Path, tmp_path: Path) -> None:
    tried = json.loads(command.invoke(import_command, [str(file), "--dry-run", "--json"]).stdout)
    made = json.loads(command.invoke(import_command, [str(file), "--json", "--competency", "M.02"]).stdout)
    out = tmp_path / "bank.zip"
    written = json.loads(command.invoke(export_command, [str(out), "--competency", "M.02", "--json"]).stdout)

    [answer] = tried["files"]
    assert answer["counts"] == {"items": 3, "supported": 2, "unsupported": 0, "broken": 1}
    assert [item["state"] for item in answer["items"]] == ["supported", "broken", "supported"]
    assert answer["made"] == []
    assert made["files"][0]["made"][0] == "UMUM-1"
    assert (written["count"], written["left_out"]) == (2, [])
    assert sorted(item.identifier for item in read(out).items) == sorted(made["files"][0]["made"])


def test_command_refuses_a_foreign_file_and_goes_on(command: CliRunner, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "soal.pdf"
    other.write_bytes(b"%PDF-1.7")

    result = command.invoke(import_command, [str(other), str(file), "--json"])

    answers = json.loads(result.stdout)["files"]
    assert (result.exit_code, [answer["refused"] for answer in answers]) == (1, [True, False])
    assert "PDF" in answers[0]["problems"][0]["message"]
    assert len(answers[1]["made"]) == 2
