"""Filters on a picture: blur, edges, thresholds, a histogram. The picture is drawn here, so that nothing is loaded."""

import numpy as np


def draw_scene(size):
    """Coins on a table that gets brighter to the right, with noise."""
    rows, columns = np.mgrid[0:size, 0:size]
    image = np.zeros((size, size))
    image += 0.2 + 0.2 * columns / size
    coins = [(16, 18, 9, 0.45), (20, 46, 7, 0.35), (46, 20, 11, 0.3), (44, 48, 8, 0.5)]
    for row, column, radius, brightness in coins:
        inside = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
        image[inside] += brightness
    rng = np.random.default_rng(5)
    image += rng.normal(0, 0.03, size=image.shape)
    image[rng.random(image.shape) > 0.995] = 1.0  # dead pixels
    return np.clip(image, 0, 1)


def pad(image, width):
    """The image with its edges continued outwards."""
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * width, columns + 2 * width), dtype=image.dtype)
    padded[width:-width, width:-width] = image
    padded[:width, width:-width] = image[0]
    padded[-width:, width:-width] = image[-1]
    padded[:, :width] = padded[:, width : width + 1]
    padded[:, -width:] = padded[:, -width - 1 : -width]
    return padded


def convolve(image, kernel):
    """Correlate with a small kernel of odd size."""
    width = kernel.shape[0] // 2
    padded = pad(image, width)
    rows, columns = image.shape
    result = np.zeros_like(image)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            result += kernel[i, j] * padded[i : i + rows, j : j + columns]
    return result


def gaussian_kernel(size, sigma):
    """A bell whose sum is one."""
    offsets = np.arange(size) - size // 2
    bell = np.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = np.outer(bell, bell)
    kernel /= kernel.sum()
    return kernel


def median_filter(image):
    """The median of each pixel and its eight neighbours."""
    padded = pad(image, 1)
    rows, columns = image.shape
    stack = np.empty((9, rows, columns))
    for k in range(9):
        i, j = divmod(k, 3)
        stack[k] = padded[i : i + rows, j : j + columns]
    stack.sort(axis=0)
    return stack[4]


def sobel(image):
    """The strength of the edges."""
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=float)
    return np.hypot(convolve(image, kernel), convolve(image, kernel.T))


def otsu(image, bins=64):
    """The threshold that separates dark from bright best."""
    counts, edges = np.histogram(image, bins=bins, range=(0, 1))
    share = counts / counts.sum()
    middles = (edges[:-1] + edges[1:]) / 2
    weight = np.cumsum(share)
    mean = np.cumsum(share * middles)
    between = np.zeros(bins)
    valid = (weight > 0) & (weight < 1)
    between[valid] = (mean[-1] * weight[valid] - mean[valid]) ** 2 / (weight[valid] * (1 - weight[valid]))
    return middles[between.argmax()]


def equalize(image, bins=64):
    """Spread the brightness evenly."""
    counts, edges = np.histogram(image, bins=bins, range=(0, 1))
    cumulative = np.cumsum(counts) / image.size
    return np.interp(image.ravel(), edges[1:], cumulative).reshape(image.shape)


def show(mask, step):
    """A mask as text."""
    return "\n".join("".join("#" if cell else "." for cell in row) for row in mask[::step, ::step])


def main():
    image = draw_scene(64)
    print(f"image {image.shape}, mean {image.mean():.4f}, brightest {image.max():.4f}")

    clean = median_filter(image)
    smooth = convolve(clean, gaussian_kernel(5, 1.2))
    print(f"noise left: {np.std(smooth - clean):.4f}")

    background = smooth[:, :4].mean(axis=1, keepdims=True)
    flat = smooth - background
    flat[flat < 0] = 0
    flat /= flat.max()
    threshold = otsu(flat)
    coins = flat > threshold
    print(f"threshold {threshold:.4f}, {coins.sum()} pixels of coins")
    print(show(coins, 4))

    edges = sobel(smooth)
    edges[:2] = edges[-2:] = 0
    edges[:, :2] = edges[:, -2:] = 0
    strong = edges > 0.5 * edges.max()
    print(f"strong edges: {np.count_nonzero(strong)}, strongest {edges.max():.4f}")

    rows, columns = np.nonzero(coins)
    print(f"box of the coins: rows {rows.min()} to {rows.max()}, columns {columns.min()} to {columns.max()}")

    histogram, _ = np.histogram(equalize(smooth), bins=8, range=(0, 1))
    for count in histogram:
        print(f"{count:5} {'*' * int(count // 16)}")


if __name__ == "__main__":
    main()
