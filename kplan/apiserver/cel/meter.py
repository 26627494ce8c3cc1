"""The cost of running an expression so far, so that one without end is cancelled.

Upstream: vendor/github.com/google/cel-go/interpreter/runtimecost.go,
    staging/src/k8s.io/apiserver/pkg/apis/cel/config.go
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
"""The key of the meter in a scope: no expression can name it."""


class Meter:
    """The remaining cost budget of one evaluation."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = PER_CALL

    @property
    def spent(self) -> int:
        """What the evaluation has cost."""
        return PER_CALL - self.left

    def spend(self, cost: int) -> None:
        """Spend some of the budget. Raises CostError if not enough is left."""
        self.left -= cost
        if self.left < 0:
            raise CostError


class CostBudget:
    """The cost budget that several evaluations share."""

    __slots__ = ("left",)

    def __init__(self, most: int = PER_REQUEST) -> None:
        self.left = most

    def spend(self, cost: int) -> None:
        """Spend the cost of one evaluation. Raises BudgetError if not enough is left."""
        if cost > self.left:
            self.left = -1
            raise BudgetError
        self.left -= cost
