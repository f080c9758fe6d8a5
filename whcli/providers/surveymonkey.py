"""SurveyMonkey: the key is the app's client id and secret, with an ampersand between."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="surveymonkey",
    title="SurveyMonkey",
    docs="https://github.com/SurveyMonkey/public_api_docs",
    scheme=SignatureScheme(
        signature=Header("sm-signature"), algorithm="hmac-sha1", encoding="base64", new="{short}&{hex}"
    ),
    event_type=(Json("event_type"),),
    event_id=(Json("event_id"),),
    marks=("sm-signature",),
    handshakes=(quiet("check", "HEAD"),),
    secret_hint="developer.surveymonkey.com, your app, Settings, written CLIENT_ID&SECRET",
    secret_env="SURVEYMONKEY_KEY",
    events=("response_completed", "response_created", "survey_updated"),
    confidence="medium",
)
