"""Whose signatures count, and when that changes.

Knows key policies and their succession; knows nothing of logs. A new policy is signed by as many
keys of the old one as that asks for, and by as many of its own: whoever loses a key can be left
out, and nobody can bring an old policy back.
"""

from __future__ import annotations

from keruen.errors import Problem
from keruen.register.log.signing import ENTRY, is_degenerate, key_id, verify_bytes
from keruen.register.record.canonical import canonical
from keruen.register.record.entries import Envelope, Keys


def policy_problem(keys: Keys, place: str) -> Problem | None:
    """What is wrong with a policy in itself, or None: ids, doubles, threshold."""
    ids = [key.id for key in keys.keys]
    for key in keys.keys:
        try:
            public = bytes.fromhex(key.public)
        except ValueError:
            return Problem("problem.key_form", {"place": place, "key": key.id[:40]})
        if len(public) != 32 or key_id(public) != key.id or is_degenerate(public):
            return Problem("problem.key_form", {"place": place, "key": key.id[:40]})
    if len(set(ids)) != len(ids):
        return Problem("problem.key_doubled", {"place": place})
    if not 1 <= keys.threshold <= len(ids):
        return Problem(
            "problem.threshold", {"place": place, "found": keys.threshold, "keys": len(ids)}
        )
    return None


def succession_problem(
    envelope: Envelope, old: Keys, new: Keys, highest: int, place: str
) -> Problem | None:
    """What is wrong with a change of policy, or None.

    Parameters
    ----------
    envelope : the entry that brings `new`, with signatures of keys of both.
    old : the policy in force.
    highest : the largest policy number that the side ever had.
    """
    wrong = policy_problem(new, place)
    if wrong is not None:
        return wrong
    if new.number <= highest:
        return Problem(
            "problem.policy_rollback", {"place": place, "found": new.number, "last": highest}
        )
    body = canonical(envelope.entry)
    # Both sets must reach their threshold, each with its own keys: the old ones alone could hand
    # over to keys that nobody holds, the new ones alone could take over.
    for keys in (old, new):
        known = {key.id for key in keys.keys}
        own = tuple(s for s in envelope.signatures if s.key in known)
        wrong = verify_bytes(ENTRY, body, own, keys, keys.threshold, place)
        if wrong is not None:
            return wrong
    known = {key.id for key in (*old.keys, *new.keys)}
    for signature in envelope.signatures:
        if signature.key not in known:
            return Problem("problem.key_unknown", {"place": place, "key": signature.key[:40]})
    return None
