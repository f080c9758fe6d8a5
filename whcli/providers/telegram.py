"""Telegram bots: a token that the bot's owner chose in setWebhook."""

from __future__ import annotations

import json

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.slots import Header, Json, Slot, parse_json


class UpdateKind(Slot):
    """The one key of an update beside its id: `message`, `callback_query`."""

    name = where = "the key beside update_id"

    def lines(self, request: Request) -> list[bytes]:
        """The key, where there is one."""
        update = parse_json(request.body)
        keys = [key for key in update if key != "update_id"] if isinstance(update, dict) else []
        return [keys[0].encode("utf-8", "backslashreplace")] if len(keys) == 1 else []

    def put(self, request: Request, value: bytes) -> Request:
        """An update of that kind, with nothing in it."""
        return request._replace(body=json.dumps({value.decode(): {}}).encode())


PROVIDER = Provider(
    name="telegram",
    title="Telegram Bot API",
    docs="https://core.telegram.org/bots/api#setwebhook",
    scheme=CredentialScheme(Header("X-Telegram-Bot-Api-Secret-Token"), new="{hex}"),
    event_type=(UpdateKind(),),
    event_id=(Json("update_id"),),
    marks=("X-Telegram-Bot-Api-Secret-Token",),
    secret_hint="the secret_token that you gave to setWebhook",
    secret_env="TELEGRAM_SECRET_TOKEN",
    events=("message", "edited_message", "callback_query", "inline_query", "my_chat_member"),
)
