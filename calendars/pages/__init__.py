"""Pages for people: plain values in, HTML out; server-rendered, with no script."""
