"""WTForms' and Flask-WTF's own messages in Indonesian; each says what to do."""

from __future__ import annotations

_CHOICE = "Pilih salah satu pilihan yang tersedia."
_SESSION = "Sesi formulir ini sudah berakhir. Muat ulang halaman, lalu kirim lagi."
_FILE_KIND = "Pilih berkas dengan jenis yang diminta."

INDONESIAN: dict[str, str] = {
    "Invalid field name '%s'.": "Nama isian '%s' tidak dikenal.",
    "Field must be equal to %(other_name)s.": "Samakan isian ini dengan %(other_name)s.",
    "Field must be at least %(min)d characters long.": "Isi paling sedikit %(min)d karakter.",
    "Field cannot be longer than %(max)d characters.": "Isi paling banyak %(max)d karakter.",
    "Field must be exactly %(max)d characters long.": "Isi tepat %(max)d karakter.",
    "Field must be between %(min)d and %(max)d characters long.": "Isi %(min)d sampai %(max)d karakter.",
    "Number must be at least %(min)s.": "Isi angka paling kecil %(min)s.",
    "Number must be at most %(max)s.": "Isi angka paling besar %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Isi angka %(min)s sampai %(max)s.",
    "Date must be at least %(min)s.": "Isi tanggal paling awal %(min)s.",
    "Date must be at most %(max)s.": "Isi tanggal paling akhir %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Isi tanggal antara %(min)s dan %(max)s.",
    "This field is required.": "Isi bagian ini.",
    "Invalid input.": "Periksa penulisan isian ini.",
    "Invalid email address.": "Isi alamat surel yang lengkap, misalnya nama@contoh.go.id.",
    "Invalid IP address.": "Isi alamat IP yang lengkap.",
    "Invalid Mac address.": "Isi alamat MAC yang lengkap.",
    "Invalid URL.": "Isi alamat web yang lengkap, misalnya https://contoh.go.id.",
    "Invalid UUID.": "Isi UUID yang lengkap.",
    "Invalid value, must be one of: %(values)s.": "Isi salah satu dari: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Pakai nilai lain selain: %(values)s.",
    "This field cannot be edited.": "Isian ini tidak dapat diubah.",
    "This field is disabled and cannot have a value.": "Kosongkan isian ini; isian sedang dinonaktifkan.",
    "Invalid CSRF Token.": _SESSION,
    "CSRF token missing.": _SESSION,
    "CSRF failed.": _SESSION,
    "CSRF token expired.": _SESSION,
    "Invalid Choice: could not coerce.": _CHOICE,
    "Choices cannot be None.": "Pilihan belum tersedia. Muat ulang halaman.",
    "Not a valid choice.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICE,
    "'%(value)s' are not valid choices for this field.": "'%(value)s' tidak ada dalam pilihan.",
    "Not a valid datetime value.": "Isi tanggal dan jam seperti 2026-03-01 09:30.",
    "Not a valid date value.": "Isi tanggal seperti 2026-03-01.",
    "Not a valid time value.": "Isi jam seperti 09:30.",
    "Not a valid week value.": "Isi minggu seperti 2026-W09.",
    "Not a valid integer value.": "Isi dengan bilangan bulat.",
    "Not a valid decimal value.": "Isi dengan angka.",
    "Not a valid float value.": "Isi dengan angka.",
    "File does not have an approved extension.": _FILE_KIND,
    "File does not have an approved extension: {extensions}": "Pilih berkas berjenis: {extensions}",
}
