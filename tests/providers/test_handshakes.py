"""Every handshake of every provider, asked and answered; and what no handshake may be talked into."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.net.test_keys import HOSTILE
from whcli import providers
from whcli.errors import UsageError
from whcli.http import Headers, Request, Response
from whcli.model import Secret
from whcli.providers import Provider
from whcli.providers.handshakes import META, Handshake, answered, echo, mac, quiet
from whcli.signing.slots import Header, Json, Query

URL = "https://hooks.example.com/webhook/acme"
CHALLENGE = "20f9f8ed05f77439fe955c977e4c8a53"
SECRET = Secret("mine", "a secret: of théirs")
EACH = [(provider, handshake) for provider in providers.all() for handshake in provider.handshakes]
IDS = [f"{provider.name}: {handshake.name}" for provider, handshake in EACH]
each_handshake = pytest.mark.parametrize("handshake", [handshake for _, handshake in EACH], ids=IDS)
DIGEST = hmac.digest(SECRET.value.encode(), CHALLENGE.encode(), "sha256")


def post(document: object, **headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Request("POST", URL, Headers([(b"Content-Type", b"application/json"), *pairs]), body)


def params_of(handshake: Handshake) -> dict[str, str]:
    return {param.name: f"my-{param.name}" for param in handshake.params}


@pytest.mark.parametrize(("provider", "handshake"), EACH, ids=IDS)
def test_what_is_asked_is_answered_to_content(provider: Provider, handshake: Handshake):
    params = params_of(handshake)
    asked = handshake.request(URL, challenge=CHALLENGE, params=params)
    assert handshake.asked(asked)
    answer = handshake.answer(asked, secrets=[SECRET], params=params)
    assert answer is not None
    assert 200 <= answer.status < 300
    assert answer.body_size == len(answer.body)
    assert handshake.unmet(asked, answer, secrets=[SECRET], params=params) is None
    first = answered(provider.handshakes, asked, accepted=True, secrets=[SECRET], params=params)
    assert first == answer, "no other handshake of the provider stands in its way"
    refused = answered(provider.handshakes, asked, accepted=False, secrets=[SECRET], params=params)
    assert refused == (handshake.refused if handshake.signed else answer)


@each_handshake
def test_what_a_receiver_got_wrong_is_told(handshake: Handshake):
    params = params_of(handshake)
    asked = handshake.request(URL, challenge=CHALLENGE, params=params)
    for status in (199, 302, 401, 404, 500):
        assert handshake.unmet(asked, Response(status), secrets=[SECRET], params=params)
    if handshake.reply is not None or handshake.back is not None:
        accepted = Response(200, Headers(), b'{"status":"accepted","id":1}')
        assert handshake.unmet(asked, accepted, secrets=[SECRET], params=params)


@each_handshake
def test_an_ordinary_request_is_no_handshake(handshake: Handshake):
    if handshake.when or handshake.challenge:
        for request in (
            post({"type": "order.created", "id": "evt_1"}),
            post(b"\xff"),
            post(b""),
            Request("GET", URL),
            Request("PUT", URL + "?challenge=x&hub.mode=x"),
        ):
            assert handshake.answer(request, secrets=[SECRET], params=params_of(handshake)) is None


@each_handshake
def test_what_is_given_back_is_no_page_and_short(handshake: Handshake):
    params = params_of(handshake)
    if handshake.challenge is None:
        return
    for challenge in ("<script>alert(1)</script>", "a" * 1025, "a\r\nX-Evil: 1", "é", "", "a\x00", "{proof}"):
        try:
            asked = handshake.request(URL, challenge=challenge, params=params)
        except UsageError:
            continue
        answer = handshake.answer(asked, secrets=[SECRET], params=params)
        if answer is None:
            continue
        assert len(answer.body) < 2048
        assert answer.headers.first(b"x-evil") is None
        assert b"\n" not in b"".join(value for _, value in answer.headers)
        if answer.body:
            assert answer.headers.first(b"x-content-type-options") == b"nosniff"
            kind = answer.headers.first(b"content-type")
            assert kind in (b"text/plain; charset=utf-8", b"application/json")


@each_handshake
@given(st.text(max_size=300))
def test_nobody_has_a_body_signed_by_asking(handshake: Handshake, text: str):
    if handshake.proof is None or handshake.challenge is None:
        return
    for challenge in (
        text,
        json.dumps({"a": text}),
        json.dumps([text]),
        f"a={text}&b=1",
        "v0:1700000000:{}",
        "{}",
        "[]",
    ):
        asked = handshake.challenge.put(handshake.request(URL, challenge=CHALLENGE), challenge.encode())
        answer = handshake.answer(asked, secrets=[SECRET])
        assert answer is None or not set(challenge) & set('{}[]"& \n<')


@each_handshake
def test_a_proof_needs_a_secret(handshake: Handshake):
    if handshake.proof is not None:
        asked = handshake.request(URL, challenge=CHALLENGE)
        answer = handshake.answer(asked, params=params_of(handshake))
        assert answer is not None
        assert answer.status == 403
        assert handshake.unmet(asked, Response(200)) is not None


def test_slack_gets_its_challenge_back_as_text():
    (handshake,) = providers.get("slack").handshakes
    reply = handshake.answer(post({"type": "url_verification", "challenge": "<b>3eZbrw1a", "token": "t"}))
    assert reply is not None
    assert (reply.status, reply.body, reply.body_size) == (200, b"<b>3eZbrw1a", 11)
    assert reply.headers.first(b"content-type") == b"text/plain; charset=utf-8"
    asked = handshake.request(URL, challenge="c")
    as_json = Response(200, Headers(), b'{"challenge": "c"}')
    assert handshake.unmet(asked, as_json) is None, "Slack takes JSON, too"
    for other in ({"type": "event_callback", "challenge": "c"}, {"type": "url_verification"}, b"challenge=c", b"\xff"):
        assert handshake.answer(post(other)) is None


META_URL = f"{URL}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock"


def test_meta_wants_the_challenge_of_those_who_know_the_token():
    asked = Request("GET", META_URL)
    answer = META.answer(asked, params={"verify_token": "meatyhamhock"})
    assert answer is not None
    assert (answer.status, answer.body) == (200, b"1158201444")
    for params in ({"verify_token": "meatyhamhoc"}, {"verify_token": ""}, {}):
        refused = META.answer(asked, params=params)
        assert refused is not None
        assert refused.status == 403
        assert b"1158201444" not in refused.body
    twice = META.answer(Request("GET", META_URL + "&hub.verify_token=x"), params={"verify_token": "meatyhamhock"})
    assert twice is not None
    assert twice.status == 403
    assert META.answer(Request("GET", META_URL.replace("subscribe", "unsubscribe"))) is None
    assert META.answer(Request("POST", META_URL)) is None
    with pytest.raises(UsageError, match="verify_token"):
        META.request(URL, challenge="1")


def test_macs_in_each_form():
    assert mac()(SECRET.value, CHALLENGE) == DIGEST.hex()
    assert mac(encoding="base64", prefix="sha256=")(SECRET.value, CHALLENGE) == f"sha256={b64encode(DIGEST).decode()}"
    sha1 = hmac.digest(SECRET.value.encode(), CHALLENGE.encode(), hashlib.sha1)
    assert mac("sha1")(SECRET.value, CHALLENGE) == sha1.hex()


def test_a_challenge_is_not_read_as_a_template():
    shake = Handshake("c", challenge=Json("c"), reply={"c": "{challenge}", "p": "{proof}"}, proof=mac())
    for challenge in ("{proof}", "{secret}", "{0}", "{challenge.__class__}"):
        assert shake.answer(post({"c": challenge}), secrets=[SECRET]) is None, "no token"
    plain = echo(Json("c"), method="POST")
    for challenge in ("{proof}", "{secret}", "{0}", "{challenge.__class__}", "{", "}}"):
        answer = plain.answer(post({"c": challenge}))
        assert answer is not None
        assert answer.body == challenge.encode()


def test_the_first_secret_proves():
    shake = Handshake("c", challenge=Query("c"), method="GET", reply="{proof}", proof=mac())
    asked = shake.request(URL, challenge=CHALLENGE)
    answer = shake.answer(asked, secrets=[SECRET, Secret("old", "x")])
    assert answer is not None
    assert answer.body == DIGEST.hex().encode()


def test_a_header_is_given_back():
    shake = Handshake("secret", challenge=Header("X-Hook-Secret"), back=Header("X-Hook-Secret"))
    answer = shake.answer(post(b"", x_hook_secret="b537207f20cbfa02357cf448134da559"))
    assert answer == Response(200, Headers([(b"X-Hook-Secret", b"b537207f20cbfa02357cf448134da559")]))
    asked = shake.request(URL, challenge="abc")
    assert shake.unmet(asked, Response(204, Headers([(b"x-hook-secret", b"abc")]))) is None
    assert shake.unmet(asked, Response(200)) == "It did not give back X-Hook-Secret."


def test_values_said_twice_are_no_challenge():
    shake = echo(Query("challenge"))
    assert shake.answer(Request("GET", URL + "?challenge=a&challenge=b")) is None
    assert shake.answer(Request("GET", URL + "?challenge=a%20b")) is not None


def test_an_empty_answer_to_a_test_call():
    assert quiet("test", "HEAD").answer(Request("HEAD", URL)) == Response(200)
    assert quiet("test", "HEAD").answer(Request("GET", URL)) is None


META_ASKED = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=my-verify_token"
VERIFICATION = "webhook_callback_verification"
ZOOM = {"event": "endpoint.url_validation", "payload": {"plainToken": CHALLENGE}, "event_ts": 1700000000000}
NOTION = {"verification_token": "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}
XERO = {"events": [], "firstEventSequence": 0, "lastEventSequence": 0, "entropy": "S0m3r4Nd0mt3xt"}


@pytest.mark.parametrize(
    ("name", "asked", "status", "body"),
    [
        *(
            (name, Request("GET", URL + META_ASKED), 200, "1158201444")
            for name in ("whatsapp", "facebook", "messenger")
        ),
        ("instagram", Request("GET", URL + META_ASKED), 200, "1158201444"),
        ("dropbox", Request("GET", URL + "?challenge=a-B_c"), 200, "a-B_c"),
        ("nylas", Request("GET", URL + "?challenge=bc609b38-c81f-47fb"), 200, "bc609b38-c81f-47fb"),
        ("onfleet", Request("GET", URL + "?check=61d8f9"), 200, "61d8f9"),
        (
            "microsoft-graph",
            Request("POST", URL + "?validationToken=Validation%3a+Testing"),
            200,
            "Validation: Testing",
        ),
        ("monday", post({"challenge": "3eZbrw1aBm2rZgRNFdxV2595"}), 200, {"challenge": "3eZbrw1aBm2rZgRNFdxV2595"}),
        ("notion", post(NOTION), 200, ""),
        ("xero", post(XERO), 200, ""),
        ("trello", Request("HEAD", URL), 200, ""),
        ("surveymonkey", Request("HEAD", URL), 200, ""),
        ("mandrill", Request("HEAD", URL), 200, ""),
        ("dropbox-sign", post(b"x"), 200, "Hello API Event Received"),
        ("twitch", post({"challenge": "pogchamp"}, twitch_eventsub_message_type=VERIFICATION), 200, "pogchamp"),
        ("zoom", post(ZOOM), 200, {"plainToken": CHALLENGE, "encryptedToken": DIGEST.hex()}),
        ("mailchimp", Request("GET", URL), 200, ""),
        (
            "okta",
            Request("GET", URL, Headers([(b"x-okta-verification-challenge", b"a1b2")])),
            200,
            {"verification": "a1b2"},
        ),
        (
            "worldline",
            Request("GET", URL, Headers([(b"X-GCS-Webhooks-Endpoint-Verification", b"a1b2-c3")])),
            200,
            "a1b2-c3",
        ),
        (
            "twitter",
            Request("GET", f"{URL}?crc_token={CHALLENGE}&nonce=x"),
            200,
            {"response_token": f"sha256={b64encode(DIGEST).decode()}"},
        ),
        (
            "linkedin",
            Request("GET", f"{URL}?challengeCode={CHALLENGE}&applicationId=1"),
            200,
            {"challengeCode": CHALLENGE, "challengeResponse": DIGEST.hex()},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_providers_ask_as_they_ask_it(name: str, asked: Request, status: int, body: str | dict[str, str]):
    params = {"verify_token": "my-verify_token"}
    answer = answered(providers.get(name).handshakes, asked, accepted=True, secrets=[SECRET], params=params)
    assert answer is not None
    assert answer.status == status
    assert (json.loads(answer.body) if isinstance(body, dict) else answer.body.decode()) == body


def test_of_a_subscription_only_amazons_own_url_is_named_to_be_called():
    (handshake,) = providers.get("aws-sns").handshakes
    asked = handshake.request(URL, challenge=CHALLENGE)
    assert handshake.visited(asked) is None, "nobody said whose topic it is"
    known = {"topic_arn": "arn:aws:sns:us-east-1:123456789012:MyTopic"}
    url = handshake.visited(asked, known)
    assert url is not None
    assert url.startswith("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:")
    body = json.loads(asked.body)
    for other in (*HOSTILE[::11], "https://sns.us-east-1.amazonaws.com.evil.example/?Action=x", None, 1):
        assert (
            handshake.visited(asked._replace(body=json.dumps({**body, "SubscribeURL": other}).encode()), known) is None
        )
    assert handshake.visited(asked._replace(headers=Headers()), known) is None


def test_discord_pings_in_two_ways():
    handshakes = providers.get("discord").handshakes
    ping = answered(handshakes, post({"id": "1", "token": "t", "type": 1}), accepted=True)
    assert ping is not None
    assert json.loads(ping.body) == {"type": 1}
    event = answered(handshakes, post({"version": 1, "application_id": "1", "type": 0}), accepted=True)
    assert event is not None
    assert (event.status, event.body, event.headers.first(b"content-type")) == (204, b"", b"application/json")
    assert answered(handshakes, post({"id": "1", "token": "t", "type": 2}), accepted=True) is None
    assert answered(handshakes, post({"id": "1", "token": "t", "type": 1}), accepted=False) is None, "401 is wanted"


def test_braintree_hears_its_published_proof():
    (handshake,) = providers.get("braintree").handshakes
    secret = Secret("theirs", "integration_private_key")
    asked = Request("GET", f"{URL}?bt_challenge={CHALLENGE}")
    answer = handshake.answer(asked, secrets=[secret], params={"public_key": "integration_public_key"})
    assert answer is not None
    assert answer.body == b"integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4"
    unknown = handshake.answer(asked, secrets=[secret])
    assert unknown is not None
    assert unknown.status == 403
    for challenge in (CHALLENGE.upper(), CHALLENGE * 2, "PG5vdGlmaWNhdGlvbj4", CHALLENGE[:19]):
        assert handshake.answer(Request("GET", f"{URL}?bt_challenge={challenge}"), secrets=[secret]) is None


def test_xero_hears_no_word_where_the_signature_is_wrong():
    handshakes = providers.get("xero").handshakes
    assert answered(handshakes, post(XERO), accepted=False) == Response(401)
    assert answered(handshakes, post({"events": []}), accepted=False) is None
