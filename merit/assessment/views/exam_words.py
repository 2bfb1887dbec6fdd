"""The sentences of the exam's client; its placeholders are filled in the browser."""

from __future__ import annotations

from merit.i18n import _


def client_words() -> dict[str, str]:
    """Return every sentence the client may say, in the language of the page."""
    return _items() | _screen() | _saving() | _messages()


def _items() -> dict[str, str]:
    return {
        "choose_title": _("Pilihan jawaban"),
        "choose_any": _("Pilih semua yang menurut Anda tepat."),
        "choose_least": _("Pilih paling sedikit %(n)s."),
        "choose_exactly": _("Pilih tepat %(n)s."),
        "choose_most": _("Pilih paling banyak %(n)s."),
        "order_title": _("Urutkan jawaban"),
        "order_all": _("Urutkan dari atas ke bawah dengan tombol panah atau dengan menyeretnya."),
        "order_most": _("Urutkan; %(n)s yang teratas adalah jawaban Anda."),
        "order_use": _("Urutan di atas adalah jawaban saya"),
        "move_up": _("Naikkan: %(text)s"),
        "move_down": _("Turunkan: %(text)s"),
        "match_title": _("Pasangkan"),
        "match_most": _("Buat paling banyak %(n)s pasangan."),
        "match_none": _("Pilih pasangan"),
        "inline_none": _("Pilih"),
        "blank": _("Isian %(n)s"),
        "essay_title": _("Jawaban Anda"),
        "words": _("kata"),
        "words_most": _("(paling banyak %(n)s)"),
        "hotspot_title": _("Tempat pada gambar"),
        "spot": _("Tempat %(letter)s"),
        "point_title": _("Titik pada gambar"),
        "point_hint": _("Klik pada gambar, atau isi letaknya; paling banyak %(n)s titik."),
        "point_x": _("Titik %(n)s, jarak dari kiri"),
        "point_y": _("Titik %(n)s, jarak dari atas"),
        "slider_title": _("Angka pada skala"),
        "slider_hint": _("Geser, atau ketik angkanya."),
    }


def _screen() -> dict[str, str]:
    return {
        "question": _("Soal %(n)s"),
        "section": _("Bagian %(n)s"),
        "section_open": _("Bagian %(name)s dimulai."),
        "section_over": _("Waktu bagian %(name)s habis. Jawaban dikirim, lalu bagian berikutnya terbuka."),
        "section_last_over": _("Waktu bagian %(name)s habis. Tekan Selesai ujian untuk mengakhiri ujian."),
        "section_5": _("Sisa waktu bagian ini lima menit."),
        "next_section": _("Ke bagian berikutnya"),
        "leave_title": _("Tinggalkan bagian %(name)s?"),
        "leave_blank": _("Masih ada %(n)s soal kosong di bagian ini."),
        "next": _("Simpan dan lanjutkan"),
        "last": _("Simpan dan periksa"),
        "box": _("Soal %(n)s: %(state)s"),
        "state_answered": _("sudah dijawab"),
        "state_marked": _("ragu-ragu"),
        "state_blank": _("belum dijawab"),
        "state_read": _("bacaan"),
        "to_blank": _("Ke soal kosong pertama: %(n)s"),
        "to_marked": _("Ke soal ragu-ragu pertama: %(n)s"),
        "adaptive_rule": _(
            "Soal berikutnya dipilih dari jawaban Anda. Setelah melanjutkan, jawaban soal ini tidak dapat diubah."
        ),
        "adaptive_most": _("paling banyak %(n)s"),
        "adaptive_answer": _("Jawab soal ini dulu, lalu lanjutkan."),
        "adaptive_choosing": _("Menyimpan jawaban dan memilih soal berikutnya…"),
        "adaptive_offline": _(
            "Menunggu jaringan. Jawaban Anda aman di komputer ini; soal berikutnya tampil begitu server terjangkau."
        ),
        "adaptive_over": _("Semua soal sudah Anda jawab. Tekan Selesai ujian."),
        "hint_10": _("Sisa waktu sepuluh menit."),
        "hint_5": _("Sisa waktu lima menit."),
        "over_text": _("Waktu habis. Jawaban Anda sedang dikirim."),
        "focus": _("Layar ujian ditinggalkan %(n)s kali. Ini dicatat, dan tidak menghentikan ujian Anda."),
        "finishing": _("Mengirim jawaban terakhir…"),
        "finish_unsent": _(
            "Masih ada %(n)s jawaban yang belum terkirim. Tunggu sebentar lalu coba lagi, atau panggil pengawas."
        ),
        "finish_unreachable": _("Server belum menjawab. Jawaban Anda aman; tunggu sebentar lalu coba lagi."),
    }


def _saving() -> dict[str, str]:
    return {
        "ready": _("Siap. Jawaban tersimpan sendiri."),
        "saved": _("Tersimpan di server %(time)s"),
        "saved_late": _("Diterima %(time)s setelah waktu habis"),
        "sending": _("Mengirim…"),
        "unsent": _("Belum terkirim: %(n)s jawaban"),
        "unsent_kept": _("Jawaban aman di komputer ini. Terus kerjakan; pengiriman diulang sendiri."),
        "unsent_memory": _("Jangan tutup halaman ini; pengiriman diulang sendiri. Beri tahu pengawas."),
        "displaced": _(
            "%(n)s jawaban dari komputer ini tidak dipakai karena server memegang yang lain: soal %(list)s. "
            "Periksa soal itu."
        ),
        "offline": _("Sambungan terputus. Semua jawaban sudah tersimpan; terus kerjakan."),
    }


def _messages() -> dict[str, str]:
    return {
        "lobby_waiting": _("Tunjukkan kartu identitas kepada pengawas. Halaman ini berganti sendiri."),
        "lobby_admitted": _("Identitas Anda sudah cocok. Ujian mulai begitu pengawas memulainya."),
        "tab_title": _("Ujian sudah terbuka di tab lain"),
        "tab_text": _(
            "Lanjutkan di tab itu. Bila tab itu ditutup, ujian terbuka di sini dengan semua jawaban yang ada."
        ),
        "other_title": _("Menunggu persetujuan pengawas"),
        "other_text": _(
            "Ujian Anda masih terbuka di komputer lain. Angkat tangan; begitu pengawas menyetujui, Anda melanjutkan di "
            "sini dengan semua jawaban yang sudah tersimpan."
        ),
        "ended_title": _("Ujian dilanjutkan di komputer lain"),
        "ended_text": _(
            "Jawaban dari komputer ini tidak diterima lagi. Yang sudah tersimpan tetap ada. Bila ini keliru, minta "
            "lanjut di sini dan angkat tangan."
        ),
        "denied_title": _("Pengawas tidak menyetujui"),
        "denied_text": _(
            "Ujian Anda tetap di komputer semula; lanjutkan di sana. Bila ini keliru, panggil pengawas, lalu minta "
            "lagi."
        ),
        "kept_here": _("%(n)s jawaban di komputer ini belum terkirim; unduh jawaban darurat sebelum pergi."),
        "paused_title": _("Ujian dijeda oleh pengawas"),
        "paused_text": _("Waktu Anda berhenti dan tidak berkurang. Soal tampil lagi begitu ujian dilanjutkan."),
        "unreachable_title": _("Server belum terjangkau"),
        "unreachable_text": _("Halaman ini mencoba lagi sendiri. Bila tetap begini, beri tahu pengawas."),
        "unsent_title": _("Ujian sudah ditutup, ada jawaban yang belum terkirim"),
        "unsent_text": _(
            "%(n)s jawaban masih di komputer ini. Jangan menutup halaman; panggil pengawas dan unduh jawaban darurat."
        ),
        "refused_title": _("Ujian belum dapat dibuka"),
        "broken_title": _("Halaman ini tidak berjalan sebagaimana mestinya"),
        "broken_text": _("Muat ulang halaman. Jawaban yang sudah dikirim tetap ada. Bila berulang, panggil pengawas."),
    }
