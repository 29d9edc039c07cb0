"""`python -m dpia`."""

from dpia.cli import main

raise SystemExit(main())
