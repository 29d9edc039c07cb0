"""The one error of the documents."""


class DocumentError(ValueError):
    """A text or a brand file that cannot be printed: says what, where and what to do."""
