"""An administrator: sets the department up, lets doctors in, and works on the board."""

import asyncio

from actors.accounts import messages as accounts
from actors.admin_router import messages as router
from actors.admin_router.messages import GroupMode, RoutedRequest, Rule
from actors.appointment import Urgency
from actors.ids import AppointmentId, DoctorId
from tests.simulation.person import (
    ADMIN,
    CATEGORIES,
    DEADLINES,
    DESK,
    POOL,
    TURNS,
    VISITS,
    Person,
    ref,
)

ON_DUTY_FIRST = Rule("On duty", group=POOL, on_duty=True)


class Admin(Person):
    """Sets the department up, approves doctors, and moves requests about."""

    async def begin(self) -> None:
        """Open the department; its groups are empty at first."""
        await self.tell_desk(router.OpenDepartment("Heart"))
        await self.tell_desk(router.SetDeadlines(DEADLINES))
        for visit in VISITS:
            await self.tell_desk(router.SetVisitType(visit))
        await self.set_groups()
        for category, name, group in CATEGORIES:
            rules = (ON_DUTY_FIRST,) if name == "Even" else ()
            await self.tell_desk(router.SetCategory(router.Category(category, name, group, rules)))

    async def set_groups(self) -> None:
        """Have every approved doctor in both groups."""
        members = tuple(map(ref, self.known.approved))
        await self.tell_desk(router.SetGroup(router.Group(POOL, "Everybody", members)))
        balanced = router.Group(TURNS, "In turn", members, GroupMode.BALANCED)
        await self.tell_desk(router.SetGroup(balanced))

    async def tell_desk(self, command: router.Command) -> None:
        """Give the department's router *command*."""
        await self.hand.tell(DESK, command, ADMIN)

    async def act(self) -> None:
        """Approve who waits, else shut a doctor out or in, else work on the board."""
        waiting = [each for each in self.known.doctors if each not in self.known.approved]
        if waiting:
            await self.approve(waiting[0])
        elif self.known.approved and self.chance.happens(0.15):
            await self.shut_out_or_in(self.chance.one_of(list(self.known.approved)))
        else:
            await self.triage()

    async def approve(self, who: DoctorId) -> None:
        """Let a doctor in, and into the groups; the first one is on call."""
        to = accounts.address_of(self.known.doctors[who])
        await self.hand.tell(to, accounts.ApproveAccount(), ADMIN)
        self.known.approved[who] = True
        await self.set_groups()
        on_call = ref(next(iter(self.known.approved)))
        await self.tell_desk(router.SetPolicy(router.Policy((30, 5), 20, 5, on_call)))

    async def shut_out_or_in(self, who: DoctorId) -> None:
        """Disable a doctor's account, or enable it again."""
        to, was_in = accounts.address_of(self.known.doctors[who]), self.known.approved[who]
        self.known.approved[who] = not was_in
        command = accounts.DisableAccount() if was_in else accounts.EnableAccount()
        await self.hand.tell(to, command, ADMIN)

    async def triage(self) -> None:
        """Move some requests, and some visits; cancel one now and then."""
        board = await self.hand.see(DESK, router.GetBoard(), router.Board, ADMIN)
        if not isinstance(board, router.Board):
            return
        if board.confirmed and self.chance.happens(0.2):
            await self.reassign(self.chance.one_of(board.confirmed))
        elif board.confirmed and self.chance.happens(0.1):
            visit = self.chance.one_of(board.confirmed).request.appointment
            await self.tell_desk(router.DeclineForClinic(visit, "We are closed that day."))
        elif board.triage or board.out:
            requests = self.chance.some((*board.triage, *board.out), 3)
            await asyncio.gather(*(self.move(each.request.appointment) for each in requests))

    async def reassign(self, visit: RoutedRequest) -> None:
        """Give a visit to somebody else."""
        if self.known.approved:
            who = self.chance.one_of(list(self.known.approved))
            await self.tell_desk(router.Reassign(visit.request.appointment, ref(who)))

    async def move(self, appointment: AppointmentId) -> None:
        """Route a request, take it back, press it, ask about it, or decline it."""
        group = self.chance.one_of((POOL, TURNS))
        ways: tuple[router.Command, ...] = (
            router.RouteToGroup(appointment, group),
            router.RouteToGroup(appointment, group),
            router.PullBack(appointment),
            router.SetUrgency(appointment, self.chance.one_of(tuple(Urgency))),
            router.AskPatient(appointment, "Since when?"),
            router.DeclineForClinic(appointment, "We are full."),
        )
        if self.known.approved and self.chance.happens(0.4):
            who = self.chance.one_of(list(self.known.approved))
            await self.tell_desk(router.RouteToDoctor(appointment, ref(who)))
        else:
            await self.tell_desk(self.chance.one_of(ways))
