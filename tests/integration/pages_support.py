"""A browser without a script: opens pages, sends forms, follows what it is told to."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from tests.edge import PASSWORD, Answer, Edge, Person

_ONCE = re.compile(r'name="once" value="([^"]+)"')


def once_of(answer: Answer) -> str:
    """Return the once-only key of the first form on the page."""
    found = _ONCE.search(answer.text)
    assert found, answer.text
    return found[1]


@dataclass(eq=False)
class Tab:
    """One browser of one person; its cookie is what it has been given."""

    edge: Edge
    cookie: str = ""

    async def open(self, path: str) -> Answer:
        """Open a page."""
        return await self.edge.send("GET", path, headers=self._headers())

    async def send(self, path: str, **fields: str) -> Answer:
        """Send a form; `_` in a name stands for `-` unless it ends with one."""
        return await self.send_fields(path, fields)

    async def send_fields(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form with these fields."""
        kind = "application/x-www-form-urlencoded"
        return await self.send_body(path, urlencode(fields).encode(), kind)

    async def send_body(self, path: str, body: bytes, kind: str) -> Answer:
        """Send a form's body of that content type."""
        headers = {
            "Content-Type": kind,
            "Origin": self.edge.url,
            "Sec-Fetch-Site": "same-origin",
            **self._headers(),
        }
        answer = await self.edge.send("POST", path, body, headers)
        if "__Host-sid" in answer.cookies:
            self.cookie = f"__Host-sid={answer.cookies['__Host-sid']}"
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie} if self.cookie else {}


def place(answer: Answer) -> str:
    """Return where a form that was taken sends its browser."""
    assert answer.status == 303, answer.text
    return answer.headers["Location"]


def text_of(answer: Answer) -> str:
    """Return what a reader sees of a page, roughly."""
    return seen(answer.text)


def seen(markup: str) -> str:
    """Return what a reader sees of *markup*."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)))


async def tab_of(edge: Edge, person: Person) -> Tab:
    """Return a browser in which *person* has signed in."""
    tab = Tab(edge)
    answer = await tab.send("/sign-in", email=person.email, password=PASSWORD)
    assert answer.status == 303, answer.text
    return tab
