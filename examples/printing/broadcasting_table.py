"""Broadcasting table, as they are printed."""

import numpy as np

row = np.arange(1, 6)
column = row[:, None]
table = row * column
print(table)
print(table - row, table.shape)
print(table / column)
print((table % 2 == 0).astype(int))
