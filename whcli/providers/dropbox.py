"""Dropbox: tells only whose files have changed."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import echo
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Query

PROVIDER = Provider(
    name="dropbox",
    title="Dropbox",
    docs="https://www.dropbox.com/developers/reference/webhooks",
    scheme=SignatureScheme(signature=Header("X-Dropbox-Signature")),
    event_type=(),
    event_id=(),
    marks=("X-Dropbox-Signature",),
    secret_hint="App Console, the app, Settings: the App secret",
    secret_env="DROPBOX_APP_SECRET",
    handshakes=(echo(Query("challenge")),),
    events=("list_folder",),
    confidence="medium",
)
