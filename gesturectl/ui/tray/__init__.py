"""The tray: an icon that shows the state, and a menu. Without any tray all else works the same."""
