"""What NumPy, Python and common packages do, as data: rows, sorted, one per line. Nothing here imports NumPy.

`effects` says what a call does with its arguments, `views` how a view is undone, `creation` what is known of a new
array, `names` what exists and what became of it, `hosts` what code that is not NumPy does with an array.
"""
