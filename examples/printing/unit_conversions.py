"""Unit conversions, as they are printed."""

import numpy as np

celsius = np.array([-40.0, 0.0, 21.5, 36.6, 100.0])
fahrenheit = celsius * 9 / 5 + 32
kelvin = celsius + 273.15
print("%8s %8s %8s" % ("C", "F", "K"))
for c, f, k in zip(celsius, fahrenheit, kelvin):
    print("%8.2f %8.2f %8.2f" % (c, f, k))
table = np.column_stack([celsius, fahrenheit, kelvin])
print(table)
print(np.degrees(np.array([0, np.pi / 6, np.pi / 2])), np.rad2deg(np.pi), np.hypot(3, 4))
print(table[table[:, 1] > 50], table.argmax(axis=0), np.interp(10, celsius, fahrenheit))
