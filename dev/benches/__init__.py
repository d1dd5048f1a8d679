"""What `dev/bench` measures: one module `subject_<name>` for each subject.

A subject has `parse(arguments)` and `run(env, options)`; the latter returns a dict for
JSON with at least `ok`: every aim was met.
"""
