"""The first whole trip, actor by actor, over a real bus and a real store."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio

from actors.accounts import messages as accounts
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, Status
from actors.caller import NOBODY, Caller, Role
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.ids import CategoryId, DepartmentId, DoctorId, GroupId, PatientId
from actors.patient import messages as patient
from tests.clinic import Clinic, open_clinic

ADMIN = Caller("admin-1", Role.ADMIN)
WARDS = DepartmentId("cardiology")


async def sign_up(clinic: Clinic, email: str, role: Role) -> str:
    """Open an account, approve it where needed, and return its user id."""
    at = accounts.address_of(accounts.account_key(email))
    command = accounts.SignUp(
        email=email,
        name=email.split("@", maxsplit=1)[0],
        role=role,
        zone="Europe/Berlin",
        password="a long enough passphrase 42",
    )
    happened = await clinic.client.tell(at, command, NOBODY)
    opened = happened.first(accounts.AccountOpened)
    assert opened is not None
    if role is not Role.PATIENT:
        await clinic.client.tell(at, accounts.ApproveAccount(), ADMIN)
    return opened.user


async def test_a_request_travels_to_a_doctor_of_the_group_and_back(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        client = clinic.client
        mia = DoctorId(await sign_up(clinic, "mia@clinic.example", Role.DOCTOR))
        ben = DoctorId(await sign_up(clinic, "ben@clinic.example", Role.DOCTOR))
        pat = PatientId(await sign_up(clinic, "pat@home.example", Role.PATIENT))
        await clinic.settled()
        ward = router.address_of(WARDS)
        await client.tell(ward, router.OpenDepartment("Cardiology"), ADMIN)
        members = (DoctorRef(mia, "mia"), DoctorRef(ben, "ben"))
        group = router.Group(GroupId("hearts"), "Hearts", members)
        await client.tell(ward, router.SetGroup(group), ADMIN)
        category = router.Category(CategoryId("palpitations"), "Palpitations", group.id)
        await client.tell(ward, router.SetCategory(category), ADMIN)

        request = patient.RequestAppointment(
            WARDS,
            category.id,
            category.name,
            "My heart races at night.",
        )
        me = Caller(pat, Role.PATIENT)
        happened = await client.tell(patient.address_of(pat), request, me)
        requested = happened.first(patient.AppointmentRequested)
        assert requested is not None
        await clinic.settled()

        doctor_mia = Caller(mia, Role.DOCTOR)
        inbox = await client.ask(
            doctor.address_of(mia), doctor.GetInbox(), doctor.Inbox, doctor_mia
        )
        assert [offer.id for offer in inbox.open] == [requested.appointment]
        accept = doctor.AcceptRequest(requested.appointment)
        await client.tell(doctor.address_of(mia), accept, doctor_mia)
        await clinic.settled()

        view = await client.ask(
            patient.address_of(pat),
            patient.GetAppointment(requested.appointment),
            patient.AppointmentView,
            me,
        )
        assert view.status is Status.CONFIRMED
        assert view.start is not None
        assert view.start > datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251
        other = await client.ask(
            doctor.address_of(ben),
            doctor.GetOffer(requested.appointment),
            doctor.Offer,
            Caller(ben, Role.DOCTOR),
        )
        assert (other.status, other.by_name) == (doctor.OfferStatus.CLOSED, "mia")
        people = await client.ask(
            directory.ADDRESS, directory.ListPeople(), directory.People, ADMIN
        )
        assert {person.user for person in people.items} == {mia, ben, pat}
        assert await clinic.journal.dead_letters() == []
        await anyio.lowlevel.checkpoint()
