"""HTTP in front of the world: the Bot API, the control interface and the page."""
