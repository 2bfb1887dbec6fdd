"""Sentences of the life of a policy: acts, differences in words, weights from judgements, simulations."""

from __future__ import annotations

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: dict[str, LazyString] = {
    "policy-stale": lazy(
        "Kebijakan ini berubah sejak halaman dibuka (sekarang revisi %(revision)s). Yang Anda ketik belum disimpan: "
        "salin bila perlu, muat ulang halaman, lalu ulangi."
    ),
    "policy-not-writing": lazy(
        "Versi %(number)s dari kebijakan «%(code)s» sedang tidak disusun. Tarik kembali, atau buat rancangan baru "
        "dari versi itu."
    ),
    "policy-code-fixed": lazy("Baris %(line)s: kode kebijakan tidak dapat diganti. Tulis lagi «%(code)s»."),
    "policy-revision-unknown": lazy("Revisi %(number)s tidak ada, atau sudah menjadi isi rancangan."),
    "policy-act-closed": lazy(
        "Keadaan kebijakan sudah berubah, sehingga langkah ini tidak terbuka lagi. Muat ulang halaman."
    ),
    "policy-own-review": lazy("Anda ikut menulis rancangan ini. Telaah harus dilakukan orang lain."),
    "policy-own-approval": lazy("Penyusun atau penelaah tidak boleh menyetujui kebijakan yang sama."),
    "policy-return-comment": lazy("Tulis apa yang harus diubah, supaya penyusun dapat mengerjakannya."),
    "policy-comment-long": lazy("Catatan paling banyak %(limit)s karakter. Persingkat."),
    "policy-from-past": lazy("Kebijakan tidak berlaku surut. Isi tanggal hari ini atau sesudahnya."),
    "policy-decree-incomplete": lazy("Isi nomor dan tanggal keputusan PPK, atau kosongkan keduanya beserta aturannya."),
    "policy-decree-later": lazy("Tanggal keputusan PPK belum tiba. Isi tanggal keputusan yang sudah terbit."),
    "policy-decree-file": lazy("Berkas keputusan harus PDF, paling besar 5 MB."),
    "policy-decree-gates": lazy("Aturan yang dipilih tidak menunggu keputusan. Muat ulang halaman."),
    "policy-differs-title": lazy("Judul berubah dari «%(old)s» menjadi «%(new)s»."),
    "policy-differs-tiers": lazy("Jenjang jabatan berubah dari %(old)s menjadi %(new)s."),
    "policy-differs-size": lazy("Jumlah nama untuk PPK berubah dari %(old)s menjadi %(new)s."),
    "policy-differs-precision": lazy("Desimal skor berubah dari %(old)s menjadi %(new)s."),
    "policy-differs-surplus": lazy("Kelebihan level kompetensi berubah dari «%(old)s» menjadi «%(new)s»."),
    "policy-differs-internal_allowed": lazy("Hasil uji yang diakui berubah dari «%(old)s» menjadi «%(new)s»."),
    "policy-differs-response_working_days": lazy(
        "Batas tanggapan pertama berubah dari %(old)s menjadi %(new)s hari kerja."
    ),
    "policy-differs-ties": lazy("Pembeda bila skor sama berubah dari %(old)s menjadi %(new)s."),
    "policy-differs-default_se": lazy("Galat baku %(subject)s berubah dari %(old)s menjadi %(new)s."),
    "policy-pillar-removed": lazy("Pilar %(subject)s (%(old)s) dihapus."),
    "policy-pillar-added": lazy("Pilar %(subject)s ditambahkan dengan bobot %(new)s."),
    "policy-pillar-title": lazy("Pilar «%(old)s» berganti nama menjadi «%(new)s»."),
    "policy-pillar-up": lazy("Bobot pilar %(subject)s naik dari %(old)s ke %(new)s."),
    "policy-pillar-down": lazy("Bobot pilar %(subject)s turun dari %(old)s ke %(new)s."),
    "policy-slot-removed": lazy("Indikator %(subject)s (%(old)s) dihapus."),
    "policy-slot-added": lazy("Indikator %(subject)s ditambahkan dengan bobot efektif %(new)s."),
    "policy-slot-moved": lazy("Indikator %(subject)s pindah dari pilar %(old)s ke pilar %(new)s."),
    "policy-slot-up": lazy("Bobot %(subject)s naik dari %(old)s ke %(new)s."),
    "policy-slot-down": lazy("Bobot %(subject)s turun dari %(old)s ke %(new)s."),
    "policy-slot-missing": lazy("Bila data %(subject)s kosong: dahulu %(old)s, sekarang %(new)s."),
    "policy-slot-neutral": lazy("Nilai netral %(subject)s berubah dari %(old)s menjadi %(new)s."),
    "policy-slot-points": lazy("Titik nilai %(subject)s berubah dari %(old)s menjadi %(new)s."),
    "policy-slot-actionable": lazy("Apakah %(subject)s dapat diperbaiki pegawai: dahulu %(old)s, sekarang %(new)s."),
    "policy-slot-step": lazy("Langkah perubahan %(subject)s berubah dari %(old)s menjadi %(new)s."),
    "policy-option-added": lazy("%(subject)s sekarang mengisi tempat %(detail)s bagi yang berlaku."),
    "policy-option-removed": lazy("%(subject)s tidak lagi mengisi tempat %(detail)s."),
    "policy-option-order": lazy("Yang mengisi tempat %(subject)s: dahulu urut %(old)s, sekarang urut %(new)s."),
    "policy-slot-set-missing": lazy("Bila data %(subject)s kosong: %(new)s."),
    "policy-slot-set-neutral": lazy("Nilai netral %(subject)s: %(new)s."),
    "policy-slot-set-points": lazy("Titik nilai %(subject)s: %(new)s."),
    "policy-slot-order": lazy("Urutan indikator berubah dari %(old)s menjadi %(new)s."),
    "policy-gate-set-param": lazy("Syarat «%(subject)s»: %(detail)s %(new)s."),
    "policy-gate-set-citation": lazy("Dasar syarat «%(subject)s»: «%(new)s»."),
    "policy-gate-order": lazy("Urutan syarat berubah dari %(old)s menjadi %(new)s."),
    "policy-gate-removed": lazy("Syarat «%(subject)s» (%(detail)s) dihapus."),
    "policy-gate-added": lazy("Syarat «%(subject)s» (%(detail)s) ditambahkan; kedudukannya: %(new)s."),
    "policy-gate-kind": lazy("Jenis syarat «%(subject)s» berubah dari %(old)s menjadi %(new)s."),
    "policy-gate-param": lazy("Syarat «%(subject)s»: %(detail)s berubah dari %(old)s menjadi %(new)s."),
    "policy-gate-title": lazy("Bunyi syarat «%(old)s» menjadi «%(new)s»."),
    "policy-gate-citation": lazy("Dasar syarat «%(subject)s» berubah dari «%(old)s» menjadi «%(new)s»."),
    "policy-gate-status": lazy("Kedudukan syarat «%(subject)s» berubah dari «%(old)s» menjadi «%(new)s»."),
    "policy-gate-decree": lazy("Keputusan PPK untuk syarat «%(subject)s»: dahulu %(old)s, sekarang %(new)s."),
    "judgement-topic-unknown": lazy("Kelompok perbandingan ini tidak ada pada rancangan. Muat ulang halaman."),
    "judgement-incomplete": lazy("Bandingkan juga: %(pairs)s."),
    "judgement-none": lazy("Belum ada perbandingan yang lengkap untuk %(topic)s."),
    "judgement-pillar-fine": lazy(
        "Bobot pilar %(topic)s terlalu halus, sehingga bobot di dalamnya tidak dapat dibulatkan. Tulis bobot pilar "
        "paling banyak dua desimal, atau bandingkan juga antarpilar."
    ),
    "judgement-too-many": lazy("Paling banyak %(limit)s hal dapat dibandingkan berpasangan sekaligus."),
    "simulation-purpose": lazy("Tulis untuk apa simulasi ini, supaya yang membaca catatannya mengerti."),
    "simulation-purpose-long": lazy("Keterangan paling banyak %(limit)s karakter. Persingkat."),
    "simulation-unchanged": lazy("Belum ada yang diubah. Ubah bobot, nilai netral, atau sebuah syarat."),
    "simulation-weight": lazy("Bobot «%(value)s» bukan angka. Isi persen, misalnya 17,5."),
    "simulation-neutral": lazy("Geser nilai netral paling banyak 20 poin, tanpa desimal."),
    "simulation-gate-unknown": lazy("Syarat «%(gate)s» tidak ada pada kebijakan peringkat ini."),
    "simulation-pool": lazy(
        "Peringkat ini memuat %(considered)s pegawai. Simulasi di halaman paling banyak %(limit)s pegawai."
    ),
    "simulation-of-simulation": lazy("Peringkat ini sendiri simulasi. Pilih peringkat yang memakai kebijakan beku."),
    "simulation-unknown": lazy("Simulasi %(code)s tidak ada."),
    "simulation-damaged": lazy("Simulasi ini menghasilkan sidik yang lain daripada saat dicatat. Laporkan."),
    "rate-few": lazy("belum dapat dinilai"),
    "rate-descriptive": lazy("hanya gambaran"),
    "rate-apart": lazy("berbeda"),
    "rate-alike": lazy("tidak terbukti berbeda"),
    "did-policy-revise": lazy("Mengubah rancangan kebijakan"),
    "did-policy-submit": lazy("Mengajukan kebijakan untuk ditelaah"),
    "did-policy-withdraw": lazy("Menarik kembali rancangan kebijakan"),
    "did-policy-review": lazy("Menelaah kebijakan"),
    "did-policy-return": lazy("Mengembalikan rancangan kebijakan"),
    "did-policy-approve": lazy("Menyetujui kebijakan"),
    "did-policy-discard": lazy("Membuang rancangan kebijakan"),
    "did-policy-restore": lazy("Mengambil lagi rancangan kebijakan"),
    "did-policy-judge": lazy("Membandingkan bobot kebijakan"),
    "did-run-simulate": lazy("Mensimulasikan kebijakan"),
    "reading-simulation": lazy("Simulasi kebijakan"),
}
