"""What `send` sends: events out of templates, events of which only the type is known, and handshakes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from whcli import events, providers
from whcli.actions.deliver import Job, Sign
from whcli.actions.edit import Edits, edit
from whcli.actions.spoil import Spoil, signed
from whcli.cli.env import now
from whcli.errors import NotFound, UsageError
from whcli.model import Secret, Target
from whcli.providers import Provider

if TYPE_CHECKING:
    from whcli.providers.handshakes import Handshake

Changes = tuple[tuple[tuple[str | int, ...], Any], ...]


class Hand(NamedTuple):
    """By whom a request is signed, and how wrongly."""

    provider: Provider
    """Its scheme bound."""
    secret: Secret | None
    """None to leave it unsigned."""
    spoil: Spoil
    at: datetime | None
    """None for the moment in which it leaves."""
    url: str | None
    """The URL by which the receiver knows itself, where it is not the one that is called."""

    def moment(self) -> datetime:
        """As of when it is made and signed."""
        return self.at or now()

    def sign(self, id: str | None) -> Sign | None:
        """What makes the signature. Raises UsageError for what cannot be spoiled."""
        if self.secret is None:
            return None
        return signed(self.provider.scheme, self.secret, at=self.moment, spoil=self.spoil, id=id, url=self.url)


class Draft(Protocol):
    """Makes one request after the other, each another one."""

    def job(self) -> Job:
        """A new one on its way."""
        ...


class Sampled(NamedTuple):
    """Events of one type, out of its template; of a template that is blank where the user brings the body."""

    hand: Hand
    template: events.Template
    target: Target
    random: Random
    changes: Changes
    data: bytes | None

    def job(self) -> Job:
        """A new event on its way."""
        moment, random, data = self.hand.moment(), self.random, self.data
        event = events.render(self.template, now=moment, random=random, changes=self.changes if data is None else ())
        request = events.request(self.template, event, url=self.target.url, now=moment, random=random, data=data)
        request = providers.tell(self.hand.provider, request, event.type)
        if data is not None and self.changes:
            request = edit(request, Edits(self.changes))
        return Job(request, self.target, cause="send", sign=self.hand.sign(_id(random)))


class Least(NamedTuple):
    """Events of a provider without templates: type and id, and what is set."""

    hand: Hand
    type: str
    target: Target
    random: Random
    changes: Changes

    def job(self) -> Job:
        """A new event on its way."""
        from whcli.events import minimal

        id_ = _id(self.random)
        request = minimal.request(self.hand.provider, self.type, id=id_, url=self.target.url)
        request = edit(request, Edits(self.changes))
        return Job(request, self.target, cause="send", sign=self.hand.sign(id_))


class Question(NamedTuple):
    """A handshake, each time with another challenge."""

    hand: Hand
    handshake: Handshake
    target: Target
    random: Random
    params: Mapping[str, str]

    def job(self) -> Job:
        """The question on its way; the target has its URL, as the question may be in that."""
        challenge, provider = f"{self.random.getrandbits(128):032x}", self.hand.provider
        asked = self.handshake.request(self.target.url, challenge=challenge, params=self.params)
        id_ = _id(self.random)
        if self.handshake.ordinary and not asked.body:  # any event is the question
            from whcli.events import minimal

            asked = minimal.request(provider, provider.events[0], id=id_, url=asked.url)
        sign = self.hand.sign(id_) if self.handshake.signed else None
        return Job(asked, self.target._replace(url=asked.url), cause="send", sign=sign)


def template_of(provider: Provider, type: str, *, given: bool) -> events.Template | None:
    """The template of an event, a blank one where the body is given; None where the least is to be made of it.

    Raises UsageError for no type at all, NotFound for one that is neither among the samples nor in the record.
    """
    sampled = provider.name in events.providers()
    known = events.types(provider.name) if sampled else provider.events
    if not type:
        hint = f"--event {known[0]}; whcli providers {provider.name} lists them" if known else "--event NAME"
        raise UsageError("which event?", hint=hint)
    if sampled:
        return events.load(provider.name, type)
    if given:
        return events.blank(provider.name, type)
    from whcli.events import minimal

    minimal.check(provider, type)
    return None


def question_of(provider: Provider, name: str) -> Handshake:
    """The handshake of a name, or the first. Raises NotFound, UsageError for a provider that asks nothing."""
    if not provider.handshakes:
        raise UsageError(f"{provider.name} asks no handshake", hint="send it an event: --event")
    for handshake in provider.handshakes:
        if name in ("", handshake.name):
            return handshake
    names = [handshake.name for handshake in provider.handshakes]
    raise NotFound(f"{provider.name} has no handshake {name[:100]!r}", hint=f"--event {' or '.join(names)}")


def check(provider: Provider, question: Handshake | None, *, given: bool, spoilt: bool, unsigned: bool) -> None:
    """Raises UsageError for options that do not go together."""
    if question and given:
        raise UsageError("--data and --set are for events, not for a handshake", hint="leave them out")
    if spoilt and unsigned:
        raise UsageError("--unsigned leaves nothing to spoil", hint="leave one of them out")
    if spoilt and not to_sign(provider, question):
        told = f"the handshake {question.name} is not signed" if question else f"{provider.title} signs nothing"
        raise UsageError(f"{told}, so there is nothing to spoil", hint="send it as it is")


def to_sign(provider: Provider, question: Handshake | None) -> bool:
    """Whether the provider would sign it."""
    signs = provider.scheme.describe()["algorithm"] != "none"
    return signs and (question is None or question.signed)


def _id(random: Random) -> str:
    return f"msg_{random.getrandbits(128):032x}"
