"""What an open bracket of a query holds, and which part of a triple comes next in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from garrison.rdf.sparql.tokens import Token


class Role(Enum):
    """What a bracket holds."""

    QUERY = auto()  # a query or subquery: SELECT ... ORDER BY ...
    GROUP = auto()  # a group graph pattern or a CONSTRUCT template
    EXPRESSION = auto()
    PATH = auto()
    LIST = auto()  # an RDF collection
    BLANK = auto()  # [ ... ]
    QUOTED = auto()  # << ... >> or <<( ... )>>
    ANNOTATION = auto()  # {| ... |}
    DATA = auto()  # of VALUES


class Next(Enum):
    """Which part of a triple comes next."""

    SUBJECT = auto()
    VERB = auto()
    OBJECT = auto()
    NOTHING = auto()  # the triple is complete
    REIFIER = auto()


OPENERS = frozenset(("{", "(", "[", "{|", "<<", "<<("))
CLOSERS = {"}": ("{",), ")": ("(",), "]": ("[",), "|}": ("{|",), ">>": ("<<", "<<(")}
_TRIPLES = frozenset((Role.GROUP, Role.BLANK, Role.QUOTED, Role.ANNOTATION))
_FIXED = {"[": Role.BLANK, "{|": Role.ANNOTATION, "<<": Role.QUOTED, "<<(": Role.QUOTED}
_AFTER = {".": Next.SUBJECT, ";": Next.VERB, ",": Next.OBJECT, "~": Next.REIFIER}


@dataclass(slots=True, eq=False)
class Frame:
    """An open bracket; the query itself is the outermost."""

    role: Role
    opener: str
    start: int  # offset of the opener
    next: Next = Next.SUBJECT
    constraint: bool = False  # after FILTER or BIND, before their bracket
    values: bool = False  # after VALUES, before its data
    closing: bool = False  # the ) of )>> is read

    def opened(self, sign: Token) -> Frame:
        """Return the frame that an opening bracket begins in this one."""
        role = self._role_of(sign.text)
        inner = Frame(role, sign.text, sign.start)
        if role in (Role.BLANK, Role.ANNOTATION):
            inner.next = Next.VERB
        return inner

    def _role_of(self, opener: str) -> Role:
        if opener in _FIXED:
            return _FIXED[opener]
        if self.values or self.role is Role.DATA:
            return Role.DATA
        if opener == "{":
            return Role.GROUP
        if self.constraint or self.role in (Role.EXPRESSION, Role.QUERY):
            return Role.EXPRESSION
        if self.role is Role.PATH or (self.role in _TRIPLES and self.next is Next.VERB):
            return Role.PATH
        return Role.LIST

    def separate(self, sign: str) -> None:
        """Take a sign that stands between terms."""
        if self.role not in _TRIPLES:
            return
        if sign in ("/", "|") and self.next is Next.OBJECT:
            self.next = Next.VERB  # the path goes on
        else:
            self.next = _AFTER.get(sign, self.next)

    def take_term(self) -> Next | None:
        """Take a term; return the part of a triple that it is, ``None`` if triples are not written here."""
        if self.role is Role.PATH:
            return Next.VERB
        if self.role is Role.LIST:
            return Next.OBJECT
        if self.role not in _TRIPLES:
            return None
        part = Next.SUBJECT if self.next is Next.NOTHING else self.next
        following = {Next.SUBJECT: Next.VERB, Next.VERB: Next.OBJECT}
        self.next = following.get(part, Next.NOTHING)
        return part
