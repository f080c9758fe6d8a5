"""What a provider is: one record, read by everything that verifies, signs, detects, lists or answers.

To add one, write two files; lists, help, detection and the tests find them.

1. `whcli/providers/acme.py`, of which the docstring says in a line or two what is peculiar, and PROVIDER all else:

    scheme=SignatureScheme(signature=Header("X-Acme-Signature"), prefix="sha256="),

   Whatever is usual is left out: HMAC-SHA256 of the body in hex, by the secret's text. What may differ is in
   signing/claim.py, Layout; the template in signing/content.py; places in signing/slots.py. Examples to copy:

    a header            generic, linear (time in the body), microsoft_teams (base64 key, `HMAC ` before it)
    pairs, lists        stripe, paddle_billing (;), workos (, and ms), recurly (by place), cronofy (bare)
    several headers     slack, twitch (id, RFC 3339), moov (a nonce), box and docusign (a header for each key)
    Standard Webhooks   svix: `standard_webhooks("svix")` of signing/families.py; Meta's kin: `websub()`
    the URL             square, trello, twilio (forms too), plivo (a function of its own)
    in the body         mailgun (JSON and forms), dropbox_sign (multipart), adyen, aws_sns
    key pairs           discord, telnyx, sendgrid, wise, kick (its key is served), paypal (and settings of the user's)
    plain hashes        cloudinary, hubspot: `algorithm="sha1"` and `{secret}` in the template
    tokens, basic auth  CredentialScheme of signing/credential.py; JwtScheme of signing/jwt.py; Unsigned
    older and newer     FirstOf where the stronger decides, AnyOf for spellings of one signature
    what happened       Json, Joined where it is told in pieces, FirstKey where by the name of a key (telegram)

   An event's id is the same for each attempt and another for each event: the id of a message, call or entry alone is
   none where several events speak of it, so that Joined adds what happened and when.

   A quirk is a slot or a small pure function in the same file, named under `parts`; one that reads the URL is called
   `url_…`, one that reads its path `path_…`. It raises Unsignable for a request that cannot be spoken of. Where the
   body is not covered, `note` says so in a sentence. The engine never asks for a name.

2. `tests/vectors/acme.json`: a published example, recomputed, or one made by an expression that knows nothing of our
   code, which tests/providers/making.py evaluates and fills in for each SIGNATURE of the file. The first vector is
   what the tests sign and tamper with, so its request looks like a real one.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

from whcli.signing import Param, Scheme
from whcli.signing.slots import Slot

if TYPE_CHECKING:  # most providers have none, and most commands answer none
    from whcli.providers.handshakes import Handshake

Confidence = Literal["high", "medium"]
"""High: read in the provider's documents, source or official SDK. Medium: in independent code that agrees."""


class Provider(NamedTuple):
    """Who sends webhooks, and how."""

    name: str
    """As in `--provider NAME` and `/webhook/NAME`; the file's name with hyphens."""
    title: str
    docs: str
    scheme: Scheme
    event_type: tuple[Slot, ...]
    """Tried in order; the first that holds something tells."""
    event_id: tuple[Slot, ...]
    """Likewise. The same for each retry of one event, so that a duplicate shows; empty where nothing is."""
    marks: tuple[str, ...]
    """Headers that, all there, tell that this provider sent it; empty where no header does, or others' headers do."""
    secret_hint: str
    """Where the user finds the secret, and its form where that is not plain."""
    secret_env: str
    """The environment variable that its users name it by; empty for one that signs nothing."""
    handshakes: "tuple[Handshake, ...]" = ()
    """What it asks of an endpoint beside taking deliveries; the first that a request is counts."""
    other_marks: tuple[tuple[str, ...], ...] = ()
    """Further sets of headers, each as good as `marks`."""
    events: tuple[str, ...] = ()
    """Names of real events, the most usual first."""
    confidence: Confidence = "high"

    @property
    def params(self) -> tuple[Param, ...]:
        """What its scheme and its handshakes need beside the secret, each once."""
        asked = (param for handshake in self.handshakes for param in handshake.params)
        return tuple({param.name: param for param in (*asked, *self.scheme.params)}.values())
