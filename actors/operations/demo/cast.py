"""Who plays in the demonstration: made-up people, and the password that they share."""

import asyncio
from datetime import date
from pathlib import Path

import msgspec

from actors.caller import Role
from actors.runtime.mint import Mint
from config.private import read_private, write_private

DOMAIN = "demo.example"
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


class Somebody(msgspec.Struct, frozen=True):
    """A made-up person. *robot* says that a program acts for them."""

    email: str
    name: str
    role: Role
    zone: str
    robot: bool
    languages: tuple[str, ...] = ()
    """BCP 47 tags; a patient likes to speak the first."""
    specialties: tuple[str, ...] = ()
    born_on: date | None = None


class Cast(msgspec.Struct, frozen=True):
    """Who plays, and the password with which all of them sign in."""

    password: str
    people: tuple[Somebody, ...]


def _admin(first: str, last: str, *, robot: bool) -> Somebody:
    return Somebody(_email(first), f"{first} {last}", Role.ADMIN, BERLIN, robot)


def _doctor(
    first: str, last: str, zone: str, languages: str, *specialties: str, robot: bool = True
) -> Somebody:
    name, spoken = f"Dr {first} {last}", tuple(languages.split())
    return Somebody(_email(first), name, Role.DOCTOR, zone, robot, spoken, specialties)


def _patient(
    first: str, last: str, zone: str, language: str, born_on: date, *, robot: bool = True
) -> Somebody:
    name = f"{first} {last}"
    return Somebody(_email(first), name, Role.PATIENT, zone, robot, (language,), (), born_on)


def _email(first: str) -> str:
    return f"{first.lower()}@{DOMAIN}"


ADA = _admin("Ada", "Lindqvist", robot=False)
NORA = _admin("Nora", "Bergman", robot=True)

AMARA = _doctor("Amara", "Okafor", BERLIN, "en de", "Arrhythmia", robot=False)
BRIAN = _doctor("Brian", "Walsh", NEW_YORK, "en es", "Hypertension", "Arrhythmia")
CHIARA = _doctor("Chiara", "Russo", BERLIN, "it de en", "Dermatoscopy")
DANIEL = _doctor("Daniel", "Kim", NEW_YORK, "en ko", "Allergies")
ELIF = _doctor("Elif", "Yilmaz", BERLIN, "tr de en", "Paediatrics")
FIONA = _doctor("Fiona", "Grant", NEW_YORK, "en fr", "Geriatrics")
DOCTORS = (AMARA, BRIAN, CHIARA, DANIEL, ELIF, FIONA)

GUSTAV = _patient("Gustav", "Mahler", BERLIN, "de", date(1960, 7, 7), robot=False)
HANNA = _patient("Hanna", "Virtanen", "Europe/Helsinki", "fi", date(1988, 2, 29))
INES = _patient("Ines", "Moreau", "Europe/Paris", "fr", date(1951, 11, 3))
JAMAL = _patient("Jamal", "Carter", NEW_YORK, "en", date(1979, 5, 17))
KENJI = _patient("Kenji", "Sato", "Asia/Tokyo", "ja", date(1994, 12, 1))
LENA = _patient("Lena", "Vogt", BERLIN, "de", date(2016, 9, 12))
OMAR = _patient("Omar", "Haddad", BERLIN, "tr", date(1971, 3, 25))
PATIENTS = (GUSTAV, HANNA, INES, JAMAL, KENJI, LENA, OMAR)

EVERYBODY = (ADA, NORA, *DOCTORS, *PATIENTS)


def file_of(data: Path) -> Path:
    """Return where, in the data directory, it stands who plays."""
    return data / "demo.json"


async def cast_in(data: Path, mint: Mint) -> Cast:
    """Return who plays; the first time, draw their password."""
    return await asyncio.to_thread(_cast, file_of(data), mint)


def _cast(file: Path, mint: Mint) -> Cast:
    before = msgspec.json.decode(read_private(file), type=Cast) if file.exists() else None
    cast = Cast(before.password if before else mint.secret()[:20], EVERYBODY)
    if cast != before:
        write_private(file, msgspec.json.encode(cast))
    return cast


def introduce(cast: Cast) -> str:
    """Return who can sign in, as lines for a terminal."""
    width = max(len(one.email) for one in cast.people)
    return "\n".join(
        [
            f"A demo clinic. Everybody's password is {cast.password}",
            *(f"  {one.email:<{width}}  {_part(one)}" for one in cast.people),
            "What they write to one another is at /messages, the clinic's letters at /dev/mail.",
            "Gustav can check in for a visit, and Dr Grant calls him; Jamal waits for Dr Okafor.",
        ]
    )


def _part(one: Somebody) -> str:
    robot = " (a robot acts for them)" if one.robot else ""
    return f"{one.role.value}, {one.name}{robot}"
