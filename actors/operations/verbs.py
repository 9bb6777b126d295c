"""What each verb of the command line asks of a running clinic."""

import sys
from pathlib import Path

import msgspec

from actors.operations import media, nodes, people, reminders, zones
from actors.operations.arguments import Arguments, Exit
from actors.operations.bus import NoAnswer, Operator, Refused, View, connected
from actors.operations.media import MediaCheck, MediaPaths
from actors.operations.people import Links
from actors.operations.saying import fail
from actors.operations.tables import render
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from actors.runtime.operations import (
    DropDeadLetter,
    Explain,
    GetStatus,
    Inspect,
    ListActors,
    ListDeadLetters,
    Question,
    Rebalance,
    RestartActor,
    RetryDeadLetter,
)
from config.nats import NatsSettings

NO_PATHS = MediaPaths()
OWN_BUS = NatsSettings()


async def run(
    arguments: Arguments,
    directory: Path,
    links: Links,
    paths: MediaPaths = NO_PATHS,
    nats: NatsSettings = OWN_BUS,
) -> Exit:
    """Do what the command line says, print the answer, and return how it ended."""
    try:
        async with connected(directory, nats) as operator:
            answer = await _answer(operator, arguments, links, paths)
    except (NoAnswer, DeliveryFailed) as error:
        return fail(str(error), Exit.NO_ANSWER)
    except Refusal as error:
        return fail(" ".join([str(error), *error.fields.values()]))
    except Refused as error:
        return fail(str(error))
    text = _as_json(answer) if arguments.json else render(answer)
    sys.stdout.write(f"{text}\n")
    return Exit.FAILED if isinstance(answer, MediaCheck) and not answer.good else Exit.DONE


def _as_json(answer: View) -> str:
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()


async def _answer(  # noqa: C901, PLR0911  one per verb
    operator: Operator, arguments: Arguments, links: Links, paths: MediaPaths
) -> View:
    match arguments.verb, arguments.what:
        case "user", "add":
            return await people.invite(operator, arguments.of_role, links)
        case "user", "link":
            return await people.link(operator, arguments.email, links)
        case "user", "disable":
            return await people.disable(operator, arguments.email)
        case "reminders", "list":
            return await reminders.listed(operator, arguments.node, arguments.limit)
        case "reminders", "why":
            return await reminders.why(operator, arguments.node, arguments.subject)
        case "zones", "check":
            return await zones.check(operator, notify=arguments.notify)
        case "check", "media":
            return await media.check(operator, paths)
        case "nodes", _:
            return await nodes.at_a_glance(operator, arguments.node)
        case "shards", _:
            listed = nodes.each_shard if arguments.all else nodes.counted
            return await listed(operator, arguments.node)
        case "drain", _:
            return await nodes.drain(operator, arguments.drained or arguments.node)
        case _:
            question = _question(arguments, operator.caller.user)
            return await operator.ask(arguments.node, question)


def _question(said: Arguments, login: str) -> Question:  # noqa: PLR0911  one per verb
    match said.verb, said.what:
        case "status", _:
            return GetStatus()
        case "ps", _:
            return ListActors(said.kind, said.limit)
        case "inspect", _:
            return Inspect(said.address, said.events, said.reveal, login)
        case "explain", _:
            return Explain(said.subject, said.reveal, login)
        case "rebalance", _:
            return Rebalance()
        case "restart", _:
            return RestartActor(said.address)
        case "deadletters", "list":
            return ListDeadLetters()
        case "deadletters", "retry":
            return RetryDeadLetter(said.id)
        case "deadletters", "drop":
            return DropDeadLetter(said.id)
        case verb:
            raise Refused(f"There is no verb {verb}.")
