"""A patient changes name or zone: the directory lists it, and the account speaks of it."""

import pytest

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import DisableAccount, EnableAccount, RecordProfile, address_of
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.directory import messages as directory
from actors.directory.actor import ROOM as DIRECTORY
from actors.directory.state import DirectoryState
from actors.effects import Send
from actors.ids import PatientId, UserId
from actors.notify.messages import SetRecipient
from actors.patient.messages import ChangeProfile
from actors.patient.messages import address_of as patient_at
from tests.unit.accounts_support import ADMIN, BY_DIRECTORY, KEY, Played, refusal_of, sign_up
from tests.unit.directory_support import by_account, person
from tests.unit.patient_support import Person

ADA = person("Ada")
CHANGED = directory.RecordProfile(ADA.user, "Ada King", "Europe/London")
BY_ADA = actor_caller(patient_at(PatientId(ADA.user)))


def listed() -> Played[DirectoryState]:
    played = Played(DIRECTORY, "clinic")
    played.do(directory.NotePerson(ADA), by_account(ADA.account))
    return played


def test_a_patient_tells_the_directory_of_a_new_name_and_zone() -> None:
    pat = Person()
    pat.does(ChangeProfile("Patricia", "Europe/London"))
    told = directory.RecordProfile(UserId("pat"), "Patricia", "Europe/London")
    assert (directory.ADDRESS, told) in pat.sent


def test_the_directory_lists_it_and_tells_the_account() -> None:
    played = listed()
    events = played.do(CHANGED, BY_ADA)
    [told] = played.sends(events)
    assert told == Send(address_of(ADA.account), RecordProfile("Ada King", "Europe/London"))
    seen = played.ask(directory.GetPerson(ADA.user), ADMIN).person
    assert (seen.name, seen.zone, seen.email) == ("Ada King", "Europe/London", ADA.email)
    assert played.do(CHANGED, BY_ADA) == []
    assert played.replayed() == played.restored() == played.state


def test_of_somebody_who_is_not_listed_nothing_is_recorded() -> None:
    played = Played(DIRECTORY, "clinic")
    assert played.do(CHANGED, BY_ADA) == []


@pytest.mark.parametrize(
    "caller", [NOBODY, ADMIN, Caller("ada", Role.PATIENT), by_account(ADA.account)]
)
def test_nobody_else_says_what_a_patient_is_called(caller: Caller) -> None:
    assert refusal_of(listed(), CHANGED, caller).code == "not_allowed"


def test_an_account_that_is_opened_again_speaks_of_the_new_name() -> None:
    account = Played(room(QuickHasher()), KEY)
    account.do(sign_up())
    new = RecordProfile("Ada King", "Europe/London")
    [note] = account.sends(account.do(new, BY_DIRECTORY))
    assert note.command == directory.NotePerson(account.state.person)  # type: ignore[arg-type]
    assert account.do(new, BY_DIRECTORY) == []
    account.do(DisableAccount(), ADMIN)
    sends = account.sends(account.do(EnableAccount(), ADMIN))
    [recipient] = [e.command for e in sends if isinstance(e.command, SetRecipient)]
    assert (recipient.name, recipient.zone) == ("Ada King", "Europe/London")
    assert account.replayed() == account.state


def test_only_the_directory_says_so_and_only_of_an_account_that_there_is() -> None:
    account = Played(room(QuickHasher()), KEY)
    new = RecordProfile("Ada King", "Europe/London")
    assert account.do(new, BY_DIRECTORY) == []
    for caller in (NOBODY, ADMIN, BY_ADA):
        assert refusal_of(account, new, caller).code == "not_allowed"
