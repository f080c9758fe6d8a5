"""Telegram bots: a token that the bot's owner chose in setWebhook."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.keyed import FirstKey
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="telegram",
    title="Telegram Bot API",
    docs="https://core.telegram.org/bots/api#setwebhook",
    scheme=CredentialScheme(Header("X-Telegram-Bot-Api-Secret-Token"), new="{hex}"),
    event_type=(FirstKey("the key beside update_id", lambda key: key != "update_id", empty={}),),
    event_id=(Json("update_id"),),
    marks=("X-Telegram-Bot-Api-Secret-Token",),
    secret_hint="the secret_token that you gave to setWebhook",
    secret_env="TELEGRAM_SECRET_TOKEN",
    events=("message", "edited_message", "callback_query", "inline_query", "my_chat_member"),
)
