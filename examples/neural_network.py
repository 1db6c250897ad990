"""A small neural network with gradients written by hand: two spirals, told apart by stochastic gradient descent."""

import numpy as np


def two_spirals(rng, n, noise=0.15):
    """`n` points on each of two spirals; the second is the first one turned by 180 degrees."""
    angle = np.sqrt(np.linspace(0.05, 1, n)) * 2.5 * np.pi
    arm = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1)
    x = np.concatenate([arm, -arm])
    x += rng.normal(0, noise, size=x.shape)
    x /= np.abs(x).max()
    y = np.zeros(2 * n, dtype=int)
    y[n:] = 1
    return x, y


class Dense:
    """A layer of weights, with momentum."""

    def __init__(self, rng, inputs, outputs):
        self.w = rng.normal(0, np.sqrt(2 / inputs), size=(inputs, outputs))
        self.b = np.zeros(outputs)
        self.velocity_w = np.zeros((inputs, outputs))
        self.velocity_b = np.zeros(outputs)

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, gradient):
        self.grad_w = self.x.T @ gradient
        self.grad_b = gradient.sum(axis=0)
        return gradient @ self.w.T

    def update(self, rate, momentum, decay):
        self.velocity_w *= momentum
        self.velocity_w -= rate * (self.grad_w + decay * self.w)
        self.velocity_b *= momentum
        self.velocity_b -= rate * self.grad_b
        self.w += self.velocity_w
        self.b += self.velocity_b


class Relu:
    """max(x, 0)."""

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0.0)

    def backward(self, gradient):
        return gradient * self.mask

    def update(self, rate, momentum, decay):
        pass


def softmax(scores):
    """Probabilities along the rows."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


class Network:
    """Layers in a row, and the cross entropy at their end."""

    def __init__(self, rng, sizes):
        self.layers = []
        for k in range(1, len(sizes)):
            self.layers.append(Dense(rng, sizes[k - 1], sizes[k]))
            self.layers.append(Relu())
        self.layers.pop()

    def scores(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_step(self, x, y, rate):
        """One step on one batch; returns the loss."""
        probabilities = softmax(self.scores(x))
        rows = np.arange(len(y))
        loss = -np.log(probabilities[rows, y]).mean()
        gradient = probabilities.copy()
        gradient[rows, y] -= 1.0
        gradient /= len(y)
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        for layer in self.layers:
            layer.update(rate, momentum=0.9, decay=1e-4)
        return loss

    def accuracy(self, x, y):
        return (self.scores(x).argmax(axis=1) == y).mean()


def main():
    rng = np.random.default_rng(1)
    x, y = two_spirals(rng, 150)
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    train, test = slice(0, 240), slice(240, None)

    network = Network(rng, [2, 32, 16, 2])
    batch, epochs = 40, 60
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        shuffled = rng.permutation(240)
        for start in range(0, 240, batch):
            chosen = shuffled[start : start + batch]
            losses[epoch] += network.train_step(x[chosen], y[chosen], rate=0.1) / (240 // batch)
        if epoch % 10 == 0 or epoch == epochs - 1:
            print(f"epoch {epoch:2}: loss {losses[epoch]:.4f}, accuracy {network.accuracy(x[train], y[train]):.3f}")

    print(f"accuracy on unseen points: {network.accuracy(x[test], y[test]):.3f}")
    for number, layer in enumerate(network.layers[::2]):
        print(f"layer {number}: weights {layer.w.shape}, norm {np.linalg.norm(layer.w):.3f}")


if __name__ == "__main__":
    main()
