"""What patients and doctors do in their thread: they write, mend, take back, and read."""

from actors.caller import Caller
from actors.conversation import messages as conversation
from actors.conversation.messages import MessageItem
from actors.ids import ConversationId
from tests.simulation.acts import Hand
from tests.simulation.chance import Chance

WORDS = ("Good morning.", "It hurts less.", "Please come at nine.", "Thank you.", "Übermorgen?")


async def write_in(hand: Hand, caller: Caller, thread: ConversationId) -> None:
    """Do one thing in *thread*, if it is there and *caller* may."""
    to = conversation.address_of(thread)
    seen = await hand.see(to, conversation.GetThread(), conversation.ThreadView, caller)
    if isinstance(seen, conversation.ThreadView):
        mine = await _own(hand, caller, thread)
        await hand.tell(to, _something(hand.chance, mine, seen.last), caller)


def _something(chance: Chance, mine: list[int], last: int) -> conversation.Command:
    if chance.happens(0.3):
        return conversation.MarkMessages(read=chance.one_of((last, last // 2)))
    if chance.happens(0.1):
        return conversation.EnterThread()
    if mine and chance.happens(0.2):
        return conversation.EditMessage(chance.one_of(mine), chance.one_of(WORDS))
    if mine and chance.happens(0.1):
        return conversation.DeleteMessage(chance.one_of(mine))
    answers = chance.one_of(mine) if mine and chance.happens(0.2) else 0
    return conversation.PostMessage(chance.one_of(WORDS), reply_to=answers)


async def _own(hand: Hand, caller: Caller, thread: ConversationId) -> list[int]:
    """Return the numbers of some messages of *caller* that still stand."""
    to, query = conversation.address_of(thread), conversation.ListItems(limit=5)
    page = await hand.see(to, query, conversation.Items, caller)
    items = page.items if isinstance(page, conversation.Items) else ()
    return [
        each.number
        for each in items
        if isinstance(each, MessageItem) and each.author == caller.user and each.deleted_at is None
    ]
