"""Each receiver is sent as high a layer as its way carries, and changes are few."""

from actors.relay.layers import LONGEST_TRIAL, TRIAL, VERDICT, Chooser, Wanted

CAMERA = (150_000.0, 500_000.0, 1_700_000.0)
EVERY = 0.5


class Way:
    """A way that carries so many bits per second, to a browser that estimates as Chromium does."""

    def __init__(self, carries: float, cameras: int = 1, wish: int = 2) -> None:
        self.carries, self.wish = carries, wish
        self.now = 0.0
        self.chooser = Chooser()
        self.layers = [-1] * cameras
        self.rates = [CAMERA] * cameras
        self.estimate = 300_000.0
        self.seen: list[list[int]] = []

    @property
    def sent(self) -> float:
        """Bits per second that it is sent."""
        return sum(rates[layer] for rates, layer in zip(self.rates, self.layers, strict=True))

    def go_on(self, seconds: float) -> list[int]:
        """Let time pass; return the layers at its end."""
        for _ in range(round(seconds / EVERY)):
            self.now += EVERY
            wanted = [
                Wanted(rates, self.wish, layer)
                for rates, layer in zip(self.rates, self.layers, strict=True)
            ]
            full = self.layers[0] >= 0 and self.sent > self.carries
            lost = 1 - self.carries / self.sent if full else 0.0
            self.layers = self.chooser.choose(wanted, lost, self.now)
            self.seen.append(self.layers)
            self._estimate()
        return self.layers

    def _estimate(self) -> None:
        """Grow by 8 % a second up to 1.5 times of what comes; fall to 85 % of it when it's full."""
        if self.sent > self.carries:
            self.estimate = 0.85 * self.carries
        else:
            grown = self.estimate * (1 + 0.08 * EVERY)
            self.estimate = max(self.estimate, min(grown, 1.5 * self.sent + 10_000))
        self.chooser.hear(int(self.estimate), self.now)

    @property
    def changes(self) -> int:
        """How often layers have changed."""
        pairs = zip(self.seen, self.seen[1:], strict=False)
        return sum(before != after for before, after in pairs)


def test_a_wide_way_gets_the_highest_layer_soon() -> None:
    way = Way(5_000_000)

    assert way.go_on(8) == [2]
    assert way.changes == 1


def test_a_narrow_way_is_left_at_once() -> None:
    way = Way(5_000_000)
    way.go_on(8)
    way.carries = 600_000

    assert way.go_on(1) == [1]
    way.carries = 200_000
    assert way.go_on(1) == [0]


def test_on_a_way_that_carries_the_middle_trials_become_rare() -> None:
    way = Way(900_000)
    way.go_on(600)

    assert way.seen.count([1]) > len(way.seen) * 0.95
    assert way.changes <= 2 * (600 / LONGEST_TRIAL + 8)


def test_a_way_that_recovers_is_used_again() -> None:
    way = Way(400_000)
    way.go_on(30)
    way.carries = 5_000_000

    assert way.go_on(LONGEST_TRIAL + VERDICT)[0] > 0
    assert way.go_on(30) == [2]


def test_no_more_is_sent_than_is_wished_for() -> None:
    assert Way(5_000_000, wish=0).go_on(20) == [0]
    assert Way(5_000_000, wish=1).go_on(20) == [1]


def test_who_is_least_important_suffers_first() -> None:
    way = Way(10_000_000, cameras=3)
    assert way.go_on(20) == [2, 2, 2]
    way.carries = 2_700_000

    way.go_on(4)
    assert way.layers[0] == max(way.layers)
    assert way.layers[2] == min(way.layers)
    assert way.sent <= way.carries


def test_a_layer_that_does_not_come_is_not_chosen() -> None:
    way = Way(5_000_000)
    way.go_on(8)
    way.rates = [(150_000.0, 500_000.0, 0.0)]
    assert way.go_on(0.5) == [1]

    way.rates = [(0.0, 500_000.0, 0.0)]
    assert way.go_on(0.5) == [1]


def test_what_does_not_come_yet_begins_lowest() -> None:
    way = Way(5_000_000)
    way.rates = [(0.0, 0.0, 0.0)]

    assert way.go_on(0.5) == [0]


def test_loss_alone_is_reason_to_go_down() -> None:
    chooser = Chooser()
    wanted = [Wanted(CAMERA, 2, 2)]

    assert chooser.choose(wanted, 0.05, 1.0) == [2]
    assert chooser.choose(wanted, 0.2, 1.5) == [1]


def test_what_is_wished_for_comes_at_once_unless_the_way_is_full() -> None:
    chooser = Chooser()
    chooser.choose([Wanted(CAMERA, 0, 0)], 0.0, 1.0)
    assert chooser.choose([Wanted(CAMERA, 2, 0)], 0.0, 1.1) == [0]
    chooser.hasten(1.1)
    assert chooser.choose([Wanted(CAMERA, 2, 0)], 0.0, 1.1) == [1]

    chooser.choose([Wanted(CAMERA, 2, 1)], 0.3, 2.0)
    chooser.hasten(2.1)
    assert chooser.choose([Wanted(CAMERA, 2, 0)], 0.0, 2.1) == [0]
    assert chooser.choose([Wanted(CAMERA, 2, 0)], 0.0, 2.1 + 2 * TRIAL) == [1]


def test_nothing_wanted_is_nothing_chosen() -> None:
    assert Chooser().choose([], 0.0, 1.0) == []
