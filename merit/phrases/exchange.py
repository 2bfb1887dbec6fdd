"""Sentences of the exchange part: what is wrong with a file, and what to do."""

from __future__ import annotations

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: dict[str, LazyString] = {
    # the file as a whole
    "file-empty": lazy("Berkas atau lembar ini kosong. Isi baris judul dan data, lalu unggah lagi."),
    "file-no-rows": lazy("Tidak ada baris data di bawah judul. Isi datanya, lalu unggah lagi."),
    "file-unreadable": lazy("Berkas tidak dapat dibuka. Periksa nama dan hak baca berkas."),
    "file-encoding": lazy(
        "Huruf pada baris %(row)s tidak tersimpan sebagai UTF-8 (kemungkinan %(encoding)s). "
        "Di Excel pilih «Simpan sebagai» lalu «CSV UTF-8», dan unggah lagi."
    ),
    "file-not-text": lazy("Berkas ini bukan CSV maupun XLSX. Simpan sebagai CSV UTF-8 atau XLSX, lalu unggah lagi."),
    "file-quotes": lazy("Tanda kutip pada baris %(row)s tidak berpasangan. Lengkapi tanda kutipnya, lalu unggah lagi."),
    "file-password": lazy(
        "Berkas dilindungi kata sandi. Buka di Excel, hapus kata sandinya, simpan, lalu unggah lagi."
    ),
    "file-xls": lazy("Ini berkas Excel lama (.xls). Buka di Excel dan simpan sebagai .xlsx, lalu unggah lagi."),
    "file-xlsb": lazy("Ini buku kerja biner (.xlsb). Simpan sebagai .xlsx, lalu unggah lagi."),
    "file-ods": lazy("Ini berkas OpenDocument (.ods). Simpan sebagai .xlsx atau CSV UTF-8, lalu unggah lagi."),
    "file-macro": lazy("Berkas memuat makro. Simpan sebagai Buku Kerja Excel (.xlsx) biasa, lalu unggah lagi."),
    "file-corrupt": lazy("Berkas rusak atau bukan XLSX. Buka di Excel, simpan ulang sebagai .xlsx, lalu unggah lagi."),
    "file-bomb": lazy(
        "Isi berkas setelah dibuka jauh melebihi batas. Salin datanya saja ke buku kerja baru, lalu unggah lagi."
    ),
    "file-too-many-rows": lazy(
        "Isi lembar sampai baris ini, padahal paling banyak %(limit)s baris. "
        "Hapus baris kosong di bawah data atau bagi berkasnya."
    ),
    "file-too-many-columns": lazy(
        "Isi lembar sampai kolom ini, padahal paling banyak %(limit)s kolom. Hapus kolom yang tidak dipakai."
    ),
    "file-formula": lazy("Sel ini berisi rumus. Salin lalu «Tempel sebagai nilai», simpan, dan unggah lagi."),
    "file-merged": lazy("Sel ini digabung. Batalkan penggabungan sel dan isi setiap baris, lalu unggah lagi."),
    "row-beyond-header": lazy(
        "Ada isi di kolom tanpa judul. Beri judul kolomnya, atau apit teks yang memuat pemisah dengan tanda kutip."
    ),
    "header-duplicate": lazy("Judul kolom «%(name)s» ada dua kali. Sisakan satu saja."),
    "header-missing": lazy(
        "Kolom wajib tidak ada: %(names)s. Tambahkan pada baris judul; contoh: «merit import %(kind)s --template»."
    ),
    # cells
    "cell-required": lazy("Kolom «%(column)s» wajib diisi. Isi sel ini."),
    "text-control": lazy("Teks memuat karakter yang tidak terlihat. Ketik ulang isinya."),
    "text-too-long": lazy("Teks lebih dari %(limit)s huruf. Persingkat isinya."),
    "number-rounded": lazy(
        "Excel telah membulatkan angka ini. Ubah format sel menjadi Teks, lalu ketik ulang dari dokumen asal."
    ),
    "nip-rounded": lazy(
        "Excel telah membulatkan NIP ini (%(value)s). Ubah format kolom menjadi Teks, lalu ketik ulang NIP 18 angka."
    ),
    "email-form": lazy("Alamat surel belum benar. Tulis seperti nama@balikpapan.go.id."),
    "date-form": lazy("«%(value)s» bukan tanggal. Tulis TTTT-BB-HH, HH-BB-TTTT, atau HH/BB/TTTT."),
    "date-impossible": lazy("Tanggal «%(value)s» tidak ada di kalender. Perbaiki hari atau bulannya."),
    "date-range": lazy("Tanggal harus antara tahun %(first)s dan %(last)s. Periksa tahunnya."),
    "date-future": lazy("Tanggal ini belum tiba. Periksa bila bukan memang demikian."),
    "number-form": lazy("«%(value)s» bukan angka. Tulis angka saja, misalnya 87,5."),
    "number-separators": lazy("Angka «%(value)s» memakai titik dan koma sekaligus. Hapus pemisah ribuannya."),
    "number-too-fine": lazy("Angka «%(value)s» lebih dari enam angka di belakang koma. Bulatkan sampai enam angka."),
    "integer-form": lazy("«%(value)s» bukan bilangan bulat. Tulis tanpa koma."),
    "integer-range": lazy("Nilai harus antara %(low)s dan %(high)s. Perbaiki angkanya."),
    "decimal-range": lazy("Nilai harus antara %(low)s dan %(high)s. Perbaiki angkanya."),
    "decimal-low": lazy("Nilai tidak boleh di bawah %(low)s. Perbaiki angkanya."),
    "days-range": lazy("Jumlah hari harus antara %(low)s dan %(high)s. Perbaiki angkanya."),
    "level-range": lazy("Level «%(value)s» tidak ada. Isi level %(low)s sampai %(high)s."),
    "year-form": lazy("«%(value)s» bukan tahun. Tulis empat angka, misalnya 2025."),
    "period-form": lazy("Periode ditulis TTTT atau TTTT-BB, misalnya 2025 atau 2025-06."),
    "period-order": lazy("Tanggal ini mendahului tanggal mulainya. Perbaiki salah satunya."),
    "choice-unknown": lazy("«%(value)s» tidak dikenal. Pilih salah satu: %(choices)s."),
    "grade-unknown": lazy("Golongan «%(value)s» tidak dikenal. Tulis seperti III/d, atau IX untuk PPPK."),
    "grade-status": lazy(
        "Golongan «%(value)s» tidak sesuai status %(status)s. PNS dan CPNS memakai III/d, PPPK angka Romawi I–XVII."
    ),
    "grade-mixed": lazy("Golongan terendah dan tertinggi harus sama-sama PNS atau sama-sama PPPK."),
    "grade-order": lazy("Golongan tertinggi di bawah golongan terendah. Tukar atau perbaiki."),
    # rows
    "row-duplicate": lazy("Baris ini memuat data yang sama kuncinya dengan baris %(row)s. Sisakan satu saja."),
    "row-outside-scope": lazy("Baris ini di luar unit kerja Anda. Hapus barisnya atau serahkan kepada admin BKPSDM."),
    "parent-rejected": lazy("Baris yang dirujuk «%(value)s» ditolak. Perbaiki baris itu lebih dahulu."),
    "official-unknown": lazy("Pegawai dengan NIP ini belum tercatat. Impor dahulu lewat berkas officials."),
    "unit-unknown": lazy("Unit «%(value)s» belum tercatat. Periksa kodenya atau impor dahulu lewat berkas units."),
    "unit-parent-unknown": lazy("Unit induk «%(value)s» tidak ada di berkas maupun catatan. Periksa kodenya."),
    "unit-cycle": lazy(
        "Unit %(unit)s berada di bawah dirinya sendiri. Perbaiki kolom induk sehingga pohonnya tidak melingkar."
    ),
    "position-unknown": lazy(
        "Jabatan «%(value)s» belum tercatat. Periksa kodenya atau impor dahulu lewat berkas positions."
    ),
    # implausible, but possible
    "unit-not-of-post": lazy("Unit berbeda dari unit jabatan %(position)s. Periksa bila bukan memang demikian."),
    "grade-outside-post": lazy("Golongan di luar rentang jabatan %(position)s. Periksa bila bukan memang demikian."),
    "post-before-service": lazy("TMT jabatan mendahului awal kerja menurut NIP. Periksa bila bukan memang demikian."),
    "post-several-holders": lazy("Jabatan %(position)s dipegang %(count)s orang. Periksa bila bukan memang demikian."),
    "reopened-before-closed": lazy("Dibuka kembali sebelum ditutup. Periksa bila bukan memang demikian."),
    # other kinds
    "competency-unknown": lazy(
        "Kode kompetensi «%(value)s» tidak dikenal. Pakai M.01–M.08, SK.01, LD, ES, P.1–P.8, JPM, atau kode teknis."
    ),
    "level-or-score": lazy("Isi level (1–5) atau skor; salah satu wajib ada."),
    "predicate-contradicts": lazy(
        "Predikat «%(value)s» bertentangan dengan matriks: hasil dan perilaku kerja ini menghasilkan «%(expected)s». "
        "Perbaiki predikat atau kosongkan."
    ),
    "before-received": lazy("Tanggal ini mendahului tanggal diterima. Perbaiki salah satunya."),
    "vacancy-code-unknown": lazy("Lowongan «%(value)s» belum tercatat. Impor dahulu lewat berkas vacancies."),
    # whole imports and their undoing
    "sp4n-kind": lazy("Format sp4n tidak ada untuk berkas %(kind)s. Yang ada: %(kinds)s."),
    "closed-without-date": lazy(
        "Menurut statusnya laporan ini sudah selesai, tetapi tanggal ditutup kosong. Tambahkan kolom ditutup; tanpa "
        "itu laporan akan terhitung masih terbuka."
    ),
    "siasn-kind": lazy("Format siasn tidak ada untuk berkas %(kind)s. Yang ada: %(kinds)s."),
    "import-kind-unknown": lazy("Jenis berkas «%(kind)s» tidak dikenal. Pilih: %(kinds)s."),
    "import-central-only": lazy("Berkas %(kind)s hanya diimpor oleh admin BKPSDM."),
    "import-large": lazy(
        "Impor ini mengubah %(updated)s dari %(standing)s catatan (%(share)s %%). "
        "Bila memang dimaksud, ulangi dengan --confirm-large atau centang persetujuannya."
    ),
    "import-conflict": lazy("Catatan yang sama sedang diubah orang lain. Tidak ada yang disimpan; ulangi impor."),
    "import-reference-gone": lazy(
        "Catatan yang dirujuk berkas ini sudah tidak ada. Tidak ada yang disimpan; ulangi impor."
    ),
    "import-upload-unknown": lazy("Unggahan ini tidak ada lagi. Unggah berkasnya sekali lagi."),
    "import-upload-not-ready": lazy("Unggahan ini sudah disimpan atau sedang dikerjakan. Lihat riwayat impor."),
    "import-upload-large": lazy("Centang persetujuan untuk perubahan sebanyak ini, lalu simpan lagi."),
    "import-upload-problems": lazy(
        "Perbaiki masalahnya, atau centang «Lewati baris yang bermasalah», lalu simpan lagi."
    ),
    "import-stage-checking": lazy("Memeriksa setiap sel"),
    "import-stage-comparing": lazy("Membandingkan dengan yang tercatat"),
    "import-stage-storing": lazy("Menyimpan"),
    "import-stage-stored": lazy("Tersimpan"),
    "import-batch-unknown": lazy("Impor nomor %(batch)s tidak ada. Periksa nomornya di halaman Impor."),
    "undo-done": lazy("Impor nomor %(batch)s sudah dibatalkan."),
    "undo-not-a-file": lazy(
        "Nomor %(batch)s bukan impor berkas melainkan penerbitan hasil sesi uji. Koreksi lewat perubahan kunci."
    ),
    "undo-is-undo": lazy("Nomor %(batch)s adalah pembatalan. Impor berkasnya sekali lagi untuk mengembalikannya."),
    "undo-referred-to": lazy(
        "Impor %(batch)s tidak dapat dibatalkan: catatan dari impor lain merujuk ke isinya. "
        "Batalkan dahulu impor yang merujuknya."
    ),
    "undo-changed-since": lazy(
        "Sebagian catatan impor nomor %(batch)s sudah diubah impor sesudahnya. Batalkan impor yang lebih baru dahulu."
    ),
}
