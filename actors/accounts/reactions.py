"""Whom an account tells: the directory, and the person's own actor."""

from collections.abc import Sequence

from actors.accounts.messages import (
    AccountApproved,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    Event,
)
from actors.address import Address
from actors.caller import Role
from actors.directory import messages as directory
from actors.directory.messages import AccountStatus, Person
from actors.doctor import messages as doctor
from actors.effects import Effect, Send
from actors.ids import AccountKey, DoctorId, PatientId
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
        case AccountApproved(person):
            return _welcome(person)
        case AccountDisabled(person, was=was):
            return [_note(person), *_practice(person, was, doctor.SuspendPractice())]
        case AccountEnabled(person):
            return [_note(person), *_practice(person, person.status, doctor.ResumePractice())]
        case _:
            return []


def _note(person: Person) -> Send:
    return Send(directory.ADDRESS, directory.NotePerson(person))


def _welcome(person: Person) -> list[Effect]:
    """List somebody who is active now, and open what they work with."""
    match person.role:
        case Role.PATIENT:
            chart = patient.address_of(PatientId(person.user))
            register = patient.RegisterPatient(person.name, person.zone)
            return [_note(person), Send(chart, register)]
        case Role.DOCTOR:
            practice = doctor.address_of(DoctorId(person.user))
            return [_note(person), Send(practice, doctor.OpenPractice(person.name, person.zone))]
        case _:
            return [_note(person)]


def _practice(
    person: Person, status: AccountStatus, command: doctor.SuspendPractice | doctor.ResumePractice
) -> list[Effect]:
    """Tell a doctor's practice, if there is one: it opens when the doctor is active first."""
    if person.role is not Role.DOCTOR or status is not AccountStatus.ACTIVE:
        return []
    return [Send(doctor.address_of(DoctorId(person.user)), command)]
