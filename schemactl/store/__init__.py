"""Files of our own: plans, journals, bases, snapshots and locks, and what git knows of them."""
