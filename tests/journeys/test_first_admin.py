"""How the first admin comes in: the link that ``merit init`` prints, a password, the second factor."""

from __future__ import annotations

import pytest

from tests.journeys.looks import look_faults

pytestmark = pytest.mark.journey

_PASSWORD = "kuda laut menari di teluk"


def test_the_first_admin_follows_the_printed_link(arrive, installation):
    visitor = arrive()
    page = visitor.page

    assert visitor.visit(installation.activation) == 200
    assert look_faults(page) == []
    page.get_by_label("Kata sandi baru", exact=True).fill("terlalu")
    page.get_by_label("Ulangi kata sandi baru").fill("terlalu")
    visitor.press("Simpan kata sandi")
    assert look_faults(page) == []
    page.get_by_label("Kata sandi baru", exact=True).fill(_PASSWORD)
    page.get_by_label("Ulangi kata sandi baru").fill(_PASSWORD)
    visitor.press("Simpan kata sandi")
    page.wait_for_url("**/masuk")

    page.get_by_label("NIP atau nama pengguna").fill("admin")
    page.get_by_label("Kata sandi", exact=True).fill(_PASSWORD)
    visitor.press("Masuk")
    page.wait_for_url("**/masuk/pasang-faktor")
    assert look_faults(page) == []
    page.get_by_text("Tidak dapat memindai?").click()
    secret = page.locator("details code").inner_text().replace(" ", "")
    page.get_by_label("Kode").fill(installation.code("admin", secret))
    visitor.press("Pasang dan masuk")
    page.wait_for_url(lambda url: "/masuk" not in url)

    assert page.get_by_role("link", name="Pengguna").is_visible()
    assert visitor.visit(installation.activation) == 404
