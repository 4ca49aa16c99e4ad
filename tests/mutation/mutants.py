"""Small mistakes put into a module, one at a time: what tests of it must notice.

A mutant is the module's source with one thing turned round: a comparison, an `and`, a
condition, a flag, a number, a filter of a comprehension, or a statement left out.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

_Change: TypeAlias = tuple[str, Callable[[ast.AST], None]]
"""What is done, in words, and to a node."""
_TURNED: Final = MappingProxyType(
    {
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
        ast.Lt: ast.LtE,
        ast.LtE: ast.Lt,
        ast.Gt: ast.GtE,
        ast.GtE: ast.Gt,
        ast.In: ast.NotIn,
        ast.NotIn: ast.In,
        ast.Is: ast.IsNot,
        ast.IsNot: ast.Is,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake.

    Attributes:
        line: Where it is.
        words: What was done, with the source before.
        source: The whole module with it.
    """

    line: int
    words: str
    source: str


def mutants_of(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.stmt)]
    spared = _docstrings(tree) | _decorators(tree)
    found = []
    for number, node in enumerate(places):
        if node in spared:
            continue
        for words, change in _changes(node):
            mutated = copy.deepcopy(tree)
            again = [one for one in ast.walk(mutated) if isinstance(one, ast.expr | ast.stmt)]
            change(again[number])
            text = ast.unparse(ast.fix_missing_locations(mutated))
            reported = f"{words}: {ast.unparse(node).splitlines()[0][:70]}"
            found.append(Mutant(line=node.lineno, words=reported, source=text))
    yield from sorted(found, key=lambda mutant: mutant.line)


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    bodies = [
        node.body
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    ]
    return {body[0] for body in bodies if body and _is_text(body[0])}


def _decorators(tree: ast.Module) -> set[ast.AST]:
    """Return all parts of decorators: what a dataclass refuses is for the type checker."""
    return {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        for decorator in node.decorator_list
        for part in ast.walk(decorator)
    }


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[_Change]:
    if isinstance(node, ast.stmt):
        yield from _changes_of_statement(node)
    elif isinstance(node, ast.Constant):
        yield from _changes_of_constant(node)
    elif isinstance(node, ast.expr):
        yield from _changes_of_expression(node)


def _changes_of_constant(node: ast.Constant) -> Iterator[_Change]:
    match node.value:
        case bool():
            yield "flag flipped", _flip
        case int():
            yield "one more", _add
        case _:
            pass


def _changes_of_expression(node: ast.expr) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _TURNED:
            yield "turned", _turn
        case ast.BoolOp():
            yield "and for or", _swap
        case ast.IfExp():
            yield "negated", _negate
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            if any(one.ifs for one in node.generators):
                yield "filter left out", _unfilter
        case _:
            pass


def _changes_of_statement(node: ast.stmt) -> Iterator[_Change]:
    match node:
        case ast.If() | ast.While():
            yield "negated", _negate
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield "left out", _leave_out
        case _:
            pass


def _turn(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops = [_TURNED[type(node.ops[0])]()]


def _swap(node: ast.AST) -> None:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _negate(node: ast.AST) -> None:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)


def _flip(node: ast.AST) -> None:
    if isinstance(node, ast.Constant):
        node.value = not node.value


def _add(node: ast.AST) -> None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        node.value += 1


def _unfilter(node: ast.AST) -> None:
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        for generator in node.generators:
            generator.ifs = []


def _leave_out(node: ast.AST) -> None:
    """Put a statement without effect in its place; the node stays, its content goes."""
    if isinstance(node, ast.Expr):
        node.value = ast.Constant(value=None)
    if isinstance(node, ast.AugAssign):
        node.value = ast.Constant(value=0) if isinstance(node.op, ast.Add) else node.value
        if not isinstance(node.op, ast.Add):
            node.value = ast.Call(func=ast.Name(id="set", ctx=ast.Load()), args=[], keywords=[])
