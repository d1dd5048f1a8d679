"""Pictures of every screen of the addon, and what axe-core says of them."""
