"""What the people of the demonstration have written to one another before anybody looks.

Where a doctor writes first, no answering hours are asked for, whatever the time of the day is.
"""

import asyncio

from actors.conversation.messages import VisitStep
from actors.operations.demo.cast import AMARA, BRIAN, ELIF, GUSTAV, HANNA, JAMAL, OMAR
from actors.operations.demo.drawings import meter, scar
from actors.operations.demo.hands import Hands
from actors.operations.demo.papers import paper
from actors.operations.demo.wards import CARDIOLOGY

AT_HOME = (
    "Drink enough: water or tea, one and a half litres a day.",
    "Sleep with your head a little higher than your chest.",
    "Fresh air is good for you; sports may wait for another week.",
    "",
    "A dry cough may stay for two or three weeks after a cold.",
    "",
    "Please write to us, or ask for a visit, when",
    "  - the fever comes back,",
    "  - you are short of breath,",
    "  - you still cough after three weeks.",
)


async def about_tablets(hands: Hands) -> None:
    """Gustav and Dr Okafor: an edit, a deletion, quotes, a picture, and one word to read."""
    pen, gustav, amara = hands.pen(GUSTAV, AMARA), hands.caller(GUSTAV), hands.caller(AMARA)
    await pen.until(gustav, VisitStep.CONFIRMED)
    await pen.write(
        amara,
        "Hello Mr Mahler, your visit stands. Which tablets do you take for your blood pressure, "
        "how much of each, and at what time of the day?",
    )
    tablets = await pen.write(
        gustav, "Ramipril 5 mg for years now. The new one is amlodipine 50 mg. Both with my coffee."
    )
    plain = "Ramipril 5 mg for years now. The new one is amlodipine 5 mg. Both with my coffee."
    await pen.rewrite(gustav, tablets, plain)
    wrong = await pen.write(gustav, "Happy birthday, my dear! We will be there at seven.")
    await pen.delete(gustav, wrong)
    await pen.write(
        amara,
        "Thank you. Please take the amlodipine in the evening from today on, and get up slowly. "
        "Do you have a meter at home?",
        reply_to=tablets,
    )
    picture = await pen.send_up(gustav, "my-meter.png", meter(142, 91, 68))
    sent = await pen.write(gustav, "I do. That was this morning, before breakfast.", picture)
    last = await pen.write(
        amara,
        "That is a little high, and no reason to worry. Please measure every morning until we "
        "speak, and write the numbers down.",
        reply_to=sent,
    )
    await pen.read(last, gustav, amara)
    await pen.write(gustav, "I will. Is one glass of wine in the evening all right with it?")


async def after_the_cold(hands: Hands) -> None:
    """Gustav and Dr Yilmaz: nobody answers at first, then a paper comes."""
    pen, gustav, elif_ = hands.pen(GUSTAV, ELIF), hands.caller(GUSTAV), hands.caller(ELIF)
    await pen.until(gustav, VisitStep.FULFILLED)
    asked = await pen.write(
        gustav,
        "The fever is gone, thank you! But I still cough at night. How long does that take?",
    )
    await pen.read(asked, gustav, elif_)
    await pen.until_told(gustav)
    content = paper("At home after a cold", AT_HOME)
    sheet = await pen.send_up(elif_, "after-a-cold.pdf", content)
    await pen.write(
        elif_,
        "Two to three weeks are usual, even when all the rest is well again.",
        reply_to=asked,
    )
    last = await pen.write(elif_, "Here is what helps at home, and when to call us.", sheet)
    await pen.read(last, elif_)


async def before_less_coffee(hands: Hands) -> None:
    """Omar and Dr Walsh, before their visit."""
    pen, omar, brian = hands.pen(OMAR, BRIAN), hands.caller(OMAR), hands.caller(BRIAN)
    await pen.until(omar, VisitStep.CONFIRMED)
    await pen.write(
        brian,
        "Hello Mr Haddad. Before we speak: at what times does it race, and what did you drink?",
    )
    last = await pen.write(omar, "After lunch most of the time. I have four coffees a day.")
    await pen.read(last, omar, brian)


async def after_less_coffee(hands: Hands) -> None:
    """Omar and Dr Walsh, after it."""
    pen, omar, brian = hands.pen(OMAR, BRIAN), hands.caller(OMAR), hands.caller(BRIAN)
    await pen.until(omar, VisitStep.FULFILLED)
    asked = await pen.write(omar, "One cup in the morning, was that right?")
    last = await pen.write(
        brian,
        "Exactly: one in the morning, none after noon. Write to me in two weeks how it is.",
        reply_to=asked,
    )
    await pen.read(last, omar, brian)


async def after_the_operation(hands: Hands) -> None:
    """Hanna and Dr Okafor: a photo, and two words to read."""
    pen, hanna, amara = hands.pen(HANNA, AMARA), hands.caller(HANNA), hands.caller(AMARA)
    await pen.until(hanna, VisitStep.CONFIRMED)
    asked = await pen.write(
        amara,
        "Hello Ms Virtanen, how does the scar look? A photo in daylight helps me for our first "
        "visit.",
    )
    await pen.read(asked, hanna, amara)
    photo = await pen.send_up(hanna, "scar.png", await asyncio.to_thread(scar))
    await pen.write(hanna, "It is paler than last week.", photo, reply_to=asked)
    await pen.write(hanna, "At night it itches a little. Is that a bad sign?")


async def to_the_team(hands: Hands) -> None:
    """Hanna and the heart team, about a request with a red flag."""
    pen, hanna, amara = hands.team_pen(HANNA, CARDIOLOGY), hands.caller(HANNA), hands.caller(AMARA)
    await pen.until(hanna, VisitStep.REQUESTED)
    last = await pen.write(
        amara,
        "Ms Virtanen, if the pain gets stronger or goes into your arm or jaw, call 112 at once. "
        "Is somebody with you?",
    )
    await pen.read(last, hanna, amara)
    await pen.write(hanna, "My sister is here. It only stings when I breathe in deeply.")


async def in_the_waiting_room(hands: Hands) -> None:
    """Jamal and Dr Okafor, shortly before a visit."""
    pen, jamal, amara = hands.pen(JAMAL, AMARA), hands.caller(JAMAL), hands.caller(AMARA)
    await pen.until(jamal, VisitStep.CONFIRMED)
    await pen.write(amara, "Please have the list of your tablets beside you when we speak.")
    last = await pen.write(jamal, "It lies here. I am in the waiting room, and my camera works.")
    await pen.read(last, jamal, amara)
