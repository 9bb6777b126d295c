"""Ties the files of conversations to the runtime."""

from actors.files import messages
from actors.files.inspecting import Inspector, Keeping
from actors.files.messages import InspectFile, KeepPart, ReadPart, SweepFile
from actors.files.reactions import react
from actors.files.state import Files, answer, born, decide, evolve, may_see
from actors.runtime.blobs import Blobs
from actors.runtime.room import Room

PERSONAL = frozenset({"name"})


def room(blobs: Blobs, inspector: Inspector) -> Room[Files]:
    """Return the room of files, whose bytes lie in *blobs* once *inspector* found them good."""
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=Files,
        schema=1,
        born=born,
        decide=decide,
        evolve=evolve,
        answer=answer,
        react=react,
        may_watch=may_see,
        prepare=Keeping(blobs, inspector).prepare,
        prepared=frozenset({KeepPart, InspectFile, SweepFile, ReadPart}),
        personal=PERSONAL,
    )
