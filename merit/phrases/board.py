"""Sentences of the proctor's board: refusals that say what to do, lines of the minutes, signs worth a look."""

from __future__ import annotations

from merit.i18n import lazy

# Lines of the minutes; the audit chain names the same acts.
EVENTS = {
    "lobby-opened": lazy("Lobi ruang dibuka"),
    "admitted": lazy("Identitas dicocokkan"),
    "admission-undone": lazy("Pencocokan identitas dibatalkan"),
    "late-admitted": lazy("Peserta terlambat diizinkan masuk"),
    "late-admitted-exception": lazy("Peserta melewati batas terlambat diizinkan masuk oleh penyelenggara"),
    "room-started": lazy("Ujian di ruang dimulai"),
    "section-entered": lazy("Bagian berikutnya dimasuki"),
    "displaced-reviewed": lazy("Pendapat tentang jawaban yang disisihkan"),
    "paused": lazy("Waktu peserta dihentikan sementara"),
    "resumed": lazy("Waktu peserta dilanjutkan"),
    "room-paused": lazy("Waktu seluruh ruang dihentikan sementara"),
    "room-resumed": lazy("Waktu seluruh ruang dilanjutkan"),
    "extended": lazy("Waktu peserta ditambah"),
    "room-extended": lazy("Waktu seluruh ruang ditambah"),
    "moved": lazy("Peserta pindah kursi"),
    "moved-in": lazy("Peserta datang dari ruang lain"),
    "swapped": lazy("Peserta bertukar kursi"),
    "lease-granted": lazy("Peramban kedua disetujui"),
    "lease-refused": lazy("Peramban kedua ditolak"),
    "ended": lazy("Ujian peserta diakhiri pengawas"),
    "incident": lazy("Kejadian"),
    "absent": lazy("Peserta dicatat tidak hadir"),
    "absent-undone": lazy("Catatan tidak hadir dibatalkan"),
    "room-closed": lazy("Ruang ditutup"),
    "sitting-closed": lazy("Sesi uji ditutup"),
    "compensated": lazy("Kompensasi waktu karena gangguan"),
    "outage-declined": lazy("Gangguan diputuskan tanpa kompensasi"),
    "late-proposed": lazy("Jawaban terlambat diusulkan dinilai"),
    "late-accepted": lazy("Jawaban terlambat diterima untuk dinilai"),
    "late-taken": lazy("Jawaban terlambat dihitung karena waktu peserta bertambah"),
    "late-refused": lazy("Usul jawaban terlambat ditarik atau ditolak"),
    "minutes-signed": lazy("Berita acara ditandatangani"),
    "cards-printed": lazy("Kartu peserta dicetak dengan PIN baru"),
}
# Written by the entrance; the chain names these acts otherwise.
ENTRANCE_EVENTS = {
    "entered": lazy("Peserta masuk ruang"),
    "cards-issued": lazy("PIN kartu seluruh sesi dibuat"),
    "card-reissued": lazy("PIN kartu peserta dibuat ulang"),
    "practice-started": lazy("Latihan dimulai"),
    "swept": lazy("Waktu peserta habis, ujian ditutup otomatis"),
    "lease-asked": lazy("Peramban kedua meminta izin"),
    "contact-gap": lazy("Tidak terhubung"),
    "focus-lost": lazy("Keluar dari layar ujian"),
    "network-changed": lazy("Jaringan berganti"),
    "lease": lazy("Peramban mulai bekerja"),
    "attempt-started": lazy("Ujian peserta dimulai"),
    "attempt-ended-candidate": lazy("Peserta mengakhiri ujian"),
    "attempt-ended-plain_form": lazy("Peserta mengakhiri ujian"),
    "attempt-ended-proctor": lazy("Ujian diakhiri pengawas atau saat ruang ditutup"),
    "attempt-ended-sweep": lazy("Ujian ditutup saat waktu habis"),
    "other": lazy("Catatan lain"),
    "checkpoint": lazy("Titik periksa jejak audit dibuat"),
}

SENTENCES = {
    "room-is-closed": lazy("Ruang ini sudah ditutup, tidak ada lagi yang dapat diubah. Hubungi admin BKPSDM."),
    "room-is-open": lazy("Lobi ruang ini sudah dibuka. Muat ulang halaman."),
    "room-not-open": lazy("Lobi ruang ini belum dibuka. Buka lobi dahulu, lalu cocokkan identitas peserta."),
    "room-is-started": lazy("Ruang ini sudah dimulai. Muat ulang halaman."),
    "room-not-started": lazy("Ruang ini belum dimulai, belum ada waktu yang berjalan."),
    "room-is-paused": lazy("Seluruh ruang sedang dijeda. Lanjutkan ruang dahulu."),
    "room-not-paused": lazy("Ruang ini tidak sedang dijeda. Muat ulang halaman."),
    "room-still-at-work": lazy(
        "Masih ada %(count)s peserta yang mengerjakan. Tunggu sampai selesai, atau centang «Akhiri semua» bila memang "
        "harus ditutup sekarang."
    ),
    "lobby-too-early": lazy(
        "Lobi baru boleh dibuka %(minutes)s menit sebelum ujian. Bila perlu lebih awal, minta admin BKPSDM membukanya "
        "dengan alasan."
    ),
    "sitting-not-sealed": lazy("Sesi uji ini belum disegel atau sudah berakhir, jadi lobinya tidak dapat dibuka."),
    "sitting-not-open": lazy("Sesi uji ini tidak sedang terbuka, jadi ruangnya tidak dapat dimulai."),
    "sitting-step-missing": lazy("Sesi uji sudah berpindah keadaan. Muat ulang halaman."),
    "nobody-admitted": lazy("Belum ada peserta yang identitasnya dicocokkan. Cocokkan dahulu, lalu mulai."),
    "nobody-chosen": lazy("Pilih paling sedikit satu peserta."),
    "nobody-at-work": lazy("Tidak ada peserta yang sedang mengerjakan, jadi tidak ada waktu yang ditambah."),
    "candidate-is-withdrawn": lazy("Peserta ini sudah dikeluarkan dari daftar. Hubungi admin BKPSDM."),
    "displaced-said-already": lazy("Pendapat Anda tentang jawaban ini sudah dicatat. Orang kedua yang menambahkan."),
    "start-too-early": lazy(
        "Ujian dijadwalkan lebih dari %(minutes)s menit lagi. Tulis alasan bila memang harus mulai sekarang."
    ),
    "room-never-started-early": lazy(
        "Ruang yang belum dimulai baru dapat ditutup setelah waktu ujian menurut jadwal lewat. Hubungi admin BKPSDM "
        "bila harus lebih awal."
    ),
    "room-never-started-reason": lazy("Tulis mengapa ruang ini ditutup tanpa pernah dimulai."),
    "candidate-is-present": lazy("Peserta ini sudah masuk, jadi tidak dapat dicatat tidak hadir."),
    "candidate-marked-absent": lazy("Peserta ini sudah dicatat tidak hadir."),
    "candidate-not-marked-absent": lazy("Peserta ini tidak sedang dicatat tidak hadir."),
    "candidate-number-differs": lazy("Nomor peserta yang diketik tidak sama. Ketik nomor peserta yang akan diakhiri."),
    "attempt-is-waiting": lazy("Identitas peserta ini belum dicocokkan. Cocokkan dahulu."),
    "attempt-is-admitted": lazy("Identitas peserta ini sudah dicocokkan tetapi ujiannya belum dimulai."),
    "attempt-is-running": lazy("Peserta ini sudah mengerjakan. Muat ulang halaman untuk melihat keadaan terbaru."),
    "attempt-is-paused": lazy("Waktu peserta ini sedang dijeda. Muat ulang halaman untuk melihat keadaan terbaru."),
    "attempt-is-finished": lazy("Ujian peserta ini sudah selesai dan tidak dapat dibuka lagi."),
    "attempt-not-at-work": lazy("Peserta ini tidak sedang mengerjakan, jadi waktunya tidak dapat ditambah."),
    "late-arrival-over": lazy(
        "Batas terlambat %(minutes)s menit sudah lewat. Hanya admin BKPSDM yang dapat mengizinkan, dengan alasan, atau "
        "menjadwalkan peserta ke sesi lain."
    ),
    "lease-not-asked": lazy("Tidak ada peramban lain yang menunggu persetujuan untuk peserta ini."),
    "extension-range": lazy("Tambahan waktu 1 sampai %(most)s menit."),
    "number-missing": lazy("Isi dengan angka bulat."),
    "note-too-long": lazy("Catatan paling panjang %(most)s huruf."),
    "incident-kind-unknown": lazy("Pilih jenis kejadian dari daftar."),
    "seat-taken": lazy("Kursi %(seat)s sudah ditempati. Pilih kursi kosong, atau tukar kedua peserta."),
    "seat-is-the-same": lazy("Peserta sudah duduk di kursi itu. Pilih kursi lain."),
    "seat-not-in-room": lazy("Ruang itu hanya memiliki kursi 1 sampai %(seats)s."),
    "seat-not-in-sitting": lazy("Ruang tujuan harus dari sesi uji yang sama."),
    "outage-undecided": lazy(
        "Ada gangguan yang belum diputuskan. Beri kompensasi atau nyatakan tanpa kompensasi dahulu, baru tutup ruang."
    ),
    "outage-already-decided": lazy("Gangguan ini sudah diputuskan. Muat ulang halaman."),
    "outage-not-over": lazy("Gangguan masih berlangsung. Tunggu sampai peserta tersambung lagi, baru beri kompensasi."),
    "outage-not-common": lazy("Gangguan ini tidak mengenai seluruh sesi. Putuskan pada ruangnya masing-masing."),
    "late-nothing-to-propose": lazy("Tidak ada jawaban terlambat yang belum diusulkan."),
    "late-nothing-proposed": lazy("Tidak ada usul yang menunggu keputusan."),
    "late-without-outage": lazy(
        "Belum ada gangguan yang tercatat untuk peserta atau ruang ini. Catat kejadiannya dahulu (listrik, jaringan, "
        "komputer, atau jawaban darurat)."
    ),
    "late-same-person": lazy("Usul Anda sendiri harus diterima orang lain."),
    "late-marked-already": lazy(
        "Esai nomor %(positions)s sudah dinilai menurut jawaban sebelumnya, jadi jawaban terlambatnya tidak dapat "
        "diterima. Tolak usul ini, lalu usulkan lagi: nomor yang sudah dinilai tidak ikut."
    ),
    "late-adaptive-passed": lazy(
        "Soal nomor %(positions)s sudah dilewati dalam tes adaptif, dan soal berikutnya dipilih dari jawaban semula. "
        "Jawaban terlambatnya tidak dapat diterima."
    ),
    "own-attempt": lazy("Ini ujian Anda sendiri. Minta pengawas atau petugas lain yang melakukannya."),
    "late-after-scoring": lazy("Sesi ini sudah dinilai, jadi jawaban terlambat tidak dapat diterima lagi."),
    "minutes-room-open": lazy("Tutup ruang dahulu, baru tanda tangani berita acaranya."),
    "minutes-not-proctor": lazy("Berita acara ditandatangani pengawas ruang ini sendiri."),
    "minutes-signed-already": lazy("Anda sudah menandatangani berita acara ini."),
    "minutes-complete": lazy("Berita acara ini sudah ditandatangani dua pengawas."),
    "cards-nobody": lazy("Tidak ada peserta yang dapat diberi kartu di sini."),
    "sign-focus": lazy("Layar ujian ditinggalkan %(count)s kali."),
    "sign-networks": lazy("Jaringan berganti %(count)s kali selama ujian."),
    "sign-view-then-answer": lazy(
        "%(count)s dari %(items)s soal mula-mula hanya dilihat sekitar %(view)s detik tanpa dijawab, lalu dijawab "
        "sekitar %(answer)s detik setelah dibuka kembali. Pola ini juga dapat berarti peserta menyapu soal dahulu."
    ),
    "reading-attempt": lazy("Catatan ujian"),
    "reading-answers": lazy("Jawaban ujian yang disisihkan"),
    **{f"event-{kind}": words for kind, words in (EVENTS | ENTRANCE_EVENTS).items()},
    **{f"did-room-{kind}": words for kind, words in EVENTS.items()},
}
