"""Times that are taken: which overlap, which become one."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from actors.appointment import Span, Window


def overlaps(one: Span, others: Sequence[Span]) -> bool:
    """Return whether *one* shares time with any of *others*, which are sorted and disjoint."""
    return bool(inside(one, others))


def inside(one: Span | Window, others: Sequence[Span]) -> Sequence[Span]:
    """Return those of *others* (sorted and disjoint) that share time with *one*."""
    first = bisect_right(others, one.start, key=lambda each: each.end)
    return others[first : bisect_left(others, one.end, key=lambda each: each.start)]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return *spans* in order, those that overlap or touch as one."""
    result: list[Span] = []
    for each in sorted(spans):
        if each.end <= each.start:
            continue
        if result and each.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, each.end))
        else:
            result.append(each)
    return tuple(result)
