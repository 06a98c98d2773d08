"""Writes of the units' room: the register's derived tables, the keys of programs, people and their roles."""

from communes.actions.register import refresh_register
from communes.actions.tokens import issue_token, note_token_use, revoke_token

__all__ = ["issue_token", "note_token_use", "refresh_register", "revoke_token"]
