"""What holds for the directory, and for accounts with invitations, in any order of things."""

from hypothesis import given
from hypothesis import strategies as st

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import DisableAccount, EnableAccount, account_key
from actors.accounts.state import AccountState
from actors.caller import Role, actor_caller
from actors.directory.actor import ROOM
from actors.directory.messages import (
    ADDRESS,
    AccountStatus,
    InvitationGranted,
    IssueInvitation,
    ListDoctors,
    ListPeople,
)
from actors.directory.state import DirectoryState
from actors.effects import Send
from actors.refusal import Refusal
from tests.unit.accounts_support import ADMIN, DAY, NOW, Played, sign_up

EMAILS = ["ada@example.org", "bob@example.org", "cleo@example.org"]
roles = st.sampled_from([Role.ADMIN, Role.DOCTOR, Role.PATIENT])
invitations = st.sampled_from(["i1", "i2"])
emails = st.sampled_from(EMAILS)

steps = st.lists(
    st.one_of(
        st.builds(IssueInvitation, invitations, roles, st.just(NOW + DAY)),
        st.builds(sign_up, roles, st.sampled_from(["i1", "", "i2"]), emails),
        st.tuples(emails, st.sampled_from([DisableAccount(), EnableAccount()])),
        st.integers(0, 5),
    ),
    max_size=30,
)


class Clinic:
    """A directory, some accounts, and what they have not yet told one another."""

    def __init__(self) -> None:
        self.directory: Played[DirectoryState] = Played(ROOM, "clinic")
        accounts = room(QuickHasher())
        self.accounts: dict[str, Played[AccountState]] = {
            account_key(email): Played(accounts, account_key(email)) for email in EMAILS
        }
        self.waiting: list[tuple[Played[AccountState] | Played[DirectoryState], Send]] = []

    def do(self, played: Played[AccountState] | Played[DirectoryState], command: object) -> None:
        """Give *command* as an administrator; a refusal is fine, what follows waits."""
        try:
            self._told(played, played.do(command, ADMIN))
        except Refusal:
            return

    def deliver(self, number: int) -> None:
        """Bring one of the sends that may come next: the first of its sender and receiver."""
        pairs = [(source.me, send.to) for source, send in self.waiting]
        firsts = [at for at, pair in enumerate(pairs) if pairs.index(pair) == at]
        if not firsts:
            return
        source, send = self.waiting.pop(firsts[number % len(firsts)])
        if send.to == ADDRESS:
            self._bring(self.directory, source, send)
        elif send.to.kind == "account":
            self._bring(self.accounts[send.to.key], source, send)

    def _bring(
        self,
        to: Played[AccountState] | Played[DirectoryState],
        source: Played[AccountState] | Played[DirectoryState],
        send: Send,
    ) -> None:
        """Give a durable send, which no rule may refuse."""
        self._told(to, to.do(send.command, actor_caller(source.me)))

    def _told(
        self, played: Played[AccountState] | Played[DirectoryState], events: list[object]
    ) -> None:
        self.waiting += [(played, send) for send in played.sends(events)]

    def take(self, step: object) -> None:
        """Do one step of a script."""
        match step:
            case IssueInvitation():
                self.do(self.directory, step)
            case (str(email), command):
                self.do(self.accounts[account_key(email)], command)
            case int(number):
                self.deliver(number)
            case _:
                self.do(self.accounts[account_key(step.email)], step)  # type: ignore[attr-defined]


def lived(script: list[object]) -> Clinic:
    """Invite somebody, do every step of *script*, then deliver what is still on its way."""
    clinic = Clinic()
    for step in [IssueInvitation("i1", Role.ADMIN, NOW + DAY), *script]:
        clinic.take(step)
    while clinic.waiting:
        clinic.deliver(0)
    return clinic


@given(steps)
def test_a14_every_invitation_is_granted_to_one_account_at_most(script: list[object]) -> None:
    granted: dict[str, str] = {}
    for event in lived(script).directory.events:
        if isinstance(event, InvitationGranted):
            assert granted.setdefault(event.token_hash, event.account) == event.account


@given(steps)
def test_a17_every_active_administrator_was_invited(script: list[object]) -> None:
    clinic = lived(script)
    granted = {
        event.account for event in clinic.directory.events if isinstance(event, InvitationGranted)
    }
    for account in clinic.accounts.values():
        person = account.state.person
        if person and person.role is Role.ADMIN and person.status is AccountStatus.ACTIVE:
            assert person.account in granted


@given(steps)
def test_when_all_is_said_the_directory_lists_every_account_as_it_is(
    script: list[object],
) -> None:
    clinic = lived(script)
    people = {account.state.person for account in clinic.accounts.values()} - {None}
    listed = clinic.directory.ask(ListPeople(limit=200), ADMIN).items
    assert set(listed) == people
    assert not any(account.state.invitation for account in clinic.accounts.values())


@given(steps)
def test_the_listed_doctors_are_the_active_ones(script: list[object]) -> None:
    directory = lived(script).directory
    listed = directory.ask(ListDoctors(), ADMIN).items
    query = ListPeople(role=Role.DOCTOR, status=AccountStatus.ACTIVE)
    assert listed == directory.ask(query, ADMIN).items


@given(steps)
def test_the_directorys_events_and_snapshots_are_its_state(script: list[object]) -> None:
    directory = lived(script).directory
    assert directory.replayed() == directory.state == directory.restored()
