"""Changing many posts beside other workers: whoever is at a post just now is not waited for."""

from sqlalchemy import ColumnElement, Update, select, update

from storage.tables import posts


def unlocked(*conditions: ColumnElement[bool]) -> Update:
    """An update of the posts that meet ``conditions`` and that no other worker is at just now.

    Two workers that wait for each other's rows would wait for ever. What is passed over belongs
    to somebody who is not gone, and is met at the next tick if it is left then.
    """
    free = select(posts.c.id).where(*conditions).order_by(posts.c.id)
    return update(posts).where(posts.c.id.in_(free.with_for_update(skip_locked=True)))
