"""How a journal finds what was said again. Every implementation passes this suite."""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.address import Address
from actors.passages import Hit, Passage
from actors.runtime.clock import from_unix_ms
from actors.runtime.errors import AlreadyDone
from actors.runtime.journal import Journal
from tests.contract.journals import (
    ANNA,
    BERT,
    MemoryShelf,
    PostgresShelf,
    Shelf,
    SqliteShelf,
    Writer,
    entry,
    opened,
    outcomes,
)
from tests.postgres import PostgresServer

TEXT = "Ihre Größe? FIÈVRE since 3 days; don't worry."


class Author:
    """Puts passages into a journal, each commit a millisecond after the other."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.journal = writer.journal
        self._at = itertools.count(1)
        self._seq = itertools.count(1)

    def put(self, *passages: Passage, actor: Address = ANNA) -> asyncio.Future[None]:
        """Append a commit with *passages*."""
        step = replace(entry(actor, next(self._seq)), at=next(self._at))
        return self.writer.put(self.writer.step(actor, entry=step, passages=passages))

    async def say(self, *texts: str, actor: Address = ANNA) -> None:
        """Keep *texts*, numbered from 1 on, in commits of their own."""
        said = [self.put(Passage(*each), actor=actor) for each in enumerate(texts, 1)]
        await outcomes(*said)

    async def find(self, words: str, *actors: Address, before: int = 0) -> list[int]:
        """Return the numbers of what is found."""
        hits = await self.journal.search(actors or [ANNA], words, before=before)
        return [hit.number for hit in hits]


@pytest.fixture
async def author(writer: Writer) -> Author:
    return Author(writer)


async def test_a_passage_is_found_as_it_was_written_with_its_time(author: Author) -> None:
    await author.say(TEXT)
    [hit] = await author.journal.search([ANNA], "größe")
    assert hit == Hit(ANNA, 1, TEXT, from_unix_ms(1))


@pytest.mark.parametrize(
    "words", ["ihre", "IHRE", "grosse", "GRÖSSE", "Gro\u0308ße", "fievre", "fiè", "d", "3", "t"]
)
async def test_letter_case_and_marks_make_no_difference(author: Author, words: str) -> None:
    await author.say(TEXT)
    assert await author.find(words) == [1]


@pytest.mark.parametrize("words", ["hre", "fievres", "33", "rosse", "größe nie", "ihregrosse"])
async def test_every_word_begins_a_word_of_the_passage(author: Author, words: str) -> None:
    await author.say(TEXT)
    assert await author.find(words) == []


async def test_all_the_words_are_needed_in_any_order(author: Author) -> None:
    await author.say("fever and cough", "cough alone", "fever alone")
    assert await author.find("cou fev") == [1]
    assert await author.find("fever fever") == [3, 1]


@pytest.mark.parametrize("words", ["", "   ", "?!", '"', "*", "\u0301", "()"])
async def test_no_words_find_nothing(author: Author, words: str) -> None:
    await author.say(TEXT, "!?")
    assert await author.find(words) == []


NASTY = ('fiè"', "fievre*", "NEAR(fievre)", "terms:fievre", "^fievre", "-fievre", "fievre NOT x")
NASTIER = ("fievre OR x", "{fievre", "'; DROP TABLE passage; --", "fievre\x00", "f" * 5_000)


@pytest.mark.parametrize("words", NASTY + NASTIER)
async def test_what_people_write_is_never_more_than_words(author: Author, words: str) -> None:
    await author.say(TEXT, words)
    assert 2 in await author.find(words)
    assert await author.find("fievre") != []


async def test_a_very_long_word_is_found_by_all_of_it(author: Author) -> None:
    await author.say("é" * 400 + "a", "é" * 400 + "b", "é" * 300)
    assert await author.find("é" * 400 + "a") == [1]
    assert await author.find("é" * 400) == [2, 1]
    assert await author.find("é" * 299) == [3, 2, 1]
    assert await author.find("é" * 401) == []


async def test_very_many_words_are_all_needed(author: Author) -> None:
    words = " ".join(f"w{number}x" for number in range(2_000))
    await author.say(words)
    assert await author.find(words) == [1]
    assert await author.find(f"{words} missing") == []


async def test_an_edited_passage_is_found_by_its_last_words_alone(author: Author) -> None:
    await author.put(Passage(1, "Ring me on Monday"), Passage(2, "Fine"))
    await author.put(Passage(1, "Ring me on Friday"))
    assert await author.find("monday") == []
    [hit] = await author.journal.search([ANNA], "ring friday")
    assert hit == Hit(ANNA, 1, "Ring me on Friday", from_unix_ms(2))


@pytest.mark.parametrize("nothing", ["", "   ", "!"])
async def test_a_passage_without_words_is_taken_out_and_may_come_again(
    author: Author, nothing: str
) -> None:
    await author.say("Monday", "Monday")
    await author.put(Passage(2, nothing), Passage(7, nothing))
    assert await author.find("monday") == [1]
    await author.put(Passage(2, "Monday again"))
    assert await author.find("monday") == [2, 1]


async def test_the_last_word_on_a_number_counts_within_one_batch(author: Author) -> None:
    steps = [
        author.put(Passage(1, "red"), Passage(2, "blue"), Passage(1, "green")),
        author.put(Passage(2, "")),
        author.put(Passage(3, "")),
        author.put(Passage(3, "green")),
    ]
    assert await outcomes(*steps) == [None] * 4
    assert await author.find("green") == [3, 1]
    assert await author.find("red") == await author.find("blue") == []


async def test_numbers_are_an_actor_s_own(author: Author) -> None:
    await author.say("of Anna")
    await author.say("of Bert", actor=BERT)
    await author.put(Passage(1, ""), actor=BERT)
    assert await author.find("of", ANNA, BERT) == [1]
    assert await author.find("of", BERT) == []


async def test_only_the_actors_that_were_asked_for_are_searched(author: Author) -> None:
    near = Address("patient", "ann")
    await author.say("fever", actor=ANNA)
    await author.say("fever", actor=near)
    await author.say("fever", actor=BERT)
    hits = await author.journal.search([ANNA, BERT, ANNA], "fever")
    assert [hit.actor for hit in hits] == [BERT, ANNA]
    assert await author.journal.search([], "fever") == []


async def test_one_actor_s_passages_come_by_number_and_in_pages(author: Author) -> None:
    await author.say(*["fever"] * 9)
    await author.put(Passage(2, "fever, edited last"))
    assert await author.find("fever") == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    first = await author.journal.search([ANNA], "fever", limit=4)
    assert [hit.number for hit in first] == [9, 8, 7, 6]
    assert await author.find("fever", before=6) == [5, 4, 3, 2, 1]
    assert await author.find("fever", before=1) == []


async def test_many_actors_passages_come_by_time(author: Author) -> None:
    actors = [Address("conversation", str(number)) for number in range(200)]
    for actor in actors:
        await author.put(Passage(5, "fever"), Passage(3, "fever"), actor=actor)
    await author.put(Passage(3, "fever still"), actor=actors[0])
    hits = await author.journal.search(actors, "fever", limit=4)
    assert [(hit.actor, hit.number) for hit in hits] == [
        (actors[0], 3),
        (actors[199], 5),
        (actors[199], 3),
        (actors[198], 5),
    ]
    assert len(await author.journal.search(actors, "fever", limit=1_000)) == 400


async def test_a_failed_commit_leaves_the_passages_as_they_were(author: Author) -> None:
    writer = author.writer
    await writer.put(writer.step(entry=entry(ANNA, 1, "same"), passages=(Passage(1, "kept"),)))
    again = entry(ANNA, 2, "same")
    steps = [
        writer.put(writer.step(BERT, entry=entry(BERT, 1), passages=(Passage(1, "kept too"),))),
        writer.put(writer.step(entry=again, passages=(Passage(1, "lost"), Passage(2, "lost")))),
        writer.put(writer.step(BERT, entry=entry(BERT, 2), passages=(Passage(2, "kept last"),))),
    ]
    assert await outcomes(*steps) == [None, AlreadyDone, None]
    assert await author.find("lost", ANNA, BERT) == []
    assert await author.find("kept") == [1]
    assert await author.find("kept", BERT) == [2, 1]


async def test_what_can_be_found_outlives_the_process(shelf: Shelf) -> None:
    first = await shelf.open()
    await Author(await Writer(first).take()).say("fever")
    await first.close()
    async with opened(shelf.open()) as second:
        assert [hit.text for hit in await second.search([ANNA], "fev")] == ["fever"]


async def test_what_was_enqueued_before_a_search_is_found(author: Author) -> None:
    step = author.put(Passage(1, "fever"))
    assert await author.find("fever") == [1]
    assert step.done()


# -- one like the other --------------------------------------------------------------------------

LETTERS = st.sampled_from("abAB éÉ\u0301ß\u017f1²-'\"*\x00\n熱İ™ﬁ\U0001f600")
WORDS = st.text(LETTERS, max_size=6)
SAID = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), WORDS), max_size=25)


@asynccontextmanager
async def each_kind(server: PostgresServer) -> AsyncIterator[list[Author]]:
    """Open a journal of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        shelves: list[Shelf] = [
            MemoryShelf(),
            SqliteShelf(Path(folder) / "data"),
            PostgresShelf(server, await server.emptied_database()),
        ]
        journals: list[Journal] = [await shelf.open() for shelf in shelves]
        yield [Author(await Writer(journal).take()) for journal in journals]
        for journal in journals:
            await journal.close()


@given(said=SAID, sought=st.lists(WORDS, min_size=1, max_size=5), before=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_every_journal_finds_the_same(
    postgres_server: PostgresServer,
    said: list[tuple[int, int, str]],
    sought: list[str],
    before: int,
) -> None:
    actors = [Address("conversation", key) for key in ("a", "b/ ☃", "b")]

    async def play() -> None:
        async with each_kind(postgres_server) as authors:
            for author in authors:
                for actor, number, text in said:
                    await author.put(Passage(number, text), actor=actors[actor])
            for words, some in itertools.product(sought, (actors, actors[:1])):
                memory, sqlite, postgres = [
                    await author.journal.search(some, words, before=before) for author in authors
                ]
                assert memory == sqlite == postgres

    asyncio.run(play())
