"""Running a program as its conversion, with nothing written.

gather (which files are the program) -> units (their conversions, from the cache or made now) -> hook (imports get the
conversions) -> launch (the program, as `python SCRIPT` would start it).

The converted tree is compiled with the positions of the user's source (`lines`), so that tracebacks, debuggers and
coverage speak of the lines that the user knows.

These modules run in the process of the program: they import of np2tf only what they need, and neither NumPy nor
TensorFlow, which the program imports by itself."""
