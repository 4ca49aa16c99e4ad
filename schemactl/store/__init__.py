"""Files of our own: plans, journals, bases, snapshots and locks."""
