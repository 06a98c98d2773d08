"""Settings: `base` is shared; `embedded` (default), `production` and `test` say what differs."""
