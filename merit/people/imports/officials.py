"""The file of officials: who they are, their grade, and the post they hold."""

from __future__ import annotations

from collections.abc import Mapping

from merit.evidence import EDUCATION, EMPLOYMENT
from merit.exchange.fields import choice, code, date, email, nip, text
from merit.exchange.schema import Column, Context, FactSpec, Identity, Incoming, Kind, Known, Rows
from merit.i18n import lazy
from merit.people.domain import NIPProblem, check_nip, is_pppk_grade, parse_nip
from merit.people.imports import lookups
from merit.people.imports.lookups import PostInfo, grade, required, text_column
from merit.people.models import GradePeriod, Official, OfficialRecord, Post

EDUCATION_NAMES = {
    "SLTP": "SMP",
    "SMA": "SLTA",
    "SMK": "SLTA",
    "D-1": "D1",
    "D-2": "D2",
    "D-3": "D3",
    "D4": "S1/D4",
    "S1": "S1/D4",
    "D4/S1": "S1/D4",
}
SEX_DIGIT = {"L": "1", "P": "2"}
FIRST_CONTRACT = 21
_MONTHS = frozenset(f"{month:02d}" for month in range(1, 13))
_COLUMN_OF = {
    NIPProblem.OTHER_BIRTH: "tanggal_lahir",
    NIPProblem.OTHER_SEX: "jenis_kelamin",
}


def check_officials(context: Context, rows: Rows) -> None:
    """Refuse what contradicts the NIP or the status; warn of what is only implausible."""
    _check_numbers(rows)
    _check_grades(rows)
    _check_scope(context, rows)
    posts: Mapping[int, PostInfo] = context.once(lookups.posts)
    _warn_of_posts(rows, posts)
    _warn_of_start(rows)
    _warn_of_holders(context, rows, posts)


def _check_numbers(rows: Rows) -> None:
    """Compare NIP, birth date, sex and status; the slow path runs only where something differs."""
    births = {born: f"{born:%Y%m%d}" for born in set(rows["tanggal_lahir"]) if born is not None}
    columns = (rows["nip"], rows["tanggal_lahir"], rows["jenis_kelamin"], rows["status"])
    for row, (number, born, sex, status) in enumerate(zip(*columns, strict=True)):
        if number is None:
            continue
        agrees = (
            number[:8] == births.get(born)
            and number[14] == SEX_DIGIT.get(sex)
            and (status == "PPPK" or number[12:14] in _MONTHS)
            and number[8:12] > number[:4]
        )
        if not agrees:
            _explain_number(rows, row, number)


def _explain_number(rows: Rows, row: int, number: str) -> None:
    parsed = parse_nip(number)
    if isinstance(parsed, NIPProblem):
        rows.fail(row, "nip", parsed)
        return
    born, sex, status = rows["tanggal_lahir"][row], rows["jenis_kelamin"][row], rows["status"][row]
    if born is None or sex is None or status is None:
        return
    for problem in check_nip(parsed, birth_date=born, sex=sex, employment=status):
        column = _COLUMN_OF.get(problem, "nip")
        if problem == NIPProblem.START and parsed.month_or_contract >= FIRST_CONTRACT:
            column = "status"
        rows.fail(row, column, problem)


def _check_grades(rows: Rows) -> None:
    for row, (found, status) in enumerate(zip(rows["golongan"], rows["status"], strict=True)):
        if found is not None and status is not None and is_pppk_grade(found) != (status == "PPPK"):
            rows.fail(row, "golongan", "grade-status", status=status)


def _check_scope(context: Context, rows: Rows) -> None:
    """Keep an actor of some units from taking over officials of others."""
    allowed = context.actor.unit_ids
    if allowed is None:
        return
    units = context.once(lookups.official_units)
    for row in rows.good():
        unit = units.get(rows.ids["nip"][row])
        if unit is not None and unit not in allowed:
            rows.fail(row, "nip", "row-outside-scope")


def _warn_of_posts(rows: Rows, posts: Mapping[int, PostInfo]) -> None:
    columns = (rows.ids["jabatan"], rows.ids["unit"], rows["golongan"])
    for row, (position, unit, held) in enumerate(zip(*columns, strict=True)):
        post = posts.get(position or 0)
        if post is None or unit is None or held is None:
            continue
        if post.unit_id != unit:
            rows.warn(row, "unit", "unit-not-of-post", position=post.name)
        low, high = post.grade_min, post.grade_max
        if (low and low > held and _same_scale(low, held)) or (high and high < held and _same_scale(high, held)):
            rows.warn(row, "golongan", "grade-outside-post", position=post.name)


def _same_scale(left: int, right: int) -> bool:
    return is_pppk_grade(left) == is_pppk_grade(right)


def _warn_of_start(rows: Rows) -> None:
    """Warn of a present post that began before the month (PPPK: the year) of the NIP."""
    months = {start: f"{start:%Y%m}" for start in set(rows["tmt_jabatan"]) if start is not None}
    for row, (number, start, status) in enumerate(zip(rows["nip"], rows["tmt_jabatan"], rows["status"], strict=True)):
        if number is None or start is None:
            continue
        digits = 4 if status == "PPPK" else 6
        if months[start][:digits] < number[8 : 8 + digits]:
            rows.warn(row, "tmt_jabatan", "post-before-service")


def _warn_of_holders(context: Context, rows: Rows, posts: Mapping[int, PostInfo]) -> None:
    structural = {position for position, post in posts.items() if post.tier in lookups.STRUCTURAL}
    in_file = set(rows.ids["nip"])
    holders = {post: held - in_file for post, held in context.once(lookups.structural_holders).items()}
    seats = [(row, post) for row in rows.good() if (post := rows.ids["jabatan"][row]) in structural]
    for row, post in seats:
        holders.setdefault(post, set()).add(rows.ids["nip"][row])
    for row, post in seats:
        if (count := len(holders[post])) > 1:
            rows.warn(row, "jabatan", "post-several-holders", count=count, position=posts[post or 0].name)


def derive(context: Context, rows: Rows) -> None:
    """Fill what the post tells: tier, title, field."""
    posts: Mapping[int, PostInfo] = context.once(lookups.posts)
    found = [posts.get(position or 0) for position in rows.ids["jabatan"]]
    rows.values["jenjang"] = [post.tier if post else None for post in found]
    rows.values["nama_jabatan"] = [post.name if post else "" for post in found]
    rows.values["bidang"] = [post.field if post else "" for post in found]


def retire_posts(known: Known, incoming: Incoming) -> list[int]:
    """Present posts which a newly told one shows to be wrong.

    Those that begin on or after its first day, and one in the same position and tier with another first day (the
    date was corrected). Earlier posts elsewhere stay: they are the career.
    """
    official, tier, starts, position = (incoming.attributes.index(n) for n in _POST)
    new = {row[official]: row for row in incoming.rows()}
    retired = []
    for fact, values in known.items():
        told = new.get(values[official])
        if told is None:
            continue
        same = values[position] == told[position] and values[tier] == told[tier]
        if values[starts] >= told[starts] or same:
            retired.append(fact)
    return retired


_POST = ("official_id", "tier", "starts", "position_id")


def retire_grades(known: Known, incoming: Incoming) -> list[int]:
    """Grade periods that begin later than the newly told one, or are the same grade with another first day."""
    official, starts, held = (incoming.attributes.index(n) for n in ("official_id", "starts", "grade"))
    new = {row[official]: row for row in incoming.rows()}
    return [
        fact
        for fact, values in known.items()
        if (told := new.get(values[official])) and (values[starts] > told[starts] or values[held] == told[held])
    ]


OFFICIALS = Kind(
    name="officials",
    title=lazy("Pegawai"),
    columns=(
        required("nip", nip, lazy("18 angka, sebagai teks."), "198504122010011003"),
        required("nama", text, lazy("Nama tanpa gelar."), "Budi Santoso"),
        text_column("gelar_depan"),
        text_column("gelar_belakang", example="S.T."),
        required("jenis_kelamin", choice(("L", "P"), aliases={"laki-laki": "L", "perempuan": "P"}), "L, P", "L"),
        required("tanggal_lahir", date, lazy("TTTT-BB-HH."), "1985-04-12"),
        required("status", choice(EMPLOYMENT), ", ".join(EMPLOYMENT), "PNS"),
        required("golongan", grade, lazy("PNS: III/d. PPPK: angka Romawi I–XVII."), "III/d"),
        required("tmt_golongan", date, lazy("Tanggal mulai golongan."), "2020-04-01"),
        required("pendidikan", choice(EDUCATION, aliases=EDUCATION_NAMES), ", ".join(EDUCATION), "S1/D4"),
        text_column("bidang_studi", example="Teknik Sipil"),
        Column(
            name="unit", parser=code, required=True, reference=lookups.UNIT, hint=lazy("Kode unit."), example="DISDIK"
        ),
        Column(
            name="jabatan",
            parser=code,
            required=True,
            reference=lookups.POSITION,
            hint=lazy("Kode jabatan yang dipegang sekarang."),
            example="DISDIK-KABID-SMP",
        ),
        required("tmt_jabatan", date, lazy("Tanggal mulai jabatan."), "2022-01-03"),
        Column(name="email", parser=email, default=""),
    ),
    key=("nip",),
    identity=Identity(model=Official, attribute="nip", column="nip", load=lookups.official_identities),
    facts=(
        FactSpec(
            model=OfficialRecord,
            key={"official_id": "nip"},
            values={
                "name": "nama",
                "title_before": "gelar_depan",
                "title_after": "gelar_belakang",
                "sex": "jenis_kelamin",
                "birth_date": "tanggal_lahir",
                "employment": "status",
                "grade": "golongan",
                "grade_since": "tmt_golongan",
                "education": "pendidikan",
                "study_field": "bidang_studi",
                "unit_id": "unit",
                "position_id": "jabatan",
                "position_since": "tmt_jabatan",
                "tier": "jenjang",
                "email": "email",
            },
        ),
        FactSpec(
            model=GradePeriod,
            key={"official_id": "nip", "starts": "tmt_golongan"},
            values={"grade": "golongan"},
            retire=retire_grades,
        ),
        FactSpec(
            model=Post,
            key={"official_id": "nip", "tier": "jenjang", "starts": "tmt_jabatan"},
            values={
                "title": "nama_jabatan",
                "field": "bidang",
                "position_id": "jabatan",
                "unit_id": "unit",
            },
            constants={"origin": "present"},
            retire=retire_posts,
        ),
    ),
    check=check_officials,
    prepare=derive,
)
