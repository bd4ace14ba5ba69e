"""How far the next voucher is, for whoever looks at a balance of points."""

from dataclasses import dataclass

from flask import current_app

from store import loyalty


@dataclass(frozen=True, kw_only=True)
class NextReward:
    """The next voucher: the balance that makes it, and the points still missing."""

    goal: int
    missing: int
    value_minor: int


def after(points: int) -> NextReward | None:
    """Return the voucher that this balance leads to, None in a shop without vouchers."""
    settings = current_app.config["COMPTOIR"].loyalty
    if not settings.reward_points:
        return None
    goal = loyalty.next_goal(points, step=settings.reward_points)
    return NextReward(goal=goal, missing=goal - points, value_minor=settings.reward_minor)
