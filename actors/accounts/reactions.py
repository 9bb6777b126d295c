"""Whom an account tells: the directory, the person's letter box, and their own actor."""

from collections.abc import Sequence

from actors.accounts.messages import (
    AccountApproved,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    Event,
    ProfileRecorded,
)
from actors.address import Address
from actors.caller import Role
from actors.directory import messages as directory
from actors.directory.messages import AccountStatus, Person
from actors.doctor import messages as doctor
from actors.effects import Effect, Send
from actors.ids import AccountKey, DoctorId, PatientId
from actors.notify import messages as notify
from actors.patient import messages as patient


def react(event: Event, me: Address) -> Sequence[Effect]:  # noqa: PLR0911  one case per event
    """Return what *event* makes the account at *me* tell others.

    Who came with an invitation is listed only when the directory has granted it.
    """
    match event:
        case AccountOpened(role=role, invitation=invitation) if invitation:
            account = AccountKey(me.key)
            claim = directory.ClaimInvitation(invitation, account, role)
            return [Send(directory.ADDRESS, claim)]
        case AccountOpened(status=AccountStatus.ACTIVE):
            return _welcome(event.person(AccountKey(me.key)))
        case AccountOpened():
            return [_note(event.person(AccountKey(me.key)))]
        case ProfileRecorded(person):
            return [_note(person)]
        case AccountApproved(person):
            return _welcome(person)
        case AccountDisabled(person, was=was):
            return [_note(person), *_practice(person, was, doctor.SuspendPractice())]
        case AccountEnabled(person):
            back = _practice(person, person.status, doctor.ResumePractice())
            return [_note(person), _recipient(person), *back]
        case _:
            return []


def _note(person: Person) -> Send:
    return Send(directory.ADDRESS, directory.NotePerson(person))


def _recipient(person: Person) -> Send:
    """Tell where letters for this person go."""
    told = notify.SetRecipient(person.user, person.email, person.name, person.role, person.zone)
    return Send(notify.address_of(person.user), told)


def _welcome(person: Person) -> list[Effect]:
    """List somebody who is active now, and open what they work with."""
    known = [_note(person), _recipient(person)]
    match person.role:
        case Role.PATIENT:
            chart = patient.address_of(PatientId(person.user))
            return [*known, Send(chart, patient.RegisterPatient(person.name, person.zone))]
        case Role.DOCTOR:
            practice = doctor.address_of(DoctorId(person.user))
            return [*known, Send(practice, doctor.OpenPractice(person.name, person.zone))]
        case _:
            return [*known]


def _practice(
    person: Person, status: AccountStatus, command: doctor.SuspendPractice | doctor.ResumePractice
) -> list[Effect]:
    """Tell a doctor's practice, if there is one: it opens when the doctor is active first."""
    if person.role is not Role.DOCTOR or status is not AccountStatus.ACTIVE:
        return []
    return [Send(doctor.address_of(DoctorId(person.user)), command)]
