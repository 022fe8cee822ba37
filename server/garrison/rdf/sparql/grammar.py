"""The grammar of SPARQL queries, and where a text first leaves it.

Used to explain, never to decide: the evaluator's parser says whether a query is well-formed, but names places
well behind the fault. The rules follow SPARQL 1.1 (section 19.8) and the drafts of SPARQL 1.2, merged where
that keeps one token of look-ahead enough; so some texts pass that are not SPARQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

# Quoted: a sign or keyword. Capitals: a kind of token. ( ) | ? * +: as everywhere.
_RULES = """
Query: ( Select Where Modifiers | Construct | Describe | 'ASK' Dataset* Where Modifiers ) Values? END
Select: 'SELECT' ( 'DISTINCT' | 'REDUCED' )? Projection Dataset*
Projection: '*' | Projected+
Projected: VAR | '(' Expression 'AS' VAR ')'
Construct: 'CONSTRUCT' ( Template Dataset* Where | Dataset* 'WHERE' Template ) Modifiers
Template: '{' Triples? '}'
Describe: 'DESCRIBE' ( '*' | Resource+ ) Dataset* Where? Modifiers
Dataset: 'FROM' 'NAMED'? IRI
Where: 'WHERE'? Group
Modifiers: Grouping? Having? Order? ( Limit Offset? | Offset Limit? )?
Grouping: 'GROUP' 'BY' Grouper+
Grouper: VAR | Call | '(' Expression ( 'AS' VAR )? ')'
Having: 'HAVING' Condition+
Order: 'ORDER' 'BY' Sorting+
Sorting: VAR | Condition | ( 'ASC' | 'DESC' ) '(' Expression ')'
Limit: 'LIMIT' NUMBER
Offset: 'OFFSET' NUMBER
Values: 'VALUES' ( VAR '{' Value* '}' | '(' VAR* ')' '{' ( '(' Value* ')' )* '}' )
Value: Datum | 'UNDEF'
Datum: IRI | Constant | '<<(' IRI ( IRI | 'a' ) Datum ')' '>>'
Group: '{' ( Select Where Modifiers Values? | Triples? ( Part '.'? Triples? )* ) '}'
Part: ( 'OPTIONAL' | 'MINUS' | 'LATERAL' ) Group | Group ( 'UNION' Group )* | 'GRAPH' Resource Group
    | 'FILTER' Condition | 'BIND' '(' Expression 'AS' VAR ')' | Values
Resource: VAR | IRI
Triples: Statement ( '.' Triples? )?
Statement: Term Properties | ( Collection | Anonymous | Reified ) Properties?
Properties: Verb Object ( ',' Object )* ( ';' ( Verb Object ( ',' Object )* )? )*
Verb: VAR | Path
Object: ( Term | Collection | Anonymous | Reified ) ( '~' ( VAR | IRI | BLANK )? | '{|' Properties '|}' )*
Term: VAR | IRI | BLANK | Constant | Tripleterm
Collection: '(' Member* ')'
Member: Term | Collection | Anonymous | Reified
Anonymous: '[' Properties? ']'
Reified: '<<' Inner Predicate Inner ( '~' ( VAR | IRI | BLANK )? )? '>>'
Inner: Component | Reified
Tripleterm: '<<(' Component Predicate Component ')' '>>'
Component: Term | '[' ']'
Predicate: VAR | IRI | 'a'
Constant: STRING ( LANGUAGE | '^^' IRI )? | ( '+' | '-' )? NUMBER | 'TRUE' | 'FALSE'
Path: Sequence ( '|' Sequence )*
Sequence: Step ( '/' Step )*
Step: '^'? ( IRI | 'a' | '!' Excluded | '(' Path ')' ) ( '?' | '*' | '+' )?
Excluded: '^'? ( IRI | 'a' ) | '(' ( '^'? ( IRI | 'a' ) ( '|' '^'? ( IRI | 'a' ) )* )? ')'
Condition: '(' Expression ')' | Call
Call: FUNCTION Arguments | Aggregate | IRI Arguments | 'NOT'? 'EXISTS' Group
Arguments: '(' 'DISTINCT'? ( Expression ( ',' Expression )* )? ')'
Aggregate: AGGREGATE '(' 'DISTINCT'? ( '*' | Expression ) ( ';' 'SEPARATOR' '=' STRING )? ')'
Expression: And ( '||' And )*
And: Comparison ( '&&' Comparison )*
Comparison: Sum ( ( '=' | '!=' | '<' | '>' | '<=' | '>=' ) Sum | 'NOT'? 'IN' Arguments )?
Sum: Product ( ( '+' | '-' ) Product )*
Product: Factor ( ( '*' | '/' ) Factor )*
Factor: '!' Factor | ( '+' | '-' ) Operand | Primary
Operand: ( '+' | '-' ) NUMBER | Primary
Primary: '(' Expression ')' | FUNCTION Arguments | Aggregate | 'NOT'? 'EXISTS' Group | IRI Arguments? | VAR
    | Constant | Computed
Computed: '<<(' ( VAR | IRI ) Predicate ( VAR | IRI | Constant | Computed ) ')' '>>'
"""
# What should stand, for a person, where one of these cannot begin.
NAMES = {
    "Projection": "*, a variable, or (expression AS ?variable)",
    "Sorting": "a variable, ASC( ), DESC( ) or a function",
    "Grouper": "a variable, (expression AS ?variable) or a function",
    "Group": "a pattern in { }",
    "Template": "triples in { }",
    "Condition": "a condition in ( ), or a function",
    "Resource": "a variable or an IRI",
    "Properties": "a predicate and an object",
    "Verb": "a predicate",
    "Object": "an object",
    "Member": "a term",
    "Inner": "a term",
    "Component": "a term, but no list and no [ ] that says something",
    "Predicate": "a predicate, which is no path here",
    "Datum": "an IRI, a literal or a triple term without variables",
    "Expression": "an expression",
    "And": "an expression",
    "Comparison": "an expression",
    "Sum": "an expression",
    "Product": "an expression",
    "Factor": "an expression",
    "Operand": "an operand",
    "Primary": "an operand",
    "Step": "a predicate",
    "Arguments": "arguments in ( )",
    "IRI": "an IRI",
    "VAR": "a variable",
    "NUMBER": "a number",
    "STRING": "a string",
    "END": "the end of the query",
    "BLANK": "a blank node",
    "FUNCTION": "a function",
    "AGGREGATE": "an aggregate",
}
_LEXEME = re.compile(r"'[^']+'|[A-Za-z]+|[()|?*+]")

Shape = Literal["sequence", "choice", "optional", "repeated", "rule", "token"]


@dataclass(slots=True, eq=False)
class _Node:
    shape: Shape
    name: str = ""  # of a rule or token
    parts: list[_Node] = field(default_factory=list)
    first: frozenset[str] = frozenset()  # tokens that it can begin with
    empty: bool = False  # it can be nothing


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a text leaves the grammar."""

    index: int  # of the token that cannot stand there
    missing: str  # what should stand there, for a person; "" if ``expected`` says it better
    expected: tuple[str, ...]  # signs, keywords and kinds of token that could stand there


def departure(tokens: list[str]) -> Departure | None:
    """Return where tokens leave the grammar, ``None`` if they do not.

    :param tokens: signs and keywords as they are, the others by kind; the last is ``END``.
    """
    rules = _grammar()
    stack = [rules["Query"]]
    index, expected = 0, set[str]()
    while stack:
        node, token = stack.pop(), tokens[index]
        if token not in node.first:
            expected |= node.first
            if not node.empty:
                return Departure(index, NAMES.get(node.name, ""), tuple(sorted(expected)))
        elif node.shape == "token":
            index, expected = index + 1, set()
        else:
            stack += _unfold(node, token, rules)
    return None


def _unfold(node: _Node, token: str, rules: dict[str, _Node]) -> list[_Node]:
    """Return what a node that can begin with a token consists of then, last part first."""
    match node.shape:
        case "rule":
            return [rules[node.name]]
        case "choice":
            return [next(part for part in node.parts if token in part.first)]
        case "repeated":
            return [node, node.parts[0]]
        case _:
            return node.parts[::-1]


@cache
def _grammar() -> dict[str, _Node]:
    rules: dict[str, _Node] = {}
    for rule in re.split(r"\n(?=\w)", _RULES.strip()):
        name, _, body = rule.partition(":")
        lexemes = _LEXEME.findall(body)
        rules[name] = _choice(lexemes)
    while any([_grow(node, rules) for node in rules.values()]):
        pass
    return rules


def _choice(lexemes: list[str]) -> _Node:
    """Read alternatives up to a closing parenthesis, which is taken too."""
    choice = _Node("choice", parts=[_Node("sequence")])
    while lexemes and (lexeme := lexemes.pop(0)) != ")":
        if lexeme == "|":
            choice.parts.append(_Node("sequence"))
        else:
            choice.parts[-1].parts.append(_suffixed(_atom(lexeme, lexemes), lexemes))
    return choice


def _atom(lexeme: str, lexemes: list[str]) -> _Node:
    if lexeme == "(":
        return _choice(lexemes)
    if lexeme.isupper() or lexeme.startswith("'"):
        name = lexeme.strip("'")
        return _Node("token", name, first=frozenset((name,)))
    return _Node("rule", lexeme)


def _suffixed(node: _Node, lexemes: list[str]) -> _Node:
    if not lexemes or lexemes[0] not in ("?", "*", "+"):
        return node
    suffix = lexemes.pop(0)
    if suffix == "?":
        return _Node("optional", parts=[node], empty=True)
    repeated = _Node("repeated", parts=[node], empty=True)
    return repeated if suffix == "*" else _Node("sequence", node.name, [node, repeated])


def _grow(node: _Node, rules: dict[str, _Node]) -> bool:
    """Work out first tokens and emptiness once more; return whether anything has changed."""
    if node.shape == "token":
        return False
    changed = any([_grow(part, rules) for part in node.parts])
    before = (node.first, node.empty)
    if node.shape == "rule":
        node.first, node.empty = rules[node.name].first, rules[node.name].empty
    elif node.shape == "sequence":
        node.first, node.empty = _of_sequence(node.parts)
    else:
        node.first = frozenset().union(*(part.first for part in node.parts))
        node.empty = node.empty or any(part.empty for part in node.parts)
    return changed or before != (node.first, node.empty)


def _of_sequence(parts: list[_Node]) -> tuple[frozenset[str], bool]:
    first: frozenset[str] = frozenset()
    for part in parts:
        first |= part.first
        if not part.empty:
            return first, False
    return first, True
