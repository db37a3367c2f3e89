"""Every way to break a module in one place: conditions turned round, parts of them left out."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module broken in one place."""

    line: int
    what: str
    """The part before and after."""
    module: ModuleType


def mutants_of(module: ModuleType, source: str) -> Iterator[Mutant]:
    """Yield the module broken in each place."""
    count = len(list(_places(ast.parse(source))))
    for number in range(count):
        tree = ast.parse(source)
        line, before, change = list(_places(tree))[number]
        after = change()
        broken = ModuleType(module.__name__)
        code = compile(ast.fix_missing_locations(tree), f"<line {line}>", "exec")
        exec(code, broken.__dict__)  # noqa: S102 - our own source
        yield Mutant(line, f"{before} -> {after}", broken)


_Place = tuple[int, str, Callable[[], str]]


def _places(tree: ast.AST) -> Iterator[_Place]:
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            nodes = value if isinstance(value, list) else [value]
            for index, node in enumerate(nodes):
                for changed in _changes(node, parent, field):
                    place = index if isinstance(value, list) else None
                    yield node.lineno, ast.unparse(node), _change(parent, field, place, changed)


def _change(parent: ast.AST, field: str, index: int | None, node: ast.expr) -> Callable[[], str]:
    def change() -> str:
        if index is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[index] = node
        return ast.unparse(node)

    return change


def _changes(node: object, parent: ast.AST, field: str) -> Iterator[ast.expr]:
    """What may stand in the place of a part of the syntax."""
    if (isinstance(node, ast.expr) and field in ("test", "ifs")) or isinstance(node, ast.Compare):
        yield ast.UnaryOp(ast.Not(), node)
    if isinstance(node, ast.BoolOp):
        for left_out in range(len(node.values)):
            rest = [value for index, value in enumerate(node.values) if index != left_out]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if is_method and node.func.attr in ("lower", "casefold", "strip"):
        yield node.func.value
    if isinstance(parent, ast.Return) and isinstance(node, ast.Call):
        yield ast.Constant(None)
