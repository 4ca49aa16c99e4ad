"""What an apply did, call by call: written and synced before and after each call.

    writing    the lines, while an apply runs
    reading    the lines again, after it ended or was cut off
    shelf      where the journals of an account stand: newest, open ones, how many are kept

One file a run, one JSON object a line, only ever appended to. A journal holds no
credential and no contact data. Whoever finds a call started and not finished knows that
its outcome is unknown.
"""
