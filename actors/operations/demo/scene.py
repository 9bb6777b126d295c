"""What goes on in the demonstration when the curtain rises: a story for each thing to see.

Each is told by ordinary commands. A story that a rule ends (a time has passed meanwhile, when the
clinic was stopped in the middle of it) ends alone; the others go on.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, time, timedelta

import structlog

from actors.admin_router.messages import AskPatient, RouteToDoctor
from actors.appointment import Window
from actors.directory.messages import Person
from actors.doctor.messages import BookSeries, Every, FinishVisit, Repeat, StartVisit
from actors.ids import AppointmentId
from actors.intake import NO, YES
from actors.operations.demo import threads
from actors.operations.demo.cast import (
    AMARA,
    BERLIN,
    BRIAN,
    CHIARA,
    ELIF,
    FIONA,
    GUSTAV,
    HANNA,
    INES,
    JAMAL,
    KENJI,
    LENA,
    OMAR,
    Somebody,
)
from actors.operations.demo.hands import Hands, Wish
from actors.operations.demo.stage import Stage
from actors.operations.demo.wards import (
    BLOOD_PRESSURE,
    BREATH,
    CARDIOLOGY,
    COLD,
    CONSULTATION,
    COURSE,
    DERMATOLOGY,
    ECG,
    ECZEMA,
    GENERAL,
    MOLES,
    PAIN,
    PALPITATIONS,
    PHONE,
    SINCE,
)
from actors.patient.messages import CheckIn, WishMove
from actors.refusal import Refusal
from actors.zones import ZONES

_log = structlog.get_logger("demo")

FIVE = timedelta(minutes=5)
AS_ALWAYS = {BREATH.id: "As always"}


Story = Callable[[Hands], Coroutine[None, None, None]]


class Scene:
    """The stories, all at once."""

    def __init__(self, stage: Stage, people: Mapping[str, Person]) -> None:
        self._stage = stage
        self._people = people

    async def play(self) -> None:
        """Tell every story to its end."""
        async with asyncio.TaskGroup() as together:
            for story in STORIES:
                together.create_task(self._tell(story))

    async def _tell(self, story: Story) -> None:
        try:
            await story(Hands(self._stage, self._people, story.__name__))
        except (Refusal, TimeoutError) as error:
            _log.warning("demo.story_ended", story=story.__name__, why=repr(error))


def _soon(hands: Hands, minutes: int) -> datetime:
    """Return the next full five minutes at least *minutes* from now."""
    start = hands.now + timedelta(minutes=minutes)
    return start + (datetime.min.replace(tzinfo=UTC) - start) % FIVE


def _on(hands: Hands, days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of a day to come, by the clocks of Berlin."""
    zone = ZONES[BERLIN]
    day = hands.now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def _heart(who: Somebody, reason: str, pain: str = NO) -> Wish:
    answers = {PAIN.id: pain, SINCE.id: "This week"}
    return Wish(who, CARDIOLOGY, PALPITATIONS.id, CONSULTATION, reason, answers)


def _pressure(who: Somebody, reason: str, *windows: Window, earlier: bool = False) -> Wish:
    return Wish(
        who, CARDIOLOGY, BLOOD_PRESSURE.id, CONSULTATION, reason, earlier=earlier, windows=windows
    )


# --- on their way --------------------------------------------------------------------------------


async def _out_for_answer(hands: Hands) -> None:
    tomorrow = Window(_on(hands, 1, 14), _on(hands, 1, 18))
    asked = await hands.ask(_pressure(INES, "It is high.", tomorrow))
    await hands.as_admin(CARDIOLOGY, asked, RouteToDoctor(asked, hands.doctor(AMARA)))


async def _red_flag(hands: Hands) -> None:
    await hands.ask(_heart(HANNA, "It stings when I breathe in.", YES))
    await threads.to_the_team(hands)


async def _in_triage(hands: Hands) -> None:
    await hands.ask(_pressure(OMAR, "At home it is higher than at my pharmacy."))


async def _asked_by_triage(hands: Hands) -> None:
    asked = await hands.ask(_pressure(KENJI, "I would like to take less for it."))
    question = AskPatient(asked, "Since when have you been taking it, and how much?")
    await hands.as_admin(CARDIOLOGY, asked, question)


async def _picked(hands: Hands) -> None:
    wish = Wish(
        JAMAL, CARDIOLOGY, PALPITATIONS.id, ECG, "My last ECG, please.", answers={PAIN.id: NO}
    )
    await hands.pick(wish, AMARA, since=_on(hands, 4, 0))  # no other story has that day of hers


async def _other_times(hands: Hands) -> None:
    reason = "One spot on my back has grown."
    asked = await hands.ask(Wish(GUSTAV, DERMATOLOGY, MOLES.id, CONSULTATION, reason))
    await hands.as_admin(DERMATOLOGY, asked, RouteToDoctor(asked, hands.doctor(CHIARA)))
    starts = (_on(hands, 1, 16), _on(hands, 2, 11, 30), _on(hands, 3, 17))
    await hands.propose(CHIARA, asked, starts)


# --- visits --------------------------------------------------------------------------------------


async def _waiting(hands: Hands) -> None:
    start = _soon(hands, 15)
    visit = await hands.book(_heart(JAMAL, "It races when I climb stairs."), AMARA, start)
    await hands.as_patient(JAMAL, CheckIn(visit))
    await threads.in_the_waiting_room(hands)


async def _about_to_begin(hands: Hands) -> None:
    wish = Wish(
        GUSTAV, GENERAL, COLD.id, CONSULTATION, "I still cough at night.", answers=AS_ALWAYS
    )
    asked = await hands.ask(wish)
    await hands.as_admin(GENERAL, asked, RouteToDoctor(asked, hands.doctor(FIONA)))
    await hands.accept(GUSTAV, asked, FIONA, _soon(hands, 15))


async def _finished(hands: Hands) -> None:
    visit = await hands.book(_heart(OMAR, "It is better with less coffee."), BRIAN, _soon(hands, 5))
    await threads.before_less_coffee(hands)
    await _see(hands, BRIAN, visit)
    await threads.after_less_coffee(hands.part("after"))


async def _well_again(hands: Hands) -> None:
    wish = Wish(GUSTAV, GENERAL, COLD.id, CONSULTATION, "I had 39 degrees.", answers=AS_ALWAYS)
    visit = await hands.book(wish, ELIF, _soon(hands, 5))
    await _see(hands, ELIF, visit)
    await threads.after_the_cold(hands)


async def _see(hands: Hands, by: Somebody, visit: AppointmentId) -> None:
    await hands.as_doctor(by, visit, StartVisit(visit))
    await hands.as_doctor(by, visit, FinishVisit(visit))


async def _today(hands: Hands) -> None:
    await hands.book(_heart(INES, "It skips a beat."), AMARA, _soon(hands, 180))


async def _earlier(hands: Hands) -> None:
    wish = _pressure(GUSTAV, "My new pills make me dizzy.", earlier=True)
    asked = await hands.ask(wish)
    await hands.as_admin(CARDIOLOGY, asked, RouteToDoctor(asked, hands.doctor(AMARA)))
    await hands.accept(GUSTAV, asked, AMARA, _on(hands, 2, 11))
    await threads.about_tablets(hands)


async def _series(hands: Hands) -> None:
    visit = await hands.book(_heart(HANNA, "After my operation."), AMARA, _on(hands, 1, 10))
    weekly = BookSeries(visit, Repeat(Every.WEEK, 1, 4))
    await hands.as_doctor(AMARA, visit, weekly)
    await threads.after_the_operation(hands)


async def _wished_to_move(hands: Hands) -> None:
    visit = await hands.book(_heart(KENJI, "It runs in my family."), AMARA, _on(hands, 3, 15))
    window = Window(_on(hands, 4, 8), _on(hands, 4, 12))
    await hands.as_patient(KENJI, WishMove(visit, (window,), "I have to work that afternoon."))


async def _booked_by_phone(hands: Hands) -> None:
    wish = Wish(LENA, GENERAL, COLD.id, PHONE, "She has coughed for a week.", answers=AS_ALWAYS)
    booked = await hands.pick(wish, ELIF, skip=4)
    await hands.until_booked(LENA, booked)


async def _course(hands: Hands) -> None:
    for who in (HANNA, OMAR):
        together = hands.part(who.email)
        wish = Wish(who, DERMATOLOGY, ECZEMA.id, COURSE, "What can I do by myself?")
        booked = await together.pick(wish, CHIARA)
        await together.until_booked(who, booked)


STORIES: tuple[Story, ...] = (
    _out_for_answer,
    _red_flag,
    _in_triage,
    _asked_by_triage,
    _picked,
    _other_times,
    _waiting,
    _about_to_begin,
    _finished,
    _well_again,
    _today,
    _earlier,
    _series,
    _wished_to_move,
    _booked_by_phone,
    _course,
)
