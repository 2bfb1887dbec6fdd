"""A hand-made city for the contract: nine officials, every file written out, every number worked out by hand.

The vacancy is dated 2026-03-02, so Y = 2026. The nine competencies of its position are all required at level 3.
"""

from __future__ import annotations

ANI, BUDI, CITRA = "198001012005012001", "198202022006021002", "198303032007032003"
DEDI, EKA, FAJAR = "198404042008041004", "198505052009052005", "198606062022211006"
GITA, IVAN, JOKO = "198707072010072007", "196904011995041008", "197808082003081009"
COMPETENCIES = ("M.01", "M.02", "M.03", "M.04", "M.05", "M.06", "M.07", "M.08", "SK.01")

POLICY = """
code: uji
title: Kebijakan uji
tier: administrator
size: 1
precision: 2
surplus: capped
results: accredited_only
gates:
  - {id: STATUS, kind: employment_status, params: {any_of: [PNS, CPNS]}, citation: "PP 11/2017", status: confirmed}
  - {id: MASA, kind: tenure, params: {any_of: [pengawas, jf_ahli_muda], years: 2}, citation: "PP 11/2017",
     status: confirmed}
  - {id: DISIPLIN, kind: no_discipline, params: {levels: [sedang, berat], in_force: true}, citation: "PP 94/2021",
     status: confirmed}
  - {id: USIA, kind: age_at_most, params: {years: 56}, citation: "PP 11/2017", status: local,
     decree: {number: "1/2026", date: 2026-01-02, file: sk.pdf}}
  - {id: SEHAT, kind: attested, params: {fact: sehat}, citation: "PP 11/2017", status: needs_verification}
pillars:
  - code: loyalitas
    weight: 0.5
    indicators:
      - {code: appraisal.behaviour, weight: 0.6, points: [[1, 0], [2, 65], [3, 100]], missing: hold, actionable: true}
      - {code: discipline.record, weight: 0.4, points: [[0, 100], [24, 0]], missing: floor}
  - code: hasil
    weight: 0.5
    indicators:
      - {code: appraisal.result, weight: 0.4, points: [[1, 0], [2, 60], [3, 100]], missing: hold, actionable: true,
         preferred: {code: unit.achievement, points: [[60, 0], [100, 80], [120, 100]]}}
      - {code: competency.jpm, weight: 0.3, points: [[40, 0], [80, 70], [100, 100]], missing: hold, actionable: true}
      - {code: training.transfer, weight: 0.1, points: [[0, 0], [100, 100]], missing: floor, neutral: 65}
      - {code: service.complaints, weight: 0.2, points: [[0, 0], [1, 100]], missing: floor, neutral: 65}
default_se: {competency.jpm: {cact: 0.4, asesmen: 0.3}, training.transfer: 8}
ties: [appraisal.result, competency.jpm]
"""


def _official(nip: str, name: str, post: str, since: str, status: str = "PNS,III/d") -> str:
    sex = "L" if nip[14] == "1" else "P"
    birth = f"{nip[:4]}-{nip[4:6]}-{nip[6:8]}"
    unit = "A" if post == "KABID" else "D"
    return f"{nip},{name},{sex},{birth},{status},2020-04-01,S1/D4,{unit},{post},{since}"


_APPRAISED = (ANI, CITRA, DEDI, EKA, GITA, IVAN, JOKO)
_TESTED = {ANI: "2025-05-01", BUDI: "2025-05-01", EKA: "2025-05-01", GITA: "2023-03-01"}
# ANI: 8 of 10 in time. «normatif» is due after five working days: received on Monday 3 November 2025, by the 10th;
# received on 28 April 2025, by 6 May, because the 1st is a holiday. A year before 2 March 2026 is 2 March 2025.
_COMPLAINTS = (
    *(f"K{number},A1,normatif,2025-11-03,2025-11-10," for number in range(6)),
    "K6,A1,normatif,2025-04-28,2025-05-06,",  # in time only if 1 May does not count
    "K7,A,normatif,2025-03-02,2025-03-03,",  # first day of the twelve months
    "K8,A,normatif,2025-11-03,2025-11-11,",  # one day late
    "K9,A,normatif,2025-11-03,2025-11-05,2025-12-01",  # reopened: late
    "L0,A,normatif,2025-03-01,2025-12-31,",  # the day before the twelve months
    "L1,A,normatif,2026-02-27,,",  # open within its five days: left out
    "L2,A,normatif,2026-03-02,,",  # the as-of date itself
    "L3,D,normatif,2025-11-03,2025-12-31,",  # the unit above is not led
)
_RESULT_LINES = tuple(
    f"{nip},{code},{level},{se},BKN,asesmen,A-1,{dated}"
    for nip, dated in _TESTED.items()
    for code in COMPETENCIES
    for level, se in [{(ANI, "M.01"): ("2", "0.5"), (BUDI, "M.01"): ("5", "")}.get((nip, code), ("3", "0"))]
)

FILES: dict[str, tuple[str, ...]] = {
    "units": ("kode,nama,induk,jenis", "A1,Seksi A1,A,seksi", "D,Dinas,,dinas", "A,Bidang A,D,bidang"),
    "positions": (
        f"kode,nama,jenjang,unit,memimpin,bidang,{','.join(COMPETENCIES)}",
        f"SEKRETARIS,Sekretaris,administrator,D,,,{','.join('3' * 9)}",
        f"KABID,Kepala Bidang A,pengawas,A,A,,{',' * 8}",
        f"ANALIS,Analis,jf_ahli_muda,D,,,{',' * 8}",
        f"SEJAWAT,Administrator lain,administrator,D,,,{',' * 8}",
    ),
    "officials": (
        "nip,nama,jenis_kelamin,tanggal_lahir,status,golongan,tmt_golongan,pendidikan,unit,jabatan,tmt_jabatan",
        _official(ANI, "Ani", "KABID", "2022-01-01"),
        _official(BUDI, "Budi", "ANALIS", "2020-01-01"),
        _official(CITRA, "Citra", "ANALIS", "2020-01-01"),
        _official(DEDI, "Dedi", "ANALIS", "2020-01-01"),
        _official(EKA, "Eka", "ANALIS", "2024-05-01"),
        _official(FAJAR, "Fajar", "ANALIS", "2022-01-01", "PPPK,IX"),
        _official(GITA, "Gita", "ANALIS", "2020-01-01"),
        _official(IVAN, "Ivan", "ANALIS", "2020-01-01"),
        _official(JOKO, "Joko", "SEJAWAT", "2020-01-01"),
    ),
    "performance": (
        "nip,tahun,hasil_kerja,perilaku_kerja,predikat",
        *(f"{nip},{year},sesuai,sesuai,Baik" for nip in _APPRAISED for year in (2025, 2024)),
        f"{BUDI},2025,di_bawah,di_bawah,Sangat Kurang",
        f"{BUDI},2024,di_atas,di_atas,",
        f"{BUDI},2023,sesuai,sesuai,",
    ),
    "leave": ("nip,jenis,mulai,selesai", f"{BUDI},tugas_belajar,2025-01-01,2025-08-31"),
    "results": ("nip,kompetensi,level,se,penyelenggara,metode,akreditasi,tanggal", *_RESULT_LINES),
    "training": (
        "nip;nama;penyelenggara;mulai;selesai;jp;transfer;transfer_se",
        f"{BUDI};PKP;LAN;01/03/2023;02/03/2023;20;80;3",
        f"{BUDI};Bimtek;LAN;01-06-2025;2025-06-01;7,5;70,0;",
        f"{BUDI};Lama;LAN;2023-03-01;2023-03-01;20;10;1",
    ),
    "unit-results": ("unit,tahun,capaian", 'A,2025,"96,5"', "D,2025,120"),
    "complaints": ("nomor,unit,jenis,diterima,ditutup,dibuka_kembali", *_COMPLAINTS),
    "discipline": (
        "nip,kode,nomor_sk,tanggal,mulai,selesai,status",
        f"{ANI},R3,SK-1,2021-03-02,,,final",
        f"{BUDI},R3,SK-2,2021-03-01,,,final",
        f"{CITRA},S1,SK-3,2025-12-01,2025-12-01,2026-05-31,final",
        f"{DEDI},S2,SK-4,2026-02-01,,,proses",
    ),
    "attestations": ("nip,fakta,tanggal", f"{ANI},sehat,2026-01-05"),
    "vacancies": (
        "kode,jabatan,tanggal,tanggal_pelantikan,kebijakan",
        "LOWONGAN-UJI,SEKRETARIS,2026-03-02,2026-04-01,uji",
    ),
}

HEAD = "nip,nama,jenis_kelamin,tanggal_lahir,status,golongan,tmt_golongan,pendidikan,unit,jabatan,tmt_jabatan"
_ROW = _official(ANI, "Ani", "KABID", "2022-01-01")
_RESULT = "nip,kompetensi,level,penyelenggara,metode,tanggal"

# kind, lines, and where the first problem must stand: row as the spreadsheet counts, column of the kind
REFUSED: tuple[tuple[str, tuple[str, ...], int, str], ...] = (
    ("officials", (HEAD, _ROW, _ROW), 3, "nip"),
    ("officials", (HEAD, _ROW.replace(ANI, "1.98001E+17")), 2, "nip"),
    ("officials", (HEAD, _ROW.replace("1980-01-01", "1980-02-30")), 2, "tanggal_lahir"),
    ("officials", (HEAD, _ROW.replace("1980-01-01", "1980-01-02")), 2, "tanggal_lahir"),
    ("officials", (HEAD, _ROW.replace(",P,", ",L,")), 2, "jenis_kelamin"),
    ("officials", (HEAD, _ROW.replace(",A,KABID", ",Z,KABID")), 2, "unit"),
    ("officials", (HEAD, "", _ROW.replace("KABID", "TAKADA")), 3, "jabatan"),
    ("officials", (HEAD.replace("tanggal_lahir", "lahir"), _ROW), 1, "tanggal_lahir"),
    ("results", (_RESULT, f"{ANI},M.01,6,BKN,asesmen,2025-01-01"), 2, "level"),
    ("units", ("kode,nama,induk", "X,X,Y", "Y,Y,X"), 2, "induk"),
    (
        "performance",
        ("nip,tahun,hasil_kerja,perilaku_kerja,predikat", f"{ANI},2025,sesuai,sesuai,Cukup"),
        2,
        "predikat",
    ),
    ("attendance", (), 0, ""),
)
