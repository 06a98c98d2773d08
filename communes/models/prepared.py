"""A subquery that the ORM writes once in the life of a process: the scope of a person on a day.

Every page asks for the reader's scope, some several times; writing that SQL took longer than answering it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import Expression

# They stand in the written statement where the person and the day will be; no row has such a key or day.
PERSON = -(2**40)
DAY = date(1, 2, 3)

Write = Callable[..., QuerySet[Any, Any]]

_written: dict[tuple[Write, tuple[Any, ...], str], tuple[str, tuple[Any, ...]]] = {}


class Prepared(Expression):
    """The ids that `write(person, day, *fixed)` selects, to stand behind `__in`.

    `write` is called with stand-ins, once for each engine and each `fixed`; only the values change later. It
    must build the same statement for everybody, and its own queryset only.
    """

    def __init__(self, write: Write, person: int, day: date, *fixed: Any) -> None:
        super().__init__(output_field=BigIntegerField())
        self.write = write
        self.person = person
        self.day = day
        self.fixed = fixed

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The statement in brackets, with this person and this day."""
        key = (self.write, self.fixed, connection.vendor)
        if key not in _written:
            rows = self.write(PERSON, DAY, *self.fixed)
            text, values = rows.query.get_compiler(connection=connection).as_sql()
            _written[key] = f"({text})", tuple(values)
        text, values = _written[key]
        adapt = connection.ops.adapt_datefield_value
        puts = {PERSON: self.person, adapt(DAY): adapt(self.day)}
        return text, tuple(puts.get(value, value) for value in values)
