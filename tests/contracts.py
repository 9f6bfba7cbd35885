"""A contract for import-linter: only the modules that are named reach others, by whatever way.

A contract of the type `reach` has `reached_modules` and `allowed_modules`, both module expressions.
Every module of the program that reaches one of the former, itself or through others, has to be one
of the latter; one of the latter that reaches none of them is named for nothing.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expression_to_modules

PROGRAM = "learning"


class ReachContract(Contract):
    """Only some modules reach what is outside; all others know nothing of it."""

    type_name = "reach"

    reached_modules: Any = fields.ListField(subfield=fields.ModuleExpressionField())
    allowed_modules: Any = fields.ListField(subfield=fields.ModuleExpressionField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        del verbose
        reached = self._modules(graph, self.reached_modules)
        reaching = {
            name
            for each in reached
            for name in graph.find_downstream_modules(each)
            if name.startswith(f"{PROGRAM}.")
        }
        named = {str(each): self._modules(graph, [each]) for each in self.allowed_modules}
        wrong = reaching - reached - {name for names in named.values() for name in names}
        chains = {name: _shortest(graph, name, reached) for name in wrong}
        stale = [text for text, names in named.items() if not names & (reaching | reached)]
        return ContractCheck(
            kept=not chains and not stale, metadata={"chains": chains, "stale": stale}
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        for name, chain in sorted(check.metadata["chains"].items()):
            output.print_error(f"{name} is not allowed to reach {chain[-1]}:")
            output.print_error(f"    {' -> '.join(chain)}", bold=False)
        for name in check.metadata["stale"]:
            output.print_error(f"{name} is allowed what it does not do")

    @staticmethod
    def _modules(graph: ImportGraph, expressions: Any) -> set[str]:
        """Return the modules that are named, with all below those of the program."""
        return {
            module.name
            for each in expressions
            for module in module_expression_to_modules(
                graph, each, as_packages=str(each).startswith(PROGRAM)
            )
        }


def _shortest(graph: ImportGraph, name: str, reached: set[str]) -> tuple[str, ...]:
    """Return the shortest way from a module to one of others."""
    chains = (graph.find_shortest_chain(name, each) for each in sorted(reached))
    return min((chain for chain in chains if chain), key=len)
