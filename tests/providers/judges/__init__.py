"""Makers' own libraries as judges of our signatures; see case.py for what one is.

Each was read in, and first agreed with us in, this version: adyen 16.0.0, atlassian-jwt 3.0.0, boxsdk 10.18.0,
braintree 4.48.0, cloudinary 1.46.3, coinbase-commerce 1.0.1, discord-interactions 0.4.0, dropbox-sign 2.0.0,
easypost 10.7.0, gocardless-pro 3.22.0, increase 0.552.0, livekit-api 1.2.2, mailgun 1.10.0, mercadopago 3.6.0,
messagebird 2.2.0, modern-treasury 1.80.0, mollie-api-py 1.10.20, onlinepayments-sdk-python3 10.3.0, openai 3.54.0,
orb-billing 4.90.0, plivo 4.63.0, polar-sdk 1.0.2, pusher 3.3.4, razorpay 2.0.1, replicate 1.0.7, resend 2.52.0,
sinch 2.3.0, stream-chat 4.33.0, vonage-jwt 1.1.5; of npm in those of npm/package.json. The libraries of Stripe, Slack,
GitHub, Twilio, SendGrid, Standard Webhooks, QStash and TrueLayer are in test_official_libraries.py and
test_official_tokens.py.

Left out: telnyx, elevenlabs, hubspot-api-client, line-bot-sdk and plaid-python (over 30 MB installed), squareup (3,000
files, a third of the installation), onfido-python (wants virtualenv), paddle-python-sdk (installs a package `tests`,
which hides ours), and liveblocks, svix and workos (no version goes with those that the others want). Of LINE, Onfido,
Paddle, Liveblocks, Svix and WorkOS the libraries on npm judge. Of npm: telnyx, @hubspot/api-client and square (over 30
MB installed).
"""

from judges import node, payments, talking, working
from judges.case import Case, Judge

__all__ = ["NPM", "PYPI", "Case", "Judge"]

PYPI: tuple[Judge, ...] = (*payments.JUDGES, *talking.JUDGES, *working.JUDGES)
NPM: tuple[Judge, ...] = node.JUDGES
