"""What running an expression has cost so far, so that one that would run or grow without end is cancelled.

Upstream: vendor/github.com/google/cel-go/interpreter/runtimecost.go, staging/src/k8s.io/apiserver/pkg/apis/cel/config.go
"""

from typing import Final

from kplan.apiserver.cel.values import BudgetError, CostError

PER_CALL: Final = 1_000_000
"""The most that one evaluation may cost."""
PER_REQUEST: Final = 10_000_000
"""The most that the rules for one custom resource, or the expressions of one bound policy, may cost together."""
PER_CONDITIONS: Final = 2_500_000
"""The most that match conditions may cost together."""
METER: Final = ""
"""The name of the meter in a scope: no expression can say it."""


class Meter:
    """The cost that is left of one evaluation."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = PER_CALL

    @property
    def spent(self) -> int:
        """What the evaluation has cost."""
        return PER_CALL - self.left

    def spend(self, cost: int) -> None:
        """Take from what is left; raises CostError where that is too little."""
        self.left -= cost
        if self.left < 0:
            raise CostError


class CostBudget:
    """What evaluations may cost together."""

    __slots__ = ("left",)

    def __init__(self, most: int = PER_REQUEST) -> None:
        self.left = most

    def spend(self, cost: int) -> None:
        """Take the cost of an evaluation; raises BudgetError where there is not so much left."""
        if cost > self.left:
            self.left = -1
            raise BudgetError
        self.left -= cost
