"""One pass over a query, from left to right and without recursion.

Knows as much of the grammar as it takes to tell what each token is, to count what is dear to evaluate, and to
notice what is never evaluated here: calls to other endpoints, and updates.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import cast

from garrison.errors import MalformedQuery, QueryRefused
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.sparql.frames import CLOSERS, OPENERS, Frame, Next, Role
from garrison.rdf.sparql.functions import FUNCTIONS_BY_IRI
from garrison.rdf.sparql.names import Names, TooLong
from garrison.rdf.sparql.shape import Caps, Counts, Form, QueryShape
from garrison.rdf.sparql.tokens import Kind, Lexer, Token, malformed, place
from garrison.rdf.sparql.words import FORMS, LITERALS, NESTING, PROLOGUE, UPDATES, WORDS

_OPERATORS = frozenset(("||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "!"))
_OF_TRIPLES = frozenset(("<<", "<<(", "{|", "~"))
_UNITS = {
    "depth": "levels of brackets",
    "graphs": "graphs in its dataset",
    "triple_patterns": "triple patterns",
    "path_steps": "steps in one property path",
    "operators": "operators and clauses",
}


class Scanner:
    """Reads one text once; :meth:`run` is called once."""

    def __init__(
        self,
        text: str,
        caps: Caps,
        record: list[Token] | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        """Begin.

        :param record: takes every token from the form keyword to the end, if given.
        :param prefixes: declared before the text begins.
        """
        self._text = text
        self._caps = caps
        self._lexer = Lexer(text)
        self._record = record
        self.names = Names(prefixes or {}, caps.iris)  # what IRIs and prefixed names stand for
        self._frames = [Frame(Role.QUERY, "", 0)]
        self._form: Form | None = None
        self._counts = Counts()
        self._default_graphs: list[str] = []
        self._named_graphs: list[str] = []
        self._steps = 0  # of the path being read
        self._operand = False  # the last token ended an operand, so < would compare
        self._datatype = False  # the last token was ^^
        self._suspect: tuple[Token, str] | None = None  # a name that may hold a keyword, and what would prove it
        self._triple_terms = False
        self._version = ""
        self._before: Token | None = None
        self._last_word = ""
        self._template = False  # of CONSTRUCT, has been opened
        self._where: int | None = None
        self._pattern_of = self._frames[0]  # the query or subquery whose pattern can be bound in
        self._pattern: Frame | None = None

    def run(self) -> QueryShape:
        """Read to the end.

        :raises MalformedQuery: as :func:`garrison.rdf.sparql.scan` says.
        :raises QueryRefused: likewise.
        """
        form = self._read_prologue()
        while (token := self._next()).kind is not Kind.END:
            self._take(token)
        if len(self._frames) > 1:
            frame = self._frames[-1]
            raise self._malformed(f"this {frame.opener} is never closed.", frame.start)
        counts = self._counts
        return QueryShape(
            form,
            counts.depth,
            counts.triple_patterns,
            counts.path_steps,
            counts.operators,
            tuple(self._default_graphs),
            tuple(self._named_graphs),
            self._where,
            self._triple_terms,
            self._version,
            self.names.declared,
        )

    # The prologue and the form

    def _read_prologue(self) -> Form:
        while True:
            token = self._next()
            word = token.text.upper() if token.kind is Kind.WORD else ""
            if word in PROLOGUE:
                self._declare(word)
            elif word in FORMS:
                self._last_word = word
                self._form = cast(Form, word)
                return self._form
            elif word in UPDATES:
                raise self._update(token)
            else:
                forms = "SELECT, ASK, CONSTRUCT or DESCRIBE"
                raise self._malformed(f"a query begins with {forms}, not with {_shown(token)}.", token.start)

    def _declare(self, word: str) -> None:
        if word == "VERSION":
            version = self._expect(word, Kind.STRING, 'a string such as "1.2"')
            if version.text.startswith(('"""', "'''")):
                raise self._malformed("VERSION is followed by a string with one quote at either end.", version.start)
            self._version = version.text[1:-1]
            return
        prefix = self._expect(word, Kind.NAME, "a prefix such as ex:") if word == "PREFIX" else None
        iri = self._expect(word, Kind.IRI, "an IRI in <>")
        if prefix and not prefix.text.endswith(":"):
            raise self._malformed(f"PREFIX declares a prefix such as ex:, not {prefix.text}.", prefix.start)
        try:
            if prefix:
                self.names.declare_prefix(prefix.text[:-1], iri.text)
            else:
                self.names.declare_base(iri.text)
        except ValueError as error:
            raise self._malformed(f"{iri.text} is not a valid IRI.", iri.start) from error
        except TooLong as error:
            raise self._too_long(iri) from error

    def _expect(self, word: str, kind: Kind, wanted: str) -> Token:
        token = self._next()
        if token.kind is not kind:
            raise self._malformed(f"{word} is followed by {wanted}, not by {_shown(token)}.", token.start)
        return token

    # Tokens

    def _next(self) -> Token:
        token = self._lexer.next(less_than=self._operand and self._frames[-1].role is Role.EXPRESSION)
        if self._record is not None and (self._form or token.text.upper() in FORMS):
            self._record.append(token)
        return token

    def _take(self, token: Token) -> None:
        self._dismiss_suspect(token)
        before, self._before = self._before, token
        if token.text == "(" and before and before.kind in (Kind.IRI, Kind.NAME) and self._is_expression():
            self._require_function(before)
        if token.kind is Kind.WORD:
            self._take_word(token)
        elif token.kind is Kind.SIGN:
            self._take_sign(token)
        elif token.kind is not Kind.LANGUAGE:  # which is a part of the string before it
            self._take_name(token)
            self._take_term(token)

    def _is_expression(self) -> bool:
        """Tell if a bracket that opens now opens an expression or the arguments of a function."""
        frame = self._frames[-1]
        return not frame.values and (frame.constraint or frame.role in (Role.EXPRESSION, Role.QUERY))

    def _require_function(self, name: Token) -> None:
        """Refuse what no row could be computed with, before an empty result hides it."""
        iri = self._absolute(name)
        if iri not in FUNCTIONS_BY_IRI:
            near = get_close_matches(iri, FUNCTIONS_BY_IRI, n=2, cutoff=0.9)
            hint = f" Did you mean {' or '.join(f'<{other}>' for other in near)}?" if near else ""
            raise self._refused(f"There is no function <{iri}> here.{hint}", "function", None, name)

    def _dismiss_suspect(self, token: Token) -> None:
        if self._suspect and token.text == self._suspect[1]:
            name = self._suspect[0]
            keyword = "SERVICE" if token.text == "{" else "FILTER"
            message = f"{name.text} can be read as {keyword} and a name; choose another prefix."
            raise self._refused(message, "ambiguous", None, name)
        self._suspect = None

    def _take_name(self, token: Token) -> None:
        """Check an IRI or prefixed name.

        The evaluator asks for no space behind a keyword: ``SERVICEex:a {`` is a call to ``ex:a`` even where
        the prefix ``SERVICEex`` is declared.
        """
        if token.kind in (Kind.IRI, Kind.NAME):
            self._absolute(token)
        if token.kind is Kind.NAME:
            prefix = token.text.partition(":")[0].upper()
            for keyword, proof in (("SERVICE", "{"), ("FILTER", "(")):
                if keyword in prefix and self._frames[-1].role is not Role.EXPRESSION:
                    self._suspect = (token, proof)

    def _absolute(self, token: Token) -> str:
        try:
            return self.names.absolute(token.text) if token.kind is Kind.IRI else self.names.expand(token.text)
        except KeyError as error:
            prefix = token.text.partition(":")[0]
            namespace = PREFIXES.get(prefix, "...")
            message = f"the prefix {prefix}: is not declared; add PREFIX {prefix}: <{namespace}> at the top."
            raise self._malformed(message, token.start) from error
        except ValueError as error:
            raise self._malformed(f"{token.text} is not a valid IRI.", token.start) from error
        except TooLong as error:
            raise self._too_long(token) from error

    def _take_term(self, token: Token) -> None:
        """Count a term as what it is in its triple."""
        self._operand = True
        if self._datatype:  # of the string before it
            self._datatype = False
            return
        part = self._frames[-1].take_term()
        if part is Next.SUBJECT:
            self._steps = 0
        elif part is Next.VERB:
            self._steps += 1
            self._counts.path_steps = max(self._counts.path_steps, self._steps)
            self._check("path_steps", token)
        elif part is Next.OBJECT:
            self._counts.triple_patterns += 1
            self._check("triple_patterns", token)

    # Words

    def _take_word(self, token: Token) -> None:
        word = token.text.upper()
        if "SERVICE" in word:
            raise self._service(token)
        if word == "WITH":
            raise self._named_subquery(token)
        if word in UPDATES:
            raise self._update(token)
        if token.text == "a" or word in LITERALS:
            self._take_term(token)
        elif word in WORDS:
            self._operand = False
            self._take_keyword(word, token)
            self._last_word = word
        else:
            message = f"{token.text} is no keyword or function of SPARQL; a variable begins with ?."
            raise self._malformed(message, token.start)

    def _take_keyword(self, word: str, token: Token) -> None:
        frame = self._frames[-1]
        self._triple_terms = self._triple_terms or word == "TRIPLE"
        if word in NESTING:
            self._count_operator(token)
        if frame.role is Role.GROUP:
            frame.next = Next.SUBJECT
        if word == "SELECT":
            self._begin_subquery(frame)
        elif word in ("FILTER", "BIND"):
            frame.constraint = True
        elif word == "VALUES":
            frame.values = True
        elif word == "FROM":
            self._take_from()
        elif word == "GRAPH":
            self._take_graph_name()

    def _begin_subquery(self, frame: Frame) -> None:
        frame.role = Role.QUERY
        if frame is self._pattern:  # WHERE { SELECT ... }: VALUES can stand in the inner pattern only
            self._pattern_of, self._pattern, self._where = frame, None, None

    def _take_from(self) -> None:
        graph, graphs = self._next(), self._default_graphs
        if graph.text.upper() == "NAMED":
            graph, graphs = self._next(), self._named_graphs
        if graph.kind not in (Kind.IRI, Kind.NAME):
            raise self._malformed(f"FROM is followed by an IRI, not by {_shown(graph)}.", graph.start)
        graphs.append(self._absolute(graph))
        self._counts.graphs += 1
        self._check("graphs", graph)

    def _take_graph_name(self) -> None:
        name = self._next()
        if name.kind in (Kind.IRI, Kind.NAME):
            self._absolute(name)
        elif name.kind is not Kind.VARIABLE:
            message = f"GRAPH is followed by an IRI or a variable, not by {_shown(name)}."
            raise self._malformed(message, name.start)

    # Signs

    def _take_sign(self, token: Token) -> None:
        self._triple_terms = self._triple_terms or token.text in _OF_TRIPLES
        if token.text in OPENERS:
            self._open(token)
        elif token.text in CLOSERS:
            self._close(token)
        else:
            frame = self._frames[-1]
            if frame.role in (Role.EXPRESSION, Role.QUERY) and token.text in _OPERATORS:
                self._count_operator(token)
            if token.text == ";":
                self._steps = 0
            frame.separate(token.text)
            self._operand = False
            self._datatype = token.text == "^^"

    def _open(self, token: Token) -> None:
        parent = self._frames[-1]
        frame = parent.opened(token)
        self._frames.append(frame)
        self._operand = False
        self._counts.depth = max(self._counts.depth, len(self._frames) - 1)
        self._check("depth", token)
        if frame.role in (Role.BLANK, Role.ANNOTATION):
            self._steps = 0
        elif frame.role is Role.GROUP:
            self._count_operator(token)
            self._open_group(frame, parent, token)

    def _open_group(self, frame: Frame, parent: Frame, token: Token) -> None:
        parent.constraint, parent.next = False, Next.SUBJECT
        if parent is not self._pattern_of or self._pattern:
            return
        if self._last_word == "CONSTRUCT" and not self._template:
            self._template = True
        elif self._form != "CONSTRUCT" or self._template or parent is not self._frames[0]:
            self._pattern, self._where = frame, token.end

    def _close(self, token: Token) -> None:
        frame = self._frames[-1]
        if token.text == ")" and frame.opener == "<<(":
            frame.closing = True
            self._operand = True
            return
        if frame.opener not in CLOSERS[token.text] or frame.closing != (frame.opener == "<<("):
            raise self._unmatched(token, frame)
        self._frames.pop()
        self._close_in(self._frames[-1], frame, token)

    def _close_in(self, parent: Frame, frame: Frame, token: Token) -> None:
        """Let the outer frame know what has ended in it."""
        self._operand = True
        if frame.role in (Role.LIST, Role.BLANK, Role.QUOTED):
            self._take_term(token)
        elif frame.role is Role.PATH:
            if parent.role is not Role.PATH:
                parent.next = Next.OBJECT
        elif frame.role is Role.EXPRESSION:
            parent.constraint, parent.next = False, Next.SUBJECT
        elif frame.role is Role.DATA and frame.opener == "{":
            parent.values, parent.next = False, Next.SUBJECT

    def _unmatched(self, token: Token, frame: Frame) -> MalformedQuery:
        if not frame.opener:
            return self._malformed(f"this {token.text} closes nothing.", token.start)
        line, column = place(self._text, frame.start)
        message = f"{token.text} cannot close the {frame.opener} of line {line}, column {column}."
        return self._malformed(message, token.start)

    # Counting and refusing

    def _count_operator(self, token: Token) -> None:
        self._counts.operators += 1
        self._check("operators", token)

    def _check(self, count: str, token: Token) -> None:
        limit = getattr(self._caps, count)
        if getattr(self._counts, count) > limit:
            message = f"The query has more than {limit:,} {_UNITS[count]}. Ask for less at a time."
            raise self._refused(message, count.replace("_", "-"), limit, token)

    def _too_long(self, token: Token) -> QueryRefused:
        limit = self._caps.iris
        message = f"The IRIs of the query are longer than {limit:,} characters in sum, with their prefixes and base."
        return self._refused(message, "iris", limit, token)

    def _service(self, token: Token) -> QueryRefused:
        message = "SERVICE is not evaluated here: this endpoint asks no other. Ask the other endpoint itself."
        return self._refused(message, "service", None, token)

    def _named_subquery(self, token: Token) -> QueryRefused:
        """Of Wikidata's query service; in an update ``WITH`` begins the text."""
        message = (
            "WITH { ... } AS %name is not evaluated here. Write the subquery itself where INCLUDE stands, in braces."
        )
        return self._refused(message, "named-subquery", None, token)

    def _update(self, token: Token) -> QueryRefused:
        message = f"{token.text.upper()} is an update, and this endpoint only answers queries."
        return self._refused(message, "update", None, token)

    def _refused(self, message: str, rule: str, limit: int | None, token: Token) -> QueryRefused:
        line, column = place(self._text, token.start)
        return QueryRefused(f"Line {line}, column {column}: {message}", rule, limit, line, column)

    def _malformed(self, message: str, offset: int) -> MalformedQuery:
        return malformed(message, self._text, offset)


def _shown(token: Token) -> str:
    """Return how a message names a token."""
    if token.kind is Kind.END:
        return "nothing"
    return token.text if len(token.text) <= 40 else token.text[:40] + "..."
