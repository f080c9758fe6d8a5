"""Times, signatures and keys as text: each is read in its one spelling, and in no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli.signing.age import FORMS, Time
from whcli.signing.encoding import KEYS, SPELLINGS, Encoding, Key, decode
from whcli.signing.keypair import KEY_PAIRS, keys

SEED = bytes(range(32))


@pytest.mark.parametrize(
    ("form", "text", "seconds"),
    [
        ("s", b"1700000000", 1_700_000_000),
        ("s", b"1700000000.5", None),
        ("s", b"1700000000000", None),
        ("s", "٣".encode(), None),
        ("s", b"", None),
        ("ms", b"1700000000123", 1_700_000_000.123),
        ("ms", b"1700000000", None),
        ("ms", b"-700000000123", None),
        ("s or ms", b"1700000000", 1_700_000_000),
        ("s or ms", b"1700000000123", 1_700_000_000.123),
        ("s or ms", b"1" * 16, None),
        ("iso", b"2023-11-14T22:13:20Z", 1_700_000_000),
        ("iso", b"2023-11-14T22:13:20.123456789Z", 1_700_000_000.123456),
        ("iso", b"2023-11-14T14:13:20-08:00", 1_700_000_000),
        ("iso", b"2023-11-14T22:13:20.5", 1_700_000_000.5),
        ("iso", b"2023-11-14 22:13:20Z", None),
        ("iso", b"2023-02-30T22:13:20Z", None),
        ("iso", b"2023-11-14T22:13:20Z\n", None),
        ("iso", b"20231114T221320Z", None),
    ],
)
def test_times(form: Time, text: bytes, seconds: float | None):
    found = FORMS[form].read(text)
    assert found == (pytest.approx(seconds) if seconds is not None else None)


@pytest.mark.parametrize("form", FORMS)
@given(seconds=st.integers(157_766_400, 99_999_999_999))
def test_a_time_is_read_as_it_was_written(form: Time, seconds: int):
    assert FORMS[form].read(FORMS[form].write(datetime.fromtimestamp(seconds, UTC)).encode()) == seconds


@pytest.mark.parametrize("encoding", SPELLINGS)
@given(raw=st.binary(min_size=1, max_size=70), more=st.sampled_from([b"=", b"==", b" ", b"\n", b"A", b"0", b"\xff"]))
def test_a_signature_has_one_text(encoding: Encoding, raw: bytes, more: bytes):
    text = SPELLINGS[encoding].encode(raw)
    assert decode(text, encoding) == raw
    assert decode(text + more, encoding) != raw
    assert decode(more + text, encoding) != raw
    if encoding in ("hex", "HEX") and text != text.swapcase():
        assert decode(text.swapcase(), encoding) == b""
    if encoding == "hex or HEX":
        assert decode(text.upper(), encoding) == raw


@pytest.mark.parametrize(
    ("form", "text", "key"),
    [
        ("whsec", b"whsec_QUI=", b"AB"),
        ("whsec", b"QUI", b"AB"),
        ("whsec", b"v1,whsec_QUI=", b"AB"),
        ("whsec or text", b"whsec_QUI=", b"AB"),
        ("whsec or text", b"QUI=", b"QUI="),
        ("after colon", b"name.id:secret", b"secret"),
        ("hex", b"4142", b"AB"),
        ("NFKD", "ﬁ é".encode(), "fi e\u0301".encode()),
    ],
)
def test_secrets_that_stand_for_keys(form: Key, text: bytes, key: bytes):
    assert KEYS[form](text) == key


@pytest.mark.parametrize("name", KEY_PAIRS)
def test_key_pairs_in_the_forms_that_providers_show(name: str):
    pair = KEY_PAIRS[name]
    private = pair.new(SEED)
    assert pair.new(SEED) == private
    signature = pair.sign(private, b"message")
    assert signature is not None
    forms = ("der", "pem", "hex", "base64", "whpk") if name == "ed25519" else ("der", "pem")
    shown = [pair.shown(private, form) for form in forms]
    shown.append(json.dumps({"data": {"public_key": pair.shown(private, "pem")}, "message": "OK"}))
    for public in shown:
        assert pair.verifies(public, signature, b"message")
        assert not pair.verifies(public, signature, b"another")
        assert not pair.verifies(public, b"", b"message")
        assert pair.sign(public, b"message") is None
    for other in KEY_PAIRS.values():
        if other.kind != pair.kind:
            assert not other.verifies(private, signature, b"message")


@pytest.mark.parametrize(
    "text", ["", "x", "whsk_", "whpk_AAAA", "{}", "[]", '{"a": "-----BEGIN PUBLIC KEY-----"}', "{" * 10_000, "0" * 63]
)
def test_what_is_no_key_holds_none(text: str):
    assert keys(text) == ()
