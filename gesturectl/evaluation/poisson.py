"""How high a rate may truly be when so many events were counted: the exact bound of a Poisson rate."""

import math


def upper_bound(events: int, exposure: float, confidence: float = 0.95) -> float:
    """The rate per unit of `exposure` above which `events` or fewer would be seen with a chance below 1 - `confidence`.

    One-sided and exact (Garwood 1936): the mean m that solves P(X <= events | m) = 1 - confidence. Infinite without
    exposure. Zero events in eight hours: 3.0 / 8 = 0.374 an hour ("the rule of three").
    """
    if exposure <= 0:
        return math.inf
    chance = 1 - confidence
    low, high = 0.0, events + 10.0 * math.sqrt(events + 1.0) + 10.0
    # The chance falls with the mean, so halving the interval can't miss; 60 halvings reach a double's last digits.
    for _ in range(60):
        middle = 0.5 * (low + high)
        if at_most(events, middle) > chance:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high) / exposure


def at_most(events: int, mean: float) -> float:
    """The chance that a Poisson variable of this mean is `events` or less."""
    if mean <= 0:
        return 1.0
    # In logarithms: exp(-mean) alone is zero from a mean of 746 on.
    logs = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(events + 1)]
    largest = max(logs)
    return min(1.0, math.exp(largest) * math.fsum(math.exp(value - largest) for value in logs))
