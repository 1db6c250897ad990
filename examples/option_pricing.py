"""What is an option worth? Monte Carlo paths of a share price, against the formula where there is one."""

import math

import numpy as np


class Market:
    """One share and a riskless rate."""

    def __init__(self, spot, rate, volatility):
        self.spot = spot
        self.rate = rate
        self.volatility = volatility

    def paths(self, rng, n_paths, n_steps, years, antithetic=True):
        """Prices at every step, one path in each row; the second half mirrors the first."""
        dt = years / n_steps
        drift = (self.rate - 0.5 * self.volatility**2) * dt
        paths = np.empty((n_paths, n_steps + 1))
        paths[:, 0] = self.spot
        half = n_paths // 2
        for t in range(1, n_steps + 1):
            shocks = np.empty(n_paths)
            if antithetic:
                shocks[:half] = rng.standard_normal(half)
                shocks[half:] = -shocks[:half]
            else:
                shocks[:] = rng.standard_normal(n_paths)
            paths[:, t] = paths[:, t - 1] * np.exp(drift + self.volatility * math.sqrt(dt) * shocks)
        return paths

    def discount(self, years):
        return math.exp(-self.rate * years)


def normal_cdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def black_scholes_call(market, strike, years):
    """The price of a European call, in closed form."""
    spread = market.volatility * math.sqrt(years)
    d1 = (math.log(market.spot / strike) + (market.rate + 0.5 * market.volatility**2) * years) / spread
    return market.spot * normal_cdf(d1) - strike * market.discount(years) * normal_cdf(d1 - spread)


def report(name, payoffs, discount):
    """The mean of the discounted payoffs and its standard error."""
    values = payoffs * discount
    error = values.std(ddof=1) / math.sqrt(len(values))
    print(f"{name:<22} {values.mean():9.4f} +- {error:.4f}")
    return values.mean()


def american_put(paths, strike, rate, years):
    """Longstaff and Schwartz: walk backwards, and exercise where that beats the value expected from waiting."""
    n_steps = paths.shape[1] - 1
    step_discount = math.exp(-rate * years / n_steps)
    cash = np.maximum(strike - paths[:, -1], 0)
    for t in range(n_steps - 1, 0, -1):
        cash *= step_discount
        price = paths[:, t]
        exercise = np.maximum(strike - price, 0)
        in_money = exercise > 0
        if in_money.sum() < 10:
            continue
        moneyness = price[in_money] / strike
        basis = np.stack([np.ones(len(moneyness)), moneyness, moneyness**2], axis=1)
        coefficients = np.linalg.solve(basis.T @ basis, basis.T @ cash[in_money])
        waiting = np.zeros(len(cash))
        waiting[in_money] = basis @ coefficients
        now = in_money & (exercise > waiting)
        cash[now] = exercise[now]
    return cash * step_discount


def main():
    market = Market(spot=100.0, rate=0.03, volatility=0.25)
    strike, years, steps = 105.0, 1.0, 50
    rng = np.random.default_rng(2024)
    paths = market.paths(rng, 20_000, steps, years)
    discount = market.discount(years)
    final = paths[:, -1]
    print(f"{len(paths)} paths of {steps} steps; mean {final.mean():.4f}, forward {market.spot / discount:.4f}")

    call = report("European call", np.maximum(final - strike, 0), discount)
    exact = black_scholes_call(market, strike, years)
    print(f"{'  by the formula':<22} {exact:9.4f}, off by {abs(call - exact):.4f}")

    report("European put", np.maximum(strike - final, 0), discount)
    report("Asian call", np.maximum(paths[:, 1:].mean(axis=1) - strike, 0), discount)

    knocked_out = (paths > 140).any(axis=1)
    payoffs = np.maximum(final - strike, 0)
    payoffs[knocked_out] = 0
    report("call, out above 140", payoffs, discount)
    print(f"  {knocked_out.mean():.2%} of the paths were knocked out")

    report("American put", american_put(paths, strike, market.rate, years), 1.0)

    returns = np.diff(np.log(paths), axis=1)
    print(f"volatility seen: {returns.std() * math.sqrt(steps / years):.4f}")
    quantiles = np.percentile(final, [5, 25, 50, 75, 95])
    print("quantiles:", ", ".join(f"{q:.2f}" for q in quantiles))

    drawdown = 1 - paths / np.maximum.accumulate(paths, axis=1)
    worst = drawdown.max(axis=1)
    print(f"drawdown: mean {worst.mean():.4f}, worst {worst.max():.4f}")


if __name__ == "__main__":
    main()
