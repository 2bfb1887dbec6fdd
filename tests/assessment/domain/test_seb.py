"""Config keys of Safe Exam Browser, against the keys other software computed for the same files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from merit.assessment.domain.seb import canonical_json, config_key, is_allowed, key_of, request_hash
from merit.errors import InvalidInputError

pytestmark = pytest.mark.unit

FOLDER = "data/items/moodle-core-4.5.6"


def test_keys_of_the_reference_files(shared: Path):
    folder = shared / FOLDER
    expected = {
        case["file"] or "": case.get("configKey")
        for case in json.loads((folder / "EXPECTED_SEB_CONFIG_KEY.json").read_text())["cases"]
    }
    files = "mod/quiz/accessrule/seb/tests/fixtures"

    windows = config_key((folder / files / "unencrypted_win_223.seb").read_bytes())
    mac = key_of((folder / files / "JSON_unencrypted_mac_001.txt").read_text().strip())
    empty = key_of("[]")

    assert windows == expected[f"{files}/unencrypted_win_223.seb"]
    assert mac == expected[f"{files}/unencrypted_mac_001.seb"]
    assert empty == expected[""]


def test_the_originator_does_not_count(shared: Path):
    settings = (shared / FOLDER / "mod/quiz/accessrule/seb/tests/fixtures/simpleunencrypted.seb").read_bytes()
    start = settings.index(b"<key>originatorVersion</key>")
    end = settings.index(b"</string>", start) + len(b"</string>")

    assert config_key(settings) == config_key(settings[:start] + settings[end:])


def test_keys_are_sorted_without_case_and_empty_dictionaries_left_out():
    assert canonical_json({"b": {}, "C": True, "a": [{"z": 1, "Y": "é"}, {}]}) == '{"a":[{"Y":"é","z":1}],"C":true}'


@pytest.mark.parametrize(
    "content", [b"", b"plhd\x00", b"<plist><array/></plist>", b'<!DOCTYPE p [<!ENTITY a "b">]><plist/>']
)
def test_what_is_not_a_settings_file_is_refused(content: bytes):
    with pytest.raises(InvalidInputError):
        config_key(content)


def test_a_value_seen_for_one_address_is_worthless_for_another():
    key = "ab" * 32
    address = "https://ujian.example/ujian/abc"
    sent = hashlib.sha256((address + key).encode()).hexdigest()

    assert request_hash(address + "#soal-3", key) == sent
    assert is_allowed([key], address, sent.upper())
    assert is_allowed(["cd" * 32, key], address, sent)
    assert not is_allowed([key], address + "/", sent)
    assert not is_allowed([key], address, "")
    assert not is_allowed([key], address, key)
    assert is_allowed([], address, "")
