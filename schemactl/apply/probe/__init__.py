"""Find out how an account's server behaves, on objects made for that, and remove them again.

offer          what a probe would make and send, for the question before it
sender         one call: only on scratch objects, journaled, and read afterwards
removal        removes what a probe made, also after a kill
runner         tries each point, then removes everything
session        from the journal to the file with what was found
"""
