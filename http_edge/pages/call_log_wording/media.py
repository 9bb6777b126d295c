"""How picture and sound travelled, and why they did not, in words."""

from typing import TypeAlias

from actors.call_session.messages import MediaSet, PathReported, WorkerLost
from actors.media import Mode, Sealing, Why
from http_edge.pages.call_log_wording.names import Names, Said

OfMedia: TypeAlias = MediaSet | PathReported | WorkerLost

MODE_WHY = {
    Why.MANY: "three or more take part",
    Why.RECORDED: "the call is recorded",
    Why.HIDDEN: "this clinic hides people's addresses from one another",
    Why.NO_PATH: "no direct path could be found",
}
SEALED = {
    Sealing.ON: "encrypted end to end",
    Sealing.UNSUPPORTED: "encrypted, but not end to end: a browser in the call can't do that",
    Sealing.RECORDED: "encrypted end to end, and the recorder has the key",
}
NO_PATH = {
    "ice_failed": "no path was found",
    "timeout": "it took too long",
    "no_packets": "nothing came through",
}


def said_of_media(event: OfMedia, names: Names) -> Said:
    """Return what *event* was."""
    match event:
        case MediaSet():
            return _set(event), ""
        case PathReported():
            return _path(event, names)
        case WorkerLost(worker):
            return f"The media worker {worker.name} did not answer any more.", "danger"


def _set(event: MediaSet) -> str:
    if event.mode is Mode.DIRECT:
        lacking = " (no media worker was there)" if event.no_relay else ""
        way = f"directly from browser to browser{lacking}"
    else:
        worker = f"the media worker {event.worker.name}" if event.worker else "a media worker"
        why = f", because {MODE_WHY[event.why]}" if event.why else ""
        way = f"through {worker}{why}"
    return f"Picture and sound go {way}; {SEALED[event.sealing]}."


def _path(event: PathReported, names: Names) -> Said:
    who = names.of_page(event.leg)
    where = f"directly with {names.of_page(event.to)}" if event.to else "through the media worker"
    if event.connected:
        after = f" after {event.took_ms / 1000:.1f} s" if event.took_ms else ""
        return f"{who} was connected {where}{after}.", "ok"
    why = f": {NO_PATH.get(event.why, event.why)}" if event.why else ""
    return f"{who} was not connected {where}{why}.", "warn"
