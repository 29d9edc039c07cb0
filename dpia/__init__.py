"""dpia: from what a commune says of its cameras to findings, an AIPD, a sign and a gap list."""

__version__ = "0.1.0"
