"""The administrators' board: what waits in triage, what is out for an answer, what stands."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from actors.admin_router.messages import (
    Board,
    Department,
    GetBoard,
    GetDepartment,
    Lane,
    RoutedRequest,
    address_of,
)
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Departments, ListDepartments, ListedDepartment
from http_edge.ask import ask, ask_numbered
from http_edge.pages.forms import whole_number
from http_edge.pages.rendering import render

PAGE = 50
"""So many requests of a lane are shown at a time."""
MOST_SKIPPED = 100_000


@dataclass(frozen=True, slots=True)
class Desk:
    """One department's part of the board, as of event number *seq*."""

    department: Department
    board: Board
    seq: int

    def lane(self, lane: Lane) -> tuple[RoutedRequest, ...]:
        """Return what is shown of *lane*."""
        return {
            Lane.TRIAGE: self.board.triage,
            Lane.OUT: self.board.out,
            Lane.CONFIRMED: self.board.confirmed,
            Lane.CLOSED: self.board.closed,
        }[lane]

    def count(self, lane: Lane) -> int:
        """Return how many *lane* has, also those that are not shown."""
        return self.board.counts.get(lane, len(self.lane(lane)))


async def board(request: web.Request) -> web.Response:
    """Show the board, of one department or of all; or more of one lane."""
    listed = await ask(request, DIRECTORY, ListDepartments(), Departments)
    department = request.query.get("department", "")
    shown = [each for each in listed.items if department in {"", each.id}]
    lane = next((each for each in Lane if each.value == request.query.get("lane")), None)
    skip = min(whole_number(request.query.get("skip", ""), 0), MOST_SKIPPED) if lane else 0
    query = GetBoard(limit=PAGE, only=lane, skip=skip)
    return render(
        request,
        "board.html",
        departments=listed.items,
        desks=await asyncio.gather(*(_desk(request, each, query) for each in shown)),
        only=department,
        lane=lane,
        lanes=(lane,) if lane else (Lane.TRIAGE, Lane.OUT, Lane.CONFIRMED),
        skip=skip,
        page=PAGE,
    )


async def _desk(request: web.Request, listed: ListedDepartment, query: GetBoard) -> Desk:
    to = address_of(listed.id)
    department, (found, seq) = await asyncio.gather(
        ask(request, to, GetDepartment(), Department), ask_numbered(request, to, query, Board)
    )
    return Desk(department, found, seq)
