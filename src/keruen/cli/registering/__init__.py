"""`keruen register …`: the joint list on a terminal. Options apart from what they do."""
