"""A letter box with somebody in it, and the clinic's writer."""

from datetime import datetime, timedelta

from actors.accounts.messages import address_of as account_at
from actors.address import Address
from actors.caller import Role, actor_caller
from actors.ids import AccountKey, AppointmentId, UserId
from actors.notify.actor import Write, room
from actors.notify.carriers.carrier import Carried, Carrier
from actors.notify.letters import Writer
from actors.notify.messages import (
    CalendarEntry,
    CarryDue,
    Channel,
    Event,
    Notice,
    Notify,
    Outcome,
    SetRecipient,
    Topic,
    address_of,
)
from actors.notify.state import Box
from actors.notify.state.kept import Letter, Recipient
from actors.runtime.room import Room
from tests.simulation.post import NoPast
from tests.unit.accounts_support import NOW, Played

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


class Said:
    """A carrier that says what the test has told it to, in turn, and at last `CARRIED`."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.carried: list[tuple[str, str]] = []

    async def carry(self, message_id: str, letter: bytes, to: str) -> Carried:
        """Note the letter."""
        assert letter
        self.carried.append((message_id, to))
        return Carried(self.outcomes.pop(0) if self.outcomes else Outcome.CARRIED, "said")


def notice(topic: Topic = Topic.CONFIRMED, **more: object) -> Notice:
    return Notice(topic, AppointmentId("a1"), **more)  # type: ignore[arg-type]


def boxes(carrier: Carrier | None = None, write: Write = WRITER) -> Room[Box]:
    """Return the letter boxes of a clinic with mail alone."""
    return room({Channel.EMAIL: carrier or Said()}, {Channel.EMAIL: write}, NoPast())


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
