"""A module's source in, its mutants out: each with one small fault, as tired people make them."""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list"}
_REMOVED = (ast.Expr, ast.Raise, ast.AugAssign, ast.Continue, ast.If, ast.For, ast.Assign)

Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    """A module with one fault."""

    name: str
    """"target: `==` for `!=` in `a != b`": where and what, whatever the line."""
    source: str


def mutants(source: str, only: Collection[str] = ()) -> Iterator[Mutant]:
    """Every mutant of ``source``; of some functions alone, where ``only`` names them."""
    tree = ast.parse(source)
    names: Counter[str] = Counter()
    for place, (node, where) in enumerate(_nodes(tree)):
        if only and where.split(".")[0] not in only:
            continue
        for label, change in _changes(node):
            changed = copy.deepcopy(tree)
            change(_nodes(changed)[place][0])
            name = f"{where}: {label}"
            names[name] += 1
            if names[name] > 1:
                name += f" ({names[name]})"
            yield Mutant(name, ast.unparse(ast.fix_missing_locations(changed)))


def _nodes(tree: ast.AST) -> list[tuple[ast.AST, str]]:
    """Every node that may be changed, in one order, with the function or name that it is in."""
    found: list[tuple[ast.AST, str]] = []

    def visit(node: ast.AST, where: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            where = f"{where}.{node.name}".lstrip(".")
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not where:
            where = node.targets[0].id
        found.append((node, where))
        for child in _children(node):
            visit(child, where)

    visit(tree, "")
    return found


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a node and runs: no decorator, no annotation, no docstring, no sentence."""
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "bases", "type_params"):
            continue
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
            continue
        for child in value if isinstance(value, list) else [value]:
            is_words = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and not is_words:
                yield child


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.If):
        yield _said(node.test, "condition turned"), _turn
    else:
        yield from _expression(node)
    yield from _removals(node)


def _expression(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.BinOp() if type(node.op) in _COUNTED:
            other = _COUNTED[type(node.op)]
            yield _said(node, "other sign"), lambda it: setattr(it, "op", other())
        case ast.BoolOp():
            other_op = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield _said(node, "and/or"), lambda it: setattr(it, "op", other_op())
        case ast.UnaryOp():
            yield _said(node, "without sign"), _twice
        case ast.IfExp():
            yield _said(node, "other branch"), _swap_branches
        case ast.Name() if node.id in _NAMES and isinstance(node.ctx, ast.Load):
            name = _NAMES[node.id]
            yield f"`{name}` for `{node.id}`", lambda it: setattr(it, "id", name)
        case ast.Call() if len(node.args) > 1 and ast.dump(node.args[0]) != ast.dump(node.args[1]):
            yield _said(node, "arguments swapped"), _swap_arguments
        case ast.Return() if node.value is not None and not _is_none(node.value):
            yield _said(node, "returns nothing"), lambda it: setattr(it, "value", _none())


def _compared(node: ast.Compare) -> Iterator[tuple[str, Change]]:
    for place, old in enumerate(node.ops):

        def change(it: ast.AST, place: int = place, old: ast.cmpop = old) -> None:
            assert isinstance(it, ast.Compare)
            it.ops[place] = _COMPARED[type(old)]()

        yield _said(node, f"other {type(old).__name__}"), change


def _constant(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    values: list[object] = []
    if isinstance(node.value, bool):
        values = [not node.value]
    elif isinstance(node.value, int):
        values = [node.value + 1, *([node.value - 1] if node.value else [])]
    elif isinstance(node.value, str | bytes):
        values = [type(node.value)()] if node.value else ["x"]
    for value in values:

        def change(it: ast.AST, value: object = value) -> None:
            it.value = value  # type: ignore[attr-defined]

        yield f"{value!r} for {node.value!r}", change


def _removals(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Each statement gone from the body that it stands in; a function that returns at once."""
    for name in ("body", "orelse"):
        body = getattr(node, name, None)
        if not isinstance(body, list) or isinstance(node, ast.Module | ast.ClassDef):
            continue
        for place, statement in enumerate(body):
            is_words = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if isinstance(statement, _REMOVED) and not is_words:

                def change(it: ast.AST, name: str = name, place: int = place) -> None:
                    getattr(it, name)[place] = ast.Pass()

                yield _said(statement, "removed"), change


def _twice(it: ast.AST) -> None:
    assert isinstance(it, ast.UnaryOp)
    it.operand = ast.UnaryOp(it.op, it.operand)


def _turn(it: ast.AST) -> None:
    assert isinstance(it, ast.If)
    it.test = ast.UnaryOp(ast.Not(), it.test)


def _swap_branches(it: ast.AST) -> None:
    assert isinstance(it, ast.IfExp)
    it.body, it.orelse = it.orelse, it.body


def _swap_arguments(it: ast.AST) -> None:
    assert isinstance(it, ast.Call)
    it.args[0], it.args[1] = it.args[1], it.args[0]


def _none() -> ast.Constant:
    return ast.Constant(None)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _said(node: ast.AST, label: str) -> str:
    """The label of a change with the beginning of what it changes."""
    shown = " ".join(ast.unparse(node).split())
    return f"{label} in `{shown[:70]}`"
