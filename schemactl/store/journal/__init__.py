"""What an apply did, call by call: written and synced before and after each call.

    writing    the lines, while an apply runs
    lines      one line, by its JSON Schema
    reading    the lines again, after it ended or was cut off
    shelf      where the journals of an account are, and how many are kept
    finding    the journals of an account on disk; none that git tracks
    notices    what is reported of tags that stay on a contact
    history    what the runs of one account leave to do

One file a run, one JSON object a line, only ever appended to. A journal holds no
credential and no contact data. Whoever finds a call started and not finished knows that
its outcome is unknown.
"""
