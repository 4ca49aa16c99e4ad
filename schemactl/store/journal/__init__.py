"""What an apply did, call by call: written and synced before and after each call.

    writing    the lines, while an apply runs
    lines      one line, by its JSON Schema
    reading    the lines again, after it ended or was cut off
    files      where the journals of an account are, and how many are kept
    finding    the journals of an account on disk; none that git tracks
    notices    what is reported of tags that stay on a contact
    history    what the runs of one account leave to do

There is one file for each run and one JSON object on each line; lines are only appended. A
journal holds no credential and no contact data. The outcome of a call that was started and not
finished is unknown.
"""
