"""What departments and the letter box are told of a doctor, and when."""

from datetime import datetime
from typing import Any

from actors.admin_router import messages as router
from actors.caller import Caller, actor_caller
from actors.doctor import messages as doctor
from actors.doctor.messages import Hours, Profile
from actors.ids import DepartmentId
from actors.notify import messages as notify
from tests.rooms import ADMIN
from tests.unit.doctor_support import (
    ACCOUNT,
    Ann,
)


def wall(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """Return a time in March 2026 as clocks in Berlin show it."""
    return datetime(2026, 3, day, hour, minute)  # noqa: DTZ001 - a wall time


def member(department: str = "clinic", *, joins: bool = True) -> tuple[Any, Caller]:
    """Return what a department's router says when the doctor joins (or leaves) it."""
    name = DepartmentId(department)
    return doctor.NoteMembership(name, joins), actor_caller(router.address_of(name))


def joined(*departments: str) -> Ann:
    ann = Ann()
    for department in departments or ("clinic",):
        ann.tell(*member(department))
    ann.sent.clear()
    return ann


def told(ann: Ann) -> list[tuple[str, doctor.DoctorFacts]]:
    """Return what departments were told since the last time."""
    said = [(each.to.key, each.command) for each in ann.sent]
    ann.sent.clear()
    return [(key, each.facts) for key, each in said if isinstance(each, router.NoteDoctor)]


def test_a_department_that_the_doctor_joins_is_told_who_they_are() -> None:
    ann = Ann()
    ann.tell(*member())
    [(department, facts)] = told(ann)
    assert department == "clinic"
    assert facts == doctor.DoctorFacts(facts.doctor, "Europe/Berlin", receives=True)
    assert facts.doctor.name == "Dr ann"
    ann.tell(*member("other"))
    assert [department for department, _ in told(ann)] == ["other"]
    ann.check_replay()


def test_joining_twice_says_nothing_and_who_is_left_hears_nothing_more() -> None:
    ann = joined("clinic", "other")
    assert not ann.tell(*member())
    ann.tell(*member(joins=False))
    assert not ann.tell(*member(joins=False))
    assert told(ann) == []
    ann.tell(doctor.GoOnDuty())
    assert [department for department, _ in told(ann)] == ["other"]


def test_every_department_is_told_what_changes() -> None:
    ann = joined("clinic", "other")
    ann.tell(doctor.SetProfile(Profile(("Heart",), ("de",))))
    assert [(to, facts.specialties) for to, facts in told(ann)] == [
        ("clinic", ("Heart",)),
        ("other", ("Heart",)),
    ]
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert [facts.receives for _, facts in told(ann)] == [False, False]
    ann.tell(doctor.SetHours(Hours("Asia/Tokyo", ())), ADMIN)
    assert [facts.zone for _, facts in told(ann)] == ["Asia/Tokyo"] * 2
    ann.tell(doctor.OpenPractice("Dr Ann Other", "UTC"), ACCOUNT)
    assert [facts.doctor.name for _, facts in told(ann)] == ["Dr Ann Other"] * 2


def test_what_no_department_has_to_know_is_not_told() -> None:
    ann = joined()
    ann.tell(doctor.SetHours(Hours("Europe/Berlin", ())))
    ann.tell(doctor.AddAbsence(wall(12), wall(13)))
    assert told(ann) == []


def test_a_department_is_told_when_the_practice_opens_after_the_doctor_has_joined() -> None:
    ann = Ann()
    ann.state, ann.journal = type(ann.state)(ann.state.id), []
    ann.tell(*member())
    assert told(ann) == []
    ann.tell(doctor.OpenPractice("Dr ann", "UTC"), ACCOUNT)
    assert [facts.zone for _, facts in told(ann)] == ["UTC"]
    ann.check_replay()


def test_the_letter_box_learns_the_zone_of_the_hours() -> None:
    ann = Ann()
    ann.tell(doctor.SetHours(Hours("Asia/Tokyo", ())))
    [sent] = ann.sent
    assert (sent.to, sent.command) == (notify.address_of("ann"), notify.SetZone("Asia/Tokyo"))
