"""The only place with threads: vision, the engine that owns the state, the control socket, and what joins them."""
