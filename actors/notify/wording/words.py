"""What has to be said in every language that letters are written in."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from actors.notify.messages import Topic


class Page(StrEnum):
    """Where the letter's link leads."""

    APPOINTMENT = "/appointments/{appointment}"
    INBOX = "/inbox"
    BOARD = "/board"
    VISIT = "/visits/{appointment}"
    MESSAGES = "/messages"
    THREAD = "/messages/{thread}"
    CALL = "/calls/{call}"
    SUMMARY = "/appointments/{appointment}/summary"


class Wording(msgspec.Struct, frozen=True):
    """A subject, a sentence, and what the link is called."""

    subject: str
    text: str
    link: str
    page: Page
    when: str
    """What stands before the appointment's time."""
    until: str
    """What stands before the time until which something is to be done."""


class Counted(msgspec.Struct, frozen=True):
    """How many of something: *one*, or *more* with `{count}`."""

    one: str
    more: str

    def of(self, count: int) -> str:
        """Return *count* of it in words."""
        return self.one if count == 1 else self.more.format(count=count)


class Clocks(msgspec.Struct, frozen=True):
    """How instants are told."""

    day: str
    """A date, as a pattern of Unicode TR35."""
    day_at: str
    """`{day}` and the `{clock}` on it."""
    city: str
    """The clock of a `{city}`."""
    vowel_city: str
    """The same where the city's name begins with a vowel."""
    both: str
    """A time `{here}`, and the same one `{there}`."""


class Words(msgspec.Struct, frozen=True):
    """All that letters, pushes and webhooks say in one language, politely and plainly.

    Nothing here says why somebody needs care. *topics* has every `Topic`.
    """

    topics: Mapping[Topic, Wording]
    declined_visit: Wording
    """The clinic declines what had a time already."""
    lapsed_stays: Wording
    """The offer of another time is over; there is an appointment that stands."""
    join: Wording
    """The last reminder, at which people come in."""
    thread: Wording
    """All messages are in one thread."""
    messages: Counted
    """What fills `{messages}`."""
    minutes: Counted
    """What fills `{minutes}`."""
    hello: str
    """To `{name}`, before everything else."""
    line: str
    """A `{label}` and its `{value}`."""
    with_whom: str
    time: str
    time_of_several: str
    """One of the times to choose from, by its `{number}`."""
    answer: str
    """What a doctor's link to answer by is called."""
    footer: str
    emergency: str
    clocks: Clocks
