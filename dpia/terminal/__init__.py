"""The conversation with a person, on a full screen or in plain lines. Nothing here knows the law."""
