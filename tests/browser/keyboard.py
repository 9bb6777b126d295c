"""Somebody who has no mouse: finds things by Tab, sees where they are, and presses Enter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from playwright.async_api import Locator, expect

from tests.browser.window import SOON, Window

Role = Literal["button", "link", "summary"]
MOST_STEPS = 150
STEP = """(() => {
  const active = document.activeElement;
  const before = window.focusBefore;
  window.focusBefore = active;
  const style = getComputedStyle(active);
  return {
    back: Boolean(
      before?.isConnected &&
        before.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_PRECEDING,
    ),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    what: active.outerHTML.slice(0, 200),
  };
})()"""


@dataclass(frozen=True)
class Hands:
    """The hands of somebody at a keyboard."""

    window: Window

    async def find(self, wanted: Locator) -> None:
        """Press Tab until *wanted* has the focus; it moves forward, and is always to be seen."""
        await self.window.page.evaluate("delete window.focusBefore")
        for _ in range(MOST_STEPS):
            if await wanted.evaluate("(it) => it === document.activeElement"):
                return
            await self.window.page.keyboard.press("Tab")
            step = await self.window.page.evaluate(STEP)
            assert step["seen"], f"The focus is not to be seen: {step['what']}"
            assert not step["back"], f"The focus went back to {step['what']}"
        raise AssertionError(f"Tab never comes to {wanted}")

    async def press(self, role: Role, name: str, within: Locator | None = None) -> None:
        """Find the button, link or what opens that is called *name*, and press Enter."""
        area = within or self.window.main
        wanted = (
            area.locator("summary", has_text=name)
            if role == "summary"
            else area.get_by_role("link" if role == "link" else "button", name=name)
        ).first
        await self.hit(wanted)

    async def hit(self, wanted: Locator, key: str = "Enter") -> None:
        """Find *wanted*, and press *key*."""
        await expect(wanted).to_be_visible(timeout=SOON)
        await self.find(wanted)
        await self.window.page.keyboard.press(key)

    async def type(self, label: str, text: str, within: Locator | None = None) -> None:
        """Find the field *label*, and type."""
        await self.find((within or self.window.main).get_by_label(label, exact=True).first)
        await self.window.page.keyboard.type(text)

    async def choose(self, name: str, within: Locator | None = None) -> None:
        """Find the radio buttons of which one is called *name*, and go to it by arrow keys."""
        wanted = (within or self.window.main).get_by_role("radio", name=name).first
        group = await wanted.get_attribute("name")
        first = self.window.main.locator(f'input[type=radio][name="{group}"]')
        checked = first.locator("visible=true").and_(self.window.page.locator(":checked"))
        await self.find(checked.first if await checked.count() else first.first)
        for _ in range(await first.count()):
            await self.window.page.keyboard.press("Space")
            if await wanted.is_checked():
                return
            await self.window.page.keyboard.press("ArrowDown")
            if await wanted.is_checked():
                return
        raise AssertionError(f"The arrows never come to {name}")

    async def pick_date(self, label: str, day: datetime) -> None:
        """Find the date field *label*, and set it to *day*."""
        field = self.window.main.get_by_label(label, exact=True).first
        await self.find(field)
        await field.fill(f"{day:%Y-%m-%d}")
