"""Credentials sent along: only the exact text passes, and it is said what they leave open."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.signing.credential import FORMS, CredentialScheme, Unsigned
from whcli.signing.params import Param
from whcli.signing.slots import Header, Json, Query, Slot

NOW = datetime(2024, 1, 1, tzinfo=UTC)
REQUEST = Request("POST", "https://example.com/hooks", Headers([(b"Host", b"example.com")]), b'{"a":1}')
SECRET = Secret("mine", "user:pa ss:wörd")
TOKEN = Secret("mine", "s3cret-Token_1")
SLOTS: tuple[Slot, ...] = (Header("Authorization"), Query("token"), Json("passcode"))

WRITTEN = {
    "text": SECRET.value.encode(),
    "bearer": b"Bearer " + SECRET.value.encode(),
    "basic": b"Basic " + base64.b64encode(SECRET.value.encode()),
    "basic or bearer": b"Basic " + base64.b64encode(SECRET.value.encode()),
    "sha256": hashlib.sha256(SECRET.value.encode()).hexdigest().encode(),
}


def bearing(*values: bytes) -> Request:
    return REQUEST._replace(headers=Headers([*REQUEST.headers, *((b"authorization", value) for value in values)]))


def outcome(request: Request, scheme: CredentialScheme, *secrets: Secret) -> str:
    return scheme.verify(request, secrets=secrets or [SECRET], now=NOW).outcome


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_written_as_documented(form):
    scheme = CredentialScheme(Header("Authorization"), form)
    signed = scheme.sign(REQUEST, secret=SECRET, now=NOW)
    assert signed.headers.first(b"authorization") == WRITTEN[form]
    verdict = scheme.verify(signed, secrets=[TOKEN, SECRET], now=NOW)
    assert (verdict.outcome, verdict.secret_label) == ("valid", "mine")
    assert "body is not covered" in verdict.reason
    assert scheme.verify(signed._replace(body=b"another"), secrets=[SECRET], now=NOW).outcome == "valid"


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.where)
def test_a_token_lies_in_any_slot(slot: Slot):
    scheme = CredentialScheme(slot)
    assert not scheme.present(REQUEST)
    assert outcome(REQUEST, scheme, TOKEN) == "missing"
    signed = scheme.sign(REQUEST, secret=TOKEN, now=NOW)
    assert scheme.present(signed)
    assert scheme.sign(signed, secret=TOKEN, now=NOW) == signed
    assert outcome(signed, scheme, TOKEN) == "valid"
    assert outcome(signed, scheme, Secret("other", "s3cret-Token_2")) == "mismatch"


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_no_other_text_passes(form, data: st.DataObject):
    scheme, good = CredentialScheme(Header("Authorization"), form), WRITTEN[form]
    at = data.draw(st.integers(0, len(good)))
    changed = data.draw(
        st.sampled_from(
            [
                good[:at],
                good[at:],
                good[:at] + b" " + good[at:],
                good[:at] + b"\x00" + good[at:],
                good.upper(),
                good.lower(),
                good.swapcase(),
                good + b"=",
                good + b"\n",
                good.partition(b" ")[2],
                b"Bearer " + good,
                b"Basic " + good,
                good * 1000,
                b"\xff" + good,
                SECRET.value.encode("utf-16"),
                b"",
            ]
        )
    )
    if changed != good:
        assert outcome(bearing(changed), scheme) == "mismatch"


def test_two_credentials_are_refused_in_either_order():
    scheme = CredentialScheme(Header("Authorization"), "basic")
    good, bad = WRITTEN["basic"], b"Basic eDp5"
    for pair in ((good, bad), (bad, good), (good, good)):
        assert outcome(bearing(*pair), scheme) == "malformed"
        assert outcome(bearing(b",".join(pair)), scheme) == "mismatch"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", ["", " ", "\t\n", "\udc80"])
def test_what_cannot_be_a_secret_is_refused(form, value: str):
    with pytest.raises(UsageError, match="mine"):
        CredentialScheme(Header("Authorization"), form).check(Secret("mine", value))


def test_a_password_without_a_user_is_refused():
    with pytest.raises(UsageError, match="user:password"):
        CredentialScheme(Header("Authorization"), "basic").check(TOKEN)
    CredentialScheme(Header("Authorization"), "basic or bearer").check(TOKEN)


@pytest.mark.parametrize("value", ["zq\r\nX-Evil: 1", "zq\n", " zq", "zq\x00"])
def test_a_secret_that_would_break_a_header_is_not_written(value: str):
    with pytest.raises(UsageError, match="header") as refused:
        CredentialScheme(Header("X-Token")).sign(REQUEST, secret=Secret("mine", value), now=NOW)
    assert value not in refused.value.message


def test_the_user_may_name_the_header():
    param = Param("header", "the header that bears the token", "Authorization")
    scheme = CredentialScheme(Header("{param:header}"), params=(param,))
    signed = scheme.sign(REQUEST, secret=TOKEN, now=NOW)
    assert signed.headers.first(b"authorization") == TOKEN.value.encode()
    assert scheme.present(signed)
    assert outcome(signed, scheme, TOKEN) == "valid"
    assert scheme.describe()["signature"] == "Authorization"
    assert scheme.bind({}).signature.name == "Authorization"
    bound = scheme.bind({"header": "X-My-Token"})
    assert bound.params == ()
    assert bound.sign(REQUEST, secret=TOKEN, now=NOW).headers.first(b"x-my-token") == TOKEN.value.encode()
    for name in ("X Y", "X:Y", "Ä", "X\r\nY"):
        with pytest.raises(UsageError):
            scheme.bind({"header": name})
    with pytest.raises(UsageError, match="no param"):
        bound.bind({"header": "X"})


@pytest.mark.parametrize("form", FORMS)
def test_new_secrets_fit_their_form(form):
    scheme = CredentialScheme(Header("Authorization"), form)
    first, second = (Secret("new", scheme.make_secret(bytes([byte]) * 32)) for byte in (1, 2))
    scheme.check(first)
    assert outcome(scheme.sign(REQUEST, secret=first, now=NOW), scheme, second) == "mismatch"
    with pytest.raises(ValueError, match="32 random bytes"):
        scheme.make_secret(bytes(31))


def test_what_signs_nothing_is_never_valid():
    scheme = Unsigned()
    for secrets in ((), (TOKEN,)):
        assert scheme.verify(REQUEST, secrets=secrets, now=NOW).outcome == "unchecked"
    assert scheme.sign(REQUEST, secret=TOKEN, now=NOW) is REQUEST
    assert not scheme.needs_secret
    with pytest.raises(UsageError, match="mine"):
        scheme.check(TOKEN)
    with pytest.raises(UsageError, match="signs nothing"):
        scheme.make_secret(bytes(32))
