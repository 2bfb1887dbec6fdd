"""Who gets which page: every route, every role, one's own objects and those of others.

``+`` is the page, ``>`` leads elsewhere, ``-`` does not exist (404) for that role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock, db
from merit.accounts.domain import Grant
from merit.accounts.models import User
from merit.app import create_app
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, RoomProctor
from merit.assessment.services.interchange import keep_file
from merit.exchange.models import ImportBatch
from merit.exchange.uploads import Confirmation, check_upload, confirm_upload, keep_upload
from merit.jobs.services import enqueue
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, Position
from merit.performance.models import Appraisal
from merit.ranking.models import Vacancy
from merit.ranking.professionalism.services.runs import compute_run as compute_index
from merit.ranking.professionalism.services.runs import store_run as keep_index
from merit.ranking.services.runs import create_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import ROLE_PERMISSIONS, SYSTEM, Actor, Role
from merit.web.access import declared_access
from tests.assessment.bank_samples import make_item
from tests.assessment.board_samples import make_running_hall
from tests.assessment.plan_samples import make_ready
from tests.assessment.scoring_samples import make_published
from tests.factories import day, make_application, make_official, make_position, make_unit
from tests.ranking.samples import make_actor, make_town
from tests.training.samples import add_training
from tests.web_client import make_user, sign_in, token_of

pytestmark = pytest.mark.web

ROLES = ("admin", "opd_admin", "author", "proctor", "panel", "auditor", "pyb", "ppk", "official")
UNIT = "DIK"
_WORDS = re.compile(r"<[^>]+>")
_MARKS = {200: "+", 302: ">", 303: ">", 404: "-"}

# The account of unit DIK's admin reaches {inside}; the official's own NIP is {me}, somebody else's is {other}.
PAGES = {
    "/": "+ + + + + + + + >",
    "/sehat": "+ + + + + + + + +",
    "/masuk": "> > > > > > > > >",
    "/masuk/faktor": "> > > > > > > > >",
    "/masuk/pasang-faktor": "> > > > > > > > >",
    "/masuk/ulang": "+ + + + + + + + +",
    "/aktivasi/salah": "- - - - - - - - -",
    "/akun": "+ + + + + + + + +",
    "/akun/kata-sandi": "+ + + + + + + + +",
    "/akun/pemberitahuan": "+ + + + + + + + +",
    "/pemberitahuan": "+ + + + + + + + +",
    "/surat": "+ - - - - - - - -",
    "/audit": "- - - - - + - - -",
    "/audit/ekspor": "- - - - - + - - -",
    "/audit/pembacaan": "- - - - - + - - -",
    "/audit/periksa": "- - - - - > - - -",
    "/bank-soal": "- - + - - + - - -",
    "/bank-soal/TIDAKADA": "- - - - - - - - -",
    "/bank-soal/baru": "- - + - - - - - -",
    "/bank-soal/kembar": "- - + - - + - - -",
    "/bank-soal/{item}": "- - + - - + - - -",
    "/bank-soal/{item}/pratinjau": "- - + - - + - - -",
    "/bank-soal/{item}/ubah": "- - + - - - - - -",
    "/bank-soal/{item}/versi/1": "- - + - - + - - -",
    "/bank-soal/{item}/versi/1/kunci": "- - + - - - - - -",
    "/bank-soal/ekspor": "- - + - - - - - -",
    "/bank-soal/media": "- - + - - - - - -",
    "/bank-soal/impor": "- - + - - - - - -",
    "/bank-soal/impor/templat.xlsx": "- - + - - - - - -",
    "/bank-soal/impor/{item_file}": "- - + - - - - - -",
    "/bukti/appraisals/{my_appraisal}": "+ - - - + + + + +",
    "/bukti/appraisals/{other_appraisal}": "+ - - - + + + + -",
    "/bukti/official_records/{inside_record}": "+ + - - + + + + -",
    "/bukti/org_unit_records/{inside_unit}": "+ + - - + + + + -",
    "/bukti/org_unit_records/{outside_unit}": "+ - - - + + + + -",
    "/bukti/users/1": "- - - - - - - - -",
    "/disiplin": "+ + - - - + + + -",
    "/disiplin/999": "- - - - - - - - -",
    "/disiplin/catat": "+ + - - - - - - -",
    "/disiplin/ekspor.csv": "+ + - - - + + + -",
    "/impor": "+ + - - - - - - -",
    "/impor/templat": "+ + - - - - - - -",
    "/impor/templat/units.xlsx": "+ + - - - - - - -",
    "/impor/templat/raja.xlsx": "- - - - - - - - -",
    "/impor/{admin_batch}": "+ - - - - - - - -",
    "/impor/{opd_batch}": "+ + - - - - - - -",
    "/impor/berkas/{admin_upload}": "+ - - - - - - - -",
    "/impor/berkas/{opd_upload}": "- + - - - - - - -",
    "/impor/berkas/{admin_upload}/masalah.csv": "+ - - - - - - - -",
    "/impor/berkas/{opd_upload}/masalah.csv": "- + - - - - - - -",
    "/jabatan": "+ + - - + + + + -",
    "/jabatan/{inside_position}": "+ + - - + + + + -",
    "/jabatan/{outside_position}": "+ - - - + + + + -",
    "/kisi-kisi": "+ - + - - + - - -",
    "/kisi-kisi/TIDAKADA": "- - - - - - - - -",
    "/kisi-kisi/baru": "+ - + - - - - - -",
    "/kisi-kisi/{blueprint}": "+ - + - - + - - -",
    "/kisi-kisi/{blueprint}/contoh": "- - + - - + - - -",
    "/kisi-kisi/{blueprint}/ubah": "+ - + - - - - - -",
    "/kalibrasi": "+ - + - - + - - -",
    "/kalibrasi/M.01": "+ - + - - + - - -",
    "/kalibrasi/M.01/9": "- - - - - - - - -",
    "/kalibrasi/M.01/9/unduh.json": "- - - - - - - - -",
    "/kebijakan": "+ - - - + + + + -",
    "/kebijakan/contoh/1": "+ - - - + + + + -",
    "/kebijakan/contoh/9": "- - - - - - - - -",
    "/kebijakan/contoh/1/yaml": "+ - - - + + + + -",
    "/kebijakan/contoh/1/beda": "+ - - - + + + + -",
    "/kebijakan/contoh/1/dasar": "+ - - - + + + + -",
    "/kebijakan/contoh/1/bobot": "+ - - - + + + + -",
    "/kebijakan/contoh/1/sunting": "> - - - - - - - -",
    "/kebijakan/contoh/1/keputusan/9": "- - - - - - - - -",
    "/kebijakan/baru": "+ - - - - - - - -",
    "/kompetensi": "+ + - - + + + + -",
    "/komponen": "+ - - - - - - - -",
    "/komponen/contoh.pdf": "+ - - - - - - - -",
    "/komponen/contoh.xlsx": "+ - - - - - - - -",
    "/lowongan": "+ - - - + + + + -",
    "/lowongan/baru": "+ - - - - - - - -",
    "/lowongan/{vacancy}": "+ - - - + + + + -",
    "/lowongan/TIDAKADA": "- - - - - - - - -",
    "/lowongan/{vacancy}/peringkat": "+ - - - + + + + -",
    "/lowongan/{empty_vacancy}/peringkat": "- - - - - - - - -",
    "/lowongan/{vacancy}/peringkat/{run}": "+ - - - + + + + -",
    "/lowongan/{empty_vacancy}/peringkat/{run}": "- - - - - - - - -",
    "/lowongan/{vacancy}/peringkat/{run}/syarat": "+ - - - + + + + -",
    "/lowongan/{vacancy}/peringkat/{run}/ketahanan": "+ - - - + + + + -",
    "/lowongan/{vacancy}/peringkat/{run}/simulasi": "+ - - - + + + + -",
    "/lowongan/{vacancy}/peringkat/{run}/simulasi/SIM-000009": "- - - - - - - - -",
    "/lowongan/{vacancy}/peringkat/{run}/simulasi/SIM-000009/unduh.csv": "- - - - - - - - -",
    "/lowongan/{vacancy}/peringkat/{run}/pegawai/{me}": "+ - - - + + + + -",
    "/lowongan/{vacancy}/peringkat/{run}/pegawai/{stranger}": "- - - - - - - - -",
    "/lowongan/{vacancy}/peringkat/{run}/pegawai/{me}/penjelasan.pdf": "+ - - - + + + + -",
    "/lowongan/{vacancy}/peringkat/{run}/unduh.pdf": "+ - - - + + + + -",
    "/lowongan/{vacancy}/peringkat/{run}/unduh.xlsx": "+ - - - + + + + -",
    "/media/salah": "- - - - - - - - -",
    "/pegawai": "+ + - - + + + + -",
    "/pegawai/{inside}": "+ + - - + + + + -",
    "/pegawai/{inside}/kinerja": "+ + - - + + + + -",
    "/pegawai/{inside}/rahasia": "- - - - - - - - -",
    "/pegawai/{me}": "+ - - - + + + + -",
    "/pegawai/{other}": "+ - - - + + + + -",
    "/pegawai/ekspor.csv": "+ + - - - - - - -",
    "/pegawai/ekspor.xlsx": "+ + - - - - - - -",
    "/pekerjaan": "+ + + - - + + + -",
    "/pekerjaan/{admin_job}": "+ - - - - + - - -",
    "/pekerjaan/{opd_job}": "+ + - - - + - - -",
    "/pekerjaan/{opd_job}/berkas": "- - - - - - - - -",
    "/umpan-balik": "+ + - - - + + + -",
    "/umpan-balik/ekspor.csv": "+ + - - - + + + -",
    "/umpan-balik/baru": "+ - - - - - - - -",
    "/umpan-balik/999": "- - - - - - - - -",
    "/umpan-balik/999/penilai/{other}": "- - - - - - - - -",
    "/umpan-balik/999/hasil/{other}": "- - - - - - - - -",
    "/umpan-balik/999/hasil/{other}/laporan.pdf": "- - - - - - - - -",
    "/umpan-balik/999/ekspor.xlsx": "- - - - - - - - -",
    "/saya/umpan-balik": "- - - - - - - - +",
    "/saya/umpan-balik/999/1": "- - - - - - - - -",
    "/saya/umpan-balik/999/kirim": "- - - - - - - - -",
    "/saya/umpan-balik/hasil/999": "- - - - - - - - -",
    "/saya/umpan-balik/hasil/999/laporan.pdf": "- - - - - - - - -",
    "/pelatihan": "+ + - - - + + + -",
    "/pelatihan/ekspor.csv": "+ + - - - + + + -",
    "/pelatihan/kalender": "+ + - - - + + + +",
    "/pelatihan/kalender/salah.ics": "- - - - - - - - -",
    "/pelatihan/kelas/baru": "+ - - - - - - - -",
    "/pelatihan/kelas/{course}": "+ + - - - + + + -",
    "/pelatihan/kelas/{course}/peserta": "+ + - - - + + + -",
    "/pelatihan/kelas/{course}/peserta/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/kelas/{course}/peserta/{inside_enrolment}": "+ + - - - + + + -",
    "/pelatihan/kelas/{course}/peserta/{outside_enrolment}": "+ - - - - + + + -",
    "/pelatihan/kelas/{course}/sertifikat": "+ + - - - + + + -",
    "/pelatihan/kelas/{course}/ubah": "+ - - - - - - - -",
    "/pelatihan/kelas/{course}/evaluasi": "+ + - - - + + + -",
    "/pelatihan/kelas/{course}/evaluasi/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/kesenjangan/ekspor.csv": "+ + - - - + + + -",
    "/pelatihan/klaim/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/penerapan/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/kelas/{course}/evaluasi/unit": "+ + - - - + + + -",
    "/pelatihan/kelas/{course}/evaluasi/unit/ekspor.csv": "+ + - - - + + + -",
    "/pelatihan/kesenjangan": "+ + - - - + + + -",
    "/pelatihan/kesenjangan/pegawai": "+ + - - - + + + -",
    "/pelatihan/kesenjangan/pegawai/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/kesenjangan/usul": "+ + - - - - - - -",
    "/pelatihan/kesenjangan/pegawai/{me}": "+ - - - - + + + -",
    "/pelatihan/kesenjangan/unit/{outside_unit_code}": "+ - - - - + + + -",
    "/pelatihan/penerapan": "+ + - - - + + + -",
    "/pelatihan/rencana-tahunan": "+ + - - - + + + -",
    "/pelatihan/rencana-tahunan/baru": "+ - - - - - - - -",
    "/pelatihan/rencana-tahunan/{training_plan}": "+ + - - - + + + -",
    "/pelatihan/rencana-tahunan/ekspor.csv": "+ + - - - + + + -",
    "/pelatihan/rencana-tahunan/{training_plan}/banding": "+ + - - - + + + -",
    "/pelatihan/rencana-tahunan/{training_plan}/banding/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/rencana-tahunan/{training_plan}/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/kewajiban": "+ + - - - + + + -",
    "/pelatihan/kewajiban/ekspor.csv": "+ + - - - - - - -",
    "/pelatihan/klaim": "+ + - - - + + + -",
    "/pelatihan/klaim/{my_claim}": "+ - - - - + + + +",
    "/pelatihan/klaim/{my_claim}/berkas": "+ - - - - + + + +",
    "/pelatihan/pertemuan/{meeting}": "+ - - - - - - - -",
    "/pelatihan/pertemuan/{meeting}/kode": "+ - - - - - - - -",
    "/pelatihan/pertemuan/{meeting}/daftar-hadir.pdf": "+ - - - - - - - -",
    "/pelatihan/program": "+ + - - - + + + -",
    "/pelatihan/program/baru": "+ - - - - - - - -",
    "/pelatihan/program/ekspor.csv": "+ + - - - + + + -",
    "/pelatihan/program/{programme}": "+ + - - - + + + -",
    "/pelatihan/program/{programme}/ubah": "+ - - - - - - - -",
    "/pelatihan/sertifikat/{my_certificate}.pdf": "+ - - - - + + + +",
    "/sertifikat/{certificate_token}": "+ + + + + + + + +",
    "/saya/pelatihan": "- - - - - - - - +",
    "/saya/pelatihan/{outside_enrolment}/tanggapan": "- - - - - - - - +",
    "/saya/penerapan": "- - - - - - - - +",
    "/saya/penerapan/{my_asked}": "- - - - - - - - +",
    "/saya/pengembangan": "- - - - - - - - +",
    "/saya/pelatihan/hadir": "- - - - - - - - +",
    "/saya/pelatihan/sertifikat": "- - - - - - - - +",
    "/penetapan-batas": "+ - + - + + - - -",
    "/penetapan-batas/baru": "+ - - - - - - - -",
    "/penetapan-batas/kompetensi/M.01": "+ - + - + + - - -",
    "/penetapan-batas/lokakarya/999": "- - - - - - - - -",
    "/penetapan-batas/lokakarya/999/nilai": "- - - - - - - - -",
    "/penetapan-batas/lokakarya/999/nilai/1": "- - - - - - - - -",
    "/penugasan": "+ + - - - + + + -",
    "/penugasan/999": "- - - - - - - - -",
    "/penugasan/catat": "+ + - - - - - - -",
    "/penugasan/ekspor.csv": "+ + - - - + + + -",
    "/cuti": "+ + - - - + + + -",
    "/cuti/999": "- - - - - - - - -",
    "/cuti/catat": "+ + - - - - - - -",
    "/cuti/ekspor.csv": "+ + - - - + + + -",
    "/penghargaan": "+ + - - - + + + -",
    "/penghargaan/999": "- - - - - - - - -",
    "/penghargaan/999/perbaiki": "- - - - - - - - -",
    "/penghargaan/catat": "+ + - - - - - - -",
    "/penghargaan/ekspor.csv": "+ + - - - + + + -",
    "/penilaian-kinerja": "+ + - - - + + + -",
    "/penilaian-kinerja/999": "- - - - - - - - -",
    "/penilaian-kinerja/999/ekspor.csv": "- - - - - - - - -",
    "/penilaian-kinerja/catat": "+ + - - - - - - -",
    "/penilaian-kinerja/lembar/999": "- - - - - - - - -",
    "/pengguna": "+ - - - - - - - -",
    "/pengguna/{user}": "+ - - - - - - - -",
    "/pengguna/baru": "+ - - - - - - - -",
    "/pengguna/faktor": "+ - - - - - - - -",
    "/ruang-ujian": "+ - - + - - - - -",
    "/ruang-ujian/{room}": "+ - - + - - - - -",
    "/ruang-ujian/{other_room}": "+ - - - - - - - -",
    "/ruang-ujian/999999": "- - - - - - - - -",
    "/ruang-ujian/{room}/berita-acara": "+ - - + - + - - -",
    "/ruang-ujian/{other_room}/berita-acara": "+ - - - - + - - -",
    "/ruang-ujian/{room}/berita-acara.pdf": "+ - - + - + - - -",
    "/ruang-ujian/{other_room}/berita-acara.pdf": "+ - - - - + - - -",
    "/ruang-ujian/{room}/daftar-hadir.pdf": "+ - - + - - - - -",
    "/ruang-ujian/{other_room}/daftar-hadir.pdf": "+ - - - - - - - -",
    "/ruang-ujian/{room}/keadaan": "+ - - + - - - - -",
    "/ruang-ujian/{other_room}/keadaan": "+ - - - - - - - -",
    "/ruang-ujian/{room}/kursi/{room_candidate}": "+ - - + - - - - -",
    "/ruang-ujian/{room}/kursi/{other_room_candidate}": "- - - - - - - - -",
    "/ruang-ujian/{other_room}/kursi/{other_room_candidate}": "+ - - - - - - - -",
    "/ruang-ujian/peserta/{room_attempt}": "+ - - + - + - - -",
    "/ruang-ujian/peserta/{other_room_attempt}": "+ - - - - + - - -",
    "/ruang-ujian/peserta/{room_attempt}/jawaban-disisihkan": "- - - - - - - - -",
    "/ruang-ujian/peserta/{room_attempt}/tanda-terima.pdf": "+ - - + - + - - -",
    "/ruang-ujian/peserta/{other_room_attempt}/tanda-terima.pdf": "+ - - - - + - - -",
    "/penilaian-esai": "- - + - - - - - -",
    "/penilaian-esai/{marking}": "- - + - - - - - -",
    "/penilaian-esai/{marking}/{essay}": "- - + - - - - - -",
    "/indeks-profesionalitas": "+ + - - - + + + -",
    "/indeks-profesionalitas/aturan": "+ + - - - + + + -",
    "/indeks-profesionalitas/aturan/999": "- - - - - - - - -",
    "/indeks-profesionalitas/aturan/baru": "+ - - - - - - - -",
    "/indeks-profesionalitas/ekspor.csv": "+ + - - - - - - -",
    "/indeks-profesionalitas/pegawai": "+ + - - - + + + -",
    "/indeks-profesionalitas/pegawai/{inside}": "+ + - - - + + + -",
    "/indeks-profesionalitas/pegawai/{other}": "+ - - - - + + + -",
    "/indeks-profesionalitas/surat-pernyataan": "+ - - - - - - - -",
    "/indeks-profesionalitas/unit/{inside_unit_code}": "+ + - - - + + + -",
    "/indeks-profesionalitas/unit/{outside_unit_code}": "+ - - - - + + + -",
    "/hari-libur": "+ + - - + + + + -",
    "/kepuasan": "+ + - - + + + + -",
    "/kepuasan/ekspor.csv": "+ + - - + + + + -",
    "/kepuasan/responden": "+ + - - - - - - -",
    "/kepuasan/responden/templat.csv": "+ + - - - - - - -",
    "/kepuasan/riwayat.csv/{inside_unit_code}": "+ + - - + + + + -",
    "/kepuasan/riwayat.csv/{outside_unit_code}": "+ - - - + + + + -",
    "/kepuasan/isi/{inside_unit_code}": "+ + - - - - - - -",
    "/kepuasan/isi/{outside_unit_code}": "+ - - - - - - - -",
    "/kepuasan/unit/{inside_unit_code}": "+ + - - + + + + -",
    "/kepuasan/unit/{outside_unit_code}": "+ - - - + + + + -",
    "/kinerja-unit": "+ + - - + + + + -",
    "/kinerja-unit/angka/{inside_unit_code}": "+ - - - - - - - -",
    "/kinerja-unit/ekspor.csv": "+ + - - + + + + -",
    "/kinerja-unit/indikator/{inside_unit_code}": "+ + - - - - - - -",
    "/kinerja-unit/indikator/{outside_unit_code}": "+ - - - - - - - -",
    "/kinerja-unit/papan/{inside_unit_code}": "+ + - - + + + + -",
    "/kinerja-unit/papan/{outside_unit_code}": "+ - - - + + + + -",
    "/kinerja-unit/perjanjian/{inside_unit_code}": "+ + - - + + + + -",
    "/kinerja-unit/perjanjian/{outside_unit_code}": "+ - - - + + + + -",
    "/kinerja-unit/realisasi/999999": "- - - - - - - - -",
    "/kinerja-unit/unduh-perjanjian.csv/{inside_unit_code}": "+ + - - + + + + -",
    "/kinerja-unit/unduh-perjanjian.csv/{outside_unit_code}": "+ - - - + + + + -",
    "/pengaduan": "+ + - - + + + + -",
    "/pengaduan/baru": "+ + - - - - - - -",
    "/pengaduan/ekspor.csv": "+ + - - + + + + -",
    "/pengaduan/nomor/TIDAKADA": "- - - - - - - - -",
    "/pengaduan/perbaiki/TIDAKADA": "- - - - - - - - -",
    "/pengaduan/umur": "+ + - - + + + + -",
    "/pengaduan/umur/ekspor.csv": "+ + - - + + + + -",
    "/saya/indeks-profesionalitas": "- - - - - - - - +",
    "/saya": "- - - - - - - - +",
    "/saya/catatan": "- - - - - - - - +",
    "/saya/catatan/kinerja": "- - - - - - - - +",
    "/saya/catatan/rahasia": "- - - - - - - - -",
    "/saya/pembacaan": "- - - - - - - - +",
    "/saya/penilaian": "- - - - - - - - +",
    "/saya/penilaian/999": "- - - - - - - - -",
    "/saya/penjelasan": "- - - - - - - - +",
    "/saya/penjelasan/{run}": "- - - - - - - - +",
    "/saya/penjelasan/{run_without_me}": "- - - - - - - - -",
    "/saya/penjelasan/{run}/penjelasan.pdf": "- - - - - - - - +",
    "/saya/penjelasan/{run_without_me}/penjelasan.pdf": "- - - - - - - - -",
    "/sesi-uji": "+ - - - - + - - -",
    "/sesi-uji/TIDAKADA": "- - - - - - - - -",
    "/sesi-uji/baru": "+ - - - - - - - -",
    "/sesi-uji/{sitting}": "+ - - - - + - - -",
    "/sesi-uji/{sitting}/gladi": "+ - - - - + - - -",
    "/sesi-uji/{sitting}/peserta": "+ - - - - + - - -",
    "/sesi-uji/{sitting}/peserta.xlsx": "+ - - - - - - - -",
    "/sesi-uji/{sitting}/peserta/{candidate}": "+ - - - - - - - -",
    "/sesi-uji/{sitting}/peserta/999999": "- - - - - - - - -",
    "/sesi-uji/{sitting}/ubah": "+ - - - - - - - -",
    "/sesi-uji/{results}/adaptif": "+ - - - - + - - -",
    "/sesi-uji/{results}/adaptif/peserta/P-1": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/butir": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/butir/{results_version}": "+ - + - - + - - -",
    "/sesi-uji/{results}/hasil/esai": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/kelompok.pdf": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/kunci": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/kunci/{results_version}": "+ - - - - - - - -",
    "/sesi-uji/{results}/hasil/peserta/P-1": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/peserta/P-1/laporan.pdf": "+ - - - - + - - -",
    "/sesi-uji/{results}/hasil/unduh.csv": "+ - - - - + - - -",
    "/sesi-uji/{results}/integritas": "+ - - - - + - - -",
    "/sesi-uji/{results}/integritas/unduh.csv": "+ - - - - + - - -",
    "/sesi-uji/{results}/integritas/unduh.pdf": "+ - - - - + - - -",
    "/sesi-uji/{results}/integritas/unduh.xlsx": "+ - - - - + - - -",
    "/ruang-ujian/999999/jawaban-darurat": "- - - - - - - - -",
    "/ujian": "- - - - - - - - +",
    "/ujian/hasil/{results}": "- - - - - - - - +",
    "/ujian/hasil/{results}/laporan.pdf": "- - - - - - - - +",
    "/ujian/hasil/{marking}": "- - - - - - - - -",
    "/ujian/masuk": "+ + + + + + + + +",
    "/ujian/sw.js": "+ + + + + + + + +",
    "/ujian/salah": "- - - - - - - - -",
    "/ujian/salah/bagian": "- - - - - - - - -",
    "/ujian/salah/selesai": "- - - - - - - - -",
    "/ujian/salah/soal/1": "- - - - - - - - -",
    "/unit": "+ + - - + + + + -",
    "/unit/{inside_unit_code}": "+ + - - + + + + -",
    "/unit/{outside_unit_code}": "+ - - - + + + + -",
}
_UNITS_FILE = b"kode,nama,induk,jenis\nDIK,Dinas Pendidikan,,dinas\nBARU,Unit Baru,,dinas\n"
_LEAVE_FILE = "nip,jenis,mulai,selesai\n{nip},sakit,2025-02-03,2025-02-05\n"


def save_upload(actor: Actor, kind: str, content: bytes, *, confirmed: bool) -> tuple[str, int | None]:
    """Upload a file, and save it where told to; return its token and batch."""
    with db.unit_of_work() as session:
        upload = keep_upload(session, actor, kind=kind, file_name=f"{kind}.csv", content=content)
        check_upload(session, actor, token=upload.token)
        if confirmed:
            confirm_upload(session, actor, token=upload.token, confirmation=Confirmation(confirm_large=True))
        return upload.token, upload.batch_id


def known_actor(login: str, role: Role, unit_ids: frozenset[int] | None = None) -> Actor:
    """Return the actor of an account made before."""
    with db.reading() as session:
        user = session.scalars(select(User).where(User.login == login)).one()
        return Actor(user_id=user.id, login=login, name=user.name, roles=frozenset({role}), unit_ids=unit_ids)


@pytest.fixture
def objects(sqlite_database: db.Database) -> dict[str, object]:
    """Commit a small city with a run, uploads, imports, jobs and one account per role; return what addresses name."""
    with db.unit_of_work() as session:
        unit = make_unit(session, code=UNIT, name="Dinas Pendidikan")
        desk = make_position(session, code="DIK.1", tier="pelaksana", unit=unit)
        inside = make_official(session, position=desk, name="Orang Dalam", birth="1990-02-03")
        stranger = make_official(session, tier="jpt_pratama", name="Orang Asing", birth="1970-02-03")
        make_position(session, code="KABAG", tier="administrator", name="Kepala Bagian Umum")
        town = make_town(session, make_actor(session, "a", Role.ADMIN), make_actor(session, "k", Role.PPK))
        outside = session.scalars(select(OfficialRecord).where(OfficialRecord.official_id == town.ids["andi"])).one()
        found: dict[str, object] = {
            "inside": inside.nip,
            "inside_position": "DIK.1",
            "inside_record": session.scalars(
                select(OfficialRecord.id).where(OfficialRecord.official_id == inside.id)
            ).one(),
            "inside_unit": session.scalars(select(OrgUnitRecord.id).where(OrgUnitRecord.unit_id == unit.id)).one(),
            "inside_unit_code": UNIT,
            "outside_unit": session.scalars(
                select(OrgUnitRecord.id).where(OrgUnitRecord.unit_id == outside.unit_id)
            ).one(),
            "outside_unit_code": session.get_one(OrgUnit, outside.unit_id).code,
            "outside_position": session.get_one(Position, outside.position_id).code,
            "stranger": stranger.nip,
            "me": town.nips["andi"],
            "other": town.nips["budi"],
            "vacancy": town.vacancy,
        }
        for name, who in (("my_appraisal", "andi"), ("other_appraisal", "budi")):
            chosen = select(Appraisal.id).where(Appraisal.official_id == town.ids[who]).limit(1)
            found[name] = session.scalars(chosen).one()
        found |= add_training(session, inside.id, town.ids["andi"])
        keep_index(session, SYSTEM, computed=compute_index(session, SYSTEM, as_of=clock.today()))
    _add_accounts(town.nips["andi"])
    _add_work(found, unit.id, inside.nip)
    return found


@pytest.fixture
def site(sqlite_database: db.Database, objects: dict[str, object]) -> Flask:
    """Return the application on that city."""
    return create_app(sqlite_database.settings, sqlite_database)


def clients(site: Flask) -> Iterator[tuple[str, FlaskClient]]:
    """Sign in one client per role."""
    for role in ROLES:
        client = site.test_client()
        assert sign_in(client, role).status_code == 302
        yield role, client


def routes(site: Flask, method: str) -> list[str]:
    """Return the addresses that take a method, as patterns."""
    return [rule.rule for rule in site.url_map.iter_rules() if method in rule.methods and rule.endpoint != "static"]


def filled(rule: str) -> str:
    """Return an address for a pattern; the objects in it need not exist."""
    names = {"<code>": "en", "<any(xlsx, csv):form>": "csv"}

    def word_for(word: re.Match[str]) -> str:
        if word[0].startswith("<any(") and word[0] not in names:
            return word[0].removeprefix("<any(").partition(",")[0]
        return names.get(word[0], "1" if "int:" in word[0] else "x")

    return _WORDS.sub(word_for, rule)


def test_every_page_is_given_to_those_it_is_for(site, objects):
    addresses = {pattern: pattern.format(**objects) for pattern in PAGES}
    got: dict[str, list[str]] = {pattern: [] for pattern in PAGES}

    for _role, client in clients(site):
        for pattern, address in addresses.items():
            status = client.get(address).status_code
            got[pattern].append(_MARKS.get(status, str(status)))

    assert {pattern: " ".join(marks) for pattern, marks in got.items()} == PAGES


def test_the_table_names_every_page(site, objects):
    adapter = site.url_map.bind("localhost")
    named = {adapter.match(pattern.format(**objects), method="GET", return_rule=True)[0].rule for pattern in PAGES}

    assert set(routes(site, "GET")) - named == set()


def test_nobody_signed_in_is_asked_to_sign_in(site, objects):
    client = site.test_client()
    public = {
        "/sehat": 200,
        "/masuk": 200,
        "/aktivasi/salah": 404,
        "/media/salah": 404,
        "/masuk/faktor": 302,
        "/masuk/pasang-faktor": 302,
        "/pelatihan/kalender/salah.ics": 404,
        "/sertifikat/{certificate_token}": 200,
        "/ujian/masuk": 200,
        "/ujian/sw.js": 200,
        "/ujian/salah": 404,
        "/ujian/salah/bagian": 404,
        "/ujian/salah/selesai": 404,
        "/ujian/salah/soal/1": 404,
    }

    for pattern in PAGES:
        answer = client.get(pattern.format(**objects))
        expected = public.get(pattern, 302)
        assert (answer.status_code, pattern) == (expected, pattern)
        assert expected != 302 or answer.location.startswith("/masuk"), pattern


def test_no_form_is_taken_without_its_token(site):
    posts = [filled(rule) for rule in routes(site, "POST")]
    visitors = [("nobody", site.test_client()), *clients(site)]

    refused = {(name, path): client.post(path).status_code for name, client in visitors for path in posts}

    assert len(posts) > 25
    assert {cell: status for cell, status in refused.items() if status != 400} == {}


def test_forms_of_others_do_not_exist(site, objects):
    """A role without any of a route's permissions gets 404 with the right token, too."""
    declared = {
        rule.rule: declared_access(site.view_functions[rule.endpoint])
        for rule in site.url_map.iter_rules()
        if "POST" in rule.methods
    }
    guarded = {rule: access for rule, access in declared.items() if isinstance(access, tuple)}
    wrong = {}
    for role, client in clients(site):
        token = token_of(client.get("/akun"))
        for rule, access in guarded.items():
            if not ROLE_PERMISSIONS[Role(role)] & set(access):
                status = client.post(filled(rule), data={"csrf_token": token}).status_code
                wrong |= {(role, rule): status} if status != 404 else {}

    assert len(guarded) > 15
    assert wrong == {}


def test_a_foreign_upload_or_import_cannot_be_changed(site, objects):
    acts = {
        "opd_admin": ["/impor/berkas/{admin_upload}/simpan", "/impor/berkas/{admin_upload}/buang"],
        "admin": ["/impor/berkas/{opd_upload}/simpan", "/impor/berkas/{opd_upload}/buang"],
    }
    acts["opd_admin"] += ["/impor/{admin_batch}/batal", "/pekerjaan/{admin_job}/batal"]

    for role, paths in acts.items():
        client = site.test_client()
        sign_in(client, role)
        token = token_of(client.get("/akun"))
        got = {path: client.post(path.format(**objects), data={"csrf_token": token}).status_code for path in paths}
        assert got == dict.fromkeys(paths, 404)

    with db.reading() as session:
        states = session.scalars(select(ImportBatch.state).where(ImportBatch.kind != "sitting-results")).all()
    assert states == ["applied", "applied"]


def _add_accounts(nip: str) -> None:
    for role in Role:
        grant = Grant(role=role, unit_code=UNIT if role is Role.OPD_ADMIN else "")
        make_user(role.value, grants=[grant], nip=nip if role is Role.OFFICIAL else "")


def _add_work(found: dict[str, object], unit_id: int, nip: str) -> None:
    """Add what accounts leave behind: runs, imports, uploads and jobs."""
    admin = known_actor("admin", Role.ADMIN)
    opd = known_actor("opd_admin", Role.OPD_ADMIN, frozenset({unit_id}))
    leave = _LEAVE_FILE.format(nip=nip).encode()
    found["admin_batch"] = save_upload(admin, "units", _UNITS_FILE, confirmed=True)[1]
    found["opd_batch"] = save_upload(opd, "leave", leave, confirmed=True)[1]
    found["admin_upload"] = save_upload(admin, "units", _UNITS_FILE, confirmed=False)[0]
    found["opd_upload"] = save_upload(opd, "leave", leave, confirmed=False)[0]
    with db.unit_of_work() as session:
        found["user"] = admin.user_id
        found["admin_job"] = enqueue(session, admin, kind="ranking-run", title="A", arguments={}).id
        found["opd_job"] = enqueue(session, opd, kind="import-check", title="O", arguments={}).id
        found |= _add_sitting(session, admin)
        found["run"] = create_run(session, admin, vacancy_code=str(found["vacancy"])).code
        author = known_actor("author", Role.AUTHOR)
        found["item"] = make_item(session, author).code
        found["item_file"] = keep_file(session, author, file_name="a.gift", content=b"Dua tambah dua?{#4}").token
        for code, pathway in (("LOWONGAN-B", "seleksi_terbuka"), ("LOWONGAN-C", "suksesi")):
            terms = VacancyInput(
                code=code, position_code="KABAG", as_of=day("2026-06-01"), pathway=pathway, policy_code="contoh"
            )
            record_vacancy(session, admin, vacancy=terms)
        open_one = session.scalars(select(Vacancy).where(Vacancy.code == "LOWONGAN-B")).one()
        other = session.scalars(select(Official).where(Official.nip == found["other"])).one()
        make_application(session, other, open_one)
        found["run_without_me"] = create_run(session, admin, vacancy_code="LOWONGAN-B").code
        found["empty_vacancy"] = "LOWONGAN-C"
        found |= _add_rooms(session)
        me = session.scalars(select(Official).where(Official.nip == found["me"])).one()
        found |= make_published(session, me, admin, make_actor(session, "admin-dua", Role.ADMIN))


def _add_rooms(session: Session) -> dict[str, object]:
    """Add a room the proctor watches and one somebody else does, with a candidate at work in each."""
    watched, other = make_running_hall(session, candidates=1), make_running_hall(session, candidates=1)
    proctor = known_actor("proctor", Role.PROCTOR).user_id
    session.add(RoomProctor(room_id=watched.room.id, user_id=proctor, assigned_at=clock.now()))
    return {
        "room": watched.room.id,
        "room_candidate": watched.candidates[0].id,
        "room_attempt": watched.attempts[0].id,
        "other_room": other.room.id,
        "other_room_candidate": other.candidates[0].id,
        "other_room_attempt": other.attempts[0].id,
    }


def _add_sitting(session: Session, admin: Actor) -> dict[str, object]:
    """Add a sitting with one candidate, ready to be sealed."""
    sitting = make_ready(session, admin, people=1)
    blueprint = session.get_one(Blueprint, sitting.blueprint_id).code
    candidate = session.scalars(select(Candidate.id).where(Candidate.sitting_id == sitting.id)).one()
    return {"sitting": sitting.code, "blueprint": blueprint, "candidate": candidate}
