"""The exam without JavaScript: one question per page, saved by its buttons, by the same rules (fault 26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.assessment.domain import seb, showing
from merit.assessment.domain.papers import unpack_paper
from merit.assessment.domain.showing import ShownItem
from merit.assessment.domain.states import AttemptState
from merit.assessment.forms.candidates import FinishForm
from merit.assessment.services import delivery, saving
from merit.assessment.services.delivery import Standing
from merit.assessment.views.adaptive_plain import grown, turn_of
from merit.assessment.views.blueprint import bp
from merit.assessment.views.candidates import keep_lease, lease_of_cookie
from merit.assessment.views.plain_sections import is_last_open, open_address
from merit.db import unit_of_work
from merit.errors import InvalidInputError, MeritError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.web.access import public

_ASK_AGAIN = 8  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One question of a running test as the plain form shows it."""

    token: str
    standing: Standing
    paper: Mapping[str, Any]
    position: int

    @property
    def is_over(self) -> bool:
        """Whether an adaptive test has no further question."""
        return bool(self.paper.get("is_over"))

    @property
    def most(self) -> int:
        """How many questions an adaptive test has at most, 0 of another one."""
        return int(self.paper["adaptive"]["most"]) if "adaptive" in self.paper else 0

    @property
    def item(self) -> Mapping[str, Any]:
        """The question itself."""
        found: Mapping[str, Any] = self.paper["items"][self.position - 1]
        return found

    @property
    def shown(self) -> ShownItem:
        """The question ready to be drawn."""
        return showing.show_item(self.item)

    def stored(self, position: int = 0) -> tuple[int, Any, bool]:
        """Return what the server holds: revision (0: nothing), value, marked."""
        wanted = position or self.position
        for place, revision, value, marked in self.standing.responses:
            if place == wanted:
                return revision, showing.stored_value(value), marked
        return 0, None, False


@bp.route("/ujian/<token>/soal/<int:position>", methods=["GET", "POST"])
@public
def plain_question(token: str, position: int) -> ResponseReturnValue:
    """Show one question; a button keeps the answer and goes on."""
    standing = delivery.standing_of(token, lease_of_cookie())
    if standing.state == AttemptState.FINISHED:
        return redirect(url_for(".finished", token=token))
    if request.method == "POST" and FinishForm().validate_on_submit() and request.form.get("aksi") == "buka":
        return _open_here(token, standing)
    if standing.lease != "mine" or standing.state != AttemptState.RUNNING:
        return _wait(token, standing, position)
    sheet = _sheet(token, standing, position)
    if sheet.is_over or sheet.position != position:  # an adaptive test goes on where it is, whatever page is open
        return redirect(_present(sheet))
    if request.method == "POST":  # what is sent to a section that is over or left is kept as late
        return _keep(sheet)
    elsewhere = open_address(token, standing, position)
    return redirect(elsewhere) if elsewhere else _page(sheet, sheet.stored()[1])


def _open_here(token: str, standing: Standing) -> ResponseReturnValue:
    # Somebody presses a button here, so a browser that was refused asks anew.
    former = "" if standing.lease == "other" else lease_of_cookie()
    with unit_of_work() as session:
        answer = delivery.take_lease(session, token, former, address=request.url, seb_sent=_seb())
    response = make_response(redirect(url_for(".plain_question", token=token, position=1)))
    return keep_lease(response, token, answer.lease)


def _wait(token: str, standing: Standing, position: int) -> ResponseReturnValue:
    """Show where one stands; what was typed before the browser lost its right to save is shown to copy from."""
    typed = [text for name, text in request.form.items() if name.startswith(("jawaban-", "titik-")) and text]
    is_coming = standing.lease in {"mine", "asked"}
    page = render_template(
        "exam/plain_wait.html",
        head=standing.row,
        minutes=(standing.row.allotted_seconds + standing.row.extended_seconds) // 60,
        token=token,
        is_mine=standing.lease == "mine",
        is_coming=is_coming,
        state=standing.state,
        position=position,
        form=FinishForm(),
        typed=typed if request.method == "POST" else [],
    )
    if typed:
        return page, RuleViolationError.status
    return page, {"Refresh": f"{_ASK_AGAIN}"} if is_coming else {}


def _sheet(token: str, standing: Standing, position: int) -> Sheet:
    row = delivery.paper_of(token, lease_of_cookie(), address=request.url, seb_sent=_seb())
    paper = unpack_paper(row.packed)
    if paper.get("adaptive"):
        paper = grown(paper, turn_of(token))
        position = len(paper["items"])
    elif not 1 <= position <= len(paper["items"]):
        raise NotFoundError
    return Sheet(token=token, standing=standing, paper=paper, position=position)


def _present(sheet: Sheet) -> str:
    if sheet.is_over:
        return url_for(".finished", token=sheet.token)
    return url_for(".plain_question", token=sheet.token, position=sheet.position)


def _keep(sheet: Sheet) -> ResponseReturnValue:
    """Save what the form says if it changed, then go where the pressed button leads."""
    fields = request.form.to_dict(flat=False)
    interactions = sheet.shown.interactions
    given = showing.read_form(interactions, fields)
    if "geser" in fields:
        given = showing.moved(given, interactions, fields)
    if request.form.get("aksi") == "kosongkan":
        given = {}
    value = showing.value_of(interactions, given)
    try:
        message = _save(sheet, value) if interactions else ""
        if sheet.most and request.form.get("aksi") == "lanjut":
            turn_of(sheet.token, done=sheet.position)
    except MeritError as error:  # the typed answer stays on the page
        return _page(sheet, value, phrase(error.reason, **error.details), error.status)
    if message:
        flash(message, "info")
    return redirect(_following(sheet))


def _save(sheet: Sheet, value: Any) -> str:
    revision, before, marked = sheet.stored()
    is_marked = not marked if request.form.get("aksi") == "ragu" else marked
    _check_counts(sheet, value)
    if (value, is_marked) == (before, marked) or (before is None and not is_marked and not showing.is_given(value)):
        return ""
    now = clock.now().isoformat(timespec="milliseconds")
    change = {"position": sheet.position, "revision": revision + 1, "value": value, "marked": is_marked, "at": now}
    saved = saving.save_answers(sheet.token, lease_of_cookie(), [change])
    if saved.status != "saved":
        raise RuleViolationError(saved.status)
    if saved.late:
        return _("Diterima setelah waktu habis; panitia memutuskan apakah jawaban ini dihitung.")
    return _("Tersimpan di server %(time)s", time=clock.local(clock.now()).strftime("%H.%M.%S"))


def _check_counts(sheet: Sheet, value: Any) -> None:
    """Refuse more choices than asked for; with a script the boxes do."""
    given = showing.given_in(sheet.shown.interactions, value)
    for one in sheet.shown.interactions:
        most = one.get("most") or 0
        if one["kind"] in {"choice", "hotspot", "match"} and 0 < most < len(given.get(one["id"], ())):
            raise InvalidInputError("answer-too-many", most=most)


def _following(sheet: Sheet) -> str:
    last = len(sheet.paper["items"])
    action, wanted = request.form.get("aksi", ""), request.form.get("ke", "")
    position = sheet.position
    if wanted.isdecimal() and 1 <= int(wanted) <= last:
        position = int(wanted)
    elif action == "sebelumnya":
        position = max(1, position - 1)
    elif action == "lanjut" and is_last_open(sheet.standing, position, last):
        return url_for(".plain_section", token=sheet.token)
    elif action == "lanjut" and position == last and not sheet.most:
        return url_for(".finished", token=sheet.token)
    elif action == "lanjut":
        position += 1
    if sheet.paper["navigation"] == "forward":
        position = max(position, sheet.position)
    return url_for(".plain_question", token=sheet.token, position=position)


def _page(sheet: Sheet, value: Any, message: str = "", status: int = 200) -> ResponseReturnValue:
    items = sheet.paper["items"]
    page = render_template(
        "exam/plain_question.html",
        head=sheet.standing.row,
        token=sheet.token,
        position=sheet.position,
        last=len(items),
        most=sheet.most,
        section=_section(sheet),
        is_forward=sheet.paper["navigation"] == "forward",
        shown=sheet.shown,
        given=showing.given_in(sheet.shown.interactions, value),
        marked=sheet.stored()[2],
        boxes=_boxes(sheet, items),
        deadline=sheet.standing.row.deadline,
        remaining=sheet.standing.remaining or 0,
        window=sheet.standing.section,
        message=message,
        form=FinishForm(),
    )
    return page, status


def _section(sheet: Sheet) -> str:
    sections: Sequence[Mapping[str, Any]] = sheet.paper["sections"]
    return str(sections[sheet.item["section"]]["name"]) if len(sections) > 1 else ""


def _boxes(sheet: Sheet, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    boxes = []
    for item in items:
        _revision, value, marked = sheet.stored(item["position"])
        sign = showing.short_form(item["interactions"], value)
        state = "read" if not item["interactions"] else "marked" if marked else "answered" if sign else "blank"
        boxes.append({"position": item["position"], "state": state, "sign": sign})
    return boxes


def _seb() -> str:
    return request.headers.get(seb.HEADER, "")
