"""Figures of calls, as the pages in them measure them with getStats, and how they are printed."""

from asyncio import gather
from collections.abc import Sequence
from statistics import quantiles

from tests.browser.calling import PATIENCE_MS, CallPage, FakeCall

FIRST = f"""
  const [frame, legs] = given;
  const start = performance.now();
  line.tell("call", frame);
  for (;;) {{
    await media.figures();
    const samples = media.links.all.map((link) => link.sample).filter(Boolean);
    const isSeen = (leg) => samples.some(({{ streams }}) => streams.get(`${{leg}} camera`)?.frames);
    if (legs.every(isSeen)) return performance.now() - start;
    if (performance.now() - start > {PATIENCE_MS}) throw new Error("Nobody is seen.");
    await new Promise((done) => setTimeout(done, 5));
  }}
"""
"""Shows a page a view; returns how long it took until something of all *legs* was decoded."""
RATES = """
  const legs = async () => Object.values((await media.figures()).legs);
  const all = async () => (await legs()).map((leg) => leg.framesDecoded);
  const [start, before] = [performance.now(), await all()];
  await new Promise((done) => setTimeout(done, 2000));
  const [now, after] = [performance.now(), await all()];
  return after.map((frames, place) => (1000 * (frames - before[place])) / (now - start));
"""
"""Looks for two seconds how many pictures of each leg are decoded in one."""
SWITCH = f"""
  const [step, leg, least, most] = given;
  const camera = async () => (await media.figures()).legs[leg].camera;
  const [start, {{ freeze }}] = [performance.now(), await camera()];
  media.setLadder(step);
  for (;;) {{
    const now = await camera();
    const took = performance.now() - start;
    if (now.height >= least && now.height <= most) return [took, 1000 * (now.freeze - freeze)];
    if (took > {PATIENCE_MS}) throw new Error(`Pictures of ${{now.height}} lines still come.`);
    await new Promise((done) => setTimeout(done, 10));
  }}
"""
"""Takes a step; returns how long until pictures are as high, and for how long they stood still."""


def say(name: str, value: float, unit: str) -> None:
    """Print a figure."""
    print(f"figure {name} {value:.4g} {unit}")  # noqa: T201  for who measures


def say_p95(name: str, values: Sequence[float], unit: str = "ms") -> None:
    """Print what all but one of twenty stay below."""
    say(f"{name}_p95", quantiles(values, n=20, method="inclusive")[-1], unit)


async def first_pictures(call: FakeCall, *coming: CallPage) -> list[float]:
    """Show *coming* all who are there; return after how many ms each has seen all others."""
    others = {one.leg: [each.leg for each in call.pages if each is not one] for one in coming}
    shown = (one.do(FIRST, [call.frame(one), others[one.leg]]) for one in coming)
    return [float(took) for took in await gather(*shown)]


async def rates(call: FakeCall) -> list[float]:
    """Return how many pictures a second each page decodes of each other one."""
    found = await gather(*(one.do(RATES) for one in call.pages))
    return [float(rate) for each in found for rate in each]


async def switched(
    page: CallPage, step: str, leg: str, heights: tuple[int, int]
) -> tuple[float, float]:
    """Take *step* of the ladder; return how many ms it took and pictures stood still."""
    took, frozen = await page.do(SWITCH, [step, leg, *heights])
    return took, frozen
