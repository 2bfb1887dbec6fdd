"""The columns of the items' workbook, in the words of those who fill it in."""

from __future__ import annotations

from dataclasses import dataclass

SHEET = "butir"
GUIDE = "Petunjuk"
OPTIONS = tuple("abcdefghij")
GAP = "[[jawaban]]"

KINDS = {
    "pilihan_tunggal": "single_choice",
    "pilihan_banyak": "multiple_choice",
    "sjt": "sjt",
    "benar_salah": "true_false",
    "urutan": "order",
    "menjodohkan": "match",
    "pilihan_dalam_kalimat": "inline_choice",
    "isian": "text_entry",
    "isian_angka": "numeric_entry",
    "esai": "essay",
    "informasi": "information",
}
KIND_NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what goes in, an example."""

    name: str
    hint: str
    required: bool = False


COLUMNS = (
    Column("kode", "Kode butir di bank soal; kosong berarti diberi kode otomatis."),
    Column("jenis", "Salah satu dari: " + ", ".join(KINDS) + ".", required=True),
    Column("judul", "Judul singkat untuk penyusun; tidak wajib."),
    Column(
        "soal",
        f"Pertanyaan. Baris baru tetap baris baru. Tulis {GAP} di tempat isian atau pilihan di dalam kalimat. "
        "Teks berformat ditulis di antara <html> dan </html>.",
        required=True,
    ),
    *(
        Column(
            f"pilihan_{letter}",
            "Pilihan jawaban. Untuk menjodohkan: kiri -> kanan (pengecoh: -> kanan). Untuk urutan: hal yang diurutkan."
            if letter == "a"
            else "Seperti pilihan_a.",
        )
        for letter in OPTIONS
    ),
    Column(
        "kunci",
        "Huruf pilihan yang benar (B), beberapa huruf (A; C), urutan huruf (C; A; B), Benar atau Salah, jawaban isian "
        "(Jakarta; DKI Jakarta), atau angka (9,81). Kosong untuk sjt, menjodohkan, esai, informasi.",
    ),
    Column("bobot", "Poin tiap pilihan, misalnya A=5; B=3; C=1. Wajib untuk sjt (1 sampai 5)."),
    Column("penilaian", "semua: harus benar seluruhnya; tiap: dinilai per bagian. Kosong berarti semua."),
    Column("nilai", "Poin tertinggi butir; kosong berarti 1 (sjt: bobot tertinggi)."),
    Column("toleransi", "Untuk isian_angka: selisih yang diterima (0,05) atau persen (2 %)."),
    Column("satuan", "Untuk isian_angka: satuan yang ditampilkan, misalnya m/s²."),
    Column("peka_huruf", "Untuk isian: ya bila huruf besar dan kecil dibedakan."),
    Column("acak", "tidak bila urutan pilihan harus tetap; kosong berarti ya."),
    Column("kompetensi", "Kode kompetensi, misalnya M.05."),
    Column("level", "Level kompetensi, 1 sampai 5."),
    Column("subjek", "Pokok bahasan atau bidang."),
    Column("bahasa", "Kode bahasa: id (bawaan), en."),
    Column("taksiran", "Perkiraan bagian peserta yang menjawab benar, 0 sampai 1, misalnya 0,6."),
    Column("pembahasan", "Mengapa kuncinya benar; tidak tampil bagi peserta ujian."),
    Column("rubrik", "Untuk esai: pedoman penilaian."),
    Column("langkah", "Untuk esai: langkah poin penilai; kosong berarti 1."),
    Column("selisih", "Untuk esai: selisih dua penilai yang memanggil penilai ketiga; kosong berarti 1."),
    Column("panjang", "Untuk isian: perkiraan jumlah huruf; untuk esai: jumlah baris."),
    Column("kata_maks", "Untuk esai: paling banyak berapa kata; kosong berarti tanpa batas."),
)
HEADINGS = tuple(column.name for column in COLUMNS)

EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "jenis": "pilihan_tunggal",
        "soal": "Siapa yang menetapkan kebijakan umum pemerintahan daerah?",
        "pilihan_a": "Kepala daerah",
        "pilihan_b": "Sekretaris daerah",
        "pilihan_c": "Kepala dinas",
        "kunci": "A",
        "kompetensi": "M.05",
        "level": "2",
        "taksiran": "0,7",
    },
    {
        "jenis": "pilihan_banyak",
        "soal": "Pilih semua yang termasuk informasi yang wajib diumumkan secara berkala.",
        "pilihan_a": "Laporan keuangan",
        "pilihan_b": "Rahasia pribadi pegawai",
        "pilihan_c": "Kegiatan badan publik",
        "kunci": "A; C",
        "bobot": "A=1; B=-1; C=1",
        "penilaian": "tiap",
        "nilai": "2",
    },
    {
        "jenis": "sjt",
        "soal": "Seorang warga marah karena antrean panjang. Apa yang Anda lakukan?",
        "pilihan_a": "Mendengarkan, menjelaskan, lalu mencari jalan keluar",
        "pilihan_b": "Meminta warga menunggu",
        "pilihan_c": "Memanggil atasan",
        "pilihan_d": "Membuka loket tambahan tanpa bicara",
        "pilihan_e": "Meminta petugas keamanan",
        "bobot": "A=5; B=2; C=3; D=4; E=1",
        "kompetensi": "M.06",
        "level": "2",
    },
    {"jenis": "benar_salah", "soal": "Gratifikasi wajib dilaporkan.", "kunci": "Benar"},
    {
        "jenis": "urutan",
        "soal": "Urutkan tahap perencanaan.",
        "pilihan_a": "Pelaksanaan",
        "pilihan_b": "Penetapan tujuan",
        "pilihan_c": "Evaluasi",
        "kunci": "B; A; C",
    },
    {
        "jenis": "menjodohkan",
        "soal": "Jodohkan dokumen dengan isinya.",
        "pilihan_a": "RPJMD -> rencana lima tahun",
        "pilihan_b": "RKPD -> rencana satu tahun",
        "pilihan_c": "-> rencana dua puluh tahun",
        "penilaian": "tiap",
        "nilai": "2",
    },
    {
        "jenis": "pilihan_dalam_kalimat",
        "soal": f"Anggaran disahkan melalui {GAP} daerah.",
        "pilihan_a": "peraturan",
        "pilihan_b": "surat edaran",
        "kunci": "A",
    },
    {"jenis": "isian", "soal": f"Ibu kota Sulawesi Selatan ialah {GAP}.", "kunci": "Makassar; Kota Makassar"},
    {
        "jenis": "isian_angka",
        "soal": f"Percepatan gravitasi di permukaan bumi kira-kira {GAP}.",
        "kunci": "9,81",
        "toleransi": "0,05",
        "satuan": "m/s²",
    },
    {
        "jenis": "esai",
        "soal": "Jelaskan cara Anda memimpin perubahan di unit kerja.",
        "nilai": "10",
        "rubrik": "Tujuan jelas 4, langkah masuk akal 4, contoh nyata 2.",
        "panjang": "12",
        "kata_maks": "300",
    },
    {"jenis": "informasi", "soal": "Bacalah kasus berikut sebelum menjawab tiga soal selanjutnya."},
)
