"""Writes of the units' room: the register's derived tables, the keys of programs, people and their roles."""

from communes.actions.people import end_role, give_role, make_account, random_password, reset_password
from communes.actions.register import refresh_register
from communes.actions.tokens import issue_token, note_token_use, revoke_token

__all__ = [
    "end_role",
    "give_role",
    "issue_token",
    "make_account",
    "note_token_use",
    "random_password",
    "refresh_register",
    "reset_password",
    "revoke_token",
]
