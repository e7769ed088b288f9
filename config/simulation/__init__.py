"""A national data set that was made up: plausible, and the same for the same sizes and seed. Nothing is stored."""
