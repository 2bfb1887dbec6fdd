"""Pages of certificates: closing a class, certificates as PDF, their public check, certificates from elsewhere."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit import clock
from merit.audit.services import log_download, log_reading, log_readings
from merit.db import reading, unit_of_work
from merit.errors import MeritError, NotFoundError
from merit.i18n import _
from merit.people.queries.record import get_official_by_id
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.training.domain.certificates import Held, overlapping
from merit.training.domain.states import ClaimState
from merit.training.forms.claims import ClaimForm
from merit.training.queries.certificates import (
    count_claims,
    find_certificate,
    get_claim,
    held_trainings,
    list_certificates,
    list_claims,
)
from merit.training.queries.classes import get_class
from merit.training.services import claims as services
from merit.training.services.completion import close_class, revoke_certificate
from merit.training.views.blueprint import bp
from merit.training.views.documents import certificate_pdf
from merit.web.access import current_actor, public, requires
from merit.web.acting import acted
from merit.web.downloads import file_response, pdf_response
from merit.web.labels import options
from merit.web.paging import Paging, read_choice, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422


@bp.post("/pelatihan/kelas/<code>/tutup")
@requires(Permission.TRAINING_MANAGE)
def class_close(code: str) -> ResponseReturnValue:
    """Close a class and give the certificates earned."""
    count: list[int] = []
    acted(
        lambda session: count.append(close_class(session, current_actor(), code=code)),
        lambda: _("Kelas ditutup; %(count)s sertifikat terbit dan tercatat sebagai pelatihan.", count=count[0]),
    )
    return redirect(url_for(".certificates", code=code) if count else url_for(".course", code=code))


@bp.get("/pelatihan/kelas/<code>/sertifikat")
@requires(Permission.TRAINING_READ)
def certificates(code: str) -> ResponseReturnValue:
    """List the certificates of a class; the reading is logged."""
    actor = current_actor()
    with reading() as session:
        course = get_class(session, code)
        rows = list_certificates(session, actor, class_id=course.id)
    officials = [row.certificate.official_id for row in rows]
    log_readings(actor, officials=officials, what="reading-enrolments", reason=code)
    return render_template("training/certificates.html", course=course, rows=rows)


@bp.post("/pelatihan/sertifikat/<int:certificate_id>/cabut")
@requires(Permission.TRAINING_MANAGE)
def certificate_revoke(certificate_id: int) -> ResponseReturnValue:
    """Revoke a certificate."""
    reason = request.form.get("alasan", "")[:500]
    with reading() as session:
        code = find_certificate(session, certificate_id=certificate_id).course.code
    acted(
        lambda session: revoke_certificate(session, current_actor(), certificate_id=certificate_id, reason=reason),
        _("Sertifikat dicabut; JP-nya tidak dihitung lagi."),
    )
    return redirect(url_for(".certificates", code=code))


@bp.get("/pelatihan/sertifikat/<int:certificate_id>.pdf")
@requires(Permission.TRAINING_READ, Permission.SELF_READ)
def certificate_file(certificate_id: int) -> ResponseReturnValue:
    """Give a certificate as a PDF: to its holder, and to staff who reach the holder."""
    actor = current_actor()
    with unit_of_work() as session:
        line = find_certificate(session, certificate_id=certificate_id)
        get_official_by_id(session, actor, line.certificate.official_id)
        log_download(session, actor, subject=f"certificate:{certificate_id}", rows=1)
    log_reading(actor, official_id=line.certificate.official_id, what="reading-enrolments", reason=line.course.code)
    address = url_for(".certificate_check", token=line.certificate.token, _external=True)
    return pdf_response(certificate_pdf(line, address), line.certificate.number.replace("/", "-"))


@bp.get("/sertifikat/<token>")
@public
def certificate_check(token: str) -> ResponseReturnValue:
    """Tell whoever has a certificate in hand whether it is genuine and valid; no NIP, no other record."""
    with reading() as session:
        line = find_certificate(session, token=token)
    return render_template("training/check.html", line=line, today=clock.today())


@bp.get("/pelatihan/klaim")
@requires(Permission.TRAINING_READ)
def claims() -> ResponseReturnValue:
    """List certificates from elsewhere within the actor's units; the reading is logged."""
    actor = current_actor()
    narrowed = {"state": read_choice("keadaan", tuple(ClaimState)), "text": read_text()}
    with reading() as session:
        paging = Paging.of(count_claims(session, actor, **narrowed), PER_PAGE)
        rows = list_claims(session, actor, limit=PER_PAGE, offset=(paging.number - 1) * PER_PAGE, **narrowed)
    log_readings(actor, officials=[row.claim.official_id for row in rows], what="reading-claims")
    return render_template(
        "training/claims.html", rows=rows, paging=paging, chosen=narrowed, states=options("claim_state")
    )


@bp.get("/pelatihan/klaim/<int:claim_id>")
@requires(Permission.TRAINING_READ, Permission.SELF_READ)
def claim(claim_id: int) -> ResponseReturnValue:
    """Show a certificate from elsewhere beside what is on record at that time."""
    actor = current_actor()
    with reading() as session:
        line = get_claim(session, actor, claim_id)
        own = Held(line.claim.name, line.claim.starts, line.claim.ends, line.claim.number)
        held = [each for each in held_trainings(session, line.claim.official_id) if each != own]
    log_reading(actor, official_id=line.claim.official_id, what="reading-claims")
    beside = overlapping(line.claim.starts, line.claim.ends, held)
    is_own = line.claim.official_id == actor.official_id
    return render_template("training/claim.html", line=line, beside=beside, is_own=is_own)


@bp.get("/pelatihan/klaim/<int:claim_id>/berkas")
@requires(Permission.TRAINING_READ, Permission.SELF_READ)
def claim_download(claim_id: int) -> ResponseReturnValue:
    """Give the file of a claim."""
    actor = current_actor()
    with reading() as session:
        found = get_claim(session, actor, claim_id).claim
    log_reading(actor, official_id=found.official_id, what="reading-claims")
    ending = found.media_type.rpartition("/")[2]
    return file_response(services.claim_file(found), name=f"sertifikat-{claim_id}.{ending}", kind=found.media_type)


@bp.post("/pelatihan/klaim/<int:claim_id>/<any(periksa, akui, tolak):act>")
@requires(Permission.TRAINING_NOMINATE)
def claim_decide(claim_id: int, act: str) -> ResponseReturnValue:
    """Verify, accept or refuse."""
    actor, reason = current_actor(), request.form.get("alasan", "")[:500]
    if act == "periksa":
        acted(
            lambda session: services.verify_claim(session, actor, claim_id=claim_id),
            _("Sertifikat dinyatakan benar oleh unit; BKPSDM memutuskan."),
        )
    elif act == "akui":
        acted(
            lambda session: services.accept_claim(session, actor, claim_id=claim_id),
            _("Sertifikat diakui dan tercatat sebagai pelatihan."),
        )
    else:
        acted(
            lambda session: services.refuse_claim(session, actor, claim_id=claim_id, reason=reason),
            _("Sertifikat ditolak; pegawai membaca alasannya."),
        )
    return redirect(url_for(".claim", claim_id=claim_id))


@bp.route("/saya/pelatihan/sertifikat", methods=["GET", "POST"])
@requires(Permission.SELF_READ)
def claim_new() -> ResponseReturnValue:
    """Hand in a certificate from elsewhere."""
    if current_actor().official_id is None:
        raise NotFoundError("portal-no-official")
    form = ClaimForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            with unit_of_work() as session:
                services.submit_claim(
                    session,
                    current_actor(),
                    claimed=form.claimed(),
                    data=upload.read() if upload else b"",
                    file_name=upload.filename if upload else "",
                )
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            flash(_("Sertifikat diterima. Unit Anda memeriksanya, lalu BKPSDM."), "success")
            return redirect(url_for(".mine"))
    return render_template("training/claim_form.html", form=form), _UNPROCESSABLE if form.errors else 200


@bp.post("/saya/pelatihan/sertifikat/<int:claim_id>/tarik")
@requires(Permission.SELF_READ)
def claim_withdraw(claim_id: int) -> ResponseReturnValue:
    """Take one's own claim back."""
    acted(
        lambda session: services.withdraw_claim(session, current_actor(), claim_id=claim_id),
        _("Pengajuan ditarik."),
    )
    return redirect(url_for(".mine"))
