"""Doctor: my hours, my diary, what waits for my answer."""
