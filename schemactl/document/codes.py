"""Codes of all problems that the user's files can have.

Project and schema files share one list, so that each code has one meaning and one page
(`schemactl explain CODE`); a test compares both. Codes are stable, because people use them in
scripts. The rules themselves are in the modules that check them.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class ProblemCode(StrEnum):
    """Code of a rule that a file can break."""

    # Whether the file can be read at all.
    NO_PROJECT = "no-project"
    NO_FILES = "no-files"
    FILE_UNREADABLE = "file-unreadable"
    OUTSIDE_PROJECT = "outside-project"
    NOT_YAML = "not-yaml"
    NOT_A_SCHEMA_FILE = "not-a-schema-file"
    TOO_MANY_FILES = "too-many-files"
    FILE_TOO_LARGE = "file-too-large"
    TOO_MANY_PROBLEMS = "too-many-problems"
    NOT_UTF8 = "not-utf8"
    BAD_CHARACTER = "bad-character"
    EMPTY_FILE = "empty-file"

    # Whether it is unambiguous YAML.
    YAML_SYNTAX = "yaml-syntax"
    YAML_TAG = "yaml-tag"
    MANY_DOCUMENTS = "many-documents"
    TOO_DEEP = "too-deep"
    ALIAS_BOMB = "alias-bomb"
    UNKNOWN_ALIAS = "unknown-alias"
    DUPLICATE_KEY = "duplicate-key"
    MERGE_KEY = "merge-key"
    KEY_NOT_TEXT = "key-not-text"

    # Whether it is valid by its JSON Schema.
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    WRONG_TYPE = "wrong-type"
    WRONG_VALUE = "wrong-value"
    EMPTY_NAME = "empty-name"
    UNKNOWN_TYPE = "unknown-type"
    UNSUPPORTED_VERSION = "unsupported-version"

    # Whether the names in schema files are valid.
    COMMENT_CUTS_NAME = "comment-cuts-name"
    TAG_SEPARATOR = "tag-separator"
    EMPTY_OPTION = "empty-option"
    NEAR_DUPLICATE = "near-duplicate"
    DUPLICATE_SECTION = "duplicate-section"
    DUPLICATE_FIELD = "duplicate-field"
    DUPLICATE_TAG = "duplicate-tag"
    DUPLICATE_OPTION = "duplicate-option"
    NAME_IN_TWO_SECTIONS = "name-in-two-sections"

    # Whether declarations in schema files contradict each other.
    DECLARED_AND_REMOVED = "declared-and-removed"
    REMOVED_TWICE = "removed-twice"
    WAS_DECLARED = "was-declared"
    WAS_REMOVED = "was-removed"
    WAS_TWICE = "was-twice"
    UNFIT_SOURCE = "unfit-source"
    OPTIONS_NOT_ALLOWED = "options-not-allowed"
    TYPE_NOT_ON_BACKEND = "type-not-on-backend"
    EMPTY_SECTION = "empty-section"

    # Whether layers of schema files fit together.
    UNKNOWN_PACKAGE = "unknown-package"
    PACKAGE_NOT_FETCHED = "package-not-fetched"
    PACKAGE_CHANGED = "package-changed"
    EXTENDS_NOTHING = "extends-nothing"
    NEEDS_OVERRIDE = "needs-override"
    CHANGED_TWICE = "changed-twice"
    OMITS_PROTECTED = "omits-protected"
    UNKNOWN_VARIABLE = "unknown-variable"
    UNUSED_VARIABLE = "unused-variable"

    # Whether valid files are advisable; a project can set the severity of these.
    FIELD_BUDGET_NEAR = "field-budget-near"
    REMOVED_DONE = "removed-done"
    WAS_DONE = "was-done"
    CONTRACT_LATER = "contract-later"
    UNUSED_FIELD = "unused-field"
    NEEDLESS_WAIVER = "needless-waiver"

    # Whether the project file is consistent.
    UNKNOWN_BACKEND = "unknown-backend"
    UNKNOWN_ACCOUNT = "unknown-account"
    SAME_ACCOUNT = "same-account"
    DUPLICATE_ACCOUNT = "duplicate-account"
    SHARED_CREDENTIALS = "shared-credentials"
    KEY_IN_FILE = "key-in-file"
    KEY_NOT_ON_BACKEND = "key-not-on-backend"
    ACKNOWLEDGED_TWICE = "acknowledged-twice"
    ACKNOWLEDGEMENT_OVERDUE = "acknowledgement-overdue"
    ACKNOWLEDGED_NAME = "acknowledged-name"

    # Whether a credentials file is safe and well-formed.
    CREDENTIALS_EXPOSED = "credentials-exposed"
    CREDENTIALS_FORM = "credentials-form"
