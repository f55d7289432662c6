"""Lines through profiles on both sides of an interface, and what they say of it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy.signal import lfilter

import bte
from bte.errors import BteError
from bte.measure import Measured
from bte.measure.fit import correlation_length, inverse, merged

FLUX, AT = 1e9, 50e-9
SLOPES, TEMPERATURES = (-2e7, -5e7), (310.0, 300.0)  # K/m, K at the interface


def line(n=60):
    """Positions of chunks on both sides, and two lines."""
    x = (np.arange(n) + 0.5) * 100e-9 / n
    left = x < AT
    return x, np.where(
        left,
        TEMPERATURES[0] + SLOPES[0] * (x - AT),
        TEMPERATURES[1] + SLOPES[1] * (x - AT),
    )


def test_exact_lines_give_exact_numbers():
    found = bte.measure_interface(line(), flux=FLUX, at=AT)
    assert found.jump == pytest.approx(10.0, rel=1e-10)
    assert found.conductance == pytest.approx(1e8, rel=1e-10)
    assert found.resistance == pytest.approx(1e-8, rel=1e-10)
    assert found.slopes == pytest.approx(SLOPES, rel=1e-9)
    assert found.conductivities == pytest.approx((50.0, 20.0), rel=1e-9)
    assert found.temperatures == pytest.approx(TEMPERATURES, rel=1e-12)
    assert max(found.residual) < 1e-10
    assert found.jump.error < 1e-9
    assert found.errors == "residuals"


def test_texts_and_units_are_understood():
    found = bte.measure_interface(
        line(), flux="1 GW/m2", at="50 nm", window=(("10 nm", "40 nm"), (6e-8, 9e-8))
    )
    assert found.conductance == pytest.approx(1e8)
    assert found.window[0] == pytest.approx((10e-9, 40e-9))
    assert found.points == (18, 18)


@pytest.mark.parametrize(
    ("window", "first", "second"),
    [
        ("auto", (50 / 3, 100 / 3), (200 / 3, 250 / 3)),
        (0.5, (12.5, 37.5), (62.5, 87.5)),
        (1.0, (0, 50), (50, 100)),
        ((0.2, 0.6), (20, 40), (60, 80)),
        (((5e-9, 45e-9), (60e-9, 70e-9)), (5, 45), (60, 70)),
    ],
)
def test_windows(window, first, second):
    x, temperature = line(1000)
    found = bte.measure_interface((x, temperature), flux=FLUX, at=AT, window=window)
    assert np.array(found.window[0]) * 1e9 == pytest.approx(first, abs=0.06)
    assert np.array(found.window[1]) * 1e9 == pytest.approx(second, abs=0.06)


def test_auto_leaves_out_five_paths():
    found = bte.measure_interface(line(1000), flux=FLUX, at=AT, mean_free_path=("1 nm", "2 nm"))
    assert np.array(found.window[0]) * 1e9 == pytest.approx((5, 45), abs=0.06)
    assert np.array(found.window[1]) * 1e9 == pytest.approx((60, 90), abs=0.06)


def test_ends_leave_thermostats_out():
    found = bte.measure_interface(line(1000), flux=FLUX, at=AT, ends=("20 nm", "80 nm"), window=1.0)
    assert np.array(found.window).ravel() * 1e9 == pytest.approx((20, 50, 50, 80), abs=0.06)


def test_two_values_in_one_place_say_where_the_interface_is():
    x = np.array([0, 1, 2, 3, 3, 4, 5, 6.0])
    temperature = np.array([10, 9, 8, 7, 5, 4, 3, 2.0])
    found = bte.measure_interface((x, temperature), flux=1.0, window=1.0)
    assert found.at == 3.0
    assert found.jump == pytest.approx(2.0)
    assert found.points == (4, 4)


def coverage(make, runs=300, **options):
    """Return how often the interval of the jump holds the truth, and the mean width."""
    hits, widths = 0, []
    rng = np.random.default_rng(7)
    x, exact = line()
    for _ in range(runs):
        found = bte.measure_interface(
            (x, exact + make(rng)), flux=FLUX, at=AT, window=0.9, **options
        )
        low, high = found.jump.interval
        hits += low <= 10.0 <= high
        widths.append(high - low)
    return hits / runs, np.mean(widths)


def test_intervals_hold_the_truth_as_often_as_they_say():
    share, _ = coverage(lambda rng: rng.normal(0, 0.5, 60))
    assert share == pytest.approx(0.95, abs=0.03)
    share, _ = coverage(lambda rng: rng.normal(0, 0.5, 60), confidence=0.68)
    assert share == pytest.approx(0.68, abs=0.07)


def smooth(rng, rows, rho=0.8):
    """Return noise that forgets itself by rho from row to row."""
    noise = rng.normal(0, 0.5, (rows, 60))
    noise[1:] *= np.sqrt(1 - rho**2)
    return np.asarray(lfilter([1.0], [1.0, -rho], noise, axis=0))


def test_blocks_of_time_that_remember_each_other_are_merged():
    options = {"errors": "blocks", "runs": 150}
    share, width = coverage(lambda rng: smooth(rng, 200), blocks=8, **options)
    assert share == pytest.approx(0.95, abs=0.05)
    naive, narrow = coverage(lambda rng: smooth(rng, 200), blocks=200, **options)
    assert naive < 0.7  # every block for itself: too sure
    assert narrow < 0.6 * width


def test_deviations_along_the_profile_that_remember_each_other_widen_the_interval():
    def along(rng):
        return smooth(rng, 60).T[:1].ravel()

    naive, _ = coverage(along, errors="residuals")
    share, _ = coverage(along, errors="autocorrelated")
    assert naive < 0.7
    assert share > naive + 0.1


def test_correlation_length_and_merging():
    rng = np.random.default_rng(0)
    rho = 0.7
    noise = smooth(rng, 40000, rho)[:, 0]
    assert correlation_length(noise) == pytest.approx((1 + rho) / (1 - rho), rel=0.1)
    assert correlation_length(np.zeros(5)) == 1.0
    values = np.array([[1.0, np.nan], [3.0, 4.0], [5.0, 6.0]])
    assert merged(values, 1)[0] == pytest.approx([3.0, 5.0])
    assert merged(values, 1, np.array([[1.0, 9], [1, 1], [2, 3]]))[0] == pytest.approx([3.5, 5.5])


def test_flux_error_and_an_interval_that_holds_zero():
    found = bte.measure_interface(line(), flux=FLUX, at=AT, flux_error=0.1 * FLUX)
    assert found.resistance.error / found.resistance == pytest.approx(0.1, rel=1e-6)
    low, high = found.conductance.interval
    assert low < found.conductance < high
    assert inverse(Measured(1.0, 1.0, (-1.0, 3.0)), 2.0).interval == (-np.inf, np.inf)
    assert inverse(Measured(4.0, 1.0, (2.0, 8.0)), 2.0).interval == (0.25, 1.0)
    again = pickle.loads(pickle.dumps(found.jump))
    assert (again, again.interval) == (found.jump, found.jump.interval)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"flux": 0.0}, "flux is 0 W/m2"),
        ({"flux": float("nan")}, "finite"),
        ({"flux": None}, "flux= is missing"),
        ({"flux_error": -1.0}, "must not be negative"),
        ({"at": None}, "at= is missing"),
        ({"at": 2e-7}, "no points behind the interface"),
        ({"at": -1e-9}, "no points before the interface"),
        ({"window": 2.0}, r"fraction in \(0, 1\]"),
        ({"window": "middle"}, "window 'middle' is not known"),
        ({"window": (0.6, 0.2)}, "no fractions"),
        ({"window": ((1e-8, 2e-8), 3)}, "not a pair of positions"),
        ({"window": ((2e-8, 1e-8), (6e-8, 7e-8))}, "must increase"),
        ({"window": ((1e-8, 1.2e-8), (6e-8, 7e-8))}, "holds 1 points of 30, a line needs 3"),
        ({"window": 5j}, "is not known"),
        ({"ends": (1e-7, 0.0)}, "must increase"),
        ({"errors": "magic"}, "errors 'magic' is not known"),
        ({"errors": "blocks"}, "needs at least 2 blocks"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"mean_free_path": (1e-9, 1e-9, 1e-9)}, "one for each side"),
        ({"through": [0.0]}, "through= belongs to solutions"),
        ({"column": "temp"}, "'column' belong to files"),
    ],
)
def test_bad_measurements(options, match):
    good = {"flux": FLUX, "at": AT}
    with pytest.raises(BteError, match=match):
        bte.measure_interface(line(), **{**good, **options})


@pytest.mark.parametrize(
    ("profile", "match"),
    [
        (([0, 1, 3, 2.0], [1, 2, 3, 4.0]), "must not decrease, found 2 m after 3 m"),
        (([0, 1, 2.0], [1, 2.0]), "needs positions"),
        (([0, 1, np.nan], [1, 2, 3.0]), "must be finite"),
        ((["a"], [1.0]), "must be numbers"),
        (7, "not a int"),
    ],
)
def test_bad_profiles(profile, match):
    with pytest.raises(BteError, match=match):
        bte.measure_interface(profile, flux=FLUX, at=0.5)


def test_text_and_figure(tmp_path):
    rng = np.random.default_rng(1)
    x, exact = line()
    noisy = exact + rng.normal(0, 0.4, (40, 60))
    found = bte.measure_interface((x, noisy), "film", "base", flux=FLUX, at=AT)
    assert found.errors == "blocks"
    text = str(found)
    for word in ("film | base at 50 nm", "95 % interval", "MW/m2K", "film: conductivity", "blocks"):
        assert word in text
    path = found.plot(tmp_path / "deep" / "measured.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert found.plot(tmp_path / "a.svg").exists()
    assert "film | base" in repr(found)
