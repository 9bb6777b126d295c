"""What axe finds on a page, and what it does not look for: targets and screens that are small."""

from importlib.resources import files
from typing import Any

from playwright.async_api import Page, ViewportSize

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
FAST = {"resultTypes": ["violations"]}
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROWEST: ViewportSize = {"width": 320, "height": 700}
SMALL = """(() => [...document.querySelectorAll("main button, main a.button, main summary")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML))()"""


async def faults(page: Page, **options: Any) -> list[str]:  # noqa: ANN401  what axe is told
    """Return what axe finds."""
    found: dict[str, Any] = await page.evaluate("options => axe.run(options)", {**FAST, **options})
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


async def troubles_of(page: Page) -> list[str]:
    """Return what is wrong with what a page shows now: to axe, in the dark, on a small screen."""
    await page.set_viewport_size(WIDE)
    await page.evaluate(AXE)
    found = await faults(page)
    await page.emulate_media(color_scheme="dark")
    found += await faults(page, runOnly=["color-contrast"])
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(NARROWEST)
    found += await page.evaluate(SMALL)
    if await page.evaluate("document.documentElement.scrollWidth") > NARROWEST["width"]:
        found.append("It sticks out of a narrow screen.")
    return found
