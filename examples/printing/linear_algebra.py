"""Linear algebra, as they are printed."""

import numpy as np

A = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]])
b = np.array([1.0, 2.0, 3.0])
x = np.linalg.solve(A, b)
print(np.round(x, 6))
print(np.round(A @ x - b, 10) + 0.0)
print(round(np.linalg.det(A), 8), round(np.linalg.norm(b), 8), np.trace(A))
print(np.round(np.linalg.inv(A), 4))
print(np.round(np.linalg.eigvalsh(A), 6), np.linalg.matrix_rank(A))
print(np.outer(b, b), np.dot(b, b), np.cross(b, [1, 0, 0]), sep="\n")
