"""Heat flowing through a metal plate: explicit finite differences on a square grid, with two buffers that swap."""

import numpy as np

ALPHA = 1.2e-4  # diffusivity of copper, m^2/s
SIZE = 0.4  # edge of the plate, m
CELLS = 40
STEPS = 200


def initial_plate(cells):
    """A cold plate with a hot edge and a warm patch."""
    plate = np.zeros((cells, cells))
    plate[0, :] = 100.0
    plate[:, -1] = 25.0
    third = cells // 3
    plate[third : 2 * third, third : 2 * third] += 60.0
    return plate


def laplacian(u, h):
    """The five-point stencil on the inner cells."""
    return (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]) / h**2


def diffuse(u, h, dt, steps):
    """Step `steps` times; the left and the lower edge are insulated."""
    u = u.copy()
    new = u.copy()
    history = np.empty((steps, 3))
    for step in range(steps):
        new[1:-1, 1:-1] = u[1:-1, 1:-1] + ALPHA * dt * laplacian(u, h)
        new[1:-1, 0] = new[1:-1, 1]
        new[-1, :-1] = new[-2, :-1]
        u, new = new, u
        history[step] = u.mean(), u.max(), u[-1, 0]
    return u, history


def shade(plate):
    """The plate as text, one character for each block of cells."""
    blocks = plate.reshape(10, 4, 10, 4).mean(axis=(1, 3))
    levels = np.digitize(blocks, [2, 10, 25, 40, 60, 80])
    return "\n".join("".join(" .:-=+#"[level] for level in row) for row in levels)


def manufactured_error(cells, steps):
    """The largest error against a solution that is known: a sine that decays."""
    x = np.linspace(0, 1, cells)
    h = x[1] - x[0]
    dt = 0.2 * h**2 / ALPHA
    u = np.outer(np.sin(np.pi * x), np.sin(np.pi * x))
    start = u.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += ALPHA * dt * laplacian(u, h)
    exact = start * np.exp(-2 * np.pi**2 * ALPHA * dt * steps)
    return np.abs(u - exact).max()


def main():
    h = SIZE / (CELLS - 1)
    dt = 0.2 * h**2 / ALPHA
    plate = initial_plate(CELLS)
    print(f"grid {plate.shape}, step {dt:.4f} s, {np.count_nonzero(plate)} cells warm at the start")

    plate, history = diffuse(plate, h, dt, STEPS)
    print("\n  time      mean       max    corner")
    for step in range(0, STEPS, 40):
        mean, hottest, corner = history[step]
        print(f"{step * dt:6.2f} {mean:9.4f} {hottest:9.4f} {corner:9.4f}")

    gradient = np.hypot(*np.gradient(plate, h))
    row, column = np.unravel_index(np.argmax(gradient), gradient.shape)
    print(f"\nsteepest at ({row}, {column}): {gradient[row, column]:.2f} degrees per metre")
    print(shade(plate))

    for cells in (11, 21):
        print(f"error with {cells} points: {manufactured_error(cells, 50):.6f}")


if __name__ == "__main__":
    main()
