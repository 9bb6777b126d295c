"""A letter box with somebody in it, and the clinic's writer."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import NamedTuple

from actors.accounts.messages import address_of as account_at
from actors.address import Address
from actors.caller import Caller, Role, actor_caller
from actors.effects import Unwake, Wake
from actors.ids import AccountKey, AppointmentId, ConversationId, SubscriptionId, UserId
from actors.notify.actor import Write, room
from actors.notify.carriers.carrier import Carried, Carrier
from actors.notify.letters import PushWriter, WebhookWriter, Writer
from actors.notify.messages import (
    CalendarEntry,
    CarryDue,
    Channel,
    Event,
    Notice,
    Notify,
    Outcome,
    SetRecipient,
    Subscription,
    ThreadRef,
    Topic,
    address_of,
)
from actors.notify.reactions import react
from actors.notify.state import Box
from actors.notify.state.kept import Letter, Recipient
from actors.runtime.room import Room
from tests.simulation.post import NoPast
from tests.unit.accounts_support import NOW, Played

PERSON = Caller("ada", Role.PATIENT)
ACCOUNT = actor_caller(account_at(AccountKey("of-ada")))
CHART = actor_caller(Address("patient", "ada"))
ITSELF = actor_caller(address_of("ada"))
START = NOW + timedelta(days=1)
ENTRY = CalendarEntry("a1", 3, START, START + timedelta(minutes=30))

ADA = SetRecipient(UserId("ada"), "ada@example.org", "Ada Byron", Role.PATIENT, "Europe/Paris")
PATIENT = Recipient(ADA.user, ADA.email, ADA.name, ADA.role, ADA.zone)
DOCTOR = Recipient(UserId("doc"), "doc@example.org", "Dr Zoe", Role.DOCTOR, "America/New_York")


def answer_link(doctor: str, appointment: str, number: int, until: datetime) -> str:
    return f"https://clinic.example/answer#{doctor}.{appointment}.{number}.{until:%H%M}"


WRITER = Writer(
    base_url="https://clinic.example",
    sender="Clinic <no-reply@clinic.example>",
    answer_link=answer_link,
)

WRITERS: dict[Channel, Write] = {
    Channel.EMAIL: WRITER,
    Channel.PUSH: PushWriter(base_url="https://clinic.example"),
    Channel.WEBHOOK: WebhookWriter(base_url="https://clinic.example"),
}


def said(channel: Channel, raw: bytes) -> str:
    """Return all that can be read of a letter, whatever it is packed in."""
    if channel is not Channel.EMAIL:
        return raw.decode()
    message = message_from_bytes(raw, policy=default)
    parts = [str(each.get_content()) for each in message.walk() if not each.is_multipart()]
    return "\n".join([str(message["Subject"]), *parts])


def phone(number: int = 1, endpoint: str = "") -> Subscription:
    """Return a browser that may be pushed to."""
    return Subscription(
        SubscriptionId(f"s{number}"),
        endpoint or f"https://push.example/{number}",
        "B" + "a" * 86,
        "c" * 22,
        "Firefox on Linux",
    )


def thread(name: str = "t1", whose: str = "Dr Zoe", *, is_open: bool = True) -> ThreadRef:
    return ThreadRef(ConversationId(name), whose, is_open)


def talk(name: str = "t1") -> Caller:
    """Return the conversation of that name, as it calls a letter box."""
    return actor_caller(Address("conversation", name))


class Said:
    """A carrier that says what the test has told it to, in turn, and at last `CARRIED`."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.carried: list[tuple[str, str]] = []

    async def carry(self, message_id: str, letter: bytes, to: str, _attempt: str = "") -> Carried:
        """Note the letter."""
        assert letter
        self.carried.append((message_id, to))
        return Carried(self.outcomes.pop(0) if self.outcomes else Outcome.CARRIED, "said")


def notice(topic: Topic = Topic.CONFIRMED, **more: object) -> Notice:
    return Notice(topic, AppointmentId("a1"), **more)  # type: ignore[arg-type]


def boxes(carrier: Carrier | None = None, write: Write = WRITER) -> Room[Box]:
    """Return the letter boxes of a clinic with mail alone."""
    return room({Channel.EMAIL: carrier or Said()}, {Channel.EMAIL: write}, NoPast())


def everywhere(carrier: Carrier) -> Room[Box]:
    """Return the letter boxes of a clinic with every channel, all brought away by *carrier*."""
    return room(dict.fromkeys(Channel, carrier), WRITERS, NoPast())


def box(carrier: Carrier | None = None, write: Write = WRITER) -> Played[Box]:
    """Return Ada's letter box."""
    played = Played(boxes(carrier, write), "ada")
    played.do(ADA, ACCOUNT)
    return played


def queue(played: Played[Box], what: Notice | None = None, at: datetime = NOW) -> Letter:
    """Let an actor write to Ada; return the letter."""
    played.do(Notify(what or notice()), CHART, at)
    return played.state.letters[played.state.count]


def carry(played: Played[Box], number: int, at: datetime = NOW) -> Event:
    """Let the wake-up of letter *number* go off; return what happened."""
    [event] = played.do(CarryDue(number), ITSELF, at)
    happened: Event = event
    return happened


class Running:
    """A letter box whose wake-ups go off when it is time."""

    def __init__(self, recipient: SetRecipient = ADA, *outcomes: Outcome) -> None:
        self.carrier = Seen(self, *outcomes)
        self.played = Played(everywhere(self.carrier), recipient.user)
        self.person = Caller(recipient.user, recipient.role)
        self.now = NOW
        self.wakes: dict[str, Wake] = {}
        self.tell(recipient, ACCOUNT)

    @property
    def state(self) -> Box:
        """What the box holds."""
        return self.played.state

    def tell(self, command: object, caller: Caller) -> list[Event]:
        """Give *command* now; return what happened."""
        events: list[Event] = self.played.do(command, caller, self.now)
        for effect in (each for event in events for each in react(event, self.played.me)):
            if isinstance(effect, Wake):
                self.wakes[effect.name] = effect
            elif isinstance(effect, Unwake):
                self.wakes.pop(effect.name, None)
        return events

    def wait(self, span: timedelta) -> list[Event]:
        """Let *span* pass, with every wake-up that is due in it; return what happened."""
        end, happened = self.now + span, list[Event]()
        while due := [each for each in self.wakes.values() if each.at <= end]:
            wake = min(due, key=lambda each: (each.at, each.name))
            self.now = max(self.now, wake.at)
            del self.wakes[wake.name]
            happened += self.tell(wake.command, actor_caller(self.played.me))
        self.now = end
        return happened


class Left(NamedTuple):
    """An attempt to let something leave the clinic."""

    at: datetime
    channel: Channel
    to: str
    letter: bytes
    message_id: str
    outcome: Outcome


class Seen:
    """A carrier that notes when and what, and says what the test has told it to, in turn."""

    def __init__(self, running: Running, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.left: list[Left] = []
        self._running = running

    async def carry(self, message_id: str, letter: bytes, to: str, _attempt: str = "") -> Carried:
        """Note the letter."""
        letters = self._running.state.letters.values()
        [channel] = [each.channel for each in letters if each.message_id == message_id]
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.CARRIED
        self.left.append(Left(self._running.now, channel, to, letter, message_id, outcome))
        return Carried(outcome, "said")

    def by(self, channel: Channel) -> list[Left]:
        """Return what was carried by *channel*."""
        carried = [each for each in self.left if each.outcome is Outcome.CARRIED]
        return [each for each in carried if each.channel is channel]
