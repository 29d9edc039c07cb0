"""What is printed: each module turns findings into one kind of document."""
