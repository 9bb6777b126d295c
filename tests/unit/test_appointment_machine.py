"""One appointment in a whole clinic against a small model, with trouble at every step.

The model says what it is at rest; `Ward` what holds at every delivery.
"""

# ruff: noqa: D102 - the name of a rule is its sentence

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from actors.admin_router import messages as router
from actors.appointment import Picked, Status, Window
from actors.doctor import messages as doctor
from actors.patient import messages as patient
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    DESK,
    accept,
    as_doctor,
    as_patient,
    decline,
    doctor_at,
    ref,
    request,
    suspend,
    withdraw,
)
from tests.unit.appointment_model import EARLY, LENGTH, Model
from tests.unit.appointment_ward import (
    ASKED,
    BOOKS,
    PAT,
    PICKS,
    Trouble,
    Ward,
    doctors,
    hours,
    posts,
    troubles,
)


class Appointment(Ward):
    """Whatever patient, doctors, staff and time do to one appointment after another."""

    # --- asking --------------------------------------------------------------------------------

    @precondition(lambda self: self.model.over(self.clinic.now))
    @rule(how=st.sampled_from(["request", "times", "direct"]), who=doctors, after=hours, post=posts)
    def asks(self, how: str, who: str, after: int, post: list[int]) -> None:
        kind = {"request": ASKED, "times": PICKS, "direct": BOOKS}[how]
        start = self.at(after)
        picks = how != "request"
        window = (Window(start, start + LENGTH),) if picks else ()
        picked = Picked(ref(who), start) if picks else None
        booked = how == "direct" and self.is_free(who, start)
        after_it = Model(Status.CONFIRMED, (who, start)) if booked else Model(Status.ROUTED)
        self.model = Model(Status.REQUESTED)
        self.told = (0, None)
        self.asked_until = start + LENGTH if picks else None
        self.id = request(self.clinic, visit=kind, windows=window, picked=picked)
        self.happens(lambda _: None, after_it, post=post)

    @precondition(lambda self: self.model.status is Status.ROUTED)
    @rule(who=doctors, after=hours, trouble=troubles, post=posts)
    def is_accepted(self, who: str, after: int, trouble: Trouble | None, post: list[int]) -> None:
        asked = self.clinic.state(DESK).get(self.id).asked_ids
        live = self.clinic.state(doctor_at(who)).live.get(self.id)
        windows = live.request.windows if live else ()
        start = windows[0].start if windows else self.at(after)
        allowed = who in asked and self.is_free(who, start) and start > self.clinic.now
        self.happens(
            lambda clinic: accept(clinic, who, self.id, start),
            Model(Status.CONFIRMED, (who, start)),
            allowed=allowed,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.status is Status.ROUTED)
    @rule(who=doctors)
    def is_declined(self, who: str) -> None:
        allowed = who in self.clinic.state(DESK).get(self.id).asked_ids
        self.happens(lambda clinic: decline(clinic, who, self.id), self.model, allowed=allowed)

    @precondition(lambda self: self.model.status is Status.ROUTED)
    @rule(who=doctors)
    def is_sent_to_a_doctor(self, who: str) -> None:
        command = router.RouteToDoctor(self.id, ref(who))
        self.happens(lambda clinic: clinic.tell(DESK, command, ADMIN), Model(Status.ROUTED))

    # --- choosing ------------------------------------------------------------------------------

    @rule(who=doctors, after=hours, trouble=troubles, post=posts)
    @precondition(lambda self: self.model.status in {Status.ROUTED, Status.CONFIRMED})
    def is_offered_times(
        self, who: str, after: int, trouble: Trouble | None, post: list[int]
    ) -> None:
        starts = (self.at(after), self.at(after + 2))
        now, model = self.clinic.now, self.model
        if starts == model.choices:
            return
        asked = self.clinic.state(DESK).get(self.id).asked_ids
        mine = model.time[0] == who if model.time else who in asked
        moving = model.time is not None
        free = all(self.is_free(who, each) and each > now for each in starts)
        begun = model.time is not None and now >= model.time[1]
        again = bool(model.choices) or (model.time is not None and model.time[1] in starts)
        command = doctor.ProposeTimes(self.id, starts, 60)
        offered = Model(model.status if moving else Status.OFFERED, model.time, starts, who)
        self.happens(
            lambda clinic: clinic.tell(doctor_at(who), command, as_doctor(who)),
            offered,
            allowed=mine and free and not begun and not again,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.choices)
    @rule(which=st.integers(0, 1), trouble=troubles, post=posts)
    def takes_a_time(self, which: int, trouble: Trouble | None, post: list[int]) -> None:
        model = self.model
        start = model.choices[which]
        command = patient.TakeTime(self.id, start)
        self.happens(
            lambda clinic: clinic.tell(PAT, command, as_patient("pat")),
            Model(Status.CONFIRMED, (model.offering, start)),
            allowed=self.may_choose and start > self.clinic.now,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.choices)
    @rule(trouble=troubles, post=posts)
    def refuses_times(self, trouble: Trouble | None, post: list[int]) -> None:
        model = self.model
        after = Model(model.status if model.time else Status.ROUTED, model.time)
        command = patient.RefuseTimes(self.id)
        self.happens(
            lambda clinic: clinic.tell(PAT, command, as_patient("pat")),
            after,
            allowed=self.may_choose,
            trouble=trouble,
            post=post,
        )

    # --- moving --------------------------------------------------------------------------------

    @precondition(lambda self: self.model.stands)
    @rule(who=doctors, after=hours, trouble=troubles, post=posts)
    def moves(self, who: str, after: int, trouble: Trouble | None, post: list[int]) -> None:
        model, start = self.model, self.at(after)
        assert model.time is not None
        other = (who, start) != model.time
        shown = self.asked_until is not None and model.status is Status.CONFIRMED
        allowed = shown and self.can_change and not model.choices and start > self.clinic.now
        there = ref(who) if who != model.time[0] else None
        new = Model(Status.CONFIRMED, (who, start)) if self.is_free(who, start) else model
        command = patient.MoveAppointment(self.id, start, there)
        self.happens(
            lambda clinic: clinic.tell(PAT, command, as_patient("pat")),
            new,
            allowed=allowed
            and other
            and self.asked_until is not None
            and model.status is Status.CONFIRMED,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.status is Status.CONFIRMED and not self.model.choices)
    @rule(who=doctors, trouble=troubles, post=posts)
    def is_reassigned(self, who: str, trouble: Trouble | None, post: list[int]) -> None:
        assert self.model.time is not None
        had, start = self.model.time
        if who == had:
            return
        free = self.is_free(who, start)
        command = router.Reassign(self.id, ref(who))
        self.happens(
            lambda clinic: clinic.tell(DESK, command, ADMIN),
            Model(Status.CONFIRMED, (who, start)) if free else self.model,
            allowed=self.clinic.now < start,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.stands)
    @rule(trouble=troubles, post=posts)
    def is_given_back(self, trouble: Trouble | None, post: list[int]) -> None:
        model = self.model
        assert model.time is not None
        who = model.time[0]
        command = doctor.GiveBackVisit(self.id, "I am ill.")
        over = self.clinic.now >= model.time[1] + LENGTH or model.status is Status.IN_CALL
        self.happens(
            lambda clinic: clinic.tell(doctor_at(who), command, as_doctor(who)),
            Model(Status.ROUTED),
            allowed=not over,
            trouble=trouble,
            post=post,
        )

    # --- ending --------------------------------------------------------------------------------

    @precondition(lambda self: not self.model.status.final)
    @rule(trouble=troubles, post=posts, seldom=st.integers(0, 3))
    def is_declined_by_the_clinic(
        self, trouble: Trouble | None, post: list[int], seldom: int
    ) -> None:
        if seldom:
            return
        time = self.model.time
        over = time is not None and self.clinic.now >= time[1] + LENGTH
        command = router.DeclineForClinic(self.id, "We are closed.")
        self.happens(
            lambda clinic: clinic.tell(DESK, command, ADMIN),
            Model(Status.DECLINED),
            allowed=not over and self.model.status is not Status.IN_CALL,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: not self.model.status.final)
    @rule(trouble=troubles, post=posts, seldom=st.integers(0, 3))
    def cancels(self, trouble: Trouble | None, post: list[int], seldom: int) -> None:
        if seldom:
            return
        allowed = self.model.status.open or self.can_change
        self.happens(
            lambda clinic: withdraw(clinic, "pat", self.id),
            Model(Status.CANCELLED),
            allowed=allowed,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.stands)
    @rule(trouble=troubles, post=posts)
    def arrives(self, trouble: Trouble | None, post: list[int]) -> None:
        model, now = self.model, self.clinic.now
        assert model.time is not None
        start = model.time[1]
        again = model.status is not Status.CONFIRMED
        near = (again or start - EARLY <= now) and now < start + LENGTH
        self.happens(
            lambda clinic: clinic.tell(PAT, patient.CheckIn(self.id), as_patient("pat")),
            model if again else model.with_status(Status.WAITING),
            allowed=near,
            trouble=trouble,
            post=post,
        )

    @precondition(lambda self: self.model.stands)
    @rule(what=st.sampled_from(["start", "finish", "no-show"]), post=posts)
    def goes_on(self, what: str, post: list[int]) -> None:
        model, now = self.model, self.clinic.now
        assert model.time is not None
        who, start = model.time
        here, begun = model.status in {Status.CONFIRMED, Status.WAITING}, now >= start
        command, status, allowed = {
            "start": (
                doctor.StartVisit(self.id),
                Status.IN_CALL,
                model.status is Status.IN_CALL or now >= start - EARLY,
            ),
            "finish": (
                doctor.FinishVisit(self.id),
                Status.FULFILLED,
                begun or model.status is Status.IN_CALL,
            ),
            "no-show": (doctor.MarkNoShow(self.id), Status.NOSHOW, here and begun),
        }[what]
        self.happens(
            lambda clinic: clinic.tell(doctor_at(who), command, as_doctor(who)),
            Model(status, model.time),
            allowed=allowed,
            post=post,
        )

    # --- the others, and time ------------------------------------------------------------------

    @rule(who=doctors, seldom=st.integers(0, 2))
    def a_doctor_is_suspended(self, who: str, seldom: int) -> None:
        if seldom or self.model.status is Status.REQUESTED or self.id == "none":
            return
        model = self.model
        waits = model.status in {Status.CONFIRMED, Status.WAITING}
        to_come = waits and model.time is not None and self.clinic.now < model.time[1]
        offers = who == model.offering and not waits
        lost = offers or (to_come and model.time is not None and model.time[0] == who)
        after = Model(Status.ROUTED) if lost and not model.status.final else model
        self.suspended.add(who)
        self.happens(lambda clinic: suspend(clinic, who), after)

    @rule(who=doctors)
    def a_doctor_comes_back(self, who: str) -> None:
        self.suspended.discard(who)
        self.clinic.tell(doctor_at(who), doctor.ResumePractice(), ACCOUNT)
        self.clinic.settle()

    @rule(who=doctors, after=hours)
    def somebody_else_books(self, who: str, after: int) -> None:
        self.another_books(who, self.at(after))
        self.clinic.settle()

    @rule(minutes=st.sampled_from([5, 20, 60, 240]))
    def time_passes(self, minutes: int) -> None:
        self.clinic.wait(timedelta(minutes=minutes))
        self._lapse()

    @rule(minutes=st.sampled_from([20, 60, 240]))
    def alarms_come_late(self, minutes: int) -> None:
        self.clinic.now += timedelta(minutes=minutes)
        self.clinic.latest = max(self.clinic.latest, self.clinic.now)

    def _lapse(self) -> None:
        """Hold that time alone ends offers and requests, and nothing else."""
        if self.id == "none":
            return
        model, lapsed = self.model, not self.may_choose
        found = self.seen()
        if lapsed and model.choices:
            model = Model(model.status if model.time else Status.ROUTED, model.time)
        asking = model.status in {Status.ROUTED, Status.OFFERED}
        assert found == model or (asking and found.status is Status.EXPIRED), (model, found)
        self.model = found


TestAppointment = Appointment.TestCase
TestAppointment.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
