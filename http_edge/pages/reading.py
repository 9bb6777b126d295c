"""Fields that hold a list, an optional number or an instant, read from a form."""

from datetime import datetime

from http_edge.pages.forms import Form
from http_edge.pages.languages import tag_of

MOST_WORDS = 20
LONGEST_WORD = 60


def optional_number(form: Form, name: str, low: int, high: int, what: str) -> int | None:
    """Return a whole number from *low* to *high*, or None when nothing is typed."""
    return form.number(name, low, high, what) if form.typed.get(name, "").strip() else None


def lines(form: Form, name: str, most: int = 20, longest: int = 200) -> tuple[str, ...]:
    """Return the lines typed into *name*, without empty ones and without repeats."""
    found = tuple(
        dict.fromkeys(
            line.strip() for line in form.typed.get(name, "").splitlines() if line.strip()
        )
    )
    if len(found) > most:
        form.wrong(name, f"At most {most} lines, please.")
    if any(len(line) > longest for line in found):
        form.wrong(name, f"At most {longest} characters in a line, please.")
    return found


def words(form: Form, name: str) -> tuple[str, ...]:
    """Return what is typed into *name*, parted by commas."""
    parts = (part.strip() for part in form.typed.get(name, "").replace("\n", ",").split(","))
    found = tuple(dict.fromkeys(part for part in parts if part))
    if len(found) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in found):
        form.wrong(name, f"At most {MOST_WORDS}, each of at most {LONGEST_WORD} characters.")
    return found


def languages(form: Form, name: str) -> tuple[str, ...]:
    """Return the tags of the languages typed into *name*, by name or by tag."""
    tags = []
    for word in words(form, name):
        tag = tag_of(word)
        if not tag:
            form.wrong(name, f"“{word}” is no language that is known; try its tag, like “pt-BR”.")
        tags.append(tag)
    return tuple(dict.fromkeys(tags))


def instant(form: Form, name: str, text: str) -> datetime | None:
    """Return the instant that *text* (of a list on the page) names, if it names one."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        form.wrong(name, "Choose a time from the list.")
        return None
    return moment
