"""Values of records that an apply backed up before it destroyed them.

    manifest   what one call backed up, as JSON
    folders    where the backups of an account are, and which are too old
    writing    the values, page by page, so that a killed process loses no finished page
    reading    the values again, verified
    encryption of the files, to recipients of age
    erasing    one record from all of them

There is a folder for each run, readable only by its owner, and a manifest for each call in it.
Beside the manifest are files for each field or tag, with some thousand lines each: JSON Lines,
compressed with gzip, so that `zcat` shows them, and perhaps encrypted, so that `age -d` does.
Each line is one record: its `id`, and its `value` exactly as it came. A line with `again`
replaces an earlier one of the same record, which changed meanwhile. Nothing here is ever in
git: the folder ignores itself, and one that git tracks is refused.
"""
